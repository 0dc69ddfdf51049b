package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/outputs"
	"tre-toolkit/internal/outputs/report"
	"tre-toolkit/internal/release"
)

// DefaultRules is the profile of a check that names none: the strictest of the
// built-in ones, since a file that is checked has usually been made by hand.
const DefaultRules = "ukllc-researcher"

// checking is what commands that read finished files share.
type checking struct {
	rules, specs, declare string
}

type checkOptions struct {
	checking
	answering
	register string
}

func (s *session) checkCommand() *cobra.Command {
	var opts checkOptions
	command := &cobra.Command{
		Use:   "check PATH...",
		Short: "Check files and folders before they leave",
		Long: `Reads every file below the paths and checks it under one owner's rules. What was
not read, or not fully, is listed: a person must look at it.

The report says what is wrong and where. It holds no hidden value, so that it
may leave with the results or in place of them. With --show-certificates it
also prints the sums that prove what it found; then it must not leave, and says
so.

With --register the files are also held against what left before; see tre-check
register. With --format sacro, --out names the folder of a pack that the SACRO
Viewer opens: the files with their checksums, and what was found in each.

` + cli.ExitCodeHelp,
		Example: "  tre-check check results/ --rules ukllc-metrics\n  tre-check check results/ --register releases/ --show-certificates\n  tre-check check results/ --format sacro --out pack/",
		Args:    cli.Arguments(cobra.MinimumNArgs(1)),
		RunE: func(command *cobra.Command, args []string) error {
			return s.check(command.Context(), args, opts)
		},
	}
	flags := command.Flags()
	opts.checking.flags(command)
	opts.answering.flags(command, "text, json, sarif, html or sacro")
	flags.StringVar(&opts.register, "register", "", "the folder that holds what left before")
	return command
}

func (c *checking) flags(command *cobra.Command) {
	flags := command.Flags()
	flags.StringVar(&c.rules, "rules", DefaultRules, "the disclosure rules; see tre-check rules list")
	flags.StringVar(&c.specs, "specs", "", "a folder of specifications in place of the built-in ones")
	flags.StringVar(&c.declare, "declare", "", "a file that says what the tables mean; see tre-check declare")
}

func (s *session) check(ctx context.Context, paths []string, opts checkOptions) error {
	if err := opts.checkFormat(append([]string{"sacro"}, streamFormats()...)); err != nil {
		return err
	}
	if opts.format == "sacro" && opts.out == "" {
		return cli.Fail(cli.Usage, errors.New("a pack is a folder"), "add --out DIR")
	}
	var register release.Register
	if opts.register != "" {
		var err error
		if register, err = openRegister(opts.register); err != nil {
			return err
		}
	}
	check := opts.alone
	if opts.register != "" {
		check = opts.examine
	}
	profile, found, published, err := check(ctx, paths)
	if err != nil {
		return err
	}
	if opts.register != "" {
		now, err := release.Of(release.Source{Rules: profile.Name(), Paths: paths, Report: found, Published: published})
		if err != nil {
			return explainRegister(err)
		}
		more, err := release.Compare(ctx, profile, now, register.Releases)
		if err != nil {
			return err
		}
		found = found.With(more)
	}
	if !opts.certificates {
		found = found.WithoutCertificates()
	}
	if err := s.answer(found, opts.answering, report.Pack{Profile: profile, Paths: paths, Made: s.now()}); err != nil {
		return err
	}
	return verdict(found)
}

// examine checks files under the rules and the declaration that were named, and
// lists what they publish.
func (c checking) examine(ctx context.Context, paths []string) (disclosure.Profile, outputs.Report, outputs.Publication, error) {
	return c.under(ctx, paths, outputs.Examine)
}

// alone is examine without the list, which takes far more memory than the check.
func (c checking) alone(ctx context.Context, paths []string) (disclosure.Profile, outputs.Report, outputs.Publication, error) {
	return c.under(ctx, paths, func(ctx context.Context, paths []string, options outputs.Options) (outputs.Report, outputs.Publication, error) {
		found, err := outputs.Check(ctx, paths, options)
		return found, outputs.Publication{}, err
	})
}

type checker func(ctx context.Context, paths []string, options outputs.Options) (outputs.Report, outputs.Publication, error)

func (c checking) under(ctx context.Context, paths []string, check checker) (disclosure.Profile, outputs.Report, outputs.Publication, error) {
	fail := func(err error) (disclosure.Profile, outputs.Report, outputs.Publication, error) {
		return disclosure.Profile{}, outputs.Report{}, outputs.Publication{}, err
	}
	options, err := c.options()
	if err != nil {
		return fail(err)
	}
	found, published, err := check(ctx, paths, options)
	if errors.Is(err, fs.ErrNotExist) {
		return fail(cli.Fail(cli.Usage, err, "name the files or folders to check"))
	}
	if err != nil {
		return fail(err)
	}
	return options.Profile, found, published, nil
}

// options loads the rules and the declaration.
func (c checking) options() (outputs.Options, error) {
	profile, err := loadRules(c.specs, c.rules)
	if err != nil {
		return outputs.Options{}, err
	}
	options := outputs.Options{
		Profile:  profile,
		Profiles: func(name string) (disclosure.Profile, error) { return loadRules(c.specs, name) },
	}
	if c.declare == "" {
		return options, nil
	}
	file, err := os.Open(c.declare)
	if err != nil {
		return options, cli.Fail(cli.Usage, err, "--declare names a file; tre-check declare drafts one")
	}
	defer file.Close()
	options.Declaration, err = outputs.ParseDeclaration(file)
	return options, err
}

// answering is how a report is written.
type answering struct {
	format, out        string
	json, certificates bool
}

func (a *answering) flags(command *cobra.Command, formats string) {
	flags := command.Flags()
	flags.StringVar(&a.format, "format", "text", formats)
	flags.StringVar(&a.out, "out", "", "a file to write to in place of standard output; with --format sacro the folder")
	flags.BoolVar(&a.json, "json", false, "the same as --format json")
	flags.BoolVar(&a.certificates, "show-certificates", false, "print the proofs; the report then gives hidden values away")
}

func streamFormats() []string {
	var names []string
	for name := range report.Streams {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func (a *answering) checkFormat(formats []string) error {
	if a.json {
		a.format = "json"
	}
	if !slices.Contains(formats, a.format) {
		slices.Sort(formats)
		return cli.Fail(cli.Usage, fmt.Errorf("there is no format %q", a.format), fmt.Sprintf("--format takes one of %v", formats))
	}
	return nil
}

// answer writes the report to standard output, to a file or as a pack.
func (s *session) answer(found outputs.Report, how answering, pack report.Pack) error {
	if how.format == "sacro" {
		pack.Report = found
		err := pack.Write(how.out)
		if errors.Is(err, report.ErrPackThere) {
			return cli.Fail(cli.Usage, err, "--out names a folder that is absent or empty")
		}
		return explainRegister(err)
	}
	write := report.Streams[how.format]
	if how.out == "" {
		return write(s.streams.Out, found)
	}
	var text bytes.Buffer
	if err := write(&text, found); err != nil {
		return err
	}
	return cli.WriteFile(how.out, text.Bytes())
}

// verdict is the exit code that answers a check; safe is no error.
func verdict(found outputs.Report) error {
	switch found.Verdict {
	case outputs.Fail:
		return cli.Verdict(cli.Refused)
	case outputs.Review:
		return cli.Verdict(cli.Review)
	}
	return nil
}

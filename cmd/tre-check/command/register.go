package command

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/outputs"
	"tre-toolkit/internal/outputs/notation"
	"tre-toolkit/internal/release"
	"tre-toolkit/internal/spec"
)

func (s *session) registerCommand() *cobra.Command {
	command := &cobra.Command{
		Use:   "register",
		Short: "Keep what left before, for checks of what is to leave next",
		Long: `The release register is a folder. For each release it holds the names and hashes
of the files that left, and of each table the cells as they were printed: numbers
and marks, no copies of files, nothing that was not released. Releases are only
ever added; each is bound to the one before by its hash, and a register that was
changed by hand is refused.

` + cli.ExitCodeHelp,
		Args: cli.Arguments(cobra.NoArgs),
		RunE: func(command *cobra.Command, _ []string) error { return command.Help() },
	}
	command.AddCommand(s.registerAddCommand(), s.registerListCommand())
	return command
}

type registerOptions struct {
	checking
	register, release, date string
	json                    bool
}

func (s *session) registerAddCommand() *cobra.Command {
	var opts registerOptions
	command := &cobra.Command{
		Use:   "add PATH... --register DIR --release NAME",
		Short: "Record files that have left",
		Long: `Records files that have left, as one release. It does not judge them: what has
left has left, and must be known to later checks. Check first, then release, then
add. It prints the hash that stands for the whole register; noted elsewhere, it
shows later that nothing was taken away.

` + cli.ExitCodeHelp,
		Example: "  tre-check register add results/ --register releases/ --release 2024-09-05 --rules ukllc-metrics",
		Args:    cli.Arguments(cobra.MinimumNArgs(1)),
		RunE: func(command *cobra.Command, args []string) error {
			return s.registerAdd(command.Context(), args, opts)
		},
	}
	opts.checking.flags(command)
	flags := command.Flags()
	flags.StringVar(&opts.register, "register", "", "the register's folder; made when it is absent")
	flags.StringVar(&opts.release, "release", "", "what the release is called: letters, digits, dots and dashes")
	flags.StringVar(&opts.date, "date", "", "when it left, such as 2024-09-05; today when it is not given")
	flags.BoolVar(&opts.json, "json", false, "answer as JSON")
	_ = command.MarkFlagRequired("register") // the flags are there
	_ = command.MarkFlagRequired("release")
	return command
}

func (s *session) registerAdd(ctx context.Context, paths []string, opts registerOptions) error {
	name, err := release.ParseName(opts.release)
	if err != nil {
		return cli.Fail(cli.Usage, err, "")
	}
	date := spec.DateOf(s.now())
	if opts.date != "" {
		if date, err = spec.ParseDate(opts.date); err != nil {
			return cli.Fail(cli.Usage, err, "--date takes a date such as 2024-09-05")
		}
	}
	profile, found, published, err := opts.examine(ctx, paths)
	if err != nil {
		return err
	}
	left, err := release.Of(release.Source{Name: name, Date: date, Rules: profile.Name(), Paths: paths, Report: found, Published: published})
	if err != nil {
		return explainRegister(err)
	}
	register, err := release.Add(ctx, opts.register, left)
	if err != nil {
		return explainRegister(err)
	}
	if opts.json {
		return cli.WriteJSON(s.streams.Out, summaries(register)[len(register.Releases)-1])
	}
	fmt.Fprintf(s.streams.Out, "%s is release %d of the register: %d files, %d tables of counts.\nThe register is now %s.\n",
		name, len(register.Releases), len(left.Files), len(left.Tables), register.Head())
	return nil
}

func (s *session) registerListCommand() *cobra.Command {
	var dir string
	var asJSON bool
	command := &cobra.Command{
		Use:   "list --register DIR",
		Short: "List what left before",
		Long:  "Reads the register, proves that it is as it was written, and lists its releases.\n\n" + cli.ExitCodeHelp,
		Args:  cli.Arguments(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			return s.registerList(dir, asJSON)
		},
	}
	command.Flags().StringVar(&dir, "register", "", "the register's folder")
	command.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	_ = command.MarkFlagRequired("register") // the flag is there
	return command
}

// releaseSummary is what is told of a release without its cells.
type releaseSummary struct {
	Number  int          `json:"number"`
	Release release.Name `json:"release"`
	Date    string       `json:"date"`
	Rules   string       `json:"rules"`
	Files   int          `json:"files"`
	Tables  int          `json:"tables"`
	Cells   int          `json:"cells"`
	SHA256  string       `json:"sha256"`
}

func summaries(register release.Register) []releaseSummary {
	list := []releaseSummary{}
	for i, one := range register.Releases {
		summary := releaseSummary{one.Number, one.Name, one.Date, one.Rules, len(one.Files), len(one.Tables), 0, register.SHA256(i)}
		for _, table := range one.Tables {
			summary.Cells += table.Len()
		}
		list = append(list, summary)
	}
	return list
}

func (s *session) registerList(dir string, asJSON bool) error {
	register, err := openRegister(dir)
	if err != nil {
		return err
	}
	list := summaries(register)
	if asJSON {
		return cli.WriteJSON(s.streams.Out, list)
	}
	table := tabwriter.NewWriter(s.streams.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "release\tdate\trules\tfiles\ttables\tcells\tsha256")
	for _, one := range list {
		fmt.Fprintf(table, "%s\t%s\t%s\t%d\t%d\t%d\t%s\n", one.Release, one.Date, notation.Printable(one.Rules), one.Files, one.Tables, one.Cells, one.SHA256)
	}
	return table.Flush()
}

// openRegister reads a register that must be there.
func openRegister(dir string) (release.Register, error) {
	register, err := release.OpenRegister(dir)
	if err == nil && len(register.Releases) == 0 {
		return register, cli.Fail(cli.Usage, fmt.Errorf("%s holds no release: %w", dir, fs.ErrNotExist), "tre-check register add records the first")
	}
	return register, explainRegister(err)
}

// explainRegister gives the errors of a register, and of files that it is to
// record, their exit codes.
func explainRegister(err error) error {
	switch {
	case errors.Is(err, outputs.ErrChanged):
		return cli.Fail(cli.Refused, err, "check it again: nobody judged what it holds now")
	case errors.Is(err, release.ErrTampered):
		return cli.Fail(cli.BadInput, err, "restore the register from a backup; nothing was checked against it")
	case errors.Is(err, release.ErrTaken):
		return cli.Fail(cli.Usage, err, "a release is recorded once: give this one a name of its own")
	case errors.Is(err, release.ErrBusy):
		return cli.Fail(cli.Fault, err, "wait until it has finished, then try again")
	}
	return err
}

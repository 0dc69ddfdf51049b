package command

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/outputs"
)

// DefaultRules is the profile of a check that names none: the strictest of the
// built-in ones, since a file that is checked has usually been made by hand.
const DefaultRules = "ukllc-researcher"

type checkOptions struct {
	rules, specs, format string
	json                 bool
}

func checkCommand(streams cli.Streams) *cobra.Command {
	var opts checkOptions
	command := &cobra.Command{
		Use:   "check PATH...",
		Short: "Check files and folders before they leave",
		Long: `Reads every file below the paths and checks it under one owner's rules.

CSV, TSV, Markdown, JSON and HTML tables are read. Files of other kinds, and
what could not be read of a file, are listed: a person must look at them.

The report prints the sums that prove what it found, so it may itself hold
hidden values; it says so when it does.

` + cli.ExitCodeHelp,
		Example: "  tre-check check results/ --rules ukllc-metrics\n  tre-check check table.csv --json",
		Args:    cli.Arguments(cobra.MinimumNArgs(1)),
		RunE: func(command *cobra.Command, args []string) error {
			return runCheck(command.Context(), streams, args, opts)
		},
	}
	flags := command.Flags()
	flags.StringVar(&opts.rules, "rules", DefaultRules, "the disclosure rules; see tre-check rules list")
	flags.StringVar(&opts.specs, "specs", "", "a folder of specifications in place of the built-in ones")
	flags.StringVar(&opts.format, "format", "text", "text or json")
	flags.BoolVar(&opts.json, "json", false, "the same as --format json")
	return command
}

func runCheck(ctx context.Context, streams cli.Streams, paths []string, opts checkOptions) error {
	if opts.json {
		opts.format = "json"
	}
	if opts.format != "text" && opts.format != "json" {
		return cli.Fail(cli.Usage, fmt.Errorf("there is no format %q", opts.format), "--format takes text or json")
	}
	profile, err := loadRules(opts.specs, opts.rules)
	if err != nil {
		return err
	}
	report, err := outputs.Check(ctx, paths, outputs.Options{Profile: profile})
	if errors.Is(err, fs.ErrNotExist) {
		return cli.Fail(cli.Usage, err, "name the files or folders to check")
	}
	if err != nil {
		return err
	}
	write := report.WriteText
	if opts.format == "json" {
		write = report.WriteJSON
	}
	if err := write(streams.Out); err != nil {
		return err
	}
	return verdict(report)
}

// verdict is the exit code that answers a check; safe is no error.
func verdict(report outputs.Report) error {
	switch report.Verdict {
	case outputs.Fail:
		return cli.Verdict(cli.Refused)
	case outputs.Review:
		return cli.Verdict(cli.Review)
	}
	return nil
}

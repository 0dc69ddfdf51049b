package main

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/linkage"
	"tre-toolkit/internal/quality"
	"tre-toolkit/internal/quality/report"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

type qualityOptions struct {
	version, rules, format, out string
	freeze                      int
	asJSON                      bool
}

func (s *session) qualityCommand() *cobra.Command {
	var opts qualityOptions
	command := newCommand("quality DATASET@N", "Check a loaded version as NHS validation does, and describe its columns",
		`Asks the rules of the dataset's quality.toml of every auxiliary table of a loaded
version: uniqueness, keys, the order of dates, codes in their lists, scores on
their tool's scale, and with --freeze whether the mapping knows everybody. Says of
each column how much of it is empty or invalid, which codes it has and over which
months its dates are, and of each table which months have no rows.

Numbers of rows go through the disclosure profile like numbers of people. With a
rule of severity error shown to be broken the exit code is 5.`,
		cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
			opts.version = args[0]
			return s.quality(ctx, opts)
		})
	flags := command.Flags()
	flags.StringVar(&opts.format, "format", "text", strings.Join(report.Formats, ", "))
	flags.BoolVar(&opts.asJSON, "json", false, "the same as --format json")
	flags.StringVar(&opts.out, "out", "", "the file to write; standard output if not given")
	flags.StringVar(&opts.rules, "rules", defaultRules, "the disclosure profile")
	flags.IntVar(&opts.freeze, "freeze", 0, "the freeze whose mapping must know everybody; none if not given")
	return command
}

func (s *session) quality(ctx context.Context, opts qualityOptions) error {
	if opts.asJSON {
		opts.format = "json"
	}
	if !slices.Contains(report.Formats, opts.format) {
		return cli.Fail(cli.Usage, fmt.Errorf("there is no format %q", opts.format), "--format is "+strings.Join(report.Formats, ", "))
	}
	assessed, err := s.assessQuality(ctx, opts)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	if err := report.Write(&text, opts.format, assessed); err != nil {
		return err
	}
	if err := s.writeOut(opts.out, text.Bytes()); err != nil {
		return err
	}
	if assessed.HasBroken(spec.SeverityError) {
		return cli.Verdict(cli.Refused)
	}
	return nil
}

// writeOut writes an answer to a file, whose name is printed, or to standard
// output when none is named.
func (s *session) writeOut(path string, text []byte) error {
	if path == "" {
		_, err := s.streams.Out.Write(text)
		return err
	}
	if err := cli.WriteFile(path, text); err != nil {
		return err
	}
	_, err := fmt.Fprintln(s.streams.Out, path)
	return err
}

// assessQuality makes the report of a loaded version.
func (s *session) assessQuality(ctx context.Context, opts qualityOptions) (quality.Report, error) {
	profile, err := s.rules(opts.rules)
	if err != nil {
		return quality.Report{}, err
	}
	files, err := s.specFiles()
	if err != nil {
		return quality.Report{}, err
	}
	var assessed quality.Report
	err = s.reading(ctx, nil, func(workspace *warehouse.Workspace) error {
		version, dataset, err := s.loadedVersion(ctx, workspace, opts.version)
		if err != nil {
			return err
		}
		rules, err := spec.LoadQuality(files, dataset)
		if err != nil {
			return err
		}
		labels, err := spec.LoadLabels(files, dataset.Name)
		if err != nil {
			return err
		}
		if opts.freeze != 0 {
			if _, err := linkage.Find(ctx, workspace.Warehouse, opts.freeze); err != nil {
				return err
			}
		}
		assessed, err = quality.Assess(ctx, workspace.Warehouse, quality.Question{
			Dataset: dataset, Version: version.Name, Quality: rules, Labels: labels, Freeze: opts.freeze, Profile: profile,
		})
		assessed.VersionDate, assessed.DOI = version.Date.String(), version.DOI()
		return err
	})
	return assessed, err
}

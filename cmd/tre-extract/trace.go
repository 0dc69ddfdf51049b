package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/auxtables"
	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/intake"
	"tre-toolkit/internal/warehouse"
)

type traceOptions struct {
	load   loadOptions
	rows   string
	asJSON bool
}

func (s *session) traceCommand() *cobra.Command {
	var opts traceOptions
	command := newCommand("trace DATASET@N PATH...", "Find rows of a version in the files that it was loaded from",
		`Finds the file and line of rows in a version's delivery, where their cells are as
they came, before blanks, codes, days, flags and numbers were normalised. The rows
are asked for by a CSV file of columns that the delivery has, such as recordnumber
or uniqueid_ids101; the answer gives the line of that file, the file of the
delivery and the line there, and never a cell.

A file that the version was not loaded from is refused, by its hash.`,
		cobra.MinimumNArgs(2), func(ctx context.Context, args []string) error {
			opts.load.version, opts.load.paths = args[0], args[1:]
			return s.trace(ctx, opts)
		})
	flags := command.Flags()
	flags.StringVar(&opts.load.date, "date", "", "the version's date (default: as the dataset's specification has it)")
	flags.StringVar(&opts.rows, "rows", "", "a CSV file of columns and the rows that are looked for")
	flags.BoolVar(&opts.asJSON, "json", false, "answer as JSON")
	_ = command.MarkFlagRequired("rows")
	return command
}

func (s *session) trace(ctx context.Context, opts traceOptions) error {
	request, err := s.loadRequest(opts.load)
	if err != nil {
		return err
	}
	wanted, findings, err := intake.InspectFile(ctx, opts.rows)
	if err != nil {
		return err
	}
	if len(findings) > 0 {
		return &diagnostic.Input{Findings: findings}
	}
	delivery, err := auxtables.Inspect(ctx, request)
	if err != nil {
		return err
	}
	var places []auxtables.Place
	err = s.reading(ctx, nil, func(workspace *warehouse.Workspace) error {
		places, err = auxtables.Trace(ctx, workspace.Warehouse, delivery, wanted)
		return err
	})
	if err != nil {
		return err
	}
	if opts.asJSON {
		return cli.WriteJSON(s.streams.Out, places)
	}
	for _, place := range places {
		if _, err := fmt.Fprintf(s.streams.Out, "%s:%d: %s:%d\n", wanted.Name(), place.Wanted, place.File, place.Line); err != nil {
			return err
		}
	}
	return nil
}

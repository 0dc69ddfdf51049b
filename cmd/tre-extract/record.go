package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/auxtables"
	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

func (s *session) recordCommand() *cobra.Command {
	var asJSON bool
	command := newCommand("record DATASET@N", "Show how a version came about from source tables",
		`Shows what a load of source tables recorded: the files, the generations and the
columns that they do not fill, columns that identify people and what became of
them, submissions that others stand over, months that are missing, rows that refer
to none, and the cells that were written in another way, by column and kind.`,
		cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
			return s.showRecord(ctx, args[0], asJSON)
		})
	command.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return command
}

// shownRecord is a record as JSON.
type shownRecord struct {
	Version spec.DatasetVersion    `json:"version"`
	Files   []auxtables.LoadedFile `json:"files"`
	Record  *auxtables.Record      `json:"record"` // null of a version that came ready made
}

func (s *session) showRecord(ctx context.Context, text string, asJSON bool) error {
	var shown shownRecord
	err := s.reading(ctx, nil, func(workspace *warehouse.Workspace) error {
		version, _, err := s.loadedVersion(ctx, workspace, text)
		if err != nil {
			return err
		}
		shown.Version = version.Name
		record, found, err := auxtables.ReadRecord(ctx, workspace.Warehouse, version.Name)
		if err != nil || !found {
			return err
		}
		shown.Record = &record
		shown.Files, err = auxtables.LoadedFiles(ctx, workspace.Warehouse, version.Name)
		return err
	})
	if err != nil {
		return err
	}
	if asJSON {
		return cli.WriteJSON(s.streams.Out, shown)
	}
	return writeRecord(s.streams.Out, shown)
}

func writeRecord(w io.Writer, shown shownRecord) error {
	if shown.Record == nil {
		_, err := fmt.Fprintf(w, "%s came ready made: it has no record of source tables\n", shown.Version)
		return err
	}
	record := shown.Record
	fmt.Fprintf(w, "%s, from %d files of source tables\n\n", shown.Version, len(shown.Files))
	for _, generation := range record.Generations {
		fmt.Fprintf(w, "%s\n", generation.Generation)
		if len(generation.Without) > 0 {
			fmt.Fprintf(w, "  no files of %s\n", strings.Join(generation.Without, ", "))
		}
		for _, absent := range generation.Absent {
			fmt.Fprintf(w, "  does not fill %s: %s\n", absent.Table, strings.Join(absent.Columns, ", "))
		}
	}
	writeNotes(w, *record, math.MaxInt)
	for _, one := range record.Superseded {
		fmt.Fprintf(w, "superseded: %s %s %s %s, submission %s\n", one.Generation, one.Provider, one.Month, one.FileType, one.ID)
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "\nnormalised column\tkind\tcells\t")
	for _, one := range record.Normalised {
		fmt.Fprintf(table, "%s %s.%s\t%s\t%d\t\n", one.Generation, one.Table, one.Column, one.Kind, one.Cells)
	}
	return table.Flush()
}

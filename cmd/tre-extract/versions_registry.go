package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cite"
	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/versions"
	"tre-toolkit/internal/warehouse"
)

// largestAnswer bounds a saved answer of the registry: a thousand records are a
// few megabytes.
const largestAnswer = 64 << 20

type importOptions struct {
	taken  string
	dryRun bool
	asJSON bool
}

func (s *session) versionsImportCommand() *cobra.Command {
	var opts importOptions
	command := newCommand("import FILE...", "Read saved DataCite records and activities",
		`Reads saved answers of DataCite, records (dois) and activities, and keeps them in
the workspace: versions show then tells where a DOI's metadata have moved.

Give every page; their order does not matter and a page may be there twice. Save
them by number (page[number]=1, 2, ...): the answer's own link to the next page
leaves the DOI out and leads elsewhere.`,
		cobra.MinimumNArgs(1), func(ctx context.Context, args []string) error { return s.versionsImport(ctx, args, opts) })
	flags := command.Flags()
	flags.StringVar(&opts.taken, "taken", "", "the day the answers were saved, such as 2026-05-01; today when not given")
	flags.BoolVar(&opts.dryRun, "dry-run", false, "read the files and change nothing")
	flags.BoolVar(&opts.asJSON, "json", false, "answer as JSON")
	return command
}

func (s *session) versionsImport(ctx context.Context, files []string, opts importOptions) error {
	taken := spec.DateOf(s.now())
	if opts.taken != "" {
		var err error
		if taken, err = parseDate("taken", opts.taken); err != nil {
			return err
		}
	}
	saved, err := readSaved(files)
	if err != nil {
		return err
	}
	if opts.dryRun {
		_, err := fmt.Fprintf(s.streams.Out, "%d records and %d activities read; nothing was changed\n", len(saved.Records), len(saved.Activities))
		return err
	}
	var done versions.Imported
	err = s.writing(ctx, "versions import", nil, func(workspace *warehouse.Workspace) error {
		var err error
		done, err = versions.Import(ctx, workspace, saved, taken)
		return err
	})
	if err != nil {
		return err
	}
	if opts.asJSON {
		return cli.WriteJSON(s.streams.Out, done)
	}
	return writeImported(s.streams, done)
}

func readSaved(files []string) (versions.Saved, error) {
	var pages []versions.Saved
	for _, file := range files {
		text, err := readBounded(file)
		if err != nil {
			return versions.Saved{}, err
		}
		page, err := versions.ParseSaved(file, text)
		if err != nil {
			return versions.Saved{}, err
		}
		pages = append(pages, page)
	}
	return versions.Merge(pages...)
}

func readBounded(file string) ([]byte, error) {
	opened, err := os.Open(file)
	if err != nil {
		return nil, cli.Fail(cli.Usage, err, "name the saved answers")
	}
	defer opened.Close()
	text, err := io.ReadAll(io.LimitReader(opened, largestAnswer+1))
	if err == nil && len(text) > largestAnswer {
		err = cli.Fail(cli.BadInput, fmt.Errorf("%s is larger than %d MiB", file, largestAnswer>>20), "save the answer in smaller pages")
	}
	return text, err
}

func writeImported(streams cli.Streams, done versions.Imported) error {
	_, err := fmt.Fprintf(streams.Out, "%d records of %s, %d activities, %d known already\n", done.Records, done.TakenOn, done.Activities, done.Known)
	if done.Foreign > 0 {
		fmt.Fprintf(streams.Err, "note: %d entries of other owners' DOIs were left out; a page of the registry's whole feed may be among the files\n", done.Foreign)
	}
	for _, doi := range done.Tests {
		fmt.Fprintf(streams.Err, "note: %s is a DOI of DataCite's test service; it does not resolve\n", doi)
	}
	for _, gap := range done.Missing {
		fmt.Fprintf(streams.Err, "note: %s: %d earlier changes are on no page, the first is number %d\n", gap.DOI, len(gap.Changes), gap.Changes[0])
	}
	return err
}

func (s *session) versionsExportCommand() *cobra.Command {
	var out string
	command := newCommand("export DATASET@N", "Write the DataCite record of a version",
		`Writes a version's record as JSON that can be deposited at DataCite: creators,
titles, publisher, sizes, dates, the version before it (IsNewVersionOf), the
series (IsPartOf). A version without a DOI goes without one: none is made up.`,
		cobra.ExactArgs(1), func(ctx context.Context, args []string) error { return s.versionsExport(ctx, args[0], out) })
	command.Flags().StringVar(&out, "out", "", "a file to write in place of standard output")
	return command
}

func (s *session) versionsExport(ctx context.Context, name, out string) error {
	var text []byte
	err := s.reading(ctx, nil, func(workspace *warehouse.Workspace) error {
		version, dataset, err := s.loadedVersion(ctx, workspace, name)
		if err != nil {
			return err
		}
		if doi, err := cite.ParseDOI(version.Release.DOI); err == nil && doi.IsTest() {
			fmt.Fprintf(s.streams.Err, "note: %s is a DOI of DataCite's test service; it does not resolve\n", doi)
		}
		text, err = versions.Deposit(ctx, workspace.Warehouse, dataset, version)
		return err
	})
	if err != nil {
		return err
	}
	if out == "" {
		_, err := s.streams.Out.Write(text)
		return err
	}
	if err := cli.WriteFile(out, text); err != nil {
		return err
	}
	_, err = fmt.Fprintln(s.streams.Out, out)
	return err
}

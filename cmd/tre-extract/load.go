package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/auxtables"
	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/extract"
	"tre-toolkit/internal/ledger"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

type loadOptions struct {
	version    string
	paths      []string
	date       string
	maxRejects int64
	dryRun     bool
	asJSON     bool
}

func (s *session) loadCommand() *cobra.Command {
	var opts loadOptions
	command := newCommand("load DATASET@N PATH...", "Load a delivery as a version of a dataset",
		`Loads the files of a delivery, or the folders that hold them, into typed tables
by the dataset's specification. Every record is loaded or rejected: a rejected
row is listed in the workspace's rejects folder with file, line, column and
reason, and never shown. The version appears whole or not at all. With more
rejected rows than --max-rejects, nothing is loaded.

DATASET@N:DATE loads a version of another lineage that shares the number N: its
tables' names carry the date, such as iapt_care_cluster_v0002_20220106.`,
		cobra.MinimumNArgs(2), func(ctx context.Context, args []string) error {
			opts.version, opts.paths = args[0], args[1:]
			return s.load(ctx, opts)
		})
	flags := command.Flags()
	flags.StringVar(&opts.date, "date", "", "the version's date (default: as the dataset's specification has it)")
	flags.Int64Var(&opts.maxRejects, "max-rejects", 0, "rows that may be rejected before the load is refused")
	flags.BoolVar(&opts.dryRun, "dry-run", false, "look at the delivery and load nothing")
	flags.BoolVar(&opts.asJSON, "json", false, "answer as JSON")
	return command
}

func (s *session) load(ctx context.Context, opts loadOptions) error {
	request, err := s.loadRequest(opts)
	if err != nil {
		return err
	}
	if opts.dryRun {
		return s.lookAt(ctx, request)
	}
	progress := cli.NewProgress(s.streams, len(request.Dataset.Tables))
	defer progress.Done()
	var result auxtables.Result
	name := request.Version.String()
	event := ledger.Event{Kind: ledger.Load, Subject: name}
	err = s.changing(ctx, "load "+name, event, auxtables.Directories(opts.paths), func(workspace *warehouse.Workspace) (map[string]string, error) {
		delivery, err := auxtables.Inspect(ctx, request)
		if err != nil {
			return nil, err
		}
		if result, err = auxtables.Load(ctx, workspace, delivery, progress.Step); err != nil {
			return nil, err
		}
		return extract.FindSource(ctx, workspace.Warehouse, ledger.Load, name)
	})
	if err != nil {
		return err
	}
	if opts.asJSON {
		return cli.WriteJSON(s.streams.Out, result)
	}
	return writeLoaded(s.streams.Out, result)
}

// lookAt inspects a delivery and loads nothing.
func (s *session) lookAt(ctx context.Context, request auxtables.Request) error {
	if _, err := auxtables.Inspect(ctx, request); err != nil {
		return err
	}
	_, err := fmt.Fprintf(s.streams.Out, "%s: the delivery's files, headers and encoding fit; nothing was loaded\n", request.Version)
	return err
}

func (s *session) loadRequest(opts loadOptions) (auxtables.Request, error) {
	version, dataset, err := s.datasetVersion(opts.version)
	if err != nil {
		return auxtables.Request{}, err
	}
	name, date, err := named(dataset, version, opts.date)
	return auxtables.Request{
		Dataset: dataset, Version: name, Date: date, Paths: opts.paths, MaxRejects: opts.maxRejects, Now: s.now(),
	}, err
}

// named returns what the version is called, and its date: as the command names
// it, as --date gives it, or as the specification has it.
func named(dataset spec.Dataset, version spec.DatasetVersion, given string) (spec.DatasetVersion, spec.Date, error) {
	date := version.Lineage
	if given != "" {
		var err error
		if date, err = parseDate("date", given); err != nil {
			return version, date, err
		}
		if !version.Lineage.IsZero() && date != version.Lineage {
			return version, date, cli.Fail(cli.Usage, fmt.Errorf("%s is not of %s", version, date), "the name has the date: leave --date out")
		}
		if len(dataset.Releases(version.Number)) > 1 {
			version.Lineage = date
		}
	}
	name, err := resolve(dataset, version)
	if err != nil || !date.IsZero() {
		return name, date, err
	}
	release, known := dataset.Release(name)
	if !known {
		return name, date, cli.Fail(cli.Usage, errors.New("the version's date is not known"), "--date 2024-04-26 gives it")
	}
	return name, release.Date, nil
}

func writeLoaded(w io.Writer, result auxtables.Result) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "table\tcolumns\trows read\tloaded\trejected\t")
	var read, loaded, rejected int64
	for _, one := range result.Tables {
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%d\t\n", one.Table, one.Columns, one.RowsRead, one.RowsLoaded, one.RowsRejected)
		read, loaded, rejected = read+one.RowsRead, loaded+one.RowsLoaded, rejected+one.RowsRejected
	}
	fmt.Fprintf(table, "all\t\t%d\t%d\t%d\t\n", read, loaded, rejected)
	if err := table.Flush(); err != nil {
		return err
	}
	if result.Rejects != "" {
		fmt.Fprintf(w, "rejected rows are listed in %s\n", result.Rejects)
	}
	_, err := fmt.Fprintf(w, "loaded %s (%s)\n", result.Version, result.Date)
	return err
}

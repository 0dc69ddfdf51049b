package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
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
	maxRejects []string
	dryRun     bool
	asJSON     bool
}

func (s *session) loadCommand() *cobra.Command {
	var opts loadOptions
	command := newCommand("load DATASET@N PATH...", "Load a delivery as a version of a dataset",
		`Loads the files of a delivery, or the folders that hold them, into typed tables
by the dataset's specification: ready-made auxiliary tables, or source tables of
any generations, which are assembled. Files are recognised by their headers; they
are separated by commas, tabs or pipes, plain or packed by gzip or zstandard, or
Parquet. --dry-run lists what each was recognised as.

Every record is loaded or rejected: a rejected row is listed in the workspace's
rejects folder with file, line, column and reason, and never shown. The version
appears whole or not at all. With more rejected rows than --max-rejects, nothing
is loaded. A delivery that the version was loaded from before is skipped.

DATASET@N:DATE loads a version of another lineage that shares the number N: its
tables' names carry the date, such as iapt_care_cluster_v0002_20220106.`,
		cobra.MinimumNArgs(2), func(ctx context.Context, args []string) error {
			opts.version, opts.paths = args[0], args[1:]
			return s.load(ctx, opts)
		})
	flags := command.Flags()
	flags.StringVar(&opts.date, "date", "", "the version's date (default: as the dataset's specification has it)")
	flags.StringArrayVar(&opts.maxRejects, "max-rejects", nil, "rows that may be rejected before the load is refused: N, or TABLE=N for one table")
	flags.BoolVar(&opts.dryRun, "dry-run", false, "list what the files are recognised as and load nothing")
	flags.BoolVar(&opts.asJSON, "json", false, "answer as JSON")
	return command
}

func (s *session) load(ctx context.Context, opts loadOptions) error {
	request, err := s.loadRequest(opts)
	if err != nil {
		return err
	}
	if opts.dryRun {
		return s.lookAt(ctx, request, opts.asJSON)
	}
	var result auxtables.Result
	name := request.Version.String()
	event := ledger.Event{Kind: ledger.Load, Subject: name}
	err = s.changing(ctx, "load "+name, event, auxtables.Directories(opts.paths), func(workspace *warehouse.Workspace) (map[string]string, error) {
		delivery, err := auxtables.Inspect(ctx, request)
		if err != nil {
			return nil, err
		}
		progress := cli.NewProgress(s.streams, delivery.Steps())
		defer progress.Done()
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

// recognised is a listing as JSON.
type recognised struct {
	Version spec.DatasetVersion    `json:"version"`
	Files   []auxtables.Recognised `json:"files"`
}

// lookAt lists what a delivery's files are recognised as and loads nothing.
func (s *session) lookAt(ctx context.Context, request auxtables.Request, asJSON bool) error {
	delivery, wrong := auxtables.Inspect(ctx, request)
	if asJSON {
		return errors.Join(cli.WriteJSON(s.streams.Out, recognised{request.Version, delivery.Listing()}), wrong)
	}
	if err := writeListing(s.streams.Out, delivery.Listing()); err != nil || wrong != nil {
		return errors.Join(wrong, err)
	}
	_, err := fmt.Fprintf(s.streams.Out, "%s: the delivery's files, headers and encoding fit; nothing was loaded\n", request.Version)
	return err
}

func writeListing(w io.Writer, files []auxtables.Recognised) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "file\trows\trecognised as")
	for _, one := range files {
		as := strings.TrimSpace(one.Generation + " " + one.Table)
		switch {
		case len(one.Why) > 0:
			as = strings.TrimPrefix(as+": not read", ": ")
		case len(one.Lacking) > 0:
			as += fmt.Sprintf(", %d columns lacking", len(one.Lacking))
		}
		fmt.Fprintf(table, "%s\t%d\t%s\n", one.File, one.Rows, as)
		for _, why := range one.Why {
			fmt.Fprintf(table, "\t\t  %s\n", why)
		}
	}
	return table.Flush()
}

func (s *session) loadRequest(opts loadOptions) (auxtables.Request, error) {
	version, dataset, err := s.datasetVersion(opts.version)
	if err != nil {
		return auxtables.Request{}, err
	}
	name, date, err := named(dataset, version, opts.date)
	if err != nil {
		return auxtables.Request{}, err
	}
	request := auxtables.Request{Dataset: dataset, Version: name, Date: date, Paths: opts.paths, Now: s.now()}
	if request.MaxRejects, request.Tolerances, err = tolerances(opts.maxRejects); err != nil {
		return request, err
	}
	if request.Specs, err = s.specFiles(); err != nil {
		return request, err
	}
	if request.Labels, err = spec.LoadLabels(request.Specs, dataset.Name); err != nil {
		return request, err
	}
	request.Generations, err = spec.LoadGenerations(request.Specs, dataset.Name)
	return request, err
}

// tolerances reads --max-rejects: a number for all, or one for a table.
func tolerances(given []string) (all int64, tables map[string]int64, err error) {
	tables = map[string]int64{}
	for _, text := range given {
		table, number, own := strings.Cut(text, "=")
		if !own {
			number = text
		}
		most, err := strconv.ParseInt(number, 10, 64)
		if err != nil || most < 0 {
			return 0, nil, cli.Fail(cli.Usage, fmt.Errorf("--max-rejects is %q", text), "write a number, or TABLE=NUMBER as in care_cluster=5")
		}
		if own {
			tables[strings.ToLower(table)] = most
		} else {
			all = most
		}
	}
	return all, tables, nil
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
	if len(result.Skipped) > 0 {
		for _, name := range result.Skipped {
			fmt.Fprintf(w, "%s: loaded before, skipped\n", name)
		}
		_, err := fmt.Fprintf(w, "%s (%s) is already loaded from these files; nothing was done\n", result.Version, result.Date)
		return err
	}
	if err := writeSources(w, result); err != nil {
		return err
	}
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

// writeSources writes what became of source tables.
func writeSources(w io.Writer, result auxtables.Result) error {
	if result.Record == nil {
		return nil
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "source table\tfiles\trows read\tstaged\trejected\t")
	for _, one := range result.Sources {
		fmt.Fprintf(table, "%s %s\t%d\t%d\t%d\t%d\t\n", one.Generation, one.Table, one.Files, one.RowsRead, one.RowsLoaded, one.RowsRejected)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	writeNotes(w, *result.Record, fewNamed)
	if n := len(result.Record.Superseded); n > 0 {
		fmt.Fprintf(w, "%d submissions are superseded by later ones\n", n)
	}
	_, err := fmt.Fprintln(w)
	return err
}

// fewNamed are the providers that a line names after a load; the record names all.
const fewNamed = 5

// writeNotes writes what of a delivery is worth a second look, with at most so
// many providers a line.
func writeNotes(w io.Writer, record auxtables.Record, most int) {
	for _, one := range record.Skipped {
		fmt.Fprintf(w, "%s: the same as %s, skipped\n", one.File, one.SameAs)
	}
	tables, columns := grouped(record.Identifying, func(one auxtables.Identifying) (string, string) {
		return one.Generation + " " + one.Table + ", " + treatmentOf(one.Treatment), one.Column
	})
	for _, table := range tables {
		fmt.Fprintf(w, "identifies people: %s: %s\n", table, strings.Join(columns[table], ", "))
	}
	for _, one := range record.Repeated {
		fmt.Fprintf(w, "warning: %s: submission %s has several header rows\n", one.Generation, one.ID)
	}
	months, providers := grouped(record.Missing, func(one auxtables.Month) (string, string) { return one.Month, one.Provider })
	for _, month := range months {
		named, more := providers[month], ""
		if n := len(named) - most; n > 0 {
			named, more = named[:most], fmt.Sprintf(" and %d more", n)
		}
		fmt.Fprintf(w, "warning: %s: no submission of providers that have some before and after: %s%s\n", month, strings.Join(named, ", "), more)
	}
	for _, one := range record.Orphans {
		fmt.Fprintf(w, "%s %s: %d rows refer to no row of %s; they are kept\n", one.Generation, one.Table, one.Rows, one.RefersTo)
	}
}

// grouped puts members of a list together by what they share, in the list's order.
func grouped[T any](list []T, of func(T) (shared, own string)) (order []string, groups map[string][]string) {
	groups = map[string][]string{}
	for _, one := range list {
		shared, own := of(one)
		if _, known := groups[shared]; !known {
			order = append(order, shared)
		}
		groups[shared] = append(groups[shared], own)
	}
	return order, groups
}

func treatmentOf(treatment string) string {
	if treatment == spec.Drop {
		return "not read"
	}
	return "read as its " + treatment + " only"
}

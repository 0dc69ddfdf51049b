package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/extract"
	"tre-toolkit/internal/linkage"
	"tre-toolkit/internal/measures"
	"tre-toolkit/internal/metrics"
	"tre-toolkit/internal/page/report"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/versions"
	"tre-toolkit/internal/warehouse"
)

const defaultRules = "ukllc-metrics"

type metricsOptions struct {
	version string
	rules   string
	freeze  int
	format  string
	out     string
	funnel  bool
	asJSON  bool
}

func (s *session) metricsCommand() *cobra.Command {
	var opts metricsOptions
	command := newCommand("metrics DATASET@N", "Count participants by study and table, safely",
		`Counts distinct participants of each study in each auxiliary table, and makes
the table that may be shown under a disclosure profile: no exact count below
its threshold leaves this command in any format. With --funnel it counts, per
study, who is enrolled, permitted, linked by basis and present in each table. With
--format html it makes one page of both with the waits and outcomes of each study,
as tre-extract report does.

Without --out one format goes to standard output. With --out DIR the table and
the funnel are written there as CSV, Markdown and JSON, with a metadata file
beside each CSV that says what it was made from.`,
		cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
			opts.version = args[0]
			return s.metrics(ctx, opts)
		})
	flags := command.Flags()
	flags.StringVar(&opts.rules, "rules", defaultRules, "the disclosure profile")
	flags.IntVar(&opts.freeze, "freeze", 0, "the freeze to count in; 0 means the newest")
	flags.StringVar(&opts.format, "format", "csv", "csv, md, json or html, on standard output")
	flags.StringVar(&opts.out, "out", "", "a folder to write every format to")
	flags.BoolVar(&opts.funnel, "funnel", false, "the funnel in place of the table")
	flags.BoolVar(&opts.asJSON, "json", false, "the same as --format json")
	return command
}

func (s *session) metrics(ctx context.Context, opts metricsOptions) error {
	if opts.asJSON {
		opts.format = "json"
	}
	if opts.format == "html" && (opts.out != "" || opts.funnel) {
		return cli.Fail(cli.Usage, errors.New("the page goes to standard output, with both tables in it"), "leave --out and --funnel out; tre-extract report --rules ukllc-metrics --out FILE writes it to a file")
	}
	profile, err := s.rules(opts.rules)
	if err != nil {
		return err
	}
	return s.reading(ctx, nil, func(workspace *warehouse.Workspace) error {
		version, dataset, err := s.loadedVersion(ctx, workspace, opts.version)
		if err != nil {
			return err
		}
		tables, err := countMetrics(ctx, workspace.Warehouse, version, dataset, opts.freeze, profile)
		if err != nil {
			return err
		}
		if opts.out != "" {
			return s.writeMetrics(opts.out, version.Name, tables)
		}
		if opts.format == "html" {
			return s.printCohorts(ctx, workspace.Warehouse, version, dataset, opts.freeze, profile)
		}
		return s.printMetrics(tables, opts)
	})
}

// metricsTables are the two tables that are made together.
type metricsTables struct{ participants, funnel metrics.Grid }

// steps is the funnel as far as the hub, which everybody with records is in. Its
// other tables are those of participants.
func (t metricsTables) steps(dataset spec.Dataset) metrics.Grid {
	steps := t.funnel
	steps.Columns = slices.DeleteFunc(slices.Clone(steps.Columns), func(column metrics.Column) bool {
		_, isTable := dataset.Table(column.Name)
		return isTable && column.Name != dataset.Hub.String()
	})
	return steps
}

func countMetrics(ctx context.Context, w *warehouse.Warehouse, version versions.Version, dataset spec.Dataset, number int, profile disclosure.Profile) (metricsTables, error) {
	freeze, err := linkage.Find(ctx, w, number)
	if err != nil {
		return metricsTables{}, err
	}
	scope := extract.MetricsScope(version, dataset, freeze)
	participants, err := metrics.CountParticipants(ctx, w, scope)
	if err != nil {
		return metricsTables{}, err
	}
	funnel, err := metrics.CountFunnel(ctx, w, scope, participants)
	return metricsTables{participants.Protect(profile), funnel.Protect(profile)}, err
}

const (
	participantsTitle = "Participants by study and table"
	funnelTitle       = "Participants by study, from enrolment to records"
)

func (s *session) printMetrics(tables metricsTables, opts metricsOptions) error {
	var text []byte
	var err error
	switch {
	case opts.format == "csv" && opts.funnel:
		text, err = tables.funnel.WideCSV()
	case opts.format == "csv":
		text, err = tables.participants.LongCSV()
	case opts.format == "json" && opts.funnel:
		text, err = tables.funnel.WideJSON()
	case opts.format == "json":
		text, err = tables.participants.LongJSON()
	case opts.format == "md" && opts.funnel:
		text = tables.funnel.Markdown(funnelTitle)
	case opts.format == "md":
		text = tables.participants.Markdown(participantsTitle)
	default:
		return cli.Fail(cli.Usage, fmt.Errorf("there is no format %q", opts.format), "--format is csv, md, json or html")
	}
	if err != nil {
		return err
	}
	_, err = s.streams.Out.Write(text)
	return err
}

// printCohorts prints the interactive report of the studies alone.
func (s *session) printCohorts(ctx context.Context, w *warehouse.Warehouse, version versions.Version, dataset spec.Dataset, freeze int, profile disclosure.Profile) error {
	opts := reportOptions{measuresOptions: measuresOptions{freeze: freeze, levels: []string{string(measures.Study)}}}
	input, err := s.reportInput(ctx, w, opts, version, dataset, profile)
	if err != nil {
		return err
	}
	return report.Write(s.streams.Out, input)
}

// writeMetrics writes both tables in every format.
func (s *session) writeMetrics(dir string, version spec.DatasetVersion, tables metricsTables) error {
	kinds := []struct {
		name, title string
		grid        metrics.Grid
		csv, json   func(metrics.Grid) ([]byte, error)
	}{
		{"participants", participantsTitle, tables.participants, metrics.Grid.LongCSV, metrics.Grid.LongJSON},
		{"funnel", funnelTitle, tables.funnel, metrics.Grid.WideCSV, metrics.Grid.WideJSON},
	}
	for _, kind := range kinds {
		stem := version.FileStem() + "_" + kind.name
		table, err := kind.csv(kind.grid)
		if err != nil {
			return err
		}
		records, err := kind.json(kind.grid)
		if err != nil {
			return err
		}
		metadata, err := kind.grid.Metadata(stem+".csv", kind.title, table)
		if err != nil {
			return err
		}
		outputs := []struct {
			name string
			text []byte
		}{
			{stem + ".csv", table},
			{stem + ".csv-metadata.json", metadata},
			{stem + ".json", records},
			{stem + ".md", kind.grid.Markdown(kind.title)},
		}
		for _, output := range outputs {
			path := filepath.Join(dir, output.name)
			if err := cli.WriteFile(path, output.text); err != nil {
				return err
			}
			fmt.Fprintln(s.streams.Out, path)
		}
	}
	return nil
}

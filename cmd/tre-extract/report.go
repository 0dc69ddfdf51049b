package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/measures"
	"tre-toolkit/internal/page/boundaries"
	"tre-toolkit/internal/page/report"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/versions"
	"tre-toolkit/internal/warehouse"
)

type reportOptions struct {
	measuresOptions
	kinds      []string
	boundaries string
}

func (s *session) reportCommand() *cobra.Command {
	var opts reportOptions
	command := newCommand("report DATASET@N", "Make the interactive report of the NHS measures",
		`Makes one HTML file that needs no network: charts of referrals, waits and
outcomes for every period and organisation that may be shown, the table behind
each chart, and what the figures cannot say. A reader picks an organisation, a
period and a breakdown; the address keeps the choice. Without JavaScript the
default view and all tables are there.

Only figures that went through the disclosure profile are in the file. Rules that
print exact counts let one level and one kind of period stand in a report, and no
breakdowns: others beside them would let masked counts be worked out.`,
		cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
			opts.version = args[0]
			return s.report(ctx, opts)
		})
	flags := command.Flags()
	flags.StringVar(&opts.out, "out", "", "the file to write; standard output if not given")
	flags.StringSliceVar(&opts.kinds, "period", nil, "month, quarter, year (from April), or START:END; month,quarter,year when the rules round, otherwise year")
	flags.StringVar(&opts.from, "from", "", "the first day that whole periods may begin on")
	flags.StringVar(&opts.to, "to", "", "the last day that whole periods may end on")
	flags.StringSliceVar(&opts.levels, "levels", nil, "England, Region, ICB, SubICB, Provider, Study; England, Region, ICB, and Study of a freeze when the rules round, otherwise Study")
	flags.StringVar(&opts.rules, "rules", "nhs-talking-therapies", "the disclosure profile")
	flags.IntVar(&opts.freeze, "freeze", 0, "the freeze whose linked people count; 0 means the newest")
	flags.BoolVar(&opts.everybody, "everybody", false, "count everybody in the tables, of no study")
	flags.StringVar(&opts.organisations, "organisations", "", "a CSV file of known organisations: code, name, successor")
	flags.StringVar(&opts.boundaries, "boundaries", "", "a GeoJSON file of the areas of one level, for a map; ranked lists alone without it")
	return command
}

func (s *session) report(ctx context.Context, opts reportOptions) error {
	rules, err := s.rules(opts.rules)
	if err != nil {
		return err
	}
	if rules, err = withVisibleMark(rules); err != nil {
		return err
	}
	var text bytes.Buffer
	err = s.reading(ctx, nil, func(workspace *warehouse.Workspace) error {
		version, dataset, err := s.loadedVersion(ctx, workspace, opts.version)
		if err != nil {
			return err
		}
		input, err := s.reportInput(ctx, workspace.Warehouse, opts, version, dataset, rules)
		if err != nil {
			return err
		}
		return report.Write(&text, input)
	})
	if errors.Is(err, report.ErrNothing) {
		return cli.Fail(cli.Refused, err, "name larger levels with --levels, or longer periods with --period")
	}
	if err != nil {
		return err
	}
	return s.writeOut(opts.out, text.Bytes())
}

// withVisibleMark has masked figures show a mark that can be seen and heard, where
// the rules have one beside the blank.
func withVisibleMark(rules disclosure.Profile) (disclosure.Profile, error) {
	for _, mark := range rules.Rules().Marks.Value {
		if mark != "" {
			return rules.Writing(mark)
		}
	}
	return rules, nil
}

func (s *session) reportInput(ctx context.Context, w *warehouse.Warehouse, opts reportOptions, version versions.Version, dataset spec.Dataset, rules disclosure.Profile) (report.Input, error) {
	files, err := s.specFiles()
	if err != nil {
		return report.Input{}, err
	}
	counting := opts.measuresOptions
	counting.outcomes, counting.finished, counting.opposite = "shipped", "counts", "excludes"
	exact := rules.Rules().RoundingBase.Value == 1
	kinds := opts.kindsFor(exact)
	if exact && len(kinds) > 1 {
		return report.Input{}, cli.Fail(cli.Refused, fmt.Errorf("the rules %s print exact counts: those of several kinds of periods would let masked ones be worked out", rules.Name()), "name one kind with --period")
	}
	var input report.Input
	for at, kind := range kinds {
		counting.period = kind
		request, source, err := s.measuresRequest(ctx, w, counting, version, dataset, rules)
		if err != nil {
			return input, err
		}
		if at == 0 {
			input.Measures, input.Source = request.Measures, source
			if input.Layout, err = spec.LoadReportLayout(files, request.Measures); err != nil {
				return input, err
			}
		}
		if opts.levels == nil && !exact {
			request.Levels = reportLevels(request.Freeze)
		}
		figures, err := reportFigures(ctx, w, request, input.Layout, kind, !exact && at == len(kinds)-1)
		if err != nil {
			return input, err
		}
		input.Figures = append(input.Figures, figures)
	}
	if input.Source.Freeze > 0 {
		tables, err := countMetrics(ctx, w, version, dataset, input.Source.Freeze, rules)
		if err != nil {
			return input, err
		}
		input.Tables = cohortTables(tables, dataset)
	}
	if input.Citation, err = citationOf(version, dataset); err != nil || opts.boundaries == "" {
		return input, err
	}
	input.Map, err = s.reportMap(opts.boundaries, input)
	return input, err
}

// cohortTables are the participants of each study by table, and the steps from
// enrolment to records in the hub.
func cohortTables(tables metricsTables, dataset spec.Dataset) []report.Table {
	return []report.Table{
		{ID: "participants-tables", Title: participantsTitle, Text: "Distinct people of each study with a row in each table. A total adds up what is shown, over studies: one person in two studies is two participants.", Grid: tables.participants},
		{ID: "participants-funnel", Title: funnelTitle, Text: "How many are left at each step, from enrolment in the study to a record in these data.", Grid: tables.steps(dataset), ByRow: true},
	}
}

// mapBytes bounds the drawing of a map, so that a report stays below two megabytes.
const mapBytes = 60_000

// reportMap reads the areas of the first level that has any in the file.
func (s *session) reportMap(path string, input report.Input) (*report.Map, error) {
	var faults []error
	codes := input.Codes()
	for _, level := range []measures.Level{measures.ICB, measures.SubICB, measures.Region} {
		if len(codes[level]) < 2 {
			continue
		}
		areas, err := readBoundaries(path, codes[level])
		if err != nil {
			faults = append(faults, err)
			continue
		}
		s.tellUnmatched(path, level, areas)
		return &report.Map{Level: level, Map: areas}, nil
	}
	if len(faults) == 0 {
		return nil, cli.Fail(cli.Usage, errors.New("the report has no level with areas"), "a map needs regions, ICBs or sub-ICBs: --levels names them")
	}
	return nil, faults[0]
}

func readBoundaries(path string, codes []string) (boundaries.Map, error) {
	file, err := os.Open(path)
	if err != nil {
		return boundaries.Map{}, err
	}
	defer file.Close()
	return boundaries.Settings{Name: path, Bytes: mapBytes}.Read(file, codes)
}

// tellUnmatched names what of the map and of the report has no counterpart.
func (s *session) tellUnmatched(path string, level measures.Level, areas boundaries.Map) {
	for _, list := range []struct {
		what  string
		codes []string
	}{
		{"areas of " + path + " without a figure in this report", areas.WithoutCode},
		{fmt.Sprintf("organisations of level %s without an area in %s", level, path), areas.WithoutArea},
	} {
		if len(list.codes) > 0 {
			fmt.Fprintf(s.streams.Err, "note: %s: %q\n", list.what, list.codes)
		}
	}
}

// kindsFor returns the kinds of periods asked for, the finest first.
func (o reportOptions) kindsFor(exact bool) []string {
	switch {
	case len(o.kinds) > 0:
		kinds := slices.Clone(o.kinds)
		order := []string{measures.Month, measures.Quarter, measures.Year}
		slices.SortStableFunc(kinds, func(a, b string) int { return slices.Index(order, a) - slices.Index(order, b) })
		return slices.Compact(kinds)
	case exact:
		return []string{measures.Year}
	}
	return []string{measures.Month, measures.Quarter, measures.Year}
}

func reportLevels(freeze int) []measures.Level {
	levels := []measures.Level{measures.England, measures.Region, measures.ICB}
	if freeze > 0 {
		levels = append(levels, measures.Study)
	}
	return levels
}

// reportFigures counts what a report shows of one kind of period. Figures by
// variables are counted apart: a total of them adds up what they show.
func reportFigures(ctx context.Context, w *warehouse.Warehouse, request measures.Request, layout spec.ReportLayout, kind string, byVariables bool) (report.Figures, error) {
	figures := report.Figures{Kind: kind}
	var err error
	if figures.All, err = countedResults(ctx, w, request); err != nil || !byVariables {
		return figures, err
	}
	for _, variable := range layout.Variables {
		request.Variables = append(request.Variables, variable.Name)
	}
	by, err := countedResults(ctx, w, request)
	figures.By = &by
	return figures, err
}

// citationOf is how to cite a version.
func citationOf(version versions.Version, dataset spec.Dataset) (string, error) {
	work, err := version.Work(dataset)
	if err != nil {
		return "", err
	}
	return work.APALine(), nil
}

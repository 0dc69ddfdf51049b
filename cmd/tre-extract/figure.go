package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/figure"
	"tre-toolkit/internal/measures"
	"tre-toolkit/internal/metrics"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

// What a figure may be of beside measures, and by beside variables.
const (
	ofParticipants = "participants"
	ofFunnel       = "funnel"
	byPeriod       = "period"
	byOrganisation = "organisation"
)

type figureOptions struct {
	measuresOptions
	of, chosen []string
	by, level  string
}

func (s *session) figureCommand() *cobra.Command {
	var opts figureOptions
	command := newCommand("figure DATASET@N", "Draw published figures as a still picture",
		`Draws what metrics and measures may show, under the same rules, as SVG or PNG:

  --of participants        participants by study and table, a panel a table
  --of funnel              from enrolment to records, a panel a study
  --of M001,M031           measures that share a unit, by their ids or names:
      --by period          a line each, over the periods of one organisation; of one
                           measure also a line for each of several organisations
      --by organisation    bars of all organisations of a level, in the last period
      --by AgeBand         bars of a variable's values, of one organisation, in the
                           last period

Nothing is drawn but published figures. What is masked is a gap in a line and a
hatched stub among bars, of one size whatever it hides. A PNG has 1600 dots
across.`,
		cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
			opts.version = args[0]
			return s.figure(ctx, opts)
		})
	flags := command.Flags()
	flags.StringSliceVar(&opts.of, "of", nil, "participants, funnel, or measures")
	flags.StringVar(&opts.by, "by", byPeriod, "period, organisation, or a variable such as AgeBand; for measures")
	flags.StringVar(&opts.level, "level", "", "the level of organisations; England when the rules round, otherwise Study; by organisation ICB or Study")
	flags.StringSliceVar(&opts.chosen, "organisation", nil, "codes of organisations, or studies; all when none is named")
	flags.StringVar(&opts.period, "period", measures.Month, "month, quarter, year (from April), or START:END")
	flags.StringVar(&opts.from, "from", "", "the first day that whole periods may begin on")
	flags.StringVar(&opts.to, "to", "", "the last day that whole periods may end on")
	flags.StringVar(&opts.rules, "rules", "", "the disclosure profile; that of metrics or of measures when not given")
	flags.IntVar(&opts.freeze, "freeze", 0, "the freeze whose linked people count; 0 means the newest")
	flags.BoolVar(&opts.everybody, "everybody", false, "count everybody in the tables, of no study; for measures")
	flags.StringVar(&opts.organisations, "organisations", "", "a CSV file of known organisations: code, name, successor")
	flags.StringVar(&opts.format, "format", "svg", "svg or png")
	flags.StringVar(&opts.out, "out", "", "the file to write; - is standard output, for SVG")
	for _, needed := range []string{"of", "out"} {
		_ = command.MarkFlagRequired(needed) // defined above
	}
	return command
}

// ofGrid reports whether the figure is of a table of metrics.
func (o figureOptions) ofGrid() bool {
	return slices.Contains(o.of, ofParticipants) || slices.Contains(o.of, ofFunnel)
}

func (o figureOptions) check() error {
	switch {
	case o.format != "svg" && o.format != "png":
		return cli.Fail(cli.Usage, fmt.Errorf("there is no format %q", o.format), "--format is svg or png")
	case o.out == "" || o.out == "-" && o.format == "png":
		return cli.Fail(cli.Usage, errors.New("a picture needs a file to go to"), "add --out FILE; --out - is for SVG alone")
	case o.ofGrid() && len(o.of) > 1:
		return cli.Fail(cli.Usage, errors.New("participants and funnel are each a figure of their own"), "name one of them, or measures")
	case o.ofGrid() && (o.by != byPeriod || o.level != "" || o.from != "" || o.to != "" || o.everybody || o.organisations != ""):
		return cli.Fail(cli.Usage, fmt.Errorf("--of %s has no periods, levels or variables", o.of[0]), "--organisation names studies, --freeze and --rules go with it; the rest is for measures")
	case o.everybody && o.freeze != 0:
		return cli.Fail(cli.Usage, errors.New("--everybody and --freeze ask for different people"), "name one of them")
	}
	if o.out == "-" {
		return nil
	}
	folder := filepath.Dir(o.out)
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return cli.Fail(cli.Usage, fmt.Errorf("there is no folder %s", folder), "make it, or name another file")
	}
	if info, err := os.Stat(o.out); err == nil && info.IsDir() {
		return cli.Fail(cli.Usage, fmt.Errorf("%s is a folder", o.out), "name a file in it")
	}
	return nil
}

func (s *session) figure(ctx context.Context, opts figureOptions) error {
	if err := opts.check(); err != nil {
		return err
	}
	if opts.rules == "" {
		opts.rules = measuresRules
		if opts.ofGrid() {
			opts.rules = defaultRules
		}
	}
	rules, err := s.rules(opts.rules)
	if err != nil {
		return err
	}
	var made figure.Figure
	err = s.reading(ctx, nil, func(workspace *warehouse.Workspace) error {
		version, dataset, err := s.loadedVersion(ctx, workspace, opts.version)
		if err != nil {
			return err
		}
		if !opts.ofGrid() {
			made, err = s.measuresFigure(ctx, workspace.Warehouse, opts, version, dataset, rules)
			return err
		}
		tables, err := countMetrics(ctx, workspace.Warehouse, version, dataset, opts.freeze, rules)
		if err != nil {
			return err
		}
		made, err = opts.gridFigure(tables, dataset)
		return err
	})
	if err != nil {
		return err
	}
	return s.writeFigure(made, opts)
}

func (s *session) writeFigure(made figure.Figure, opts figureOptions) error {
	write := made.WriteSVG
	if opts.format == "png" {
		write = made.WritePNG
	}
	var content bytes.Buffer
	if err := write(&content); err != nil {
		return explainFigure(err)
	}
	if opts.out == "-" {
		_, err := s.streams.Out.Write(content.Bytes())
		return err
	}
	if err := cli.WriteFile(opts.out, content.Bytes()); err != nil {
		return err
	}
	_, err := fmt.Fprintln(s.streams.Out, opts.out)
	return err
}

func explainFigure(err error) error {
	var many *figure.TooMany
	switch {
	case errors.Is(err, figure.ErrNothing):
		return cli.Fail(cli.Refused, err, "ask for longer periods, a larger level or other measures")
	case errors.As(err, &many):
		return cli.Fail(cli.Usage, err, "name fewer with --organisation or --of, or a larger --level")
	}
	return err
}

// gridFigure draws a table of metrics.
func (o figureOptions) gridFigure(tables metricsTables, dataset spec.Dataset) (figure.Figure, error) {
	grid := tables.participants
	if o.of[0] == ofFunnel {
		grid = tables.funnel
	}
	rows, err := o.studies(grid)
	if err != nil {
		return figure.Figure{}, err
	}
	made := figure.Figure{Form: figure.Panels, Unit: ofParticipants, Subtitle: "Distinct people of each study", Source: grid.Stamp.Sentence()}
	for _, mark := range grid.Stamp.Marks {
		made.Marks = append(made.Marks, figure.Mark(mark))
	}
	if o.of[0] == ofFunnel {
		drawFunnel(&made, tables.steps(dataset), rows)
	} else {
		drawParticipants(&made, grid, rows)
	}
	return made, nil
}

// drawParticipants has a panel for each table, with a bar for each study.
func drawParticipants(made *figure.Figure, grid metrics.Grid, rows []int) {
	made.Title = participantsTitle
	for _, row := range rows {
		made.Labels = append(made.Labels, grid.Studies[row])
	}
	for _, column := range grid.Columns {
		one := figure.Series{Name: spaced(column.Name)}
		for _, row := range rows {
			one.Cells = append(one.Cells, column.Cells[row])
		}
		made.Series = append(made.Series, one)
	}
}

// drawFunnel has a panel for each study, with a bar for each step.
func drawFunnel(made *figure.Figure, steps metrics.Grid, rows []int) {
	made.Title, made.OwnScales = funnelTitle, true
	made.Notes = []string{"Every study has a scale of its own."}
	for _, column := range steps.Columns {
		made.Labels = append(made.Labels, spaced(column.Name))
	}
	for _, row := range rows {
		one := figure.Series{Name: steps.Studies[row]}
		for _, column := range steps.Columns {
			one.Cells = append(one.Cells, column.Cells[row])
		}
		made.Series = append(made.Series, one)
	}
}

// studies returns the rows of the studies that are asked for.
func (o figureOptions) studies(grid metrics.Grid) ([]int, error) {
	var rows []int
	for row, study := range grid.Studies {
		if len(o.chosen) == 0 || slices.Contains(o.chosen, study) {
			rows = append(rows, row)
		}
	}
	for _, study := range o.chosen {
		if !slices.Contains(grid.Studies, study) {
			return nil, cli.Fail(cli.Usage, fmt.Errorf("the table has no study %q", study), "it has "+strings.Join(grid.Studies, ", "))
		}
	}
	return rows, nil
}

// spaced writes the name of a column as words, which can be broken into lines.
func spaced(name string) string { return strings.ReplaceAll(name, "_", " ") }

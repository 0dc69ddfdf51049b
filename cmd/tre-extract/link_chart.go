package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/linkage/matching"
	"tre-toolkit/internal/warehouse"
)

type chartOptions struct {
	linkerOptions
	kind, agreement string
}

var chartKinds = []string{"weights", "m-u", "waterfall", "unlinkables"}

func (s *session) linkChartCommand() *cobra.Command {
	var opts chartOptions
	command := newCommand("chart KIND [A.csv]", "Draw what a trained model says", `Draws a picture (SVG, without scripts) of a trained model:

  weights      what each level of agreement adds to the weight of a pair
  m-u          how often each level occurs in records of one person and of two
  waterfall    how the weight of a pair comes about; --agreement says how it agrees,
               in the words of match's --diagnostics, and names nobody
  unlinkables  how many records of A.csv hold too little to be linked, as far as the
               disclosure profile lets it be shown`,
		cobra.RangeArgs(1, 2), func(ctx context.Context, args []string) error {
			opts.kind, opts.files = args[0], args[1:]
			return s.linkChart(ctx, opts)
		})
	opts.flags(command, "the picture to write (SVG)")
	command.Flags().StringVar(&opts.agreement, "agreement", "", `how the pair agrees, such as "surname: exact; sex: other"`)
	_ = command.MarkFlagRequired("out") // defined above
	return command
}

func (s *session) linkChart(ctx context.Context, opts chartOptions) error {
	if !slices.Contains(chartKinds, opts.kind) {
		return cli.Fail(cli.Usage, fmt.Errorf("there is no chart %q", opts.kind), "the charts are "+strings.Join(chartKinds, ", "))
	}
	if (opts.kind == "unlinkables") != (len(opts.files) == 1) {
		return cli.Fail(cli.Usage, errors.New("unlinkables is of a file, and no other chart is"), "tre-extract link chart unlinkables A.csv --model MODEL.toml --out FILE.svg")
	}
	if opts.kind == "unlinkables" {
		return s.linkUnlinkables(ctx, opts)
	}
	files, err := s.specFiles()
	if err != nil {
		return err
	}
	model, err := matching.LoadModel(files, opts.model)
	if err != nil {
		return err
	}
	if !model.Trained() {
		return cli.Fail(cli.InvalidSpec, fmt.Errorf("model %s has no estimates", model.Name), "tre-extract link train makes them")
	}
	var picture []byte
	switch opts.kind {
	case "weights":
		picture = model.WeightsChart()
	case "m-u":
		picture = model.ProbabilitiesChart()
	case "waterfall":
		agreement, err := model.ParseAgreement(opts.agreement)
		if err != nil {
			return cli.Fail(cli.Usage, err, "")
		}
		picture = model.WaterfallChart(agreement)
	}
	return cli.WriteFile(opts.out, picture)
}

func (s *session) linkUnlinkables(ctx context.Context, opts chartOptions) error {
	rules, err := s.rules(opts.rules)
	if err != nil {
		return err
	}
	return s.linking(ctx, opts.linkerOptions, []string{opts.out}, func(people *matching.People) error {
		if _, err := s.ensureTrained(ctx, people); err != nil {
			return err
		}
		table, err := people.Unlinkables(ctx, rules)
		if err != nil {
			return err
		}
		if err := cli.WriteFile(opts.out, people.Model().UnlinkablesChart(table)); err != nil || !opts.asJSON {
			return err
		}
		return cli.WriteJSON(s.streams.Out, table)
	})
}

type biasOptions struct {
	linkerOptions
	links, side, at, format string
	by                      []string
}

func (s *session) linkBiasCommand() *cobra.Command {
	var opts biasOptions
	command := newCommand("bias PEOPLE.csv", "Show who is linked less than others", `Counts the people of a file that have a link, by characteristics such as sex,
ethnicity, deprivation or study, and shows match rates as a disclosure profile
lets them be shown: small groups are masked, and others with them from which they
could be worked out. The characteristic age_band is made of the date of birth
where there is no such column; --at says on which day.`,
		cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
			opts.files = args
			return s.linkBias(ctx, opts)
		})
	opts.flags(command, "")
	_ = command.Flags().MarkHidden("out")        // it goes to standard output
	_ = command.Flags().MarkHidden("superseded") // no number is compared
	flags := command.Flags()
	flags.StringVar(&opts.links, "links", "", "the links, as match wrote them (CSV)")
	flags.StringVar(&opts.side, "side", "left", "which ids of the links are of these people: left, right or both")
	flags.StringSliceVar(&opts.by, "by", nil, "the characteristics: columns of the file, and age_band")
	flags.StringVar(&opts.at, "at", "", "the day on which ages are taken, such as 2026-05-01")
	flags.StringVar(&opts.format, "format", "text", "text or csv")
	for _, needed := range []string{"links", "by"} {
		_ = command.MarkFlagRequired(needed) // defined above
	}
	return command
}

func (s *session) linkBias(ctx context.Context, opts biasOptions) error {
	request, err := s.biasRequest(opts)
	if err != nil {
		return err
	}
	rules, err := s.rules(opts.rules)
	if err != nil {
		return err
	}
	return s.scratch(ctx, []string{request.People, request.Links}, nil, func(w *warehouse.Warehouse) error {
		groups, err := matching.Bias(ctx, w, request, rules)
		if err != nil {
			return err
		}
		if opts.asJSON {
			return cli.WriteJSON(s.streams.Out, groups)
		}
		return s.writeBias(groups, opts.format)
	})
}

func (s *session) biasRequest(opts biasOptions) (matching.BiasRequest, error) {
	request := matching.BiasRequest{People: opts.files[0], Links: opts.links, By: opts.by}
	sides := map[string][]string{"left": {"left_id"}, "right": {"right_id"}, "both": {"left_id", "right_id"}}
	var known bool
	if request.Sides, known = sides[opts.side]; !known {
		return request, cli.Fail(cli.Usage, fmt.Errorf("there is no side %q", opts.side), "--side is left, right or both")
	}
	if opts.format != "text" && opts.format != "csv" {
		return request, cli.Fail(cli.Usage, fmt.Errorf("there is no format %q", opts.format), "--format is text or csv; or --json")
	}
	request.At = s.now()
	if opts.at != "" {
		date, err := parseDate("at", opts.at)
		if err != nil {
			return request, err
		}
		if request.At, err = time.Parse(time.DateOnly, date.String()); err != nil {
			return request, err
		}
	}
	files, err := s.specFiles()
	if err != nil {
		return request, err
	}
	request.Model, err = matching.LoadModel(files, opts.model)
	return request, err
}

func (s *session) writeBias(groups []matching.Group, format string) error {
	rows := [][]string{{"characteristic", "group", "people", "linked", "rate_percent"}}
	for _, group := range groups {
		rows = append(rows, []string{group.Characteristic, group.Group, group.People.String(), group.Linked.String(), group.Rate.String()})
	}
	if format == "csv" {
		var text bytes.Buffer
		if err := csv.NewWriter(&text).WriteAll(rows); err != nil {
			return err
		}
		_, err := s.streams.Out.Write(text.Bytes())
		return err
	}
	table := tabwriter.NewWriter(s.streams.Out, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		fmt.Fprintln(table, strings.Join(row, "\t"))
	}
	return table.Flush()
}

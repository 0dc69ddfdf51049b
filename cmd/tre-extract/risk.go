package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/risk"
	"tre-toolkit/internal/warehouse"
)

type riskOptions struct {
	dir, rules       string
	known            []string
	mostUnique       float64
	smallestClass    int64
	asJSON           bool
	hasMost, hasLess bool // which limits were given
}

func (s *session) riskCommand() *cobra.Command {
	var opts riskOptions
	var command *cobra.Command
	command = newCommand("risk DIR", "Say how easily somebody in an extract could be recognised",
		`Looks through an extract's files: how many participants are unique by the columns
that others may know of them (quasi-identifiers), in each file and in all
together, which of the columns makes them so, and whether a column holds free
text or what has the shape of an identifier. Counts go through the profile. With
an identifier found, or a limit broken, the exit code is 5.`,
		cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
			changed := command.Flags().Changed
			opts.dir, opts.hasMost, opts.hasLess = args[0], changed("most-unique"), changed("smallest-class")
			return s.assessRisk(ctx, opts)
		})
	flags := command.Flags()
	flags.StringSliceVar(&opts.known, "quasi-identifiers", nil, "columns by which a participant could be known, such as gender,validated_ethniccategory")
	flags.StringVar(&opts.rules, "rules", "ukllc-metrics", "the disclosure profile for counts")
	flags.Float64Var(&opts.mostUnique, "most-unique", 0, "limit: at most this percentage of participants unique")
	flags.Int64Var(&opts.smallestClass, "smallest-class", 0, "limit: nobody in a class of fewer people")
	flags.BoolVar(&opts.asJSON, "json", false, "answer as JSON")
	return command
}

func (o riskOptions) limits() risk.Limits {
	var limits risk.Limits
	if o.hasMost {
		limits.MostUnique = &o.mostUnique
	}
	if o.hasLess {
		limits.SmallestClass = &o.smallestClass
	}
	return limits
}

func (s *session) assessRisk(ctx context.Context, opts riskOptions) error {
	rules, err := s.rules(opts.rules)
	if err != nil {
		return err
	}
	settings := s.settings
	settings.Directories = []string{opts.dir}
	var report risk.Report
	err = warehouse.Scratch(ctx, "", settings, func(w *warehouse.Warehouse) error {
		report, err = risk.Assess(ctx, w, risk.Question{Dir: opts.dir, Known: opts.known, Limits: opts.limits(), Rules: rules})
		return err
	})
	if err != nil {
		return riskFault(err)
	}
	write := writeRisk
	if opts.asJSON {
		write = func(w io.Writer, report risk.Report) error { return cli.WriteJSON(w, report) }
	}
	if err := write(s.streams.Out, report); err != nil {
		return err
	}
	if report.Stops() {
		return cli.Verdict(cli.Refused)
	}
	return nil
}

func riskFault(err error) error {
	switch {
	case errors.Is(err, risk.ErrNothingKnown):
		return cli.Fail(cli.Usage, err, "add --quasi-identifiers with the columns by which others could know a participant")
	case errors.Is(err, risk.ErrNoSuchColumn):
		return cli.Fail(cli.Usage, err, "name columns as the extract's files do")
	case errors.Is(err, risk.ErrNoPeople):
		return cli.Fail(cli.BadInput, err, "name the folder of an extract: its files begin with a column that ends in _stud_id")
	}
	return err
}

func writeRisk(w io.Writer, report risk.Report) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "file\tknown by\tparticipants\tunique\tunique %\tin small classes\tsmallest class")
	for _, class := range report.Classes {
		known := strings.Join(class.Known, ", ")
		if known == "" {
			known = "nothing"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", class.File, known, class.Participants, class.Unique, class.UniqueShare, class.Few, class.Smallest)
	}
	fmt.Fprintln(table, "\nwithout\tunique would be")
	for _, driver := range report.Drivers {
		fmt.Fprintf(table, "%s\t%s\n", driver.Column, driver.Unique)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, one := range report.Findings {
		mark := "note"
		if one.Stops {
			mark = "stop"
		}
		fmt.Fprintf(w, "\n%s  %s %s: %s\n  fix: %s\n", mark, one.Code, one.Where, one.Says, one.Fix)
	}
	if len(report.NotJudged) > 0 {
		fmt.Fprintf(w, "\nwithout participants: %s\n", strings.Join(report.NotJudged, ", "))
	}
	_, err := fmt.Fprintf(w, "\ncounts under %s; unique: alone with their values; small classes: fewer people than the profile shows\n", report.Rules)
	return err
}

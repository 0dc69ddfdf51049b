package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/linkage/attack"
	"tre-toolkit/internal/warehouse"
)

type attackOptions struct {
	left, right, rules string
	asJSON             bool
}

func (s *session) attackCommand() *cobra.Command {
	var opts attackOptions
	command := newCommand("attack DIR_A DIR_B", "Say whose extracts of two projects could be joined without a key",
		`Attacks the extracts of two projects as somebody who holds both could: by how many
rows a participant has in each file, on which dates, and with which values. It says
how many participants of the first have a fingerprint that nobody else has and
exactly one of the second has too. That is the most that could be joined; whether
the two are one person only the key can tell. Counts go through the profile. Where
the ids themselves join the two, the exit code is 5.`,
		cobra.ExactArgs(2), func(ctx context.Context, args []string) error {
			opts.left, opts.right = args[0], args[1]
			return s.attack(ctx, opts)
		})
	command.Flags().StringVar(&opts.rules, "rules", defaultRules, "the disclosure profile for counts")
	command.Flags().BoolVar(&opts.asJSON, "json", false, "answer as JSON")
	return command
}

func (s *session) attack(ctx context.Context, opts attackOptions) error {
	rules, err := s.rules(opts.rules)
	if err != nil {
		return err
	}
	settings := s.settings
	settings.Directories = []string{opts.left, opts.right}
	var report attack.Report
	err = warehouse.Scratch(ctx, "", settings, func(w *warehouse.Warehouse) error {
		report, err = attack.Share(ctx, w, opts.left, opts.right, rules)
		return err
	})
	switch {
	case errors.Is(err, attack.ErrNoPeople):
		return cli.Fail(cli.BadInput, err, "name the folders of extracts: their files have a column that ends in _stud_id")
	case errors.Is(err, attack.ErrNoCommon):
		return cli.Fail(cli.BadInput, err, "name the extracts of two projects that were given a table in common")
	case err != nil:
		return err
	}
	write := writeAttack
	if opts.asJSON {
		write = func(w io.Writer, report attack.Report) error { return cli.WriteJSON(w, report) }
	}
	if err := write(s.streams.Out, report); err != nil {
		return err
	}
	if report.IDsJoin {
		return cli.Verdict(cli.Refused)
	}
	return nil
}

func writeAttack(w io.Writer, report attack.Report) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "known by\tcould be joined\tof participants\tshare %")
	for _, joined := range report.Joined {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", joined.By, joined.Participants, report.Participants[0], joined.Share)
	}
	fmt.Fprintln(table, "\nfile\tcolumn in common\t")
	for _, column := range report.Columns {
		kind := ""
		if column.Dates {
			kind = "dates"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\n", column.File, column.Name, kind)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	verdict := "no id of a participant is in both"
	if report.IDsJoin {
		verdict = "ids of participants are in both: the two are joined by them"
	}
	_, err := fmt.Fprintln(w, verdict)
	return err
}

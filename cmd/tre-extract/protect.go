package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/protection"
)

type protectOptions struct {
	table  string
	rules  string
	format string
	out    string
	asJSON bool
}

func (s *session) protectCommand() *cobra.Command {
	var opts protectOptions
	command := newCommand("protect TABLE", "Make a table of true counts safe to show",
		`Reads a table of true counts, wide or long, with totals and percentages or
without, and prints the same table with what a disclosure profile lets be shown:
low counts are masked, and as few others as it takes that no masked count can be
worked out or narrowed from totals, percentages or other cells. Percentages are
made anew, means and the like are withheld with their counts. What the table was
taken to mean is said on standard error: read it.

Text outside the table is left out. A table that cannot be protected is refused.`,
		cobra.ExactArgs(1), func(_ context.Context, args []string) error {
			opts.table = args[0]
			return s.protect(opts)
		})
	flags := command.Flags()
	flags.StringVar(&opts.rules, "rules", "ukllc-researcher", "the disclosure profile")
	flags.StringVar(&opts.format, "format", "csv", "csv, md or json")
	flags.StringVar(&opts.out, "out", "", "a file to write to, in place of standard output")
	flags.BoolVar(&opts.asJSON, "json", false, "the same as --format json")
	return command
}

// mostTable is the largest file that is read: a table that people read is small.
const mostTable = 64 << 20

func (s *session) protect(opts protectOptions) error {
	if opts.asJSON {
		opts.format = "json"
	}
	write, known := map[string]func(protection.Table) ([]byte, error){
		"csv":  protection.Table.CSV,
		"json": protection.Table.JSON,
		"md":   func(t protection.Table) ([]byte, error) { return t.Markdown(), nil },
	}[opts.format]
	if !known {
		return cli.Fail(cli.Usage, fmt.Errorf("there is no format %q", opts.format), "--format is csv, md or json")
	}
	profile, err := s.rules(opts.rules)
	if err != nil {
		return err
	}
	content, err := readTable(opts.table)
	if err != nil {
		return err
	}
	table, err := protection.Make(filepath.Base(opts.table), content, profile)
	if err != nil {
		return err
	}
	s.tellProtection(table, opts.rules)
	text, err := write(table)
	if err != nil {
		return err
	}
	if opts.out != "" {
		return cli.WriteFile(opts.out, text)
	}
	_, err = s.streams.Out.Write(text)
	return err
}

func readTable(name string) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, cli.Fail(cli.Usage, err, "name a file that holds one table")
	}
	defer file.Close() //nolint:errcheck // it was only read
	content, err := io.ReadAll(io.LimitReader(file, mostTable+1))
	if err != nil {
		return nil, cli.Fail(cli.Usage, err, "name a file that holds one table")
	}
	if len(content) > mostTable {
		return nil, cli.Fail(cli.BadInput, fmt.Errorf("%s is larger than %d MiB", name, mostTable>>20), "")
	}
	return content, nil
}

// tellProtection says what the table was taken to mean and what became of it.
func (s *session) tellProtection(table protection.Table, rules string) {
	say := func(what string, names []string) {
		if len(names) > 0 {
			fmt.Fprintf(s.streams.Err, "%-12s %s\n", what+":", strings.Join(names, ", "))
		}
	}
	say("labels", table.Guess.Labels)
	say("counts", table.Guess.Counts)
	say("totals", table.Guess.Totals)
	say("percentages", table.Guess.Percentages)
	say("statistics", table.Guess.Statistics)
	say("as they are", table.Guess.Others)
	for _, remark := range table.Guess.Remarks {
		say("note", []string{remark})
	}
	if table.TotalsAsShown && len(table.Guess.Totals) > 0 {
		say("note", []string{"totals add up what is shown"})
	}
	least := ""
	if table.Least && table.Others > 0 {
		least = "; no other choice costs less"
	}
	fmt.Fprintf(s.streams.Err, "%-12s %d low, %d for their sake%s (rules %s)\n", "masked:", table.Low, table.Others, least, rules)
}

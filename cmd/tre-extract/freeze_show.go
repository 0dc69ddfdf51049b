package main

import (
	"context"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/linkage"
	"tre-toolkit/internal/warehouse"
)

func (s *session) freezeShowCommand() *cobra.Command {
	var asJSON bool
	command := newCommand("show [N]", "Say what a freeze was made from",
		`Shows the record of freeze N, or of the newest: its files by their SHA-256, how
opt-outs were applied to its section 251 rows, and how many files of withdrawals
the ledger held.`,
		cobra.MaximumNArgs(1), func(ctx context.Context, args []string) error {
			number := 0
			if len(args) == 1 {
				var err error
				if number, err = parseFreeze(args[0]); err != nil {
					return err
				}
			}
			return s.reading(ctx, nil, func(workspace *warehouse.Workspace) error {
				record, err := linkage.FindRecord(ctx, workspace.Warehouse, number)
				if err != nil {
					return err
				}
				if asJSON {
					return cli.WriteJSON(s.streams.Out, record)
				}
				return s.writeRecord(record)
			})
		})
	command.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return command
}

func (s *session) writeRecord(record linkage.Record) error {
	table := tabwriter.NewWriter(s.streams.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "freeze\t%d of %s, made %s\n", record.Number, record.Date, record.MadeAt)
	fmt.Fprintf(table, "permissions\tSHA-256 %s\n", record.PermissionsSHA256)
	fmt.Fprintf(table, "mapping\tSHA-256 %s\n", record.MappingSHA256)
	if record.OptOuts == nil {
		fmt.Fprintln(table, "section 251\tnot recorded: no positive list was known when this freeze was made")
		return table.Flush()
	}
	fmt.Fprintf(table, "section 251\t%s\n", appliedBy(*record.OptOuts))
	if record.OptOuts.ListSHA256 != "" {
		fmt.Fprintf(table, "positive list\tSHA-256 %s\n", record.OptOuts.ListSHA256)
	}
	fmt.Fprintf(table, "withdrawals\t%d files in the ledger\n", record.OptOuts.WithdrawalFiles)
	return table.Flush()
}

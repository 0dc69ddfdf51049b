package main

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/linkage"
	"tre-toolkit/internal/warehouse"
)

func (s *session) freezeCompareCommand() *cobra.Command {
	var rules string
	var asJSON bool
	command := newCommand("compare EARLIER LATER", "Say how many joined and left each study between two freezes, if that is safe",
		`Counts who joined the linked participants of each study and who left them,
between two freezes that follow one another. Whoever sees the comparison has the
two freezes' own counts too and can subtract: where any of it would tell of fewer
people than the profile shows, everything is refused (exit code 5), without a word
on which study it was. So are freezes in which opt-outs were applied in different
ways.`,
		cobra.ExactArgs(2), func(ctx context.Context, args []string) error {
			earlier, err := parseFreeze(args[0])
			if err != nil {
				return err
			}
			later, err := parseFreeze(args[1])
			if err != nil {
				return err
			}
			if earlier >= later {
				return cli.Fail(cli.Usage, errors.New("the earlier freeze comes first"), "as in: freeze compare 15 16")
			}
			profile, err := s.rules(rules)
			if err != nil {
				return err
			}
			return s.reading(ctx, nil, func(workspace *warehouse.Workspace) error {
				comparison, err := linkage.Compare(ctx, workspace.Warehouse, earlier, later, profile)
				if err != nil {
					return err
				}
				if asJSON {
					return cli.WriteJSON(s.streams.Out, comparison)
				}
				return s.writeComparison(comparison)
			})
		})
	command.Flags().StringVar(&rules, "rules", defaultRules, "the disclosure profile")
	command.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return command
}

func (s *session) writeComparison(comparison linkage.Comparison) error {
	fmt.Fprintf(s.streams.Out, "freeze %d (%s) to freeze %d (%s), counts under %s\n\n",
		comparison.Earlier.Number, comparison.Earlier.Date, comparison.Later.Number, comparison.Later.Date, comparison.Rules)
	table := tabwriter.NewWriter(s.streams.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "study\tjoined the linked\tleft them")
	for _, study := range append(comparison.Studies, comparison.Total) {
		fmt.Fprintf(table, "%s\t%s\t%s\n", study.Study, study.Joined, study.Left)
	}
	return table.Flush()
}

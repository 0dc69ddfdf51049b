package command

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/spec"
)

func rulesCommand(streams cli.Streams) *cobra.Command {
	var specs string
	command := &cobra.Command{
		Use:   "rules",
		Short: "List and show the disclosure rules",
		Long:  "Lists the disclosure rules, or shows one profile with its reasons and sources.\n\n" + cli.ExitCodeHelp,
		Args:  cli.Arguments(cobra.NoArgs),
		RunE:  func(command *cobra.Command, _ []string) error { return command.Help() },
	}
	command.PersistentFlags().StringVar(&specs, "specs", "", "a folder of specifications in place of the built-in ones")
	command.AddCommand(&cobra.Command{
		Use:   "list",
		Short: "List the profiles",
		Long:  "Lists the profiles, one a line: name, owner, title.\n\n" + cli.ExitCodeHelp,
		Args:  cli.Arguments(cobra.NoArgs),
		RunE:  func(*cobra.Command, []string) error { return listRules(streams.Out, specs) },
	}, &cobra.Command{
		Use:   "show NAME",
		Short: "Show one profile, each value with its reason and source",
		Long:  "Shows one profile: each value with its reason and its source.\n\n" + cli.ExitCodeHelp,
		Args:  cli.Arguments(cobra.ExactArgs(1)),
		RunE:  func(_ *cobra.Command, args []string) error { return showRules(streams.Out, specs, args[0]) },
	}, &cobra.Command{
		Use:    "page",
		Short:  "Write every profile and check as one Markdown page",
		Long:   "Writes docs/rules.md: every profile with its reasons and sources, and every check.\n\n" + cli.ExitCodeHelp,
		Hidden: true,
		Args:   cli.Arguments(cobra.NoArgs),
		RunE:   func(*cobra.Command, []string) error { return writeRulesPage(streams.Out, specs) },
	})
	return command
}

func listRules(w io.Writer, specs string) error {
	files, err := cli.Specs(specs)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
	for _, name := range spec.RuleNames(files) {
		profile, err := spec.LoadRules(files, name)
		if err != nil {
			return err
		}
		rules := profile.Rules()
		fmt.Fprintf(table, "%s\t%s\t%s\n", name, rules.Owner, rules.Title)
	}
	return table.Flush()
}

func showRules(w io.Writer, specs, name string) error {
	profile, err := loadRules(specs, name)
	if err != nil {
		return err
	}
	rules := profile.Rules()
	fmt.Fprintf(w, "%s (%s, %s)\n%s\n", rules.Name, rules.Title, rules.Owner, rules.Description)
	for _, line := range settings(rules) {
		fmt.Fprintf(w, "\n%s = %s\n    why:    %s\n    source: %s\n", line[0], line[1], line[2], line[3])
	}
	return nil
}

// settings returns name, value, reason and source of every setting.
func settings(r disclosure.Rules) [][4]string {
	return [][4]string{
		setting("threshold", r.Threshold), setting("zero", r.Zero),
		setting("marks", disclosure.Setting[string]{Value: quoted(r.Marks.Value), Reason: r.Marks.Reason, Source: r.Marks.Source}),
		setting("secondary_mark", r.SecondaryMark), setting("note_required", r.NoteRequired),
		setting("rounding_base", r.RoundingBase), setting("totals", r.Totals),
		setting("percentage_from", r.PercentageFrom), setting("percentage_decimals", r.PercentageDecimals),
		setting("percentage_mask", r.PercentageMask), setting("percentage_narrows", r.PercentageNarrows),
		setting("statistic_people", r.StatisticPeople),
	}
}

func setting[T any](name string, s disclosure.Setting[T]) [4]string {
	value := fmt.Sprint(s.Value)
	if value == "" {
		value = "(blank)"
	}
	return [4]string{name, value, s.Reason, s.Source}
}

func quoted(marks []string) string {
	list := make([]string, len(marks))
	for i, mark := range marks {
		list[i] = fmt.Sprintf("%q", mark)
	}
	return strings.Join(list, " ")
}

package command

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/outputs"
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
		Use:   "show NAME|CHECK",
		Short: "Show one profile, each value with its reason and source, or explain one check",
		Long: "Shows one profile: each value with its reason and its source. Given the id of a check, such as\n" +
			"AUD001, it explains the check: why it matters, an example, what a reader works out, how it is mended.\n\n" + cli.ExitCodeHelp,
		Example: "  tre-check rules show opensafely\n  tre-check rules show AUD001",
		Args:    cli.Arguments(cobra.ExactArgs(1)),
		RunE:    func(_ *cobra.Command, args []string) error { return showRules(streams.Out, specs, args[0]) },
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
	if explanation, isCheck := outputs.Explain(strings.ToUpper(name)); isCheck {
		return explain(w, explanation)
	}
	profile, err := loadRules(specs, name)
	if err != nil {
		return err
	}
	rules := profile.Rules()
	fmt.Fprintf(w, "%s (%s, %s)\n%s\n", rules.Name, rules.Title, rules.Owner, rules.Description)
	for _, said := range rules.Settings() {
		fmt.Fprintf(w, "\n%s = %s\n    why:    %s\n    source: %s\n", said.Name, said.Value, said.Reason, said.Source)
	}
	return nil
}

// explain prints a check at length.
func explain(w io.Writer, e outputs.Explanation) error {
	_, err := fmt.Fprintf(w, "%s  %s\n\n%s\n\nexample:\n%s\n\nwhat a reader works out: %s\n\nhow it is mended: %s\n\nsource: %s\n",
		e.ID, e.Title, e.Why, indented(e.Example), e.Proof, e.Fix, e.Reference)
	return err
}

func indented(text string) string { return "    " + strings.ReplaceAll(text, "\n", "\n    ") }

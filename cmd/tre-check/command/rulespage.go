package command

import (
	"fmt"
	"io"
	"strings"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/outputs"
	"tre-toolkit/internal/spec"
)

// writeRulesPage writes the page that docs/rules.md is.
func writeRulesPage(w io.Writer, specs string) error {
	files, err := cli.Specs(specs)
	if err != nil {
		return err
	}
	fmt.Fprint(w, "<!-- Written by make generate from specs/rules and internal/outputs. -->\n\n# Disclosure rules and checks\n")
	for _, name := range spec.RuleNames(files) {
		profile, err := spec.LoadRules(files, name)
		if err != nil {
			return err
		}
		rules := profile.Rules()
		fmt.Fprintf(w, "\n## %s\n\n%s (%s). %s\n\n", name, rules.Title, rules.Owner, rules.Description)
		writeRow(w, "setting", "value", "why", "source")
		fmt.Fprintln(w, "|---|---|---|---|")
		for _, line := range settings(rules) {
			writeRow(w, line[0], "`"+line[1]+"`", line[2], line[3])
		}
	}
	fmt.Fprint(w, "\n## Checks\n\n")
	writeRow(w, "id", "what it finds", "how it is mended")
	fmt.Fprintln(w, "|---|---|---|")
	for _, check := range outputs.Checks() {
		writeRow(w, check.ID, check.Title, check.Fix)
	}
	return nil
}

// writeRow writes a line of a Markdown table.
func writeRow(w io.Writer, cells ...string) {
	for _, cell := range cells {
		fmt.Fprint(w, "| "+strings.ReplaceAll(cell, "|", `\|`)+" ")
	}
	fmt.Fprintln(w, "|")
}

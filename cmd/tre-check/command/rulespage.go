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
		for _, said := range rules.Settings() {
			writeRow(w, said.Name, "`"+said.Value+"`", said.Reason, said.Source)
		}
	}
	fmt.Fprint(w, "\n## Checks\n\n")
	writeRow(w, "id", "what it finds", "how it is mended")
	fmt.Fprintln(w, "|---|---|---|")
	for _, check := range outputs.Checks() {
		writeRow(w, "["+check.ID+"](#"+strings.ToLower(check.ID)+")", check.Title, check.Fix)
	}
	for _, check := range outputs.Checks() {
		e, _ := outputs.Explain(check.ID) // it is listed
		fmt.Fprintf(w, "\n### %s\n\n%s. %s\n\n```text\n%s\n```\n\nWhat a reader works out: %s. Source: %s.\n", e.ID, e.Title, e.Why, e.Example, e.Proof, e.Reference)
	}
	fmt.Fprint(w, ownRules)
	return nil
}

// ownRules tells how to write a profile.
const ownRules = `
## Rules of one's own

Copy the nearest file of specs/rules to a folder rules/NAME.toml below a folder of your own, and name that folder with --specs. Every
setting has a value, a reason and a source; those of the first group must be there, and the others are left out where the owner says
nothing:

| setting | says | left out |
|---|---|---|
| threshold | the smallest count of people that may be shown | |
| zero | show, mask like a low count, or caution: show and tell | |
| marks, secondary_mark | how a hidden number is written; the first is written, all are understood | |
| note_required | whether a text must say what the mark means | |
| rounding_base, rounding_method | what counts are rounded to: 1 for not at all; nearest or midpoint | nearest |
| midpoint_base | columns whose names say midpoint may be rounded to midpoints of this base | none may |
| totals | sum-of-shown, sum-of-rounded, true, or any | |
| percentage_from, percentage_decimals, percentage_denominator, percentage_mask, percentage_narrows | what percentages are made of, their places, the smallest denominator for places, what masks them | no smallest denominator |
| statistic_people | the fewest people behind a mean, a median or a rate | |
| extremes, class_disclosure, differences, context | allow, tell, review or forbid: minima and maxima; rows of one class; a group less a part of it; files that explain nothing | allow |
| degrees_of_freedom | the fewest residual degrees of freedom of a model | not asked |
| dominance, p_percent | how much of a value its largest contributors may make up; how closely one may be estimated | not asked |
| file_types, blocked_types, file_bytes, file_rows | which files may leave, and how large | every kind that is read |
`

// writeRow writes a line of a Markdown table.
func writeRow(w io.Writer, cells ...string) {
	for _, cell := range cells {
		fmt.Fprint(w, "| "+strings.ReplaceAll(cell, "|", `\|`)+" ")
	}
	fmt.Fprintln(w, "|")
}

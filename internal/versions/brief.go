package versions

import (
	"fmt"
	"strings"

	"tre-toolkit/internal/spec"
)

// brief says what changed, a line a table.
func (d Diff) brief(person spec.Identifier) []string {
	var lines []string
	for _, name := range d.TablesAdded {
		lines = append(lines, name+": a new table.")
	}
	for _, name := range d.TablesDropped {
		lines = append(lines, name+": dropped.")
	}
	var same []string
	for _, table := range d.Tables {
		if table.Same {
			same = append(same, table.Name)
			continue
		}
		lines = append(lines, table.Name+": "+strings.Join(table.brief(person), "; ")+".")
	}
	if len(same) > 0 {
		lines = append(lines, "Without any change: "+strings.Join(same, ", ")+".")
	}
	if len(lines) == 0 {
		lines = append(lines, "Nothing changed in the data.")
	}
	return lines
}

// brief says what changed in one table. Rows are rows of deliveries. It gives no
// number of people, nor of keys that are people: a page has these in its metrics.
func (t TableDiff) brief(person spec.Identifier) []string {
	var said []string
	say := func(format string, args ...any) { said = append(said, fmt.Sprintf(format, args...)) }
	if t.Was != "" {
		say("called %s before", t.Was)
	}
	say("%d rows, now %d", t.RowsBefore, t.RowsAfter)
	if len(t.PeriodsNew)+len(t.PeriodsGone) > 0 {
		say("extract periods: %d added, %d gone", len(t.PeriodsNew), len(t.PeriodsGone))
	}
	if t.Key != "" && t.Key != person.String() {
		say("%s in one period: %s added, %s removed, %s changed",
			t.Key, t.Pathways.Added, t.Pathways.Removed, t.Pathways.Changed)
	}
	sayNames := func(what string, names []string) {
		if len(names) > 0 {
			say("%s %s", what, strings.Join(names, ", "))
		}
	}
	var added, dropped, renamed, retyped []string
	for _, column := range t.ColumnsAdded {
		added = append(added, column.Name)
	}
	for _, column := range t.ColumnsDropped {
		dropped = append(dropped, column.Name)
	}
	for _, rename := range t.ColumnsRenamed {
		renamed = append(renamed, rename.Before+" as "+rename.After)
	}
	for _, retype := range t.Retyped {
		retyped = append(retyped, retype.Column+" from "+retype.Before+" to "+retype.After)
	}
	sayNames("columns added:", added)
	sayNames("columns dropped:", dropped)
	sayNames("columns renamed:", renamed)
	sayNames("columns retyped:", retyped)
	if len(t.Columns) > 0 {
		say("columns with values changed: %d", len(t.Columns))
	}
	if t.Withheld > 0 {
		say("changes withheld by the rules: %d", t.Withheld)
	}
	return said
}

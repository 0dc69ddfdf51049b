package main

import (
	"fmt"
	"strings"

	"tre-toolkit/internal/page"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/versions"
)

// changes are the entries of the page's change log, newest first: a line a
// table that changed, in short. What values came, went and moved is in the
// whole log, which tre-extract versions changelog writes.
func changes(list []versions.Version, log versions.Log) []page.Change {
	entries := make([]page.Change, len(log.Diffs))
	for i, diff := range log.Diffs {
		entries[i] = page.Change{
			Heading: fmt.Sprintf("Version %s to version %s", versions.Label(list, diff.Before), versions.Label(list, diff.After)),
			Date:    diff.After.Date.Long(),
			Lines:   changedTables(log.Dataset, diff),
		}
	}
	return entries
}

func changedTables(dataset spec.Dataset, diff versions.Diff) []string {
	var lines []string
	for _, name := range diff.TablesAdded {
		lines = append(lines, name+": a new table.")
	}
	for _, name := range diff.TablesDropped {
		lines = append(lines, name+": dropped.")
	}
	var same []string
	for _, table := range diff.Tables {
		if table.Same {
			same = append(same, table.Name)
			continue
		}
		lines = append(lines, table.Name+": "+strings.Join(tableChanges(table, dataset.Person), "; ")+".")
	}
	if len(same) > 0 {
		lines = append(lines, "Without any change: "+strings.Join(same, ", ")+".")
	}
	if len(lines) == 0 {
		lines = append(lines, "Nothing changed in the data.")
	}
	return lines
}

// tableChanges says what changed in one table. Rows are rows of deliveries.
//
// It gives no number of people, though the log has them through the gate: they
// are of everybody in a table, and the page's metrics beside them are a sum of
// the studies that are shown. One taken from the other would tell how many
// people the masked studies have together, and of a lone masked study how many
// it has. Keys that are people are left out with them.
func tableChanges(table versions.TableDiff, person spec.Identifier) []string {
	var said []string
	say := func(format string, args ...any) { said = append(said, fmt.Sprintf(format, args...)) }
	if table.Was != "" {
		say("called %s before", table.Was)
	}
	say("%d rows, now %d", table.RowsBefore, table.RowsAfter)
	if len(table.PeriodsNew)+len(table.PeriodsGone) > 0 {
		say("extract periods: %d added, %d gone", len(table.PeriodsNew), len(table.PeriodsGone))
	}
	if table.Key != "" && table.Key != person.String() {
		say("%s in one period: %s added, %s removed, %s changed",
			table.Key, table.Pathways.Added, table.Pathways.Removed, table.Pathways.Changed)
	}
	sayNames := func(what string, names []string) {
		if len(names) > 0 {
			say("%s %s", what, strings.Join(names, ", "))
		}
	}
	var added, dropped, renamed, retyped []string
	for _, column := range table.ColumnsAdded {
		added = append(added, column.Name)
	}
	for _, column := range table.ColumnsDropped {
		dropped = append(dropped, column.Name)
	}
	for _, rename := range table.ColumnsRenamed {
		renamed = append(renamed, rename.Before+" as "+rename.After)
	}
	for _, retype := range table.Retyped {
		retyped = append(retyped, retype.Column+" from "+retype.Before+" to "+retype.After)
	}
	sayNames("columns added:", added)
	sayNames("columns dropped:", dropped)
	sayNames("columns renamed:", renamed)
	sayNames("columns retyped:", retyped)
	if len(table.Columns) > 0 {
		say("columns with values changed: %d", len(table.Columns))
	}
	if table.Withheld > 0 {
		say("changes withheld by the rules: %d", table.Withheld)
	}
	return said
}

package quality

import (
	"context"
	"fmt"
	"slices"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

// verdict is what became of a rule before anything is masked.
type verdict struct {
	rule         spec.QualityRule
	table        string
	columns      []string
	why          string           // it was not judged; empty when it was
	rows, people disclosure.Count // that break the rule, and who are in them
}

// judge asks every rule of a table. A rule that is of each of its columns is asked
// column by column.
func (a *assessor) judge(ctx context.Context, table spec.Table) ([]verdict, error) {
	var list []verdict
	for _, rule := range a.Quality.Rules {
		if !rule.On(table.Name) {
			continue
		}
		for _, columns := range a.asked(rule, table) {
			one := verdict{rule: rule, table: table.Name.String(), columns: columns}
			if one.why = a.missing(rule, table, columns); one.why == "" {
				if err := a.ask(ctx, table, &one); err != nil {
					return nil, fmt.Errorf("%s: %w", rule.Code, err)
				}
			}
			a.hide(one)
			list = append(list, one)
		}
	}
	return list, nil
}

// asked lists the columns that a rule is asked of: all at once, or each by itself.
// A rule without a table passes over columns that a table never had.
func (a *assessor) asked(rule spec.QualityRule, table spec.Table) [][]string {
	columns := names(rule.Columns)
	if rule.Kind == spec.CodeListRule && len(columns) == 0 {
		for _, column := range a.coded(table.ColumnsIn(a.Version.Number)) {
			columns = append(columns, column.Name.String())
		}
	}
	switch rule.Kind {
	case spec.LinkedRule:
		return [][]string{{a.Dataset.Person.String()}}
	case spec.FilledRule, spec.CodeListRule:
		var each [][]string
		for _, column := range columns {
			if _, found := table.Column(column); found {
				each = append(each, []string{column})
			}
		}
		return each
	}
	return [][]string{columns}
}

func names(identifiers []spec.Identifier) []string {
	list := make([]string, len(identifiers))
	for i, one := range identifiers {
		list[i] = one.String()
	}
	return list
}

// missing says why a rule cannot be asked of a version.
func (a *assessor) missing(rule spec.QualityRule, table spec.Table, columns []string) string {
	if rule.Kind == spec.LinkedRule && a.Freeze == 0 {
		return "no freeze is named"
	}
	for _, name := range append(slices.Clone(columns), names(rule.MayBeEmpty)...) {
		column, _ := table.Column(name) // the rule was checked against the table
		if !column.In(a.Version.Number) && !slices.Contains(names(rule.MayBeEmpty), name) {
			return "the version has no column " + name
		}
	}
	if parent, found := a.Dataset.Table(rule.Parent.String()); found {
		for _, name := range append(columns[:1:1], names([]spec.Identifier{rule.ParentDay})...) {
			if column, found := parent.Column(name); found && !column.In(a.Version.Number) {
				return fmt.Sprintf("the version has no column %s in %s", name, parent.Name)
			}
		}
	}
	return ""
}

// ask runs a rule's statement.
func (a *assessor) ask(ctx context.Context, table spec.Table, v *verdict) error {
	if v.rule.Kind == spec.CodeListRule && !slices.Contains(a.unlisted, v.columns[0]) {
		return nil // the codes were counted already: none breaks the rule
	}
	statement, args := a.statement(v)
	args["person"] = a.Dataset.Person.String()
	_, err := a.w.One(ctx, statements[statement], a.args(table.Name, args), &v.rows, &v.people)
	return err
}

// statement returns the SQL of a rule's kind and what is bound to it.
func (a *assessor) statement(v *verdict) (string, warehouse.Args) {
	switch v.rule.Kind {
	case spec.UniqueRule:
		return "40_unique", warehouse.Args{"filled": v.columns, "key": append(slices.Clone(v.columns), names(v.rule.MayBeEmpty)...)}
	case spec.ForeignKeyRule:
		return "41_foreign_key", warehouse.Args{"column": v.columns[0], "parent": a.Dataset.QualifiedTable(v.rule.Parent, a.Version)}
	case spec.DateOrderRule:
		return "42_date_order", warehouse.Args{"earlier": v.columns[0], "later": v.columns[1]}
	case spec.AfterParentRule:
		return "43_after_parent", warehouse.Args{
			"key": v.columns[0], "day": v.columns[1],
			"parent": a.Dataset.QualifiedTable(v.rule.Parent, a.Version), "parent_day": v.rule.ParentDay.String(),
		}
	case spec.TogetherRule:
		return "44_together", warehouse.Args{"one": v.columns[0], "other": v.columns[1]}
	case spec.ExcludingRule:
		return "45_excluding", warehouse.Args{"one": v.columns[0], "other": v.columns[1], "one_codes": v.rule.Codes[0], "other_codes": v.rule.Codes[1]}
	case spec.CodeListRule:
		return "34_code_list", warehouse.Args{"column": v.columns[0]}
	case spec.ScoreRule:
		args := scaleArgs(a.Quality.Scales)
		args["tool"], args["score"] = v.columns[0], v.columns[1]
		return "47_score", args
	case spec.LinkedRule:
		return "48_linked", warehouse.Args{"freeze": a.Freeze}
	}
	return "46_filled", warehouse.Args{"column": v.columns[0]}
}

// scaleArgs writes the scales as lists, a place for each range and each text.
func scaleArgs(scales []spec.Scale) warehouse.Args {
	tools, rangeTools, textTools, texts := []string{}, []string{}, []string{}, []string{}
	lowest, highest, decimals := []float64{}, []float64{}, []int32{}
	for _, scale := range scales {
		tools = append(tools, scale.Tool)
		for _, span := range scale.Ranges {
			rangeTools = append(rangeTools, scale.Tool)
			lowest, highest, decimals = append(lowest, span.Lowest), append(highest, span.Highest), append(decimals, int32(span.Decimals))
		}
		for _, text := range scale.Texts {
			textTools, texts = append(textTools, scale.Tool), append(texts, text)
		}
	}
	return warehouse.Args{
		"tools": tools, "range_tools": rangeTools, "lowest": lowest, "highest": highest, "decimals": decimals,
		"text_tools": textTools, "texts": texts,
	}
}

// shares returns which number of a column the verdict's number of rows is, if it
// is one.
func (v verdict) shares() (number, bool) {
	switch v.rule.Kind {
	case spec.FilledRule:
		return number{v.table, v.columns[0], emptyRows}, true
	case spec.CodeListRule:
		return number{v.table, v.columns[0], invalidRows}, true
	case spec.ScoreRule:
		return number{v.table, v.columns[1], invalidRows}, true
	}
	return number{}, false
}

// hide marks what must not be shown of columns for the sake of a verdict: the same
// number of rows where few people are behind it, and how often each of two columns
// is empty where few rows have one alone, of which the difference would tell.
func (a *assessor) hide(v verdict) {
	few := a.Profile.Cell(v.people).Masked() && !v.people.IsZero()
	if same, is := v.shares(); is && few {
		a.hidden[same] = true
	}
	if v.rule.Kind == spec.TogetherRule && v.why == "" && !v.rows.IsZero() && (few || a.Profile.Cell(v.rows).Masked()) {
		a.hidden[number{v.table, v.columns[1], emptyRows}] = true
	}
}

// check turns a verdict into what may be shown of it. A number that a column shows
// too is taken from there.
func (v verdict) check(tableRows disclosure.Count, table Table, profile disclosure.Profile) Check {
	check := Check{
		Code: v.rule.Code, Severity: v.rule.Severity, Kind: v.rule.Kind, Table: v.table, Columns: v.columns,
		State: NotJudged, Why: v.why, Reason: v.rule.Reason, Source: v.rule.Source,
	}
	if v.why != "" {
		return check
	}
	rows, people := profile.Cell(v.rows), profile.Cell(v.people)
	same, isOfColumn := v.shares()
	switch {
	case isOfColumn:
		rows = table.number(same)
	case rows.Masked():
	case people.Masked(), profile.Cell(tableRows.Minus(v.rows)).Masked():
		rows = profile.Withhold() // few people are behind them, or few rows are left
	}
	people = profile.Beside(v.people, v.rows, tableRows) // less them, rows are those of people with several
	if rows.Masked() {
		people = profile.Withhold() // they would tell how few the rows are at least
	}
	percent := profile.ShareOf(rows, table.Rows)
	check.Rows, check.All, check.Percent, check.People = &rows, &table.Rows, &percent, &people
	check.State = v.state(rows, profile)
	return check
}

// state says whether the rule held, as far as the cell of its rows may tell.
func (v verdict) state(rows disclosure.Cell, profile disclosure.Profile) string {
	zeroShown := !profile.Cell(disclosure.CountOf(0)).Masked()
	switch {
	case !zeroShown && rows.Masked():
		return NotTold
	case v.rows.IsZero():
		return Held
	}
	return Broken
}

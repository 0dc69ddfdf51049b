package quality

import (
	"context"
	"slices"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/disclosure/protect"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

// coded returns those of the columns that have a list of codes.
func (a *assessor) coded(columns []spec.Column) []spec.Column {
	return slices.DeleteFunc(slices.Clone(columns), func(c spec.Column) bool { return len(a.Labels.Of(c)) == 0 })
}

// createCodes counts the codes of a table's coded columns in one pass, and notes
// which have codes that their list lacks.
func (a *assessor) createCodes(ctx context.Context, table spec.Table, columns []spec.Column) error {
	a.unlisted = nil
	coded := a.coded(columns)
	if len(coded) == 0 {
		return nil
	}
	columnNames, listColumns, listCodes := []string{}, []string{}, []string{}
	for _, column := range coded {
		columnNames = append(columnNames, column.Name.String())
		for _, code := range a.Labels.Of(column) {
			listColumns, listCodes = append(listColumns, column.Name.String()), append(listCodes, code[0])
		}
	}
	args := a.args(table.Name, warehouse.Args{"columns": columnNames, "list_columns": listColumns, "list_codes": listCodes})
	if _, err := a.w.Run(ctx, statements["30_create_codes"], args); err != nil {
		return err
	}
	return a.w.Each(ctx, statements["33_unlisted_columns"], nil, func(scan func(...any) error) error {
		var column string
		err := scan(&column)
		a.unlisted = append(a.unlisted, column)
		return err
	})
}

// describe adds to a table what is shown of its columns.
func (a *assessor) describe(ctx context.Context, table spec.Table, columns []spec.Column, months monthly, judged []verdict, shown *Table) error {
	codes, err := a.codes(ctx, table, columns)
	if err != nil {
		return err
	}
	dates, err := a.dates(ctx, table, columns)
	if err != nil {
		return err
	}
	for _, column := range columns {
		one, err := a.column(column, months, judged, *shown)
		if err != nil {
			return err
		}
		if listed := len(a.Labels.Of(column)); listed > 0 {
			seen := codes[one.Name]
			seen.Listed = listed
			one.Codes = &seen
		}
		span := dates[one.Name]
		one.FirstMonth, one.LastMonth = span.first, span.last
		shown.Columns = append(shown.Columns, one)
	}
	return nil
}

// column protects the numbers of one column: rows that are empty, rows whose value
// is invalid, and the others, which are not shown and can be worked out.
func (a *assessor) column(column spec.Column, months monthly, judged []verdict, table Table) (Column, error) {
	name := column.Name.String()
	one := Column{Name: name, Type: column.Type.String(), All: table.Rows}
	filled := months.filled[name]
	invalid, isJudged := invalidOf(name, judged)
	printed, err := protected([]protect.Cell{
		{Name: "all rows", Count: months.rows, Published: true},
		{Name: "empty", Count: months.rows.Minus(filled)},
		{Name: "invalid", Count: invalid},
		{Name: "filled", Count: filled, Unprinted: true},
		{Name: "valid", Count: filled.Minus(invalid), Unprinted: true},
		{Name: "empty or valid", Count: months.rows.Minus(invalid), Unprinted: true},
	}, a.Profile,
		protect.Sum{Total: 0, Parts: []int{1, 3}}, protect.Sum{Total: 3, Parts: []int{2, 4}},
		protect.Sum{Total: 0, Parts: []int{2, 5}}, protect.Sum{Total: 5, Parts: []int{1, 4}})
	if err != nil {
		return one, err
	}
	for i, of := range []string{emptyRows, invalidRows} {
		if a.hidden[number{table.Name, name, of}] {
			printed[i+1] = a.Profile.Withhold()
		}
	}
	one.Empty, one.EmptyPercent = printed[1], a.Profile.ShareOf(printed[1], table.Rows)
	if isJudged {
		percent := a.Profile.ShareOf(printed[2], table.Rows)
		one.Invalid, one.InvalidPercent = &printed[2], &percent
	}
	one.EmptyMonths = months.emptyMonths(name, one.Empty, table, a.Profile)
	return one, nil
}

// invalidOf returns how many values of a column a rule found invalid, and false
// when none judges them.
func invalidOf(column string, judged []verdict) (disclosure.Count, bool) {
	for _, v := range judged {
		if same, is := v.shares(); is && v.why == "" && same.column == column && same.of == invalidRows {
			return v.rows, true
		}
	}
	return disclosure.Count{}, false
}

// number returns the cell of a number of a column.
func (t Table) number(of number) disclosure.Cell {
	at := slices.IndexFunc(t.Columns, func(c Column) bool { return c.Name == of.column })
	if of.of == emptyRows {
		return t.Columns[at].Empty
	}
	return *t.Columns[at].Invalid
}

// codes tells which codes the columns of a table have, of those that may be told.
func (a *assessor) codes(ctx context.Context, table spec.Table, columns []spec.Column) (map[string]Codes, error) {
	found := map[string]Codes{}
	if len(a.coded(columns)) == 0 {
		return found, nil
	}
	tell := func(counts ...disclosure.Count) bool {
		return !slices.ContainsFunc(counts, func(c disclosure.Count) bool { return c.IsZero() || a.Profile.Cell(c).Masked() })
	}
	err := a.w.Each(ctx, statements["31_codes"], nil, func(scan func(...any) error) error {
		var column string
		var rows disclosure.Count
		if err := scan(&column, &rows); err != nil {
			return err
		}
		if tell(rows) {
			seen := found[column]
			seen.Seen++
			found[column] = seen
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, column := range a.unlisted {
		args := a.args(table.Name, warehouse.Args{"column": column, "person": a.Dataset.Person.String()})
		err := a.w.Each(ctx, statements["32_unlisted_codes"], args, func(scan func(...any) error) error {
			var code string
			var rows, people disclosure.Count
			if err := scan(&code, &rows, &people); err != nil {
				return err
			}
			if tell(rows, people) {
				seen := found[column]
				seen.Unlisted = append(seen.Unlisted, CodeName{code})
				found[column] = seen
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

// span is the first and the last month of a column's dates.
type span struct{ first, last string }

// dates tells from which month to which the dates of a table's columns are, of
// months that have enough of them to be shown.
func (a *assessor) dates(ctx context.Context, table spec.Table, columns []spec.Column) (map[string]span, error) {
	dated := []string{}
	for _, column := range columns {
		if column.Type.IsDate() {
			dated = append(dated, column.Name.String())
		}
	}
	spans := map[string]span{}
	if len(dated) == 0 {
		return spans, nil
	}
	err := a.w.Each(ctx, statements["20_date_months"], a.args(table.Name, warehouse.Args{"columns": dated}), func(scan func(...any) error) error {
		var column string
		var at int32
		var rows disclosure.Count
		if err := scan(&column, &at, &rows); err != nil {
			return err
		}
		if a.Profile.Cell(rows).Masked() {
			return nil
		}
		known := spans[column]
		if known.first == "" {
			known.first = month(at).String()
		}
		known.last = month(at).String()
		spans[column] = known
		return nil
	})
	return spans, err
}

package extract

import (
	"context"
	"maps"
	"regexp"
	"strings"

	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

// query is a query in the making: static text around static text, with the
// values that are bound in it.
type query struct {
	statement warehouse.Statement
	args      warehouse.Args
}

// in returns a statement around the query. A statement about one column takes
// its validated name.
func (q query) in(name string, column spec.Identifier, args warehouse.Args) query {
	outer := query{statements[name].Naming("column", column).Around(q.statement), maps.Clone(q.args)}
	maps.Copy(outer.args, args)
	return outer
}

// rows returns the rows of a table of a dataset version, up to the extract date
// that the project is pinned to.
func (t PlannedTable) rows(table spec.Table) query {
	args := warehouse.Args{
		"table":      t.dataset.QualifiedTable(table.Name, t.version.Name),
		"person":     t.dataset.Person.String(),
		"period_key": table.PeriodKey.String(),
		"cut_by":     nil,
	}
	if !t.pinned.IsZero() {
		args["cut_by"] = t.pinned.String()
	}
	return query{statements["20_rows"], args}
}

// ofPeople returns those rows of a table that are of the project's people.
func (t PlannedTable) ofPeople(table spec.Table) query {
	return t.rows(table).in("21_of_people", spec.Identifier{}, nil)
}

// filter narrows a table's rows.
type filter struct {
	step    string // as the plan tells it
	prepare func(ctx context.Context, w *warehouse.Warehouse) error
	apply   func(query) query
}

// filters returns what the project narrows a table's rows by, in order: each
// works on what those before it leave, and the extract periods are chosen among
// all.
func (t PlannedTable) filters() []filter {
	var list []filter
	switch {
	case spec.GoesByMonth(t.Transform):
		list = append(list, t.submissionFilter())
	case t.Transform != spec.NoTransform:
		list = append(list, t.periodFilter())
	}
	if window := t.chosen.Window; window != nil {
		args := warehouse.Args{
			"window_from": window.From.String(), "window_to": window.To.String(), "keep_undated": window.Undated == spec.KeepUndated,
		}
		list = append(list, filter{"window " + t.Window, nothing, func(q query) query { return q.in("22_in_window", window.Column, args) }})
	}
	for i, codes := range t.chosen.Codes {
		list = append(list, filter{"codes " + t.Codes[i], nothing, func(q query) query {
			return q.in("23_in_code_list", codes.Column, listed(codes))
		}})
	}
	if around := t.chosen.AroundIndex; around != nil {
		args := warehouse.Args{"index_from": around.FromDays, "index_to": around.ToDays, "keep_unindexed": around.Undated == spec.KeepUndated}
		list = append(list, filter{"index window " + t.AroundIndex, t.createIndexDates, func(q query) query {
			return q.in("25_around_index", around.Column, args)
		}})
	}
	return list
}

func nothing(context.Context, *warehouse.Warehouse) error { return nil }

func (t PlannedTable) periodFilter() filter {
	byYear := warehouse.Args{"by_year": t.Transform == spec.LatestExtract}
	return filter{
		"transform " + t.Transform,
		func(ctx context.Context, w *warehouse.Warehouse) error {
			create := t.ofPeople(t.table).in("26_create_kept_periods", spec.Identifier{}, byYear)
			_, err := w.Run(ctx, create.statement, create.args)
			return err
		},
		func(q query) query { return q.in("27_in_kept_periods", spec.Identifier{}, byYear) },
	}
}

func (t PlannedTable) submissionFilter() filter {
	statement, args := "49_one_row_a_key", warehouse.Args{}
	if t.Transform == spec.LatestSubmission {
		names := make([]string, len(t.table.RowKey))
		for i, column := range t.table.RowKey {
			names[i] = column.String()
		}
		statement, args = "48_latest_submission", warehouse.Args{"row_key": names}
	}
	return filter{"transform " + t.Transform, nothing, func(q query) query {
		return q.in("21_of_people", spec.Identifier{}, nil).in(statement, spec.SubmissionMonth, args)
	}}
}

func (t PlannedTable) createIndexDates(ctx context.Context, w *warehouse.Warehouse) error {
	table, _ := t.dataset.Table(t.index.Table.String()) // CheckAgainst has found it
	create := t.ofPeople(table).in("24_create_index_dates", t.index.Column, warehouse.Args{"first": t.index.Choose == spec.FirstDate})
	_, err := w.Run(ctx, create.statement, create.args)
	return err
}

// listed returns the values that a code list binds: whole codes, and a pattern
// of how others begin.
func listed(codes spec.CodeList) warehouse.Args {
	whole, begin := []string{}, []string{}
	for _, code := range codes.Keep {
		if beginning, found := strings.CutSuffix(code, "*"); found {
			begin = append(begin, regexp.QuoteMeta(beginning))
		} else {
			whole = append(whole, code)
		}
	}
	name := codes.Column.String()
	args := warehouse.Args{"codes_" + name: whole, "begin_" + name: nil, "uncoded_" + name: codes.Uncoded == spec.KeepUndated}
	if len(begin) > 0 {
		args["begin_"+name] = "^(" + strings.Join(begin, "|") + ")"
	}
	return args
}

// given returns the rows that the project is given, with their participants,
// before anything is done to a value; each step is told once its own rows are
// settled.
func (t PlannedTable) given(ctx context.Context, w *warehouse.Warehouse, step func(name string, rows query) error) (query, error) {
	rows := t.rows(t.table)
	for _, filter := range t.filters() {
		if err := filter.prepare(ctx, w); err != nil {
			return query{}, err
		}
		rows = filter.apply(rows)
		if err := step(filter.step, rows.in("28_with_people", spec.Identifier{}, nil)); err != nil {
			return query{}, err
		}
	}
	return rows.in("28_with_people", spec.Identifier{}, nil), nil
}

package extract

import (
	"cmp"
	"context"
	"strings"
	"sync"
	"sync/atomic"

	"tre-toolkit/internal/identifier"
	"tre-toolkit/internal/keys"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

var (
	projectCode = mustIdentifier("project_code")
	columnCode  = mustIdentifier("column_code")
)

// coder makes the value that a project is given of one that the database has.
type coder = func(value string) string

// coders are those of the table that is being written, by column. The database
// calls them from several threads; the key stays on this side.
type coders struct {
	root    keys.Root
	project spec.ProjectID
	table   atomic.Pointer[map[string]coder]
}

// lend makes the project's codes callable from SQL.
func (c *coders) lend(w *warehouse.Warehouse) error {
	linking := pooled(c.root.For(c.project), (*keys.Pseudonymiser).Linking)
	if err := w.Register(projectCode, linking); err != nil {
		return err
	}
	return w.Register(columnCode, func(named string) string {
		column, value, _ := strings.Cut(named, ":")
		return (*c.table.Load())[column](value)
	})
}

// pooled returns a coder that gives each thread a pseudonymiser of its own.
func pooled(pseudonyms *keys.Pseudonymiser, code func(*keys.Pseudonymiser, string) string) coder {
	pool := sync.Pool{New: func() any { return pseudonyms.Clone() }}
	return func(value string) string {
		own := pool.Get().(*keys.Pseudonymiser)
		defer pool.Put(own)
		return code(own, value)
	}
}

// prepare sets the coders of a table's columns.
func (c *coders) prepare(table PlannedTable) {
	set := map[string]coder{}
	for _, column := range table.Columns {
		switch {
		case column.recoded == recodedByKey:
			set[column.Name] = pooled(c.root.Column(c.project, column.column.Name), (*keys.Pseudonymiser).Code)
		case column.recoded == recodedByRule:
			set[column.Name] = coarser(column.coarsening)
		}
	}
	c.table.Store(&set)
}

// coarser returns what makes codes of texts coarser. What fits no group, and
// what is no postcode, becomes nothing.
func coarser(to spec.Coarsening) coder {
	switch to.To {
	case spec.ToPostcodeArea:
		return postcodePart(identifier.Postcode.Area)
	case spec.ToPostcodeSector:
		return postcodePart(identifier.Postcode.Sector)
	}
	groups := map[string]string{}
	for _, group := range to.Groups {
		for _, code := range group.Codes {
			groups[code] = group.Name
		}
	}
	return func(value string) string {
		if group, found := groups[value]; found {
			return group
		}
		return to.Rest
	}
}

func postcodePart(part func(identifier.Postcode) string) coder {
	return func(value string) string {
		postcode, err := identifier.ParsePostcode(value)
		if err != nil || postcode.Kind() != identifier.Geographic {
			return ""
		}
		return part(postcode)
	}
}

// treated returns the rows with every value as the project is given it.
func (r *runner) treated(ctx context.Context, table PlannedTable, rows query) (query, error) {
	r.coders.prepare(table)
	if table.keyColumn() >= 0 {
		if err := r.createKeyCodes(ctx, table); err != nil {
			return query{}, err
		}
	}
	for _, column := range table.Columns[1:] {
		for _, step := range column.steps {
			rows = rows.in(step.statement, column.column.Name, step.args)
		}
	}
	return rows, nil
}

// mostNumbered is how many values of a key are held as numbers unless the output
// says how many. The list of their texts is not under the database's memory limit:
// of so many it takes about a fifth of a GiB.
const mostNumbered = 2_000_000

// createKeyCodes re-keys the table's period keys, each once.
func (r *runner) createKeyCodes(ctx context.Context, table PlannedTable) error {
	create := table.keys().in("31_create_keys", spec.Identifier{}, nil)
	keys, err := r.w.Run(ctx, create.statement, create.args)
	if err != nil {
		return err
	}
	of := "44_create_key_type"
	if keys == 0 || keys > cmp.Or(r.output.MostNumbered, mostNumbered) {
		of = "45_create_key_text_type"
	}
	if _, err := r.w.Run(ctx, statements[of], nil); err != nil {
		return err
	}
	_, err = r.w.Run(ctx, statements["46_create_key_codes"], nil)
	return err
}

// keys returns rows with every period key that the project is given. Where it is
// given most rows of the table, looking for the others' takes longer than re-keying
// them does.
func (t PlannedTable) keys() query {
	switch {
	case t.Transform == spec.LatestExtract, t.Transform == spec.FinalExtract:
		return query{statements["30_period_keys"], warehouse.Args{}}
	case t.most:
		return t.rows(t.table)
	}
	return t.ofPeople(t.table)
}

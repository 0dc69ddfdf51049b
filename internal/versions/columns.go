package versions

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"tre-toolkit/internal/versions/fingerprint"
	"tre-toolkit/internal/warehouse"
)

// Bounds of what counts as the same column or table under another name.
const (
	sketchSize      = 64    // smallest hashes of a column's values that are kept
	likeValues      = 0.5   // share of values in common that makes a pair worth a look
	sameValues      = 0.8   // share that is enough where no row can be compared
	fewestValues    = 16    // values needed for that; two flags are always alike
	sameCells       = 0.9   // agreement beyond chance, row by row
	fewestCompared  = 10    // rows needed for that
	sampledRows     = 50000 // rows compared, about
	likeTableNames  = 0.6   // share of a table's own column names in common
	likeTableValues = 0.5   // share of these whose values are alike
)

// How a rename was found.
const (
	byContent = "content"
	byName    = "name"
)

// columnPair is one column in both versions.
type columnPair struct {
	before, after fingerprint.Column
	found         string // how a rename was found; empty for one name
}

type columnPairs struct {
	both    []columnPair // by the name after
	added   []fingerprint.Column
	dropped []fingerprint.Column
}

// common returns the columns that have one name and one type.
func (p columnPairs) common() []fingerprint.Column {
	var common []fingerprint.Column
	for _, pair := range p.both {
		if pair.before == pair.after {
			common = append(common, pair.after)
		}
	}
	return common
}

func (p columnPairs) describe(diff *TableDiff) {
	diff.ColumnsAdded, diff.ColumnsDropped = p.added, p.dropped
	for _, pair := range p.both {
		if pair.found != "" {
			diff.ColumnsRenamed = append(diff.ColumnsRenamed, Rename{pair.before.Name, pair.after.Name, pair.found})
		}
		if pair.before.Type != pair.after.Type {
			diff.Retyped = append(diff.Retyped, Retype{pair.after.Name, pair.before.Type, pair.after.Type})
		}
	}
}

func pairByName(before, after side) columnPairs {
	var pairs columnPairs
	for _, column := range before.columns {
		if now, found := after.column(column.Name); found {
			pairs.both = append(pairs.both, columnPair{before: column, after: now})
		} else {
			pairs.dropped = append(pairs.dropped, column)
		}
	}
	for _, column := range after.columns {
		if _, found := before.column(column.Name); !found {
			pairs.added = append(pairs.added, column)
		}
	}
	return pairs
}

// rename makes one column of a dropped and an added one.
func (p *columnPairs) rename(before, after, found string) {
	take := func(list *[]fingerprint.Column, name string) (fingerprint.Column, bool) {
		at := slices.IndexFunc(*list, func(c fingerprint.Column) bool { return c.Name == name })
		if at < 0 {
			return fingerprint.Column{}, false
		}
		column := (*list)[at]
		*list = slices.Delete(*list, at, at+1)
		return column, true
	}
	if !slices.ContainsFunc(p.added, func(c fingerprint.Column) bool { return c.Name == after }) {
		return
	}
	if old, found1 := take(&p.dropped, before); found1 {
		now, _ := take(&p.added, after)
		p.both = append(p.both, columnPair{old, now, found})
	}
}

// pairColumns pairs the columns of both versions by name, and of what is left
// those that hold the same, and then those whose names differ in underscores
// only.
func (c comparer) pairColumns(ctx context.Context) (columnPairs, error) {
	pairs := pairByName(c.pair.before, c.pair.after)
	if len(pairs.dropped) > 0 && len(pairs.added) > 0 {
		same, err := c.sameContent(ctx, pairs)
		if err != nil {
			return pairs, err
		}
		for _, rename := range same {
			pairs.rename(rename.Before, rename.After, byContent)
		}
		bare := func(name string) string { return strings.ReplaceAll(name, "_", "") }
		for _, old := range slices.Clone(pairs.dropped) {
			at := slices.IndexFunc(pairs.added, func(c fingerprint.Column) bool { return bare(c.Name) == bare(old.Name) })
			if at >= 0 {
				pairs.rename(old.Name, pairs.added[at].Name, byName)
			}
		}
	}
	slices.SortFunc(pairs.both, func(a, b columnPair) int { return cmp.Compare(a.after.Name, b.after.Name) })
	return pairs, nil
}

// likeness is how alike a dropped and an added column are.
type likeness struct {
	before, after string
	similarity    float64 // of their sets of values
	size          int     // values that this is judged by
	kappa         float64
}

// sameContent returns the dropped and added columns that hold the same, most
// alike first.
func (c comparer) sameContent(ctx context.Context, pairs columnPairs) ([]Rename, error) {
	if _, err := c.w.Run(ctx, statements["50_create_sketches"], nil); err != nil {
		return nil, err
	}
	if err := sketch(ctx, c.w, true, c.pair.before, names(pairs.dropped)); err != nil {
		return nil, err
	}
	if err := sketch(ctx, c.w, false, c.pair.after, names(pairs.added)); err != nil {
		return nil, err
	}
	alike, err := similar(ctx, c.w, c.pair.before.name, c.pair.after.name)
	if err != nil || len(alike) == 0 {
		return nil, err
	}
	var same []likeness
	key, keyed := c.periodKey()
	if keyed {
		if err := c.sample(ctx, key); err != nil {
			return nil, err
		}
	}
	for _, one := range alike {
		compared := 0
		if keyed {
			args := warehouse.Args{"period_key": key, "before_column": one.before, "after_column": one.after}
			if _, err := c.w.One(ctx, statements["55_agreement"], args, &compared, &one.kappa); err != nil {
				return nil, err
			}
		}
		byRows := compared >= fewestCompared && one.kappa >= sameCells
		bySets := compared < fewestCompared && one.similarity >= sameValues && one.size >= fewestValues
		if byRows || bySets {
			same = append(same, one)
		}
	}
	slices.SortStableFunc(same, func(a, b likeness) int {
		return cmp.Or(cmp.Compare(b.kappa, a.kappa), cmp.Compare(b.similarity, a.similarity))
	})
	renames := make([]Rename, len(same))
	for i, one := range same {
		renames[i] = Rename{one.before, one.after, byContent}
	}
	return renames, nil
}

func names(columns []fingerprint.Column) []string {
	list := make([]string, len(columns))
	for i, column := range columns {
		list[i] = column.Name
	}
	return list
}

func sketch(ctx context.Context, w *warehouse.Warehouse, isBefore bool, table side, columns []string) error {
	for _, column := range columns {
		_, err := w.Run(ctx, statements["51_sketch_column"], warehouse.Args{
			"table": table.place, "is_before": isBefore, "table_name": table.name, "column_name": column, "size": sketchSize,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func similar(ctx context.Context, w *warehouse.Warehouse, before, after string) ([]likeness, error) {
	var alike []likeness
	args := warehouse.Args{"before_table": before, "after_table": after, "size": sketchSize, "least": likeValues}
	err := w.Each(ctx, statements["52_similar_columns"], args, func(scan func(...any) error) error {
		var one likeness
		err := scan(&one.before, &one.after, &one.similarity, &one.size)
		alike = append(alike, one)
		return err
	})
	return alike, err
}

// sample keeps the rows of some keys of both versions, the same keys.
func (c comparer) sample(ctx context.Context, key string) error {
	rows := max(c.pair.before.facts.Rows, c.pair.after.facts.Rows)
	args := c.args(warehouse.Args{"period_key": key, "one_in": max(1, rows/sampledRows)})
	for _, name := range []string{"53_sample_before", "54_sample_after"} {
		of := warehouse.Args{"period_key": args["period_key"], "one_in": args["one_in"]}
		which := strings.TrimPrefix(name[3:], "sample_")
		of[which] = args[which]
		if _, err := c.w.Run(ctx, statements[name], of); err != nil {
			return err
		}
	}
	return nil
}

// pairTables pairs the tables of both versions by name, and of what is left
// those that hold the same.
func pairTables(ctx context.Context, w *warehouse.Warehouse, c Comparison) ([]tablePair, error) {
	before, err := sides(ctx, w, c.Dataset, c.Before)
	if err != nil {
		return nil, err
	}
	after, err := sides(ctx, w, c.Dataset, c.After)
	if err != nil {
		return nil, err
	}
	var pairs []tablePair
	var dropped, added []side
	for _, old := range before {
		at := slices.IndexFunc(after, func(s side) bool { return s.name == old.name })
		if at < 0 {
			dropped = append(dropped, old)
			continue
		}
		pairs = append(pairs, tablePair{old, after[at]})
	}
	for _, now := range after {
		if !slices.ContainsFunc(before, func(s side) bool { return s.name == now.name }) {
			added = append(added, now)
		}
	}
	for _, old := range dropped {
		for i, now := range added {
			same, err := sameTable(ctx, w, old, now, shared(before, after))
			if err != nil {
				return nil, err
			}
			if same {
				pairs = append(pairs, tablePair{old, now})
				added = slices.Delete(added, i, i+1)
				break
			}
		}
	}
	return pairs, nil
}

// shared returns the names of columns that every table has, such as the person
// key: these say nothing of which table it is.
func shared(lists ...[]side) map[string]bool {
	times, tables := map[string]int{}, 0
	for _, list := range lists {
		for _, one := range list {
			tables++
			for _, column := range one.columns {
				times[column.Name]++
			}
		}
	}
	all := map[string]bool{}
	for name, n := range times {
		all[name] = n == tables
	}
	return all
}

// sameTable reports whether two tables of different names are one: not a cell
// differs, or most of their own columns have the same names and most of these
// the same values.
func sameTable(ctx context.Context, w *warehouse.Warehouse, before, after side, everywhere map[string]bool) (bool, error) {
	if before.facts.Fingerprint == after.facts.Fingerprint && before.facts.Fingerprint != "" {
		return true, nil
	}
	var common []string
	own := map[string]bool{}
	for _, column := range slices.Concat(before.columns, after.columns) {
		if everywhere[column.Name] {
			continue
		}
		if own[column.Name] {
			common = append(common, column.Name)
		}
		own[column.Name] = true
	}
	if len(common) == 0 || float64(len(common)) < likeTableNames*float64(len(own)) {
		return false, nil
	}
	if _, err := w.Run(ctx, statements["50_create_sketches"], nil); err != nil {
		return false, err
	}
	if err := sketch(ctx, w, true, before, common); err != nil {
		return false, err
	}
	if err := sketch(ctx, w, false, after, common); err != nil {
		return false, err
	}
	alike, err := similar(ctx, w, before.name, after.name)
	n := 0
	for _, one := range alike {
		if one.before == one.after {
			n++
		}
	}
	return float64(n) >= likeTableValues*float64(len(common)), err
}

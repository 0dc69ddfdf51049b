package versions

import (
	"context"
	"slices"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/versions/fingerprint"
	"tre-toolkit/internal/warehouse"
)

// Comparison says which two versions to compare and what may be shown of it.
type Comparison struct {
	Dataset spec.Dataset
	Before  Version
	After   Version
	Profile disclosure.Profile
	Freeze  int // whose participants are counted; 0 means that nobody is
	Step    func(table string)
}

// Diff is what changed in the data from one version to the next. Every number
// of people in it has passed the profile.
type Diff struct {
	Before, After Version
	Rules         string
	Freeze        int // whose participants are counted; 0 when nobody is
	TablesAdded   []string
	TablesDropped []string
	Tables        []TableDiff // that both have, by name
	Withheld      int         // tables and values of which something changed that may not be told
}

// TableDiff is what changed in one table. Rows are rows of deliveries, not
// people.
type TableDiff struct {
	Name           string
	Was            string // its name before, when it was renamed
	Same           bool   // not a cell differs; nothing else is filled in but rows
	RowsBefore     int64
	RowsAfter      int64
	Participants   Pair
	Studies        []StudyDiff // only those that may be told
	PeriodsGone    []Period
	PeriodsNew     []Period
	ColumnsAdded   []fingerprint.Column
	ColumnsDropped []fingerprint.Column
	ColumnsRenamed []Rename
	Retyped        []Retype
	Key            string // what a pathway is keyed by; empty when the versions share no key
	Pathways       Pathways
	Columns        []ColumnDiff // by name
	Withheld       int          // changes that may not be told
}

// StudyDiff is a study's number of participants.
type StudyDiff struct {
	Study string
	Pair
}

// Period is an extract period.
type Period struct {
	Start string `json:"start"`
	End   string `json:"end"`
}

// Rename is a name that changed, and how that was found: by content, or by name.
type Rename struct{ Before, After, Found string }

// Retype is a column that changed its type.
type Retype struct{ Column, Before, After string }

// Pathways are how many keys (a pathway or person in an extract period) came,
// went or hold other rows.
type Pathways struct {
	Added   disclosure.Cell
	Removed disclosure.Cell
	Changed disclosure.Cell
}

// ColumnDiff is what changed in the values of one column.
type ColumnDiff struct {
	Name   string
	Was    string      // its name before, when it was renamed
	New    []ValueDiff // values that are new
	Gone   []ValueDiff // values that are gone
	Moved  []ValueDiff // the largest changes of share
	Empty  *ValueDiff  // people with an empty cell, when their share of rows moved
	Spread *SpreadDiff
}

func (c ColumnDiff) isEmpty() bool {
	return len(c.New)+len(c.Gone)+len(c.Moved) == 0 && c.Empty == nil && c.Spread == nil
}

// ValueDiff is one value with the people who have it in a row.
type ValueDiff struct {
	Value    string
	People   Pair
	Percents Pair // of the people in the table
}

// SpreadDiff is how a number, or a date, is spread in both versions.
type SpreadDiff struct {
	Before, After Spread
	Dates         bool // in days since 1970
}

// Spread is the mean and the quartiles of the filled cells.
type Spread struct{ Mean, Lower, Median, Upper float64 }

// Compare finds what changed in the data between two versions.
func Compare(ctx context.Context, w *warehouse.Warehouse, c Comparison) (Diff, error) {
	diff := Diff{Before: c.Before, After: c.After, Rules: c.Profile.Name(), Freeze: c.Freeze}
	pairs, err := pairTables(ctx, w, c)
	if err != nil {
		return Diff{}, err
	}
	for _, table := range c.Before.Tables {
		if !slices.ContainsFunc(pairs, func(p tablePair) bool { return p.before.name == table.Name }) {
			diff.TablesDropped = append(diff.TablesDropped, table.Name)
		}
	}
	for _, table := range c.After.Tables {
		at := slices.IndexFunc(pairs, func(p tablePair) bool { return p.after.name == table.Name })
		if at < 0 {
			diff.TablesAdded = append(diff.TablesAdded, table.Name)
			continue
		}
		if c.Step != nil {
			c.Step(table.Name)
		}
		changed, err := comparer{w: w, c: c, pair: pairs[at]}.table(ctx)
		if err != nil {
			return Diff{}, err
		}
		diff.Tables = append(diff.Tables, changed)
		diff.Withheld += changed.Withheld
	}
	return diff, nil
}

// side is one table of one version in the database.
type side struct {
	name    string // such as care_cluster
	place   string // such as nhsd.iapt_care_cluster_v0003
	facts   Table
	columns []fingerprint.Column
}

type tablePair struct{ before, after side }

func (s side) column(name string) (fingerprint.Column, bool) {
	at := slices.IndexFunc(s.columns, func(c fingerprint.Column) bool { return c.Name == name })
	if at < 0 {
		return fingerprint.Column{}, false
	}
	return s.columns[at], true
}

// sides finds the tables of a version in the database, whatever today's
// specification says they are.
func sides(ctx context.Context, w *warehouse.Warehouse, dataset spec.Dataset, version Version) ([]side, error) {
	var list []side
	for _, facts := range version.Tables {
		name, err := spec.ParseIdentifier(facts.Name)
		if err != nil {
			return nil, err
		}
		one := side{name: facts.Name, place: dataset.QualifiedTable(name, version.Name), facts: facts}
		if one.columns, err = fingerprint.Columns(ctx, w, one.place); err != nil {
			return nil, err
		}
		list = append(list, one)
	}
	return list, nil
}

// comparer compares one table of two versions.
type comparer struct {
	w    *warehouse.Warehouse
	c    Comparison
	gate gate
	pair tablePair
}

func (c comparer) table(ctx context.Context) (TableDiff, error) {
	before, after := c.pair.before, c.pair.after
	diff := TableDiff{Name: after.name, RowsBefore: before.facts.Rows, RowsAfter: after.facts.Rows}
	if before.name != after.name {
		diff.Was = before.name
	}
	if before.facts.Fingerprint == after.facts.Fingerprint && before.facts.Fingerprint != "" {
		diff.Same = true
		return diff, nil
	}
	columns, err := c.pairColumns(ctx)
	if err != nil {
		return diff, err
	}
	columns.describe(&diff)
	people, studies, err := c.people(ctx)
	if err != nil {
		return diff, err
	}
	c.gate = gate{profile: c.c.Profile, closed: len(studies) == 0}
	diff.Participants = c.gate.pair(people.before, people.after)
	diff.Studies, diff.Withheld = c.gate.studies(people, studies)
	if err := c.periods(ctx, &diff); err != nil {
		return diff, err
	}
	if err := c.pathways(ctx, columns, &diff); err != nil {
		return diff, err
	}
	for _, pair := range columns.both {
		if c.isOfDelivery(pair.after.Name) {
			continue
		}
		changed, withheld, err := c.column(ctx, pair, people)
		if err != nil {
			return diff, err
		}
		diff.Withheld += withheld
		if !changed.isEmpty() {
			diff.Columns = append(diff.Columns, changed)
		}
	}
	return diff, nil
}

// isOfDelivery reports whether a column tells of the delivery and not of the
// person, such as the day the extract was cut: a date, or a column that nobody
// is given, for which the specification names no source. Such a column differs
// in every delivery.
func (c comparer) isOfDelivery(name string) bool {
	for _, table := range []string{c.pair.after.name, c.pair.before.name} {
		described, _ := c.c.Dataset.Table(table)
		if column, known := described.Column(name); known {
			return column.From == "" && (column.Type.IsDate() || column.Category != spec.Core)
		}
	}
	return false
}

func (c comparer) args(more warehouse.Args) warehouse.Args {
	args := warehouse.Args{"before": c.pair.before.place, "after": c.pair.after.place}
	for name, value := range more {
		args[name] = value
	}
	return args
}

// study is a study with its participants in the table.
type study struct {
	name string
	group
}

// people counts the participants of the table in both versions, over the studies
// that the table of participants shows in both, and makes counted_people of
// them. See gate for why nobody else is counted.
func (c comparer) people(ctx context.Context) (whole group, told []study, err error) {
	if _, err := c.w.Run(ctx, statements["30_people"], c.args(warehouse.Args{"person": c.c.Dataset.Person.String()})); err != nil {
		return whole, nil, err
	}
	names := []string{}
	freeze := warehouse.Args{"freeze": c.c.Freeze}
	err = c.w.Each(ctx, statements["31_people_by_study"], freeze, func(scan func(...any) error) error {
		var one study
		err := scan(&one.name, &one.before, &one.after)
		if err == nil && !c.c.Profile.Cell(one.before).Masked() && !c.c.Profile.Cell(one.after).Masked() {
			whole, told, names = whole.plus(one.group), append(told, one), append(names, one.name)
		}
		return err
	})
	if err != nil {
		return whole, nil, err
	}
	_, err = c.w.Run(ctx, statements["34_counted_people"], with(freeze, "studies", names))
	return whole, told, err
}

func (c comparer) periods(ctx context.Context, diff *TableDiff) error {
	return c.w.Each(ctx, statements["32_periods"], c.args(nil), func(scan func(...any) error) error {
		var period Period
		var isNew bool
		err := scan(&period.Start, &period.End, &isNew)
		if isNew {
			diff.PeriodsNew = append(diff.PeriodsNew, period)
		} else {
			diff.PeriodsGone = append(diff.PeriodsGone, period)
		}
		return err
	})
}

// periodKey returns what an extract period repeats in the table, if it goes by
// one name in both versions.
func (c comparer) periodKey() (string, bool) {
	table, known := c.c.Dataset.Table(c.pair.after.name)
	if !known {
		table, known = c.c.Dataset.Table(c.pair.before.name)
	}
	key := table.PeriodKey.String()
	_, inBefore := c.pair.before.column(key)
	_, inAfter := c.pair.after.column(key)
	return key, known && inBefore && inAfter
}

func (c comparer) pathways(ctx context.Context, columns columnPairs, diff *TableDiff) error {
	key, found := c.periodKey()
	if !found {
		return nil
	}
	diff.Key = key
	common := columns.common()
	compared := slices.DeleteFunc(names(common), c.isOfDelivery)
	args := c.args(warehouse.Args{
		"person": c.c.Dataset.Person.String(), "period_key": key,
		"common": compared, "shape": fingerprint.Shape(common),
	})
	var keys, people struct{ added, removed, changed, same disclosure.Count }
	_, err := c.w.One(ctx, statements["33_pathways"], args,
		&keys.added, &keys.removed, &keys.changed, &keys.same,
		&people.added, &people.removed, &people.changed, &people.same)
	diff.Pathways = c.gate.pathways(
		[4]disclosure.Count{keys.added, keys.removed, keys.changed, keys.same},
		[4]disclosure.Count{people.added, people.removed, people.changed, people.same},
	)
	return err
}

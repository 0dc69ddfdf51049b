package versions

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"tre-toolkit/internal/cite"
	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

// link returns the DOI's link, or nothing when none is minted.
func (v Version) link() string {
	doi, err := cite.ParseDOI(v.Release.DOI)
	if err != nil {
		return ""
	}
	return doi.URL()
}

// Log is a dataset's data change log: what each version changed, newest first.
type Log struct {
	Dataset string
	Rules   string
	Freeze  int // whose participants are counted; 0 when nobody is
	Entries []Entry
	Begun   []Beginning // versions that have none before them, newest first
}

// Beginning is what a version without one before it began with.
type Beginning struct {
	Version Version
	Tables  []Created
}

// Created is a table that a version began with.
type Created struct {
	Table        string
	Rows         int64
	Columns      int
	Participants disclosure.Cell
}

// Previous returns the version that one continues: the one before it of its own
// lineage, or else the last of a smaller number.
func Previous(list []Version, version Version) (Version, bool) {
	names := make([]spec.DatasetVersion, len(list))
	for i, one := range list {
		names[i] = one.Name
	}
	at := previous(names, version.Name)
	if at < 0 {
		return Version{}, false
	}
	return list[at], true
}

// previous does so for names in their order; -1 is none.
func previous(names []spec.DatasetVersion, of spec.DatasetVersion) int {
	at := -1
	for i, name := range names {
		if name.Number < of.Number && (at < 0 || names[at].Lineage != of.Lineage || name.Lineage == of.Lineage) {
			at = i
		}
	}
	return at
}

// ChangeLog tells of each version of about, oldest first, what changed from the
// version of the list that it continues. What the register has kept is taken from
// there.
func ChangeLog(ctx context.Context, w *warehouse.Warehouse, list, about []Version, c Comparison) (Log, error) {
	log := Log{Dataset: c.Dataset.Name, Rules: c.Profile.Name(), Freeze: c.Freeze}
	for _, version := range slices.Backward(about) {
		var found bool
		c.After = version
		if c.Before, found = Previous(list, version); !found {
			begun, err := begin(ctx, w, version, c)
			if err != nil {
				return log, err
			}
			log.Begun = append(log.Begun, begun)
			continue
		}
		entry, kept, err := Kept(ctx, w, c)
		if err == nil && !kept {
			entry, err = newEntry(ctx, w, c)
		}
		if err != nil {
			return log, err
		}
		log.Entries = append(log.Entries, entry)
	}
	return log, nil
}

func begin(ctx context.Context, w *warehouse.Warehouse, version Version, c Comparison) (Beginning, error) {
	begun := Beginning{Version: version}
	tables, err := sides(ctx, w, c.Dataset, version)
	if err != nil {
		return begun, err
	}
	for _, table := range tables {
		people, studies, err := comparer{w: w, c: c, pair: tablePair{table, table}}.people(ctx)
		if err != nil {
			return begun, err
		}
		shown := gate{c.Profile, len(studies) == 0}.pair(people.before, people.after)
		begun.Tables = append(begun.Tables, Created{table.name, table.facts.Rows, table.facts.Columns, shown.Before})
	}
	return begun, nil
}

// Activities returns the log as a page of activities, newest first.
func (l Log) Activities() (Page, error) {
	page := Page{Data: []Activity{}}
	for _, entry := range l.Entries {
		page.Data = append(page.Data, entry.Activities...)
	}
	for _, begun := range l.Begun {
		for i, created := range slices.Backward(begun.Tables) {
			activity, err := newActivity(begun.Version, i+1, Create, map[string]any{
				created.Table + ".rows":         created.Rows,
				created.Table + ".columns":      created.Columns,
				created.Table + ".participants": created.Participants,
			})
			if err != nil {
				return page, err
			}
			page.Data = append(page.Data, activity)
		}
	}
	page.Meta.Total = len(page.Data)
	return page, nil
}

// pairOf is before and after, as an update has them.
type pairOf [2]any

// Activities returns the differences as a page of updates of the newer
// version's DOI, highest number first: one of the dataset's tables, if these
// changed, and one a table. A field is TABLE.WHAT or TABLE.COLUMN.WHAT. Lists
// hold what differs and no more.
func (d Diff) Activities() (Page, error) {
	page := Page{Data: []Activity{}}
	add := func(changes map[string]any) error {
		if len(changes) == 0 {
			return nil
		}
		activity, err := newActivity(d.After, len(page.Data)+1, Update, changes)
		page.Data = append(page.Data, activity)
		return err
	}
	if err := add(d.changes()); err != nil {
		return page, err
	}
	for _, table := range d.Tables {
		if err := add(table.changes()); err != nil {
			return page, err
		}
	}
	slices.Reverse(page.Data)
	page.Meta.Total = len(page.Data)
	return page, nil
}

func (d Diff) changes() map[string]any {
	changes := map[string]any{}
	if len(d.TablesDropped)+len(d.TablesAdded) > 0 {
		changes["dataset.tables"] = pairOf{orEmpty(d.TablesDropped), orEmpty(d.TablesAdded)}
	}
	var was, is []string
	for _, table := range d.Tables {
		if table.Was != "" {
			was, is = append(was, table.Was), append(is, table.Name)
		}
	}
	if len(is) > 0 {
		changes["dataset.tables_renamed"] = pairOf{was, is}
	}
	return changes
}

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

type columnFact struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

type valueFact struct {
	Value        string          `json:"value"`
	Participants disclosure.Cell `json:"participants"`
	Percent      disclosure.Cell `json:"percent"`
}

type emptyFact struct {
	Participants disclosure.Cell `json:"participants"`
	Percent      disclosure.Cell `json:"percent"`
}

type studyFact struct {
	Study        string          `json:"study"`
	Participants disclosure.Cell `json:"participants"`
}

func (t TableDiff) changes() map[string]any {
	changes := map[string]any{}
	if t.Same {
		return changes
	}
	put := func(what string, before, after any) { changes[t.Name+"."+what] = pairOf{before, after} }
	if t.RowsBefore != t.RowsAfter {
		put("rows", t.RowsBefore, t.RowsAfter)
	}
	if t.Participants.moved() {
		put("participants", t.Participants.Before, t.Participants.After)
	}
	if studies := t.movedStudies(); len(studies) > 0 {
		put("participants_by_study", studiesOf(studies, Pair.before), studiesOf(studies, Pair.after))
	}
	if len(t.PeriodsGone)+len(t.PeriodsNew) > 0 {
		put("extract_periods", orEmpty(t.PeriodsGone), orEmpty(t.PeriodsNew))
	}
	if len(t.ColumnsDropped)+len(t.ColumnsAdded) > 0 {
		facts := func(columns []columnFact) any { return orEmpty(columns) }
		put("columns", facts(columnFacts(t.ColumnsDropped)), facts(columnFacts(t.ColumnsAdded)))
	}
	if len(t.ColumnsRenamed) > 0 {
		var was, is []string
		for _, rename := range t.ColumnsRenamed {
			was, is = append(was, rename.Before), append(is, rename.After)
		}
		put("columns_renamed", was, is)
	}
	for _, one := range t.Retyped {
		put(one.Column+".type", one.Before, one.After)
	}
	if t.pathwaysMoved() {
		put("pathways",
			map[string]disclosure.Cell{"removed": t.Pathways.Removed},
			map[string]disclosure.Cell{"added": t.Pathways.Added, "changed": t.Pathways.Changed})
	}
	for _, column := range t.Columns {
		column.changes(put)
	}
	if t.Withheld > 0 {
		put("withheld", nil, t.Withheld)
	}
	return changes
}

func (c ColumnDiff) changes(put func(what string, before, after any)) {
	if len(c.Gone)+len(c.New) > 0 {
		put(c.Name+".values", valueFacts(c.Gone, Pair.before), valueFacts(c.New, Pair.after))
	}
	if len(c.Moved) > 0 {
		put(c.Name+".shares", valueFacts(c.Moved, Pair.before), valueFacts(c.Moved, Pair.after))
	}
	if c.Empty != nil {
		put(c.Name+".empty", emptyFact{c.Empty.People.Before, c.Empty.Percents.Before}, emptyFact{c.Empty.People.After, c.Empty.Percents.After})
	}
	if c.Spread != nil {
		put(c.Name+".distribution", c.Spread.Before.fact(c.Spread.Dates), c.Spread.After.fact(c.Spread.Dates))
	}
}

func (p Pair) before() disclosure.Cell { return p.Before }
func (p Pair) after() disclosure.Cell  { return p.After }

func valueFacts(values []ValueDiff, which func(Pair) disclosure.Cell) []valueFact {
	facts := []valueFact{}
	for _, value := range values {
		facts = append(facts, valueFact{value.Value, which(value.People), which(value.Percents)})
	}
	return facts
}

func studiesOf(studies []StudyDiff, which func(Pair) disclosure.Cell) []studyFact {
	facts := []studyFact{}
	for _, study := range studies {
		facts = append(facts, studyFact{study.Study, which(study.Pair)})
	}
	return facts
}

// fact returns the spread as numbers, or as days.
func (s Spread) fact(dates bool) map[string]any {
	fact := map[string]any{}
	for name, value := range map[string]float64{"mean": s.Mean, "lower_quartile": s.Lower, "median": s.Median, "upper_quartile": s.Upper} {
		fact[name] = value
		if dates {
			fact[name] = day(value)
		}
	}
	return fact
}

func (t TableDiff) movedStudies() []StudyDiff {
	var moved []StudyDiff
	for _, study := range t.Studies {
		if study.moved() {
			moved = append(moved, study)
		}
	}
	slices.SortFunc(moved, func(a, b StudyDiff) int { return cmp.Compare(a.Study, b.Study) })
	return moved
}

// pathwaysMoved reports whether there is more to say of pathways than nothing.
func (t TableDiff) pathwaysMoved() bool {
	if t.Key == "" {
		return false
	}
	for _, cell := range []disclosure.Cell{t.Pathways.Added, t.Pathways.Removed, t.Pathways.Changed} {
		if value, shown := cell.Value(); !shown || value != 0 {
			return true
		}
	}
	return false
}

// Label returns a version's number, with its date beside it where the number
// alone may mislead: when versions of the list share a number, when a later
// number has an earlier date, as parallel lineages have them, and for a version
// that is named by its date.
func Label(list []Version, version Version) string {
	plain := true
	for _, earlier := range list {
		for _, later := range list {
			backwards := earlier.Name.Number < later.Name.Number && later.Date.Before(earlier.Date)
			double := earlier.Name.Number == later.Name.Number && earlier.Date != later.Date
			plain = plain && !backwards && !double
		}
	}
	if plain && version.Name.Lineage.IsZero() {
		return version.Name.Number.String()
	}
	return fmt.Sprintf("%s (%s)", version.Name.Number, version.Date.Long())
}

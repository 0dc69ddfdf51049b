package extract

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/ledger"
	"tre-toolkit/internal/linkage"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

// AmendRequest says which amendment of a project is to be looked at.
type AmendRequest struct {
	Before  Sources   // the project as it is
	After   Sources   // as the amendment has it: another id, freeze or versions, and nothing else
	Counts  bool      // tell of people too, or refuse to
	Extract *Manifest // what the project was given last, to compare columns with; nil for what its specification gives
}

// Amended is what an amendment changes. The participants keep their ids: those are
// of the project's number, whatever the letter.
type Amended struct {
	Project  string           `json:"project"` // llc_0042_b
	Amends   string           `json:"amends"`  // llc_0042
	Freeze   FreezeChange     `json:"freeze"`
	Datasets []DatasetChange  `json:"datasets"`
	Tables   []TableChange    `json:"tables"`
	People   *PeopleChange    `json:"people,omitempty"` // nil where nothing is told of them
	Extract  *ComparedExtract `json:"extract,omitempty"`
	Approval string           `json:"approval,omitempty"` // why no run is allowed today
	PlanHash string           `json:"plan_hash"`          // of the amended project
}

// Event returns the event of the amendment: what is told of people by it is told for
// good.
func (a Amended) Event(specSHA256 string) ledger.Event {
	told := "people and columns"
	if a.People == nil {
		told = "columns"
	}
	return ledger.Event{
		Kind: ledger.Amendment, Subject: a.Project,
		Hashes: map[string]string{PlanHash: a.PlanHash, SpecHash: specSHA256}, Says: map[string]string{"amends": a.Amends, "told": told},
	}
}

// FreezeChange is a freeze and the one that comes in its place, or itself.
type FreezeChange struct {
	Before     int    `json:"before"`
	BeforeDate string `json:"before_date"`
	After      int    `json:"after"`
	AfterDate  string `json:"after_date"`
}

// DatasetChange is a dataset's version and the one that comes in its place, or
// itself.
type DatasetChange struct {
	Before      string `json:"before"` // NHSE_IAPT@3
	After       string `json:"after"`
	DOI         string `json:"doi"` // of the one after
	ExtractDate string `json:"extract_date,omitempty"`
}

// TableChange is what changes in a table. A table that is on one side only has no
// version on the other.
type TableChange struct {
	Table        string         `json:"table"`
	Before       string         `json:"before,omitempty"` // NHSE_IAPT@3
	After        string         `json:"after,omitempty"`
	Added        []string       `json:"columns_added"`
	Dropped      []string       `json:"columns_dropped"`
	Changed      []ColumnChange `json:"columns_changed"`
	Rows         *CellChange    `json:"rows,omitempty"`
	Participants *CellChange    `json:"participants,omitempty"`
}

// ColumnChange is a column that comes in another type or with another treatment.
type ColumnChange struct {
	Column string `json:"column"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// CellChange is a number before and after, as it may be shown.
type CellChange struct {
	Before disclosure.Cell `json:"before"`
	After  disclosure.Cell `json:"after"`
}

// ComparedExtract says whether an extract is of the project that is amended.
type ComparedExtract struct {
	Project string `json:"project"`
	Spec    bool   `json:"of_the_specification"` // made by the file that is amended
	Plan    bool   `json:"of_the_plan"`          // and a run would make the same again
}

// Amend says what an amendment changes. A project may be amended though its freeze
// provisions nothing more, and outside its approval.
//
// It is refused with a *diagnostic.Refusal where opt-outs were applied in different
// ways in the two freezes: two extracts with the same ids would tell who has opted
// out. With counts, it is refused too where the difference would tell of fewer people
// than the profile shows; of whom, and where, is not said. The specifications' faults
// and a freeze that provisions nothing are errors of Make.
func Amend(ctx context.Context, w *warehouse.Warehouse, request AmendRequest) (Amended, error) {
	today := request.After.Today
	request.Before.Today, request.After.Today = spec.Date{}, spec.Date{}
	request.Before.OptOuts = spec.OptOuts{}
	before, err := Make(ctx, w, request.Before)
	if err != nil {
		return Amended{}, err
	}
	after, err := Make(ctx, w, request.After)
	if err != nil {
		return Amended{}, err
	}
	if err := sameOptOuts(ctx, w, before, after); err != nil {
		return Amended{}, err
	}
	amended := Amended{
		Project:  after.Project,
		Amends:   before.Project,
		Freeze:   FreezeChange{before.Freeze, before.Date, after.Freeze, after.Date},
		Datasets: datasetChanges(before, after),
		Approval: approvalOn(today, after.sources.Project),
		PlanHash: after.Hash,
	}
	if made := request.Extract; made != nil {
		own := made.SpecSHA256 == before.Spec
		amended.Extract = &ComparedExtract{made.Project, own, own && made.PlanHash == before.Hash}
		amended.Tables = tableChanges(tablesOfExtract(*made), tablesOfPlan(after))
	} else {
		amended.Tables = tableChanges(tablesOfPlan(before), tablesOfPlan(after))
	}
	if !request.Counts {
		return amended, nil
	}
	return amended, difference{w, before, after}.tell(ctx, &amended)
}

// sameOptOuts refuses two freezes in which opt-outs were applied in different ways.
func sameOptOuts(ctx context.Context, w *warehouse.Warehouse, before, after Plan) error {
	var applied [2]string
	for i, plan := range []Plan{before, after} {
		record, err := linkage.FindRecord(ctx, w, plan.Freeze)
		if err != nil {
			return err
		}
		applied[i] = linkage.ByNHSEngland
		if record.OptOuts != nil {
			applied[i] = record.OptOuts.AppliedBy
		}
	}
	if applied[0] == applied[1] {
		return nil
	}
	return &diagnostic.Refusal{
		Rule: differencing + " of opt-out rules",
		Message: fmt.Sprintf("opt-outs were applied by %s in freeze %d and by %s in freeze %d: extracts of both under the same ids would tell who has opted out",
			applied[0], before.Freeze, applied[1], after.Freeze),
		Hint: "make a freeze in which they are applied as before, or give the data to a project of another number, whose ids join nothing",
	}
}

// FreezeNumbers lists the freezes of a workspace, the newest last.
func FreezeNumbers(ctx context.Context, w *warehouse.Warehouse) ([]int, error) {
	var numbers []int
	err := w.Each(ctx, statements["70_freeze_numbers"], nil, func(scan func(...any) error) error {
		var number int
		err := scan(&number)
		numbers = append(numbers, number)
		return err
	})
	return numbers, err
}

// approvalOn says why a project may not be run on a day; empty when it may.
func approvalOn(day spec.Date, project spec.Project) string {
	var refusal *diagnostic.Refusal
	if errors.As(inForce(project, day), &refusal) {
		return refusal.Message
	}
	return ""
}

// datasetChanges pairs the datasets of two plans. An amendment keeps their order
// and their tables.
func datasetChanges(before, after Plan) []DatasetChange {
	changes := []DatasetChange{}
	for i, table := range after.Tables {
		one := DatasetChange{before.Tables[i].Dataset, table.Dataset, table.DOI, table.ExtractDate}
		if !slices.Contains(changes, one) {
			changes = append(changes, one)
		}
	}
	return changes
}

// comparedTable is a table of a plan or of an extract, as far as they are compared.
type comparedTable struct {
	dataset, table string
	columns        []comparedColumn
}

type comparedColumn struct{ name, given string }

func tablesOfPlan(plan Plan) []comparedTable {
	tables := make([]comparedTable, len(plan.Tables))
	for i, table := range plan.Tables {
		tables[i] = comparedTable{dataset: table.Dataset, table: table.Table}
		for _, column := range table.Columns {
			tables[i].columns = append(tables[i].columns, comparedColumn{column.Name, given(column.Type, column.Treatment)})
		}
	}
	return tables
}

// tablesOfExtract lists the tables of an extract, which may hold each in two forms.
func tablesOfExtract(made Manifest) []comparedTable {
	var tables []comparedTable
	for _, file := range made.Files {
		seen := slices.ContainsFunc(tables, func(t comparedTable) bool { return t.dataset == file.Dataset && t.table == file.Table })
		if file.Table == "" || seen {
			continue
		}
		one := comparedTable{dataset: file.Dataset, table: file.Table}
		for _, column := range file.Columns {
			one.columns = append(one.columns, comparedColumn{column.Name, given(column.Type, column.Treatment)})
		}
		tables = append(tables, one)
	}
	return tables
}

func given(columnType, treatment string) string { return fmt.Sprintf("%s, %s", columnType, treatment) }

// tableChanges compares tables in the order of those after; those that are dropped
// come last.
func tableChanges(before, after []comparedTable) []TableChange {
	left := slices.Clone(before)
	changes := []TableChange{}
	for _, table := range after {
		at := table.among(left)
		if at < 0 {
			changes = append(changes, TableChange{Table: table.table, After: table.dataset, Added: table.names(), Dropped: []string{}, Changed: []ColumnChange{}})
			continue
		}
		changes = append(changes, left[at].to(table))
		left = slices.Delete(left, at, at+1)
	}
	for _, table := range left {
		changes = append(changes, TableChange{Table: table.table, Before: table.dataset, Added: []string{}, Dropped: table.names(), Changed: []ColumnChange{}})
	}
	return changes
}

// among finds the same table among others: of the same version, or else of the same
// dataset.
func (t comparedTable) among(others []comparedTable) int {
	same := func(of func(string) string) int {
		return slices.IndexFunc(others, func(o comparedTable) bool { return o.table == t.table && of(o.dataset) == of(t.dataset) })
	}
	if at := same(func(version string) string { return version }); at >= 0 {
		return at
	}
	return same(func(version string) string { name, _, _ := strings.Cut(version, "@"); return name })
}

func (t comparedTable) names() []string {
	names := make([]string, len(t.columns))
	for i, column := range t.columns {
		names[i] = column.name
	}
	return names
}

func (t comparedTable) to(later comparedTable) TableChange {
	change := TableChange{Table: t.table, Before: t.dataset, After: later.dataset, Added: []string{}, Dropped: []string{}, Changed: []ColumnChange{}}
	past := t.names()
	for _, column := range later.columns {
		at := slices.Index(past, column.name)
		switch {
		case at < 0:
			change.Added = append(change.Added, column.name)
		case t.columns[at].given != column.given:
			change.Changed = append(change.Changed, ColumnChange{column.name, t.columns[at].given, column.given})
		}
	}
	for _, name := range past {
		if !slices.Contains(later.names(), name) {
			change.Dropped = append(change.Dropped, name)
		}
	}
	return change
}

package extract

import (
	"context"
	"fmt"
	"math"
	"slices"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/linkage"
	"tre-toolkit/internal/metrics"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/versions"
	"tre-toolkit/internal/warehouse"
)

// countPeople counts the studies' people as the cohort metrics do, and hides
// what these hide: a plan and a manifest are read beside the funnel and Table 2.
func (p *Plan) countPeople(ctx context.Context, w *warehouse.Warehouse, freeze linkage.Freeze) error {
	if err := p.readPeople(ctx, w); err != nil {
		return err
	}
	for _, step := range []string{"enrolled", "permitted", "linked_consent", "linked_section_251", metrics.LinkedColumn} {
		p.Funnel = append(p.Funnel, PlannedStep{Step: step, Studies: p.noPeople()})
	}
	counted := map[spec.DatasetVersion]bool{}
	for _, table := range p.Tables {
		if counted[table.version.Name] {
			continue
		}
		counted[table.version.Name] = true
		if err := p.countIn(ctx, w, MetricsScope(table.version, table.dataset, freeze)); err != nil {
			return err
		}
	}
	for i := range p.Funnel {
		cells := make([]disclosure.Cell, len(p.Funnel[i].Studies))
		for j, study := range p.Funnel[i].Studies {
			cells[j] = study.Participants
		}
		p.Funnel[i].Total = p.sources.Rules.Total(cells)
	}
	linked := p.Funnel[len(p.Funnel)-1]
	p.Studies, p.Total = linked.Studies, linked.Total
	p.hideTables()
	return nil
}

// noPeople returns the project's studies, none of them counted.
func (p Plan) noPeople() []PlannedStudy {
	list := make([]PlannedStudy, len(p.sources.Project.Studies))
	for i, study := range p.sources.Project.Studies {
		list[i].Study = string(study)
	}
	return list
}

// MetricsScope says what is counted in a version and a freeze.
func MetricsScope(version versions.Version, dataset spec.Dataset, freeze linkage.Freeze) metrics.Scope {
	scope := metrics.Scope{
		Dataset: dataset, Version: version.Name, Date: version.Date, DOI: version.DOI(),
		Freeze: freeze.Number, FreezeDate: freeze.Date, Rows: map[string]int64{},
	}
	for _, table := range version.Tables {
		scope.Rows[table.Name] = table.Rows
	}
	return scope
}

// countIn takes from the metrics of one dataset version what the plan and its
// tables show. What one dataset's funnel masks is masked in the plan's.
func (p *Plan) countIn(ctx context.Context, w *warehouse.Warehouse, scope metrics.Scope) error {
	rules := p.sources.Rules
	participants, err := metrics.CountParticipants(ctx, w, scope)
	if err != nil {
		return err
	}
	steps, err := metrics.CountFunnel(ctx, w, scope, participants)
	if err != nil {
		return err
	}
	funnel := steps.Protect(rules)
	for _, step := range p.Funnel {
		for i := range step.Studies {
			study := &step.Studies[i]
			cell, found := funnel.Cell(study.Study, step.Step)
			if !found {
				cell = rules.Cell(disclosure.CountOf(0))
			}
			if !study.Participants.Masked() {
				study.Participants = cell
			}
		}
	}
	for i := range p.Tables {
		table := &p.Tables[i]
		if table.version.Name != scope.Version {
			continue
		}
		for _, study := range p.sources.Project.Studies {
			count := participants.Count(string(study), table.Table)
			table.published = table.published.Plus(count)
			table.hidden = table.hidden || rules.Cell(count).Masked()
		}
	}
	return nil
}

// hideTables hides how many are in any table while a study is masked.
func (p *Plan) hideTables() {
	masked := slices.ContainsFunc(p.Studies, func(s PlannedStudy) bool { return s.Participants.Masked() })
	for i := range p.Tables {
		p.Tables[i].hidden = p.Tables[i].hidden || masked
	}
}

// countTables counts whom each step leaves in each table.
func (p *Plan) countTables(ctx context.Context, w *warehouse.Warehouse) error {
	if err := fill(ctx, w, p.unnamed()); err != nil {
		return err
	}
	for i := range p.Tables {
		if err := p.countTable(ctx, w, &p.Tables[i]); err != nil {
			return fmt.Errorf("%s: %w", p.Tables[i].File, err)
		}
	}
	return nil
}

func (p *Plan) countTable(ctx context.Context, w *warehouse.Warehouse, table *PlannedTable) error {
	var rows disclosure.Count
	var left []disclosure.Count
	var estimate int64
	count := func(_ string, of query) error {
		var people disclosure.Count
		all := of.in("29_count_participants", spec.Identifier{}, nil)
		_, err := w.One(ctx, all.statement, all.args, &estimate, &people)
		rows, left = disclosure.CountOf(estimate), append(left, people)
		return err
	}
	given, err := table.given(ctx, w, count)
	if err == nil && len(left) == 0 {
		err = count("", given)
	}
	if err != nil {
		return err
	}
	people := left[len(left)-1]
	shownRows, shownPeople := p.gate(*table, rows, people)
	table.Rows, table.People = *shownRows, *shownPeople
	table.Left = p.gateSteps(*table, left)
	delivered, _ := table.version.Table(table.Table)
	table.most = 2*estimate > delivered.Rows
	table.Size = size(estimate, len(table.Columns), shownRows.Masked())
	return nil
}

// gateSteps shows whom each step leaves where no two steps tell of a few: the
// last one is the table's own number, and the others stand beside it.
func (p Plan) gateSteps(table PlannedTable, left []disclosure.Count) []TableStep {
	filters := table.filters()
	steps := make([]TableStep, len(filters))
	beside := []disclosure.Count{table.published, disclosure.CountOf(int64(len(p.people)))}
	for i := len(filters) - 1; i >= 0; i-- {
		cell := p.sources.Rules.Beside(left[i], beside...)
		if table.hidden {
			cell = p.sources.Rules.Withhold()
		}
		if !cell.Masked() {
			beside = append(beside, left[i])
		}
		steps[i] = TableStep{filters[i].step, cell}
	}
	return steps
}

// gate turns the rows and participants of a file into what the manifest shows.
// A reader has the studies' participants in the table beside them. With a study
// masked there, a file that holds all of them would show how many it has; with
// none masked, a file that lacks a few would show how few. Rows follow, since a
// file may have one a person.
func (p Plan) gate(table PlannedTable, rows, people disclosure.Count) (rowCell, peopleCell *disclosure.Cell) {
	rules := p.sources.Rules
	shownRows, shownPeople := rules.Cell(rows), rules.Beside(people, table.published, disclosure.CountOf(int64(len(p.people))))
	if table.hidden {
		shownPeople = rules.Withhold()
	}
	if shownPeople.Masked() {
		shownRows = rules.Withhold()
	}
	return &shownRows, &shownPeople
}

const bytesAValue = 8 // as measured on Parquet files of the dataset, ids included

// size estimates a file's bytes to the next power of two. A table whose rows are
// masked has none, since its size would tell of them.
func size(rows int64, columns int, masked bool) string {
	if masked {
		return "not told"
	}
	mebibytes := float64(rows) * float64(columns) * bytesAValue / (1 << 20)
	if mebibytes <= 1 {
		return "up to 1 MiB"
	}
	return fmt.Sprintf("about %.0f MiB", math.Pow(2, math.Ceil(math.Log2(mebibytes))))
}

// Package extract builds what a project is given: it plans, runs and verifies.
// An extract holds only permitted and linked participants of the named studies
// and only the named columns, under the project's own pseudonyms; it appears
// whole or not at all, and the same input makes the same bytes.
package extract

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"tre-toolkit/internal/cite"
	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/linkage"
	"tre-toolkit/internal/metrics"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/versions"
	"tre-toolkit/internal/warehouse"
)

//go:embed sql/*.sql
var sqlFiles embed.FS

var statements = warehouse.MustLoad(sqlFiles)

// Sources are the specifications that a plan is made from.
type Sources struct {
	Project  spec.Project
	Datasets map[string]spec.Dataset // by name
	Cohorts  spec.Cohorts
	Freezes  spec.Freezes       // that are published, to be cited
	Rules    disclosure.Profile // for counts of people in plan and manifest
}

// Plan is what a run will make, settled before anything is made.
type Plan struct {
	sources Sources
	people  []person
	works   []cite.Work     // datasets, freeze, project
	Project string          `json:"project"`
	Spec    string          `json:"spec_sha256"`
	Freeze  int             `json:"freeze"`
	Date    string          `json:"freeze_date"`
	Rules   string          `json:"rules"`
	Studies []PlannedStudy  `json:"studies"`
	Total   disclosure.Cell `json:"participants"`
	Tables  []PlannedTable  `json:"tables"`
	Hash    string          `json:"plan_hash"`
}

// PlannedStudy is a study with its permitted and linked participants.
type PlannedStudy struct {
	Study        string          `json:"study"`
	Participants disclosure.Cell `json:"participants"`
}

// PlannedTable is a table that the extract will hold.
type PlannedTable struct {
	version   versions.Version
	dataset   spec.Dataset
	table     spec.Table
	chosen    spec.ProjectTable
	published disclosure.Count // the studies' participants in the table, as Table 2 counts them
	hidden    bool             // Table 2 or the funnel masks one of the studies
	File      string           `json:"file"`
	Dataset   string           `json:"dataset"`
	DOI       string           `json:"doi"`
	Delivery  string           `json:"delivery_sha256"`
	Table     string           `json:"table"`
	Transform string           `json:"transform"`
	Window    string           `json:"window,omitempty"`
	Columns   []PlannedColumn  `json:"columns"`
}

// PlannedColumn is a column and what becomes of it.
type PlannedColumn struct {
	Name      string `json:"name"`
	Type      string `json:"type"`
	Category  string `json:"category"`
	Treatment string `json:"treatment"`
}

type person struct{ study, key string }

// Make settles a plan: every fault of the project's spec is found here.
func Make(ctx context.Context, w *warehouse.Warehouse, sources Sources) (Plan, error) {
	project := sources.Project
	freeze, err := linkage.Find(ctx, w, project.Freeze)
	if err != nil {
		return Plan{}, err
	}
	plan := Plan{
		sources: sources,
		Project: project.ID.String(),
		Spec:    project.SHA256(),
		Freeze:  freeze.Number,
		Date:    freeze.Date.String(),
		Rules:   sources.Rules.Name(),
	}
	for _, chosen := range project.Datasets {
		dataset := sources.Datasets[chosen.Version.Dataset]
		if err := project.CheckAgainst(dataset, chosen, sources.Cohorts); err != nil {
			return Plan{}, err
		}
		version, err := versions.Find(ctx, w, dataset, chosen.Version)
		if err != nil {
			return Plan{}, err
		}
		if err := version.Published(dataset); err != nil {
			return Plan{}, err
		}
		for _, table := range chosen.Tables {
			plan.Tables = append(plan.Tables, plan.table(dataset, version, table))
		}
	}
	if plan.works, err = plan.cited(); err != nil {
		return Plan{}, err
	}
	if err := plan.countPeople(ctx, w, freeze); err != nil {
		return Plan{}, err
	}
	return plan, plan.seal()
}

func (p Plan) table(dataset spec.Dataset, version versions.Version, chosen spec.ProjectTable) PlannedTable {
	table, _ := dataset.Table(chosen.Name.String())
	planned := PlannedTable{
		version:   version,
		dataset:   dataset,
		table:     table,
		chosen:    chosen,
		File:      fmt.Sprintf("%s_%s.%s", version.Name.FileStem(), table.Name, p.sources.Project.Format),
		Dataset:   version.Name.String(),
		DOI:       version.DOI(),
		Delivery:  version.DeliverySHA256,
		Table:     table.Name.String(),
		Transform: spec.NoTransform,
		Window:    window(chosen.Window),
	}
	if chosen.Transform != "" {
		planned.Transform = chosen.Transform
	}
	planned.Columns = []PlannedColumn{{p.sources.Project.ID.Column().String(), "VARCHAR", "project id", "pseudonym of the participant in this project"}}
	for _, category := range []bool{true, false} {
		for _, column := range table.ColumnsIn(version.Name.Number) {
			if named(chosen.Columns, column.Name) && (column.Category == spec.Linking) == category {
				planned.Columns = append(planned.Columns, plannedColumn(column))
			}
		}
	}
	return planned
}

func named(columns []spec.Identifier, name spec.Identifier) bool {
	for _, column := range columns {
		if column == name {
			return true
		}
	}
	return false
}

func plannedColumn(column spec.Column) PlannedColumn {
	planned := PlannedColumn{column.Name.String(), column.Type.String(), string(column.Category), "as delivered"}
	if column.Category == spec.Linking {
		planned.Type, planned.Treatment = "VARCHAR", "re-keyed for this project"
	}
	return planned
}

func window(w *spec.Window) string {
	if w == nil {
		return ""
	}
	return fmt.Sprintf("%s from %s to before %s, rows without it: %s", w.Column, w.From, w.To, w.Undated)
}

// readPeople reads who the project's participants are.
func (p *Plan) readPeople(ctx context.Context, w *warehouse.Warehouse) error {
	studies := make([]string, len(p.sources.Project.Studies))
	for i, study := range p.sources.Project.Studies {
		studies[i] = string(study)
	}
	args := warehouse.Args{"freeze": p.Freeze, "studies": studies}
	return w.Each(ctx, statements["10_people"], args, func(scan func(...any) error) error {
		var one person
		err := scan(&one.study, &one.key)
		p.people = append(p.people, one)
		return err
	})
}

// countPeople counts them as the cohort metrics do, and hides what these hide:
// a plan and a manifest are read beside the funnel and Table 2.
func (p *Plan) countPeople(ctx context.Context, w *warehouse.Warehouse, freeze linkage.Freeze) error {
	if err := p.readPeople(ctx, w); err != nil {
		return err
	}
	for _, study := range p.sources.Project.Studies {
		p.Studies = append(p.Studies, PlannedStudy{Study: string(study)})
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
	cells := make([]disclosure.Cell, len(p.Studies))
	for i, study := range p.Studies {
		cells[i] = study.Participants
	}
	p.Total = p.sources.Rules.Total(cells)
	return nil
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
// tables show.
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
	for i := range p.Studies {
		study := &p.Studies[i]
		cell, found := funnel.Cell(study.Study, metrics.LinkedColumn)
		if !found {
			cell = rules.Cell(disclosure.CountOf(0))
		}
		if !study.Participants.Masked() {
			study.Participants = cell
		}
	}
	for i := range p.Tables {
		table := &p.Tables[i]
		if table.version.Name != scope.Version {
			continue
		}
		for _, study := range p.Studies {
			count := participants.Count(study.Study, table.Table)
			table.published = table.published.Plus(count)
			table.hidden = table.hidden || rules.Cell(count).Masked() || study.Participants.Masked()
		}
	}
	return nil
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

// seal hashes everything that the run depends on.
func (p *Plan) seal() error {
	text, err := json.Marshal(p)
	if err != nil {
		return err
	}
	citations, err := cite.Write(cite.CSLJSON, p.works...)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(append(text, citations...))
	p.Hash = hex.EncodeToString(sum[:])
	return nil
}

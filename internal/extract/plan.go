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

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/linkage"
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
	Rules    disclosure.Profile // for counts of people in plan and manifest
}

// Plan is what a run will make, settled before anything is made.
type Plan struct {
	sources Sources
	people  []person
	total   disclosure.Count // of people over studies
	Project string           `json:"project"`
	Spec    string           `json:"spec_sha256"`
	Freeze  int              `json:"freeze"`
	Date    string           `json:"freeze_date"`
	Rules   string           `json:"rules"`
	Studies []PlannedStudy   `json:"studies"`
	Total   disclosure.Cell  `json:"participants"`
	Tables  []PlannedTable   `json:"tables"`
	Hash    string           `json:"plan_hash"`
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
	File      string          `json:"file"`
	Dataset   string          `json:"dataset"`
	DOI       string          `json:"doi"`
	Delivery  string          `json:"delivery_sha256"`
	Table     string          `json:"table"`
	Transform string          `json:"transform"`
	Window    string          `json:"window,omitempty"`
	Columns   []PlannedColumn `json:"columns"`
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
		version, err := versions.Find(ctx, w, dataset, chosen.Version.Number)
		if err != nil {
			return Plan{}, err
		}
		for _, table := range chosen.Tables {
			plan.Tables = append(plan.Tables, plan.table(dataset, version, table))
		}
	}
	if err := plan.countPeople(ctx, w); err != nil {
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

// countPeople reads who the project's participants are and counts them for the
// plan, through the gate.
func (p *Plan) countPeople(ctx context.Context, w *warehouse.Warehouse) error {
	studies := make([]string, len(p.sources.Project.Studies))
	for i, study := range p.sources.Project.Studies {
		studies[i] = string(study)
	}
	perStudy := map[string]disclosure.Count{}
	err := w.Each(ctx, statements["10_people"], warehouse.Args{"freeze": p.Freeze, "studies": studies}, func(scan func(...any) error) error {
		var one person
		if err := scan(&one.study, &one.key); err != nil {
			return err
		}
		p.people = append(p.people, one)
		perStudy[one.study] = perStudy[one.study].Plus(disclosure.CountOf(1))
		return nil
	})
	var cells []disclosure.Cell
	for _, study := range studies {
		p.total = p.total.Plus(perStudy[study])
		cell := p.sources.Rules.Cell(perStudy[study])
		cells = append(cells, cell)
		p.Studies = append(p.Studies, PlannedStudy{study, cell})
	}
	p.Total = p.sources.Rules.Total(cells)
	return err
}

// gate turns the rows and participants of a file into what the manifest shows.
// A reader has the studies' participants beside them. With a study masked, a
// file that holds all of them would show how many the masked one has; with none
// masked, a file that lacks a few of them would show how few. Rows follow, since
// a file may have one a person.
func (p Plan) gate(rows, people disclosure.Count) (rowCell, peopleCell *disclosure.Cell) {
	rules := p.sources.Rules
	shownRows, shownPeople := rules.Cell(rows), rules.Beside(people, p.total)
	for _, study := range p.Studies {
		if study.Participants.Masked() {
			shownPeople = rules.Withhold()
		}
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
	sum := sha256.Sum256(text)
	p.Hash = hex.EncodeToString(sum[:])
	return nil
}

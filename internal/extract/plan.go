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
	"strings"

	"tre-toolkit/internal/cite"
	"tre-toolkit/internal/diagnostic"
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
	Project    spec.Project
	Datasets   map[string]spec.Dataset // by name
	Labels     map[string]spec.Labels  // of codes, by the dataset's name
	Cohorts    spec.Cohorts
	Freezes    spec.Freezes       // that are published, to be cited
	OptOuts    spec.OptOuts       // whether a freeze still provisions after somebody in it has withdrawn
	Rules      disclosure.Profile // for counts of people in plan and manifest
	Today      spec.Date          // to be within the approval; zero asks for none
	KeyVersion int                // of the workspace's newest root key; 0 when it has none
}

// Plan is what a run will make, settled before anything is made.
type Plan struct {
	sources    Sources
	people     []person
	works      []cite.Work      // datasets, freeze, project
	Project    string           `json:"project"`
	Title      string           `json:"title,omitempty"`
	Purpose    string           `json:"purpose"`
	Permitted  string           `json:"permitted_use,omitempty"`
	Approval   *PlannedApproval `json:"approval,omitempty"`
	Spec       string           `json:"spec_sha256"`
	Freeze     int              `json:"freeze"`
	Date       string           `json:"freeze_date"`
	Rules      string           `json:"rules"`
	KeyVersion int              `json:"key_version"`
	IDStyle    string           `json:"id_style"` // how the project's ids are written
	DateShift  string           `json:"date_shift,omitempty"`
	Studies    []PlannedStudy   `json:"studies"`
	Total      disclosure.Cell  `json:"participants"`
	Funnel     []PlannedStep    `json:"funnel"`
	Tables     []PlannedTable   `json:"tables"`
	Hash       string           `json:"plan_hash"`
}

// PlannedApproval is the approval that the project has, half-open.
type PlannedApproval struct {
	Reference string `json:"reference"`
	From      string `json:"from"`
	To        string `json:"to"`
}

// PlannedStudy is a study with its permitted and linked participants.
type PlannedStudy struct {
	Study        string          `json:"study"`
	Participants disclosure.Cell `json:"participants"`
}

// PlannedStep is a step of the inclusion funnel, in each of the studies.
type PlannedStep struct {
	Step    string          `json:"step"`
	Studies []PlannedStudy  `json:"studies"`
	Total   disclosure.Cell `json:"participants"`
}

// PlannedTable is a table that the extract will hold.
type PlannedTable struct {
	version     versions.Version
	dataset     spec.Dataset
	table       spec.Table
	chosen      spec.ProjectTable
	index       *spec.IndexDate
	pinned      spec.Date        // the extract date; zero when there is none
	published   disclosure.Count // the studies' participants in the table, as Table 2 counts them
	hidden      bool             // Table 2 or the funnel masks one of the studies
	most        bool             // of the table's rows are given
	File        string           `json:"file"`
	CSV         string           `json:"csv,omitempty"` // the same as CSV beside a Parquet file
	Dataset     string           `json:"dataset"`
	DOI         string           `json:"doi"`
	Delivery    string           `json:"delivery_sha256"`
	ExtractDate string           `json:"extract_date,omitempty"` // the last one that is kept
	Table       string           `json:"table"`
	Transform   string           `json:"transform"`
	Window      string           `json:"window,omitempty"`
	Codes       []string         `json:"codes,omitempty"`
	AroundIndex string           `json:"around_index,omitempty"`
	Columns     []PlannedColumn  `json:"columns"`
	Left        []TableStep      `json:"left"`
	Rows        disclosure.Cell  `json:"rows"`
	People      disclosure.Cell  `json:"participants"`
	Size        string           `json:"size_estimate"`
}

// TableStep is a step that narrows a table, with the participants whom it leaves.
type TableStep struct {
	Step         string          `json:"step"`
	Participants disclosure.Cell `json:"participants"`
}

// Make settles a plan: every fault of the project's spec is found here.
func Make(ctx context.Context, w *warehouse.Warehouse, sources Sources) (Plan, error) {
	project := sources.Project
	if err := inForce(project, sources.Today); err != nil {
		return Plan{}, err
	}
	freeze, err := linkage.Find(ctx, w, project.Freeze)
	if err != nil {
		return Plan{}, err
	}
	if err := linkage.MayProvision(ctx, w, freeze.Number, project.Studies, sources.OptOuts); err != nil {
		return Plan{}, err
	}
	plan := Plan{
		sources:    sources,
		Project:    project.ID.String(),
		Title:      project.Title,
		Purpose:    project.Purpose,
		Permitted:  project.PermittedUse,
		Spec:       project.SHA256(),
		Freeze:     freeze.Number,
		Date:       freeze.Date.String(),
		Rules:      sources.Rules.Name(),
		KeyVersion: sources.KeyVersion,
		IDStyle:    project.IDStyle,
	}
	if approval := project.Approval; approval != nil {
		plan.Approval = &PlannedApproval{approval.Reference, approval.From.String(), approval.To.String()}
	}
	if shift := project.DateShift; shift != nil {
		plan.DateShift = fmt.Sprintf("up to %d days either way, one shift a participant: intervals are kept; seasons, the order of two participants' events and the days of policies are lost", shift.MostDays)
	}
	if err := plan.addTables(ctx, w); err != nil {
		return Plan{}, err
	}
	if err := plan.checkRisk(); err != nil {
		return Plan{}, err
	}
	if plan.works, err = plan.cited(); err != nil {
		return Plan{}, err
	}
	if err := plan.countPeople(ctx, w, freeze); err != nil {
		return Plan{}, err
	}
	if err := plan.countTables(ctx, w); err != nil {
		return Plan{}, err
	}
	return plan, plan.seal()
}

// inForce refuses a project outside the days of its approval.
func inForce(project spec.Project, today spec.Date) error {
	approval := project.Approval
	if approval == nil || today.IsZero() || approval.Covers(today) {
		return nil
	}
	return &diagnostic.Refusal{
		Rule:    "approval",
		Message: fmt.Sprintf("the approval of %s is from %s to before %s, and today is %s", project.ID, approval.From, approval.To, today),
		Hint:    "have the approval renewed, then write its dates into " + project.File(),
	}
}

// addTables finds the versions that the project is pinned to and plans their
// tables.
func (p *Plan) addTables(ctx context.Context, w *warehouse.Warehouse) error {
	project := p.sources.Project
	for _, chosen := range project.Datasets {
		dataset := p.sources.Datasets[chosen.Version.Dataset]
		if err := project.CheckAgainst(dataset, chosen, p.sources.Cohorts); err != nil {
			return err
		}
		version, err := versions.Find(ctx, w, dataset, chosen.Version)
		if err != nil {
			return err
		}
		if err := version.Published(dataset); err != nil {
			return err
		}
		for _, table := range chosen.Tables {
			p.Tables = append(p.Tables, p.table(dataset, version, chosen, table))
		}
	}
	return nil
}

func (p Plan) table(dataset spec.Dataset, version versions.Version, of spec.ProjectDataset, chosen spec.ProjectTable) PlannedTable {
	table, _ := dataset.Table(chosen.Name.String())
	stem := version.Name.FileStem() + "_" + table.Name.String()
	planned := PlannedTable{
		version: version, dataset: dataset, table: table, chosen: chosen, index: of.Index, pinned: of.ExtractDate,
		File:        stem + "." + p.sources.Project.Format,
		Dataset:     version.Name.String(),
		DOI:         version.DOI(),
		Delivery:    version.DeliverySHA256,
		ExtractDate: of.ExtractDate.String(),
		Table:       table.Name.String(),
		Transform:   chosen.Transform,
		Window:      window(chosen.Window),
		AroundIndex: around(of.Index, chosen.AroundIndex),
		Columns:     p.plannedColumns(table, version.Name.Number, chosen),
	}
	if p.sources.Project.Format == spec.BothFormat {
		planned.File, planned.CSV = stem+"."+spec.Parquet, stem+"."+spec.CSV
	}
	for _, list := range chosen.Codes {
		planned.Codes = append(planned.Codes, fmt.Sprintf("of %s: %s; rows without one: %s", list.Column, strings.Join(list.Keep, ", "), list.Uncoded))
	}
	return planned
}

func window(w *spec.Window) string {
	if w == nil {
		return ""
	}
	return fmt.Sprintf("%s from %s to before %s, rows without it: %s", w.Column, w.From, w.To, w.Undated)
}

func around(index *spec.IndexDate, a *spec.AroundIndex) string {
	if a == nil {
		return ""
	}
	return fmt.Sprintf("%s from day %d to before day %d after the participant's %s %s of %s, rows without either: %s",
		a.Column, a.FromDays, a.ToDays, index.Choose, index.Column, index.Table, a.Undated)
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

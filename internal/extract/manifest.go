package extract

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/keys"
	"tre-toolkit/internal/ledger/crate"
	"tre-toolkit/internal/ledger/manifest"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

// What an extract's manifest is made of.
type (
	Manifest = manifest.Manifest
	File     = manifest.File
)

func describeFile(dir, name string) (File, error) { return manifest.Describe(dir, name) }

// manifest returns the manifest of an extract that has no files yet.
func (r *runner) manifest(ctx context.Context) (Manifest, error) {
	signer, err := r.output.Root.Signer()
	if err != nil {
		return Manifest{}, err
	}
	made := Manifest{
		Format: manifest.Format, Tool: r.output.Tool, KeyID: r.output.Root.ID(), Signer: signer.Verifier(),
		Previous: r.output.Previous, Checks: append(r.plan.checks(), r.output.Checks...),
	}
	if freeze, found := r.plan.sources.Freezes.Freeze(r.plan.Freeze); found {
		made.FreezeDOI = freeze.DOI
	}
	if made.FreezeFrom, err = freezeSources(ctx, r.w, r.plan.Freeze); err != nil {
		return Manifest{}, err
	}
	if _, err := r.w.One(ctx, statements["60_database_version"], nil, &made.Database); err != nil {
		return Manifest{}, err
	}
	return made, made.SetPlan(r.plan)
}

// checks are those that there is no plan without, as they are named in manifests:
// that the specification asks for nothing that the dataset and the studies do not
// allow, that the versions are the published ones, and that the approval is in
// force.
func (p Plan) checks() []manifest.Check {
	names := []string{"specification", "published versions"}
	if p.Approval != nil {
		names = append(names, "approval")
	}
	list := make([]manifest.Check, len(names))
	for i, name := range names {
		list[i] = manifest.Check{Code: name, Outcome: manifest.Passed}
	}
	return list
}

// freezeSources returns the hashes of the files of a freeze; of one that is not
// there, nothing.
func freezeSources(ctx context.Context, w *warehouse.Warehouse, number int) (manifest.Sources, error) {
	var sources manifest.Sources
	_, err := w.One(ctx, statements["12_freeze_sources"], warehouse.Args{"freeze": number}, &sources.Permissions, &sources.Mapping)
	return sources, err
}

// seal writes what describes the extract as a whole: the crate, and last the
// manifest of all the rest with its signature.
func (r *runner) seal(made *Manifest) error {
	files := made.Files
	made.Files = nil
	for _, file := range files {
		made.Add(file)
	}
	names, err := r.writeCrate(*made)
	if err != nil {
		return err
	}
	for _, name := range names {
		file, err := describeFile(r.output.Draft, name)
		if err != nil {
			return err
		}
		made.Add(file)
	}
	return write(r.output.Draft, *made, r.output.Root)
}

func (r *runner) writeCrate(made Manifest) ([]string, error) {
	plan, err := json.MarshalIndent(r.plan, "", "  ")
	if err != nil {
		return nil, err
	}
	about := crate.About{Title: r.plan.Title, Plan: append(plan, '\n')}
	if r.plan.Approval != nil {
		about.Approval = r.plan.Approval.Reference
	}
	for _, work := range r.plan.works {
		about.Environment = work.Publisher
	}
	return crate.Write(r.output.Draft, made, about)
}

func write(dir string, made Manifest, root keys.Root) error {
	signer, err := root.Signer()
	if err != nil {
		return err
	}
	text, signature, err := made.Sign(signer)
	if err != nil {
		return err
	}
	return errors.Join(
		os.WriteFile(filepath.Join(dir, manifest.FileName), text, 0o600),
		os.WriteFile(filepath.Join(dir, manifest.SignatureName), signature, 0o600),
	)
}

// nullStatements count the values that are missing in a form of file.
var nullStatements = map[string]string{spec.Parquet: "52_nulls_parquet", spec.CSV: "53_nulls_csv"}

// describeTable adds to a written file what it holds: rows, participants, and of
// each column the share of rows without a value, all through the gate.
func (r *runner) describeTable(ctx context.Context, file *File, table PlannedTable, rows, people disclosure.Count) error {
	shownRows, shownPeople := r.plan.gate(table, rows, people)
	file.Table, file.Dataset = table.Table, table.Dataset
	file.Rows, file.Participants = figure(*shownRows), figure(*shownPeople)
	nulls, err := r.countNulls(ctx, file.Name, len(table.Columns)-1)
	if err != nil {
		return err
	}
	shares := make([]disclosure.Cell, len(nulls))
	for i := range shares {
		shares[i] = r.plan.sources.Rules.Withhold()
	}
	if !shownPeople.Masked() {
		shares = nullShares(r.plan.sources.Rules, nulls, rows, people)
	}
	for i, column := range table.Columns {
		described := manifest.Column{Name: column.Name, Type: column.Type, Category: column.Category, Treatment: column.Treatment}
		if i > 0 {
			described.Null = manifest.FigureOf(shares[i-1])
		} else { // a project id, which no row lacks
			described.Null = manifest.FigureOf(r.plan.sources.Rules.Percentage(disclosure.CountOf(0), rows))
		}
		file.Columns = append(file.Columns, described)
	}
	return nil
}

func figure(cell disclosure.Cell) *manifest.Figure {
	shown := manifest.FigureOf(cell)
	return &shown
}

// nulls are how often a column lacks its value.
type nulls struct {
	rows    disclosure.Count
	without disclosure.Count // participants with a row that lacks it
	with    disclosure.Count // participants with a row that has it
}

func (r *runner) countNulls(ctx context.Context, name string, columns int) ([]nulls, error) {
	counted := make([]nulls, columns)
	if columns == 0 {
		return counted, nil
	}
	into := make([]any, 3*columns)
	for i := range counted {
		into[i], into[columns+i], into[2*columns+i] = &counted[i].rows, &counted[i].without, &counted[i].with
	}
	statement := nullStatements[strings.TrimPrefix(filepath.Ext(name), ".")]
	_, err := r.w.One(ctx, statements[statement], warehouse.Args{
		"path": filepath.Join(r.output.Draft, filepath.FromSlash(name)), "project_id": r.plan.sources.Project.ID.Column().String(),
	}, into...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return counted, nil
}

// nullShares returns the share of rows without a value for each column. A share
// stands for the participants who lack a value and for those who have one: it is
// hidden where either are few, and where either differ by a few from the file's
// participants or from those of a column whose share is shown.
func nullShares(rules disclosure.Profile, counted []nulls, rows, people disclosure.Count) []disclosure.Cell {
	shares := make([]disclosure.Cell, len(counted))
	beside := []disclosure.Count{people}
	for i, column := range counted {
		without, with := rules.Beside(column.without, beside...), rules.Beside(column.with, beside...)
		share := rules.Percentage(column.rows, rows)
		if without.Masked() || with.Masked() || share.Masked() {
			shares[i] = rules.Withhold()
			continue
		}
		shares[i] = share
		beside = append(beside, column.without, column.with)
	}
	return shares
}

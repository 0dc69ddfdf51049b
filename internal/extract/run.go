package extract

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/keys"
	"tre-toolkit/internal/ledger/manifest"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

// Errors that a caller may test for.
var (
	ErrOutputThere = errors.New("the output folder is there already and not empty")
	ErrOutputLink  = errors.New("the output folder is a link, or the current folder")
	ErrFileDiffers = errors.New("the file written does not hold the rows that were written")
)

const citationFolder = "citations"

// Output says where an extract goes and with which key.
type Output struct {
	Draft string // a folder that the warehouse may write to; see NewDraft
	Dir   string // where the extract appears when it is whole
	Root  keys.Root
	Step  func(file string) // called before each file

	Tool     string           // this program's version, for the manifest
	Previous string           // SHA-256 of the manifest of the project's plan before this; empty for the first
	Checks   []manifest.Check // that were made of the project
	Waivers  []manifest.Check // of checks that may fail, each from NewWaiver; one that passes needs none

	// MostNumbered is how many values of a key are held as numbers while rows are
	// sorted; 0 means two million. It decides over memory and time, never over bytes.
	MostNumbered int64
}

// Run makes the extract of a plan and returns its manifest. What a killed run of
// the same plan had finished is kept. When it fails, the draft is removed and
// nothing is left.
func Run(ctx context.Context, w *warehouse.Warehouse, plan Plan, output Output) (made Manifest, err error) {
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(output.Draft))
		}
	}()
	runner := &runner{w: w, plan: plan, output: output}
	if err := runner.resume(); err != nil {
		return Manifest{}, err
	}
	if err := runner.begin(ctx); err != nil {
		return Manifest{}, err
	}
	if made, err = runner.manifest(ctx); err != nil {
		return Manifest{}, err
	}
	made.Files, err = runner.tables(func(table PlannedTable) ([]File, error) { return runner.write(ctx, table) })
	if err != nil {
		return Manifest{}, err
	}
	if err := runner.judgeRisk(ctx, &made); err != nil {
		return Manifest{}, err
	}
	if err := runner.beside(&made); err != nil {
		return Manifest{}, err
	}
	if err := runner.cite(&made); err != nil {
		return Manifest{}, err
	}
	if err := runner.seal(&made); err != nil {
		return Manifest{}, err
	}
	return made, appear(output)
}

// appear puts the draft in its place. An extract is rows about people: it is
// its owner's alone until the owner says otherwise.
func appear(output Output) error {
	err := filepath.WalkDir(output.Draft, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		return os.Chmod(path, 0o600)
	})
	if err != nil {
		return err
	}
	dir, err := filepath.Abs(output.Dir)
	if err != nil {
		return err
	}
	if err := os.Remove(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.Rename(output.Draft, dir)
}

type runner struct {
	w      *warehouse.Warehouse
	plan   Plan
	output Output
	coders coders
	done   progress
}

// begin hands the participants and the functions that make codes to the
// database. The key stays on this side.
func (r *runner) begin(ctx context.Context) error {
	people, err := r.plan.named(r.output.Root)
	if err != nil {
		return err
	}
	if err := fill(ctx, r.w, people); err != nil {
		return err
	}
	if err := r.numberIDs(ctx, len(people)); err != nil {
		return err
	}
	r.coders.root, r.coders.project = r.output.Root, r.plan.sources.Project.ID
	return r.coders.lend(r.w)
}

// write writes one table's files and counts what is in them.
func (r *runner) write(ctx context.Context, table PlannedTable) ([]File, error) {
	rows, err := table.given(ctx, r.w, func(string, query) error { return nil })
	if err != nil {
		return nil, err
	}
	if rows, err = r.treated(ctx, table, rows); err != nil {
		return nil, err
	}
	columns, ties := table.ordered()
	project := r.plan.sources.Project.ID.Column()
	rows = rows.in("40_extract_table", spec.Identifier{}, warehouse.Args{"columns": columns, "ties": ties})
	rows.statement = rows.statement.Naming("project_id", project)
	rows = rows.in("47_as_text", project, nil)
	if at := table.keyColumn(); at >= 0 {
		rows = rows.in("47_as_text", table.Columns[at].column.Name, nil)
	}
	file, err := r.copy(ctx, table, table.File, rows)
	if err != nil || table.CSV == "" {
		return []File{file}, err
	}
	again := query{statements["43_rows_of_parquet"], warehouse.Args{"parquet": filepath.Join(r.output.Draft, table.File)}}
	second, err := r.copy(ctx, table, table.CSV, again)
	return []File{file, second}, err
}

// ordered returns the table's columns, and those that order rows which the
// ranks of participant and key leave together.
func (t PlannedTable) ordered() (columns, ties []string) {
	ties = []string{"_person_rank"}
	for i, column := range t.Columns[1:] {
		columns = append(columns, column.Name)
		if i+1 != t.keyColumn() {
			ties = append(ties, column.Name)
		}
	}
	return columns, ties
}

// copy writes rows to a file in the form that its ending says.
func (r *runner) copy(ctx context.Context, table PlannedTable, name string, rows query) (File, error) {
	form := forms[strings.TrimPrefix(filepath.Ext(name), ".")]
	path := filepath.Join(r.output.Draft, name)
	whole := rows.in(form.copy, spec.Identifier{}, warehouse.Args{"path": path})
	written, err := r.w.Run(ctx, whole.statement, whole.args)
	if err != nil {
		return File{}, err
	}
	return r.describe(ctx, table, name, form.count, written)
}

// forms are the statements that write a form of file and count what it holds.
var forms = map[string]struct{ copy, count string }{
	spec.Parquet: {"41_copy_parquet", "50_count_parquet"},
	spec.CSV:     {"42_copy_csv", "51_count_csv"},
}

// describe reads the written file back: its rows must be those written, and its
// participants are counted through the gate.
func (r *runner) describe(ctx context.Context, table PlannedTable, name, count string, written int64) (File, error) {
	var rows int64
	var people disclosure.Count
	_, err := r.w.One(ctx, statements[count], warehouse.Args{
		"path": filepath.Join(r.output.Draft, name), "project_id": r.plan.sources.Project.ID.Column().String(),
	}, &rows, &people)
	if err != nil {
		return File{}, err
	}
	if rows != written {
		return File{}, ErrFileDiffers
	}
	file, err := describeFile(r.output.Draft, name)
	if err != nil {
		return File{}, err
	}
	return file, r.describeTable(ctx, &file, table, disclosure.CountOf(rows), people)
}

package extract

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/keys"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

// Errors that a caller may test for.
var (
	ErrOutputThere = errors.New("the output folder is there already and not empty")
	ErrOutputLink  = errors.New("the output folder is a link, or the current folder")
	ErrFileDiffers = errors.New("the file written does not hold the rows that were written")
)

const (
	manifestFile   = "manifest.json"
	citationFolder = "citations"
)

// Output says where an extract goes and with which key.
type Output struct {
	Draft string // a folder that the warehouse may write to; see NewDraft
	Dir   string // where the extract appears when it is whole
	Root  keys.Root
	Step  func(file string) // called before each file
}

// NewDraft makes the folder in which an extract grows, beside its final place,
// so that appearing is one rename. The warehouse must be opened with it among
// its directories.
func NewDraft(dir string) (string, error) {
	entries, err := os.ReadDir(dir)
	if info, there := os.Stat(dir); len(entries) > 0 || (there == nil && !info.IsDir()) {
		return "", fmt.Errorf("%s: %w", dir, ErrOutputThere)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	absolute, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	here, err := os.Getwd()
	if err != nil {
		return "", err
	}
	if info, err := os.Lstat(absolute); absolute == here || err == nil && info.Mode()&fs.ModeSymlink != 0 {
		return "", fmt.Errorf("%s: %w", dir, ErrOutputLink)
	}
	if err := os.MkdirAll(filepath.Dir(absolute), 0o755); err != nil {
		return "", err
	}
	if err := clearAbandoned(filepath.Dir(absolute)); err != nil {
		return "", err
	}
	return os.MkdirTemp(filepath.Dir(absolute), fmt.Sprintf("%s%d-*", draftPrefix, os.Getpid()))
}

// draftPrefix begins the names of drafts; the process that makes one follows.
const draftPrefix = ".unfinished-extract-"

// clearAbandoned removes the drafts of processes that were killed: they hold
// rows of participants.
func clearAbandoned(dir string) error {
	drafts, err := filepath.Glob(filepath.Join(dir, draftPrefix+"*"))
	if err != nil {
		return err
	}
	for _, draft := range drafts {
		name := strings.TrimPrefix(filepath.Base(draft), draftPrefix)
		number, _, _ := strings.Cut(name, "-")
		process, err := strconv.Atoi(number)
		if err != nil || alive(process) {
			continue
		}
		if err := os.RemoveAll(draft); err != nil {
			return err
		}
	}
	return nil
}

// alive reports whether a process may still be running.
func alive(id int) bool {
	process, err := os.FindProcess(id)
	if err != nil {
		return false
	}
	return !errors.Is(process.Signal(syscall.Signal(0)), os.ErrProcessDone)
}

// Run makes the extract of a plan and returns its manifest. When it fails, the
// draft is removed and nothing is left.
func Run(ctx context.Context, w *warehouse.Warehouse, plan Plan, output Output) (manifest Manifest, err error) {
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(output.Draft))
		}
	}()
	runner := runner{w, plan, output}
	if err := runner.namePeople(ctx); err != nil {
		return Manifest{}, err
	}
	manifest = plan.manifest(output.Root.ID())
	for _, table := range plan.Tables {
		output.Step(table.File)
		file, err := runner.write(ctx, table)
		if err != nil {
			return Manifest{}, fmt.Errorf("%s: %w", table.File, err)
		}
		manifest.Files = append(manifest.Files, file)
	}
	if err := runner.cite(&manifest); err != nil {
		return Manifest{}, err
	}
	if err := manifest.write(output.Draft); err != nil {
		return Manifest{}, err
	}
	return manifest, appear(output)
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
}

var (
	peopleTable = mustIdentifier("project_people")
	codeName    = mustIdentifier("project_code")
)

func mustIdentifier(name string) spec.Identifier {
	identifier, err := spec.ParseIdentifier(name)
	if err != nil {
		panic(err)
	}
	return identifier
}

// namePeople gives each participant a project id, once a person and not once a
// row, and lends the database the function that re-keys linking columns. The
// key stays on this side.
func (r runner) namePeople(ctx context.Context) error {
	project := r.plan.sources.Project.ID
	if _, err := r.w.Run(ctx, statements["11_create_project_people"], nil); err != nil {
		return err
	}
	pseudonyms := r.output.Root.For(project)
	err := r.w.Appender(peopleTable, func(add func(...driver.Value) error) error {
		for _, person := range r.plan.people {
			if err := add(person.key, pseudonyms.Participant(person.study, person.key)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	pool := sync.Pool{New: func() any { return pseudonyms.Clone() }}
	return r.w.Register(codeName, func(value string) string {
		own := pool.Get().(*keys.Pseudonymiser)
		defer pool.Put(own)
		return own.Linking(value)
	})
}

// write writes one table's file and counts what is in it.
func (r runner) write(ctx context.Context, table PlannedTable) (File, error) {
	args := r.args(table)
	periods := "20_every_period"
	if table.Transform == spec.LatestExtract {
		periods = "21_latest_period"
	}
	_, err := r.w.Run(ctx, statements[periods], warehouse.Args{
		"table": args["table"], "person": args["person"], "period_key": args["period_key"],
	})
	if err != nil {
		return File{}, err
	}
	format := r.plan.sources.Project.Format
	query := statements["30_extract_table"].Naming("project_id", r.plan.sources.Project.ID.Column())
	path := filepath.Join(r.output.Draft, table.File)
	args["path"] = path
	written, err := r.w.Run(ctx, statements[copyStatement[format]].Around(query), args)
	if err != nil {
		return File{}, err
	}
	return r.describe(ctx, table, path, written)
}

var (
	copyStatement  = map[string]string{spec.Parquet: "40_copy_parquet", spec.CSV: "41_copy_csv"}
	countStatement = map[string]string{spec.Parquet: "50_count_parquet", spec.CSV: "51_count_csv"}
)

func (r runner) args(table PlannedTable) warehouse.Args {
	linking, plain := []string{"_no_linking"}, []string{"_no_plain"}
	for _, column := range table.Columns[1:] {
		if column.Category == string(spec.Linking) {
			linking = append(linking, column.Name)
		} else {
			plain = append(plain, column.Name)
		}
	}
	args := warehouse.Args{
		"table":         table.dataset.QualifiedTable(table.table.Name, table.version.Name),
		"person":        table.dataset.Person.String(),
		"period_key":    table.table.PeriodKey.String(),
		"linking":       linking,
		"plain":         plain,
		"window_column": spec.PeriodEnd.String(),
		"every_date":    true,
		"window_from":   nil,
		"window_to":     nil,
		"keep_undated":  true,
	}
	if window := table.chosen.Window; window != nil {
		args["every_date"] = false
		args["window_column"] = window.Column.String()
		args["window_from"] = window.From.String()
		args["window_to"] = window.To.String()
		args["keep_undated"] = window.Undated == spec.KeepUndated
	}
	return args
}

// describe reads the written file back: its rows must be those written, and its
// participants are counted through the gate.
func (r runner) describe(ctx context.Context, table PlannedTable, path string, written int64) (File, error) {
	project := r.plan.sources.Project
	var rows int64
	var people disclosure.Count
	_, err := r.w.One(ctx, statements[countStatement[project.Format]], warehouse.Args{
		"path": path, "project_id": project.ID.Column().String(),
	}, &rows, &people)
	if err != nil {
		return File{}, err
	}
	if rows != written {
		return File{}, ErrFileDiffers
	}
	file, err := describeFile(r.output.Draft, table.File)
	if err != nil {
		return File{}, err
	}
	file.Table, file.Dataset = table.Table, table.Dataset
	file.Rows, file.Participants = r.plan.gate(table, disclosure.CountOf(rows), people)
	return file, nil
}

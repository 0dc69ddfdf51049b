// Package auxtables turns a delivery into the auxiliary tables of one dataset
// version. It promises that nothing is lost and nothing is half done: every
// record of every file is loaded or listed as rejected, with file, line and
// reason, and a version appears in the warehouse whole or not at all.
package auxtables

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/intake"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/versions/fingerprint"
	"tre-toolkit/internal/warehouse"
)

//go:embed sql/*.sql
var sqlFiles embed.FS

var statements = warehouse.MustLoad(sqlFiles)

// Request says what to load and under which number.
type Request struct {
	Dataset    spec.Dataset
	Version    spec.DatasetVersion
	Date       spec.Date // the version's date
	Paths      []string  // files, or folders of them
	MaxRejects int64     // rows that may be rejected before the load is refused
	Now        time.Time
}

// Result is what a load did.
type Result struct {
	Version spec.DatasetVersion `json:"version"`
	Date    spec.Date           `json:"date"`
	Tables  []TableResult       `json:"tables"`
	Rejects string              `json:"rejects"` // the file that lists rejected rows; empty when there are none
}

// TableResult is what became of one table's file. Rows are rows of a delivery,
// not people.
type TableResult struct {
	Table        spec.Identifier `json:"table"`
	File         string          `json:"file"`
	Columns      int             `json:"columns"`
	RowsRead     int64           `json:"rows_read"`
	RowsLoaded   int64           `json:"rows_loaded"`
	RowsRejected int64           `json:"rows_rejected"`
}

// ErrCountsDisagree is returned when the database did not see every record that
// is in a file. Nothing is loaded then.
var ErrCountsDisagree = errors.New("rows read are not rows loaded and rows rejected together")

// Delivery is a delivery that has been looked at and fits its specification as
// far as can be told without reading its cells.
type Delivery struct {
	request Request
	sources map[spec.Identifier]intake.Source
	sha256  string
}

// Inspect looks at every file of a delivery and returns everything that is
// wrong with it at once.
func Inspect(ctx context.Context, request Request) (Delivery, error) {
	found, err := findFiles(request)
	if err != nil {
		return Delivery{}, err
	}
	delivery := Delivery{request: request, sources: map[spec.Identifier]intake.Source{}}
	var findings []diagnostic.Finding
	for _, table := range request.Dataset.Tables {
		source, wrong, err := intake.Inspect(ctx, found[table.Name])
		if err != nil {
			return Delivery{}, err
		}
		if len(wrong) == 0 {
			wrong = checkHeader(table, request.Version.Number, source)
		}
		findings = append(findings, wrong...)
		delivery.sources[table.Name] = source
	}
	if len(findings) > 0 {
		return Delivery{}, &diagnostic.Input{Findings: findings, Hint: "nothing was loaded; the workspace is as it was"}
	}
	delivery.sha256 = delivery.fingerprint()
	return delivery, nil
}

// Directories returns the folders that the database must be allowed to read:
// those named, and those of the files named.
func Directories(paths []string) []string {
	directories := make([]string, len(paths))
	for i, path := range paths {
		directories[i] = path
		if info, err := os.Stat(path); err != nil || !info.IsDir() {
			directories[i] = filepath.Dir(path)
		}
	}
	return directories
}

// fingerprint hashes the tables' names and files' hashes, in table order.
func (d Delivery) fingerprint() string {
	hash := sha256.New()
	for _, table := range d.request.Dataset.Tables {
		fmt.Fprintf(hash, "%s %s\n", table.Name, d.sources[table.Name].SHA256)
	}
	return hex.EncodeToString(hash.Sum(nil))
}

// Load loads an inspected delivery as one version, in one transaction. It calls
// step before each table.
func Load(ctx context.Context, workspace *warehouse.Workspace, delivery Delivery, step func(table string)) (Result, error) {
	request := delivery.request
	result := Result{Version: request.Version, Date: request.Date}
	var rejected []intake.Reject
	err := workspace.Transaction(ctx, func() error {
		if err := refuseTwice(ctx, workspace.Warehouse, delivery); err != nil {
			return err
		}
		loader := loader{workspace.Warehouse, delivery}
		for _, table := range request.Dataset.Tables {
			step(table.Name.String())
			loaded, cells, err := loader.table(ctx, table)
			rejected = append(rejected, cells...)
			if err != nil {
				return err
			}
			result.Tables = append(result.Tables, loaded)
		}
		if err := loader.register(ctx, result); err != nil {
			return err
		}
		if err := result.withinLimit(request.MaxRejects); err != nil {
			return err
		}
		// The list comes before the commit: no version without it.
		var err error
		result.Rejects, err = writeRejects(workspace.RejectsDir(), request.Version, rejected)
		return err
	})
	if errors.Is(err, errTooManyRejects) {
		path, listed := writeRejects(workspace.RejectsDir(), request.Version, rejected)
		return result, errors.Join(explainRejects(rejected, path), listed)
	}
	return result, err
}

func refuseTwice(ctx context.Context, w *warehouse.Warehouse, delivery Delivery) error {
	var number int
	var lineage, date string
	found, err := w.One(ctx, statements["50_same_delivery"], with(key(delivery.request.Version), warehouse.Args{
		"version_date":    delivery.request.Date.String(),
		"delivery_sha256": delivery.sha256,
	}), &number, &lineage, &date)
	if err != nil || !found {
		return err
	}
	there, err := spec.RegisteredVersion(delivery.request.Version.Dataset, number, lineage)
	if err != nil {
		return err
	}
	message, code := "is already loaded", "DEL001"
	if asked := delivery.request; there.Number != asked.Version.Number || there.Lineage != asked.Version.Lineage && date != asked.Date.String() {
		message, code = "is this same delivery, byte for byte", "DEL002"
	}
	return &diagnostic.Input{
		Findings: []diagnostic.Finding{{File: there.String(), Code: code, Message: message + " (version of " + date + ")"}},
		Hint:     "versions are never overwritten; a new delivery takes the next number, or in a lineage of its own a date, as in " + there.Dataset + "@" + there.Number.String() + ":DATE",
	}
}

func (r Result) withinLimit(most int64) error {
	var rejected int64
	for _, table := range r.Tables {
		rejected += table.RowsRejected
	}
	if rejected > most {
		return errTooManyRejects
	}
	return nil
}

// loader writes one delivery into one open transaction.
type loader struct {
	w        *warehouse.Warehouse
	delivery Delivery
}

func (l loader) table(ctx context.Context, table spec.Table) (TableResult, []intake.Reject, error) {
	request, source := l.delivery.request, l.delivery.sources[table.Name]
	columns := table.ColumnsIn(request.Version.Number)
	types := spec.TypesByName(columns)
	schema, name := request.Dataset.Schema, request.Dataset.TableIn(table.Name, request.Version)
	steps := []warehouse.Statement{
		warehouse.CreateSchema(schema),
		warehouse.CreateTable(schema, name, columns),
		statements["05_trimmed"],
	}
	for _, step := range steps {
		if _, err := l.w.Run(ctx, step, nil); err != nil {
			return TableResult{}, nil, err
		}
	}
	if err := intake.ForgetRejects(ctx, l.w); err != nil {
		return TableResult{}, nil, err
	}
	insert := statements["10_insert_from_csv"].Naming("schema", schema).Naming("table", name)
	loaded, err := l.w.Run(ctx, insert, csvArgs(source, types))
	if err != nil {
		return TableResult{}, nil, fmt.Errorf("%s: %w", source.Name(), err)
	}
	cells, err := intake.ReadRejects(ctx, l.w, source, types)
	if err != nil {
		return TableResult{}, nil, err
	}
	result := TableResult{table.Name, source.Name(), len(columns), source.Records, loaded, intake.CountRows(cells)}
	if len(cells) >= mostListed {
		return result, cells, errTooManyRejects
	}
	if result.RowsRead != result.RowsLoaded+result.RowsRejected {
		return result, cells, fmt.Errorf("%s: %w: %d read, %d loaded, %d rejected", result.File, ErrCountsDisagree, result.RowsRead, result.RowsLoaded, result.RowsRejected)
	}
	return result, cells, nil
}

// csvArgs adds to the file's columns and their types which of them are text.
func csvArgs(source intake.Source, types map[string]spec.ColumnType) warehouse.Args {
	var text, typed []string
	for _, name := range source.Header {
		if types[name].IsText() {
			text = append(text, name)
		} else {
			typed = append(typed, name)
		}
	}
	return with(source.Args(types), warehouse.Args{"text": text, "typed": typed, "rejects_limit": mostListed})
}

func (l loader) register(ctx context.Context, result Result) error {
	request := l.delivery.request
	key := key(request.Version)
	_, err := l.w.Run(ctx, statements["40_register_version"], with(key, warehouse.Args{
		"version_date":    request.Date.String(),
		"delivery_sha256": l.delivery.sha256,
		"loaded_at":       request.Now.UTC().Format(time.DateTime),
	}))
	if err != nil {
		return err
	}
	for _, table := range result.Tables {
		if err := l.registerTable(ctx, key, table); err != nil {
			return err
		}
	}
	return nil
}

func (l loader) registerTable(ctx context.Context, key warehouse.Args, table TableResult) error {
	request, source := l.delivery.request, l.delivery.sources[table.Table]
	name := request.Dataset.QualifiedTable(table.Table, request.Version)
	var latest any
	if _, err := l.w.One(ctx, statements["30_latest_extract_date"], warehouse.Args{"table": name}, &latest); err != nil {
		return err
	}
	content, err := fingerprint.Of(ctx, l.w, name)
	if err != nil {
		return err
	}
	_, err = l.w.Run(ctx, statements["41_register_table"], with(key, warehouse.Args{
		"table_name":          table.Table.String(),
		"rows_loaded":         table.RowsLoaded,
		"rows_rejected":       table.RowsRejected,
		"column_count":        table.Columns,
		"latest_extract_date": latest,
		"fingerprint":         content,
	}))
	if err != nil {
		return err
	}
	_, err = l.w.Run(ctx, statements["42_register_file"], with(key, warehouse.Args{
		"table_name":    table.Table.String(),
		"file_name":     table.File,
		"bytes":         source.Bytes,
		"sha256":        source.SHA256,
		"rows_read":     table.RowsRead,
		"rows_loaded":   table.RowsLoaded,
		"rows_rejected": table.RowsRejected,
	}))
	return err
}

// key names a version in the register.
func key(version spec.DatasetVersion) warehouse.Args {
	return warehouse.Args{"dataset": version.Dataset, "number": int(version.Number), "lineage": version.Lineage.String()}
}

func with(key, more warehouse.Args) warehouse.Args {
	all := warehouse.Args{}
	for _, args := range []warehouse.Args{key, more} {
		for name, value := range args {
			all[name] = value
		}
	}
	return all
}

// Package auxtables turns a delivery into the auxiliary tables of one dataset
// version: a delivery of ready-made tables, or one of source tables of any
// generation, which it stages and assembles. It promises that nothing is lost and nothing is half done: every
// record of every file is loaded or listed as rejected, with file, line and
// reason, and a version appears in the warehouse whole or not at all.
package auxtables

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"time"

	"tre-toolkit/internal/auxtables/staging"
	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/intake"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/versions/fingerprint"
	"tre-toolkit/internal/warehouse"
)

//go:embed sql/*.sql
var sqlFiles embed.FS

var statements = warehouse.MustLoad(sqlFiles)

// Result is what a load did.
type Result struct {
	Version spec.DatasetVersion `json:"version"`
	Date    spec.Date           `json:"date"`
	Tables  []TableResult       `json:"tables"`
	Rejects string              `json:"rejects"`           // the file that lists rejected rows; empty when there are none
	Sources []SourceResult      `json:"sources,omitempty"` // of a delivery of source tables
	Record  *Record             `json:"record,omitempty"`  // of such a delivery
	Skipped []string            `json:"skipped,omitempty"` // files that the version was loaded from before: nothing was done
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
var ErrCountsDisagree = staging.ErrCountsDisagree

// Load loads an inspected delivery as one version, in one transaction. It calls
// step before each table. A delivery that the version was loaded from before is
// skipped, and the result says so.
func Load(ctx context.Context, workspace *warehouse.Workspace, delivery Delivery, step func(table string)) (Result, error) {
	result := Result{Version: delivery.request.Version, Date: delivery.request.Date}
	skipped, err := alreadyLoaded(ctx, workspace.Warehouse, delivery)
	if err != nil || len(skipped) > 0 {
		result.Skipped = skipped
		return result, err
	}
	loader := loader{workspace.Warehouse, delivery}
	if delivery.fromSources {
		return loader.loadSources(ctx, workspace, step, result)
	}
	return loader.loadAuxiliary(ctx, workspace, step, result)
}

// loadAuxiliary loads ready-made tables.
func (l loader) loadAuxiliary(ctx context.Context, workspace *warehouse.Workspace, step func(string), result Result) (Result, error) {
	var rejected []intake.Reject
	if err := staging.Prepare(ctx, l.w); err != nil {
		return result, err
	}
	err := workspace.Transaction(ctx, func() error {
		for _, table := range l.delivery.request.Dataset.Tables {
			step(table.Name.String())
			loaded, cells, err := l.table(ctx, table)
			rejected = append(rejected, cells...)
			if err != nil {
				return err
			}
			result.Tables = append(result.Tables, loaded)
		}
		if err := l.register(ctx, result); err != nil {
			return err
		}
		if err := result.withinTolerance(l.delivery.request); err != nil {
			return err
		}
		// The list comes before the commit: no version without it.
		var err error
		result.Rejects, err = writeRejects(workspace.RejectsDir(), result.Version, rejected)
		return err
	})
	return result, l.explain(workspace, err, rejected)
}

// loadSources stages source tables and assembles the version's tables of them.
func (l loader) loadSources(ctx context.Context, workspace *warehouse.Workspace, step func(string), result Result) (Result, error) {
	sources := &sourceLoader{loader: l, step: step, record: newRecord()}
	err := sources.stage(ctx)
	if err == nil {
		err = sources.withinTolerance()
	}
	result.Sources, result.Record = sources.results, &sources.record
	if err != nil {
		return result, l.explain(workspace, err, sources.rejects)
	}
	err = workspace.Transaction(ctx, func() error {
		var err error
		if result.Tables, err = sources.assemble(ctx); err != nil {
			return err
		}
		if err := l.register(ctx, result); err != nil {
			return err
		}
		if err := sources.registerSources(ctx); err != nil {
			return err
		}
		result.Rejects, err = writeRejects(workspace.RejectsDir(), result.Version, sources.rejects)
		return err
	})
	return result, err
}

// explain lists the rejects that stopped a load.
func (l loader) explain(workspace *warehouse.Workspace, err error, rejected []intake.Reject) error {
	if !errors.Is(err, errTooManyRejects) && !errors.Is(err, staging.ErrTooManyRejects) {
		return err
	}
	path, listed := writeRejects(workspace.RejectsDir(), l.delivery.request.Version, rejected)
	return errors.Join(explainRejects(rejected, path), listed)
}

// alreadyLoaded returns the files of a delivery when the version that is asked for
// was loaded from the very same, and refuses any other delivery of a version that is
// there, and any version of a delivery that is.
func alreadyLoaded(ctx context.Context, w *warehouse.Warehouse, delivery Delivery) ([]string, error) {
	request := delivery.request
	var number int
	var lineage, date, hash string
	found, err := w.One(ctx, statements["50_same_delivery"], with(key(request.Version), warehouse.Args{
		"version_date":    request.Date.String(),
		"delivery_sha256": delivery.sha256,
	}), &number, &lineage, &date, &hash)
	if err != nil || !found {
		return nil, err
	}
	there, err := spec.RegisteredVersion(request.Version.Dataset, number, lineage)
	if err != nil {
		return nil, err
	}
	if there == request.Version && hash == delivery.sha256 && date == request.Date.String() {
		var names []string
		for _, one := range delivery.files {
			names = append(names, one.Name())
		}
		return names, nil
	}
	message, code := "is already loaded", "DEL001"
	if there.Number != request.Version.Number || there.Lineage != request.Version.Lineage && date != request.Date.String() {
		message, code = "is this same delivery, byte for byte", "DEL002"
	}
	findings := []diagnostic.Finding{{File: there.String(), Code: code, Message: message + " (version of " + date + ")"}}
	changed, err := changedFiles(ctx, w, there, delivery)
	return nil, errors.Join(&diagnostic.Input{
		Findings: append(findings, changed...),
		Hint:     "versions are never overwritten; a new delivery takes the next number, or in a lineage of its own a date, as in " + there.Dataset + "@" + there.Number.String() + ":DATE",
	}, err)
}

// changedFiles names the files of a delivery that a version was loaded from with
// other content, or not at all.
func changedFiles(ctx context.Context, w *warehouse.Warehouse, there spec.DatasetVersion, delivery Delivery) ([]diagnostic.Finding, error) {
	named, hashes := map[string]bool{}, map[string]bool{}
	err := w.Each(ctx, statements["51_files_of_version"], key(there), func(scan func(...any) error) error {
		var name, hash string
		err := scan(&name, &hash)
		named[name], hashes[hash] = true, true
		return err
	})
	var findings []diagnostic.Finding
	for _, one := range delivery.files {
		finding := diagnostic.Finding{File: one.Name(), Code: "DEL011", Message: "is not of the files that " + there.String() + " was loaded from"}
		if named[one.Name()] {
			finding.Message = "has changed since " + there.String() + " was loaded from it"
		}
		if !hashes[one.SHA256] && !hashes[one.TextSHA256] {
			findings = append(findings, finding)
		}
	}
	return findings, err
}

func (r Result) withinTolerance(request Request) error {
	rejected := map[string]int64{}
	for _, table := range r.Tables {
		rejected[table.Table.String()] = table.RowsRejected
	}
	return withinTolerance(request, rejected)
}

// withinTolerance holds the rejected rows of each table to the table's own
// tolerance, and those of the others together to the tolerance of all.
func withinTolerance(request Request, rejected map[string]int64) error {
	var others int64
	for table, rows := range rejected {
		most, own := request.Tolerances[table]
		if own && rows > most {
			return errTooManyRejects
		}
		if !own {
			others += rows
		}
	}
	if others > request.MaxRejects {
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
	for _, step := range []warehouse.Statement{warehouse.CreateSchema(schema), warehouse.CreateTable(schema, name, columns)} {
		if _, err := l.w.Run(ctx, step, nil); err != nil {
			return TableResult{}, nil, err
		}
	}
	if source.Format == intake.Parquet {
		return l.parquet(ctx, table, columns)
	}
	if err := intake.ForgetRejects(ctx, l.w); err != nil {
		return TableResult{}, nil, err
	}
	insert, args := statements["10_insert_from_csv"], csvArgs(source, types)
	if !source.Blanks {
		insert, args = statements["09_insert_without_blanks"], with(source.Args(types), with(source.Dialect(), warehouse.Args{"rejects_limit": mostListed}))
	}
	loaded, err := l.w.Run(ctx, insert.Naming("schema", schema).Naming("table", name), args)
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

// parquet loads a ready-made table that came as Parquet, by way of its text: what
// does not fit is rejected by the same rules as the cells of source tables.
func (l loader) parquet(ctx context.Context, table spec.Table, columns []spec.Column) (TableResult, []intake.Reject, error) {
	request, source := l.delivery.request, l.delivery.sources[table.Name]
	staged, err := staging.TableLike(table.Name, columns)
	if err != nil {
		return TableResult{}, nil, err
	}
	done, err := staging.Stage(ctx, l.w, staged, []intake.Source{source})
	result := TableResult{Table: table.Name, File: source.Name(), Columns: len(columns), RowsRead: source.Records}
	if err != nil {
		return result, done.Rejects, err
	}
	result.RowsRejected = done.Files[0].RowsRejected
	insert := statements["11_insert_staged"].Naming("schema", request.Dataset.Schema).Naming("table", request.Dataset.TableIn(table.Name, request.Version))
	result.RowsLoaded, err = l.w.Run(ctx, insert, warehouse.Args{"staged": staged.Name.String()})
	return result, done.Rejects, err
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
	args := with(source.Args(types), source.Dialect())
	return with(args, warehouse.Args{"text": text, "typed": typed, "rejects_limit": mostListed})
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
	bytes, hash := source.Bytes, source.SHA256
	if l.delivery.fromSources {
		bytes, hash = l.delivery.bytes(), l.delivery.sha256
	}
	_, err = l.w.Run(ctx, statements["42_register_file"], with(key, warehouse.Args{
		"table_name":    table.Table.String(),
		"file_name":     table.File,
		"bytes":         bytes,
		"sha256":        hash,
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

// Package staging reads the files of one table of a delivery into a typed
// temporary table, from which auxiliary tables are assembled. It normalises what
// is written in several ways (blanks, leading zeros of codes, days, flags,
// numbers) without losing anything: every record is staged or rejected with its
// file and line, and how many cells were rewritten is told by column and kind.
// Columns that identify a person are not read, or no finer than their
// specification allows.
package staging

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"tre-toolkit/internal/intake"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

//go:embed sql/*.sql
var sqlFiles embed.FS

var statements = warehouse.MustLoad(sqlFiles)

// MostListed is how many rejected cells of a table are listed. A table with more
// is made of the wrong files, or one column of it is written in another way.
const MostListed = 100_000

// Errors that a caller may test for.
var (
	// ErrCountsDisagree is returned when the database did not see every record
	// that is in a file.
	ErrCountsDisagree = errors.New("rows read are not rows loaded and rows rejected together")
	// ErrTooManyRejects is returned with the first MostListed rejects.
	ErrTooManyRejects = errors.New("more cells were rejected than are listed")
)

// Table is a table to be staged.
type Table struct {
	Name    spec.Identifier
	Columns []Column
}

// Column is one of its columns that is kept.
type Column struct {
	Given     spec.Identifier // as the files' headers have it, in lower case
	Name      spec.Identifier // as staged
	Type      spec.ColumnType
	Treatment string   // the coarsening of an identifying column; empty for another
	FreeText  bool     // words that somebody typed, which may look like anything
	Codes     []string // the column's code list; empty when there is none
}

// FileResult is what became of one file. Rows are rows of a delivery, not people.
type FileResult struct {
	Source                   intake.Source
	RowsLoaded, RowsRejected int64
}

// Normalised says how many cells of a column were written in another way.
type Normalised struct {
	Column string `json:"column"`
	Kind   string `json:"kind"` // trimmed, code, date, timestamp, flag or number
	Cells  int64  `json:"cells"`
}

// Result is what staging a table did.
type Result struct {
	Files      []FileResult
	Rejects    []intake.Reject
	Normalised []Normalised // in the order of the columns
}

// TableOf returns what of a source table is staged.
func TableOf(source spec.SourceTable, labels spec.Labels) (Table, error) {
	table := Table{Name: source.Staged}
	for _, column := range source.Columns {
		if !column.Kept() {
			continue
		}
		given, err := spec.ParseIdentifier(strings.ToLower(column.Name))
		if err != nil {
			return table, err
		}
		if column.Staged.String() == "rowid" {
			return table, fmt.Errorf("%s: no column may be called rowid: it is the database's own word", source.Name)
		}
		table.Columns = append(table.Columns, Column{
			Given: given, Name: column.Staged, Type: column.StagedType(), Treatment: column.Treatment,
			FreeText: column.Category == spec.FreeText, Codes: codesOf(labels, column.Codes),
		})
	}
	return table, nil
}

// TableLike returns what of a ready-made table is staged: every column, as it is.
func TableLike(name spec.Identifier, columns []spec.Column) (Table, error) {
	staged, err := spec.ParseIdentifier("staged_" + name.String())
	table := Table{Name: staged}
	for _, column := range columns {
		table.Columns = append(table.Columns, Column{Given: column.Name, Name: column.Name, Type: column.Type, FreeText: column.Category == spec.FreeText})
	}
	return table, err
}

func codesOf(labels spec.Labels, element string) []string {
	var codes []string
	for _, item := range labels.Items {
		if element != "" && item.Element == element {
			for _, code := range item.Codes {
				codes = append(codes, code[0])
			}
		}
	}
	return codes
}

// Prepare makes the macros that reading needs.
func Prepare(ctx context.Context, w *warehouse.Warehouse) error {
	for _, name := range slices.Sorted(maps.Keys(statements)) {
		if !strings.Contains(name, "_canonical_") && !strings.Contains(name, "_exact_") && !strings.Contains(name, "_coarsened_") && !strings.HasSuffix(name, "_trimmed") {
			continue
		}
		if _, err := w.Run(ctx, statements[name], nil); err != nil {
			return err
		}
	}
	return nil
}

// Stage reads the files of one table, in their order. Without files the table is
// there and empty.
func Stage(ctx context.Context, w *warehouse.Warehouse, table Table, files []intake.Source) (Result, error) {
	s := stager{w: w, table: table, present: map[string]bool{}}
	columns := make([]spec.Column, len(table.Columns))
	for i, column := range table.Columns {
		columns[i] = spec.Column{Name: column.Name, Type: column.Type}
	}
	if _, err := w.Run(ctx, warehouse.CreateTemporaryTable(table.Name, columns), nil); err != nil {
		return s.result, err
	}
	if len(files) == 0 {
		return s.result, nil
	}
	err := s.stage(ctx, files)
	_, dropped := w.Run(context.WithoutCancel(ctx), statements["29_drop_raw_cells"], nil)
	return s.result, errors.Join(err, dropped)
}

// stager stages one table. The rows of each file lie together in raw_cells, in
// the file's order, so that a row's number there tells its file and its line.
type stager struct {
	w       *warehouse.Warehouse
	table   Table
	present map[string]bool // columns that a file had
	trimmed spec.Identifier // the macro that takes blanks off, or one that need not
	result  Result
}

func (s *stager) stage(ctx context.Context, files []intake.Source) error {
	s.trimmed = mustIdentifier("canonical_text")
	if slices.ContainsFunc(files, func(source intake.Source) bool { return source.Blanks }) {
		s.trimmed = mustIdentifier("trimmed")
	}
	rejected, err := s.readAll(ctx, files)
	if err != nil {
		return err
	}
	if _, err := s.w.Run(ctx, statements["27_rejected_cells"], nil); err != nil {
		return err
	}
	if err := s.check(ctx); err != nil {
		return err
	}
	if err := s.locate(ctx, rejected); err != nil {
		return err
	}
	for _, one := range s.result.Files {
		if one.Source.Records != one.RowsLoaded+one.RowsRejected {
			return fmt.Errorf("%s: %w: %d read, %d loaded, %d rejected", one.Source.Name(), ErrCountsDisagree, one.Source.Records, one.RowsLoaded, one.RowsRejected)
		}
	}
	return s.cast(ctx)
}

// readAll reads the files as text, and returns the rows of each that are none.
// Files that are alike are read by one statement. When that does not give every
// record there is, each file is read on its own, which tells the rows that are none.
func (s *stager) readAll(ctx context.Context, files []intake.Source) ([][]intake.Reject, error) {
	if err := s.createRaw(ctx); err != nil {
		return nil, err
	}
	whole := true
	for first := 0; first < len(files) && whole; {
		next := first + 1
		for next < len(files) && files[next].Alike(files[first]) {
			next++
		}
		var err error
		if whole, err = s.readAlike(ctx, files[first:next]); err != nil {
			return nil, err
		}
		first = next
	}
	rejected := make([][]intake.Reject, len(files))
	if whole {
		return rejected, nil
	}
	s.result.Files = nil
	if err := s.createRaw(ctx); err != nil {
		return nil, err
	}
	for i, source := range files {
		var err error
		if rejected[i], err = s.read(ctx, source); err != nil {
			return nil, err
		}
	}
	return rejected, nil
}

// createRaw makes the table of raw cells, empty, and forgets rejects.
func (s *stager) createRaw(ctx context.Context) error {
	raw := make([]spec.Column, len(s.table.Columns))
	for i, column := range s.table.Columns {
		raw[i] = spec.Column{Name: column.Name, Type: rawType}
	}
	if _, err := s.w.Run(ctx, warehouse.CreateTemporaryTable(rawCells, raw), nil); err != nil {
		return err
	}
	return intake.ForgetRejects(ctx, s.w)
}

var rawCells = mustIdentifier("raw_cells")

func mustIdentifier(name string) spec.Identifier {
	identifier, err := spec.ParseIdentifier(name)
	if err != nil {
		panic(err) // a name of this program's own
	}
	return identifier
}

// readAlike reads files that are alike; whole is false when the database did not
// keep every record.
func (s *stager) readAlike(ctx context.Context, files []intake.Source) (whole bool, err error) {
	paths, records := make([]string, len(files)), int64(0)
	for i, source := range files {
		paths[i] = source.Args(nil)["path"].(string)
		records += source.Records
		s.result.Files = append(s.result.Files, FileResult{Source: source, RowsLoaded: source.Records})
	}
	loaded, err := s.insert(ctx, files[0], paths)
	return loaded == records, err
}

// read reads one file, and returns the rows that are none.
func (s *stager) read(ctx context.Context, source intake.Source) ([]intake.Reject, error) {
	loaded, err := s.insert(ctx, source, []string{source.Args(nil)["path"].(string)})
	if err != nil {
		return nil, err
	}
	s.result.Files = append(s.result.Files, FileResult{Source: source, RowsLoaded: loaded})
	if loaded == source.Records {
		return nil, nil
	}
	return s.structural(ctx, source)
}

// insert reads the files of some paths, which are written as source is.
func (s *stager) insert(ctx context.Context, source intake.Source, paths []string) (int64, error) {
	var cells, texts []warehouse.Cell
	for _, column := range s.table.Columns {
		if !slices.Contains(source.Header, column.Given.String()) {
			continue
		}
		s.present[column.Name.String()] = true
		cell := warehouse.Cell{Of: column.Given, Name: column.Name}
		if column.Treatment != "" {
			cell.Function = mustIdentifier("coarsened_" + strings.ReplaceAll(column.Treatment, "-", "_"))
		}
		cells = append(cells, cell)
		texts = append(texts, warehouse.Cell{Of: column.Given, Type: rawType, Name: column.Given})
	}
	statement, args := statements["21_read_text"].Selecting("cells", cells), source.Args(nil)
	if source.Format == intake.Parquet {
		statement, args = statements["22_read_parquet"].Selecting("cells", cells).Selecting("texts", texts), warehouse.Args{}
	} else {
		maps.Copy(args, source.Dialect())
		args["rejects_limit"] = MostListed
		delete(args, "path")
	}
	args["paths"] = paths
	loaded, err := s.w.Run(ctx, statement, args)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", source.Name(), err)
	}
	return loaded, nil
}

// structural returns the rows of the file read last that are none.
func (s *stager) structural(ctx context.Context, source intake.Source) ([]intake.Reject, error) {
	rejects, err := intake.ReadRejects(ctx, s.w, source, nil)
	if err != nil {
		return rejects, err
	}
	s.result.Files[len(s.result.Files)-1].RowsRejected = intake.CountRows(rejects)
	s.result.Rejects = append(s.result.Rejects, rejects...)
	if len(s.result.Rejects) >= MostListed {
		return rejects, ErrTooManyRejects
	}
	return rejects, intake.ForgetRejects(ctx, s.w)
}

var rawType = mustType("VARCHAR")

func mustType(name string) spec.ColumnType {
	kind, err := spec.ParseColumnType(name)
	if err != nil {
		panic(err) // a type of this program's own
	}
	return kind
}

// check counts, column by column, what does not fit and what is written in
// another way. Codes get the leading zeros of their list first.
func (s *stager) check(ctx context.Context) error {
	for _, column := range s.table.Columns {
		if !s.present[column.Name.String()] {
			continue
		}
		if err := s.padCodes(ctx, column); err != nil {
			return err
		}
		kind := kindOf(column)
		var failing, trimmed, rewritten int64
		if _, err := s.w.One(ctx, kind.fill(statements["24_check_column"], column).Naming("trimmed", s.trimmed), nil, &failing, &trimmed, &rewritten); err != nil {
			return err
		}
		s.count(column, "trimmed", trimmed)
		s.count(column, kind.name, rewritten)
		if failing == 0 {
			continue
		}
		if _, err := s.w.Run(ctx, kind.fill(statements["25_reject_cells"], column).Naming("trimmed", s.trimmed), warehouse.Args{"column": column.Name.String()}); err != nil {
			return err
		}
	}
	return nil
}

func (s *stager) count(column Column, kind string, cells int64) {
	if cells > 0 {
		s.result.Normalised = append(s.result.Normalised, Normalised{column.Name.String(), kind, cells})
	}
}

func (s *stager) padCodes(ctx context.Context, column Column) error {
	given, listed := otherZeros(column.Codes)
	if len(given) == 0 {
		return nil
	}
	padded, err := s.w.Run(ctx, statements["23_pad_codes"].Naming("column", column.Name), warehouse.Args{"given": given, "listed": listed})
	s.count(column, "code", padded)
	return err
}

// cast fills the staged table with what fits.
func (s *stager) cast(ctx context.Context) error {
	var cells, trims []warehouse.Cell
	for _, column := range s.table.Columns {
		if s.present[column.Name.String()] {
			cells = append(cells, warehouse.Cell{Of: column.Name, Function: kindOf(column).canonical, Type: column.Type, Name: column.Name})
			trims = append(trims, warehouse.Cell{Of: column.Name, Function: s.trimmed, Name: column.Name})
		}
	}
	statement := statements["26_stage"].Naming("table", s.table.Name).Selecting("cells", cells).Selecting("trims", trims)
	_, err := s.w.Run(ctx, statement, nil)
	return err
}

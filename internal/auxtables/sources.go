package auxtables

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"tre-toolkit/internal/auxtables/staging"
	"tre-toolkit/internal/intake"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

// SourceResult is what became of one source table's files.
type SourceResult struct {
	Generation   string `json:"generation"`
	Table        string `json:"table"`
	Files        int    `json:"files"`
	RowsRead     int64  `json:"rows_read"`
	RowsLoaded   int64  `json:"rows_loaded"`
	RowsRejected int64  `json:"rows_rejected"`
}

// sourceLoader stages source tables and assembles auxiliary tables of them.
type sourceLoader struct {
	loader
	step    func(string)
	files   []stagedFile
	results []SourceResult
	rejects []intake.Reject
	record  Record
}

type stagedFile struct {
	*file
	staging.FileResult
}

// newRecord returns a record of nothing.
func newRecord() Record {
	return Record{
		Generations: []GenerationRecord{}, Skipped: []Skipped{}, Superseded: []Submission{}, Repeated: []Submission{},
		Missing: []Month{}, Orphans: []Orphans{}, Identifying: []Identifying{}, Normalised: []NormalisedCells{},
	}
}

// stage reads every source table of the delivery's generations into temporary
// tables: those without a file are empty.
func (l *sourceLoader) stage(ctx context.Context) error {
	if err := staging.Prepare(ctx, l.w); err != nil {
		return err
	}
	for _, generation := range l.delivery.generations() {
		l.record.Generations = append(l.record.Generations, GenerationRecord{Generation: generation.Name, Without: []string{}, Absent: []AbsentFrom{}})
		for _, table := range generation.Tables {
			if err := l.stageTable(ctx, generation, table); err != nil {
				return err
			}
		}
	}
	for _, one := range l.delivery.files {
		if one.sameAs != "" {
			l.record.Skipped = append(l.record.Skipped, Skipped{one.Name(), one.sameAs})
		}
	}
	return nil
}

func (l *sourceLoader) stageTable(ctx context.Context, generation spec.Generation, table spec.SourceTable) error {
	l.step(generation.Name + " " + table.Name)
	files := l.delivery.of(generation.Name, table.Name)
	staged, err := staging.TableOf(table, l.delivery.request.Labels)
	if err != nil {
		return err
	}
	sources := make([]intake.Source, len(files))
	for i, one := range files {
		sources[i] = one.Source
	}
	done, err := staging.Stage(ctx, l.w, staged, sources)
	l.rejects = append(l.rejects, done.Rejects...)
	result := SourceResult{Generation: generation.Name, Table: table.Name, Files: len(files)}
	for i, one := range done.Files {
		l.files = append(l.files, stagedFile{files[i], one})
		result.RowsRead += one.Source.Records
		result.RowsLoaded += one.RowsLoaded
		result.RowsRejected += one.RowsRejected
	}
	if err != nil {
		return err
	}
	if len(files) == 0 {
		here := &l.record.Generations[len(l.record.Generations)-1]
		here.Without = append(here.Without, table.Name)
		return nil
	}
	l.results = append(l.results, result)
	for _, one := range done.Normalised {
		l.record.Normalised = append(l.record.Normalised, NormalisedCells{generation.Name, table.Name, one})
	}
	l.noteIdentifying(generation, table, sources)
	return nil
}

// noteIdentifying records which columns of people's identity the files had.
func (l *sourceLoader) noteIdentifying(generation spec.Generation, table spec.SourceTable, sources []intake.Source) {
	for _, column := range table.Columns {
		if column.Category != spec.Identifying {
			continue
		}
		had := len(keep(sources, func(s intake.Source) bool { return slices.Contains(s.Header, strings.ToLower(column.Name)) }))
		if had > 0 {
			l.record.Identifying = append(l.record.Identifying, Identifying{generation.Name, table.Name, column.Name, column.Treatment, had})
		}
	}
}

// withinTolerance refuses a load with more rejected rows than are tolerated.
func (l *sourceLoader) withinTolerance() error {
	rejected := map[string]int64{}
	for _, one := range l.results {
		rejected[strings.ToLower(one.Table)] += one.RowsRejected
	}
	return withinTolerance(l.delivery.request, rejected)
}

// assemble fills the auxiliary tables of the version.
func (l *sourceLoader) assemble(ctx context.Context) ([]TableResult, error) {
	request := l.delivery.request
	var names []string
	for _, generation := range l.delivery.generations() {
		names = append(names, generation.Name)
	}
	if err := l.delivery.assembly.Accept(ctx, l.w, names, request.Date); err != nil {
		return nil, err
	}
	if err := l.noteSubmissions(ctx); err != nil {
		return nil, err
	}
	if _, err := l.w.Run(ctx, warehouse.CreateSchema(request.Dataset.Schema), nil); err != nil {
		return nil, err
	}
	var results []TableResult
	for _, table := range request.Dataset.Tables {
		l.step(table.Name.String())
		result, err := l.assembleTable(ctx, table, names)
		if err != nil {
			return nil, err
		}
		results = append(results, result)
	}
	return results, nil
}

func (l *sourceLoader) assembleTable(ctx context.Context, table spec.Table, generations []string) (TableResult, error) {
	request := l.delivery.request
	columns := table.ColumnsIn(request.Version.Number)
	schema, name := request.Dataset.Schema, request.Dataset.TableIn(table.Name, request.Version)
	result := TableResult{Table: table.Name, File: assembledFrom + strings.Join(generations, ", "), Columns: len(columns)}
	if _, err := l.w.Run(ctx, warehouse.CreateTable(schema, name, columns), nil); err != nil {
		return result, err
	}
	for i, generation := range generations {
		steps := l.delivery.assembly.Steps(table, []string{generation})
		if len(steps) == 0 {
			l.noteAbsent(i, table.Name.String(), columnNames(columns))
			continue
		}
		if err := steps[0].Check(ctx, l.w); err != nil {
			return result, err
		}
		absent, err := steps[0].Absent(ctx, l.w, request.Version.Number)
		if err != nil {
			return result, err
		}
		l.noteAbsent(i, table.Name.String(), identifierNames(absent))
		rows, err := steps[0].Insert(ctx, l.w, schema, name, request.Version.Number)
		if err != nil {
			return result, err
		}
		result.RowsRead += rows
		result.RowsLoaded += rows
	}
	return result, nil
}

// assembledFrom is what the register calls the file of a table that came of
// several; the generations follow.
const assembledFrom = "assembled from "

func columnNames(columns []spec.Column) []string {
	names := make([]string, len(columns))
	for i, column := range columns {
		names[i] = column.Name.String()
	}
	return names
}

func identifierNames(identifiers []spec.Identifier) []string {
	names := make([]string, len(identifiers))
	for i, identifier := range identifiers {
		names[i] = identifier.String()
	}
	return names
}

func (l *sourceLoader) noteAbsent(generation int, table string, columns []string) {
	if len(columns) > 0 {
		here := &l.record.Generations[generation]
		here.Absent = append(here.Absent, AbsentFrom{table, columns})
	}
}

// registerSources records the files and what else there is to know.
func (l *sourceLoader) registerSources(ctx context.Context) error {
	version := key(l.delivery.request.Version)
	for _, one := range l.files {
		lacking, err := json.Marshal(one.lacking)
		if err != nil {
			return err
		}
		_, err = l.w.Run(ctx, statements["43_register_source"], with(version, warehouse.Args{
			"generation":    one.generation.Name,
			"table_name":    one.table.Name,
			"file_name":     one.Name(),
			"bytes":         one.Bytes,
			"sha256":        one.SHA256,
			"text_sha256":   one.TextSHA256,
			"rows_read":     one.Records,
			"rows_loaded":   one.RowsLoaded,
			"rows_rejected": one.RowsRejected,
			"lacking":       string(lacking),
		}))
		if err != nil {
			return err
		}
	}
	text, err := json.Marshal(l.record)
	if err != nil {
		return err
	}
	_, err = l.w.Run(ctx, statements["44_register_record"], with(version, warehouse.Args{"record": string(text)}))
	return err
}

package versions

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"testing"

	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/versions/fingerprint"
	"tre-toolkit/internal/warehouse"
)

//go:embed testdata/sql/*.sql
var testFiles embed.FS

var testStatements = func() warehouse.Statements {
	files, err := fs.Sub(testFiles, "testdata")
	if err != nil {
		panic(err)
	}
	return warehouse.MustLoad(files)
}()

// row is a row of a test table by column; what is not there is NULL.
type row map[string]any

// failer is a test or one round of a property.
type failer interface {
	Errorf(format string, args ...any)
	FailNow()
	Helper()
}

// worldTable is a table of one version: its columns as "name TYPE" and its rows.
type worldTable struct {
	name    string
	columns []string
	rows    []row
}

// always are the columns that every table has.
var always = []string{"person VARCHAR", "pathway VARCHAR", "extract_start_date DATE", "extract_end_date DATE", "extract_date DATE"}

func columnOf(t failer, text string) spec.Column {
	t.Helper()
	var name, kind string
	_, err := fmt.Sscanf(text, "%s %s", &name, &kind)
	require.NoError(t, err)
	identifier, err := spec.ParseIdentifier(name)
	require.NoError(t, err)
	columnType, err := spec.ParseColumnType(kind)
	require.NoError(t, err)
	column := spec.Column{Name: identifier, Type: columnType, Category: spec.Core, From: "the source"}
	switch name {
	case "person":
		column.Category = spec.Person
	case "pathway":
		column.Category = spec.Linking
	case "extract_start_date", "extract_end_date", "extract_date":
		column.From = ""
	}
	return column
}

func identifier(t failer, name string) spec.Identifier {
	t.Helper()
	parsed, err := spec.ParseIdentifier(name)
	require.NoError(t, err)
	return parsed
}

// world is a dataset with versions in a warehouse of its own.
type world struct {
	*warehouse.Warehouse
	dataset  spec.Dataset
	versions []Version
}

func memory(t testing.TB, threads int) *warehouse.Warehouse {
	t.Helper()
	w, err := warehouse.Memory(context.Background(), warehouse.Settings{Threads: threads})
	require.NoError(t, err)
	t.Cleanup(func() { _ = w.Close() })
	return w
}

// newWorld puts one list of tables a version into the warehouse, version 1
// first. Every column of any version is described as one that may be told, and
// freeze 1 has everybody in one study.
func newWorld(t failer, w *warehouse.Warehouse, versions ...[]worldTable) world {
	t.Helper()
	ctx := context.Background()
	made := world{w, spec.Dataset{Name: "TEST", Stem: "T", Schema: identifier(t, "s"), Person: identifier(t, "person")}, nil}
	_, err := w.Run(ctx, warehouse.CreateSchema(made.dataset.Schema), nil)
	require.NoError(t, err)
	described := map[string]int{}
	for i, tables := range versions {
		number := spec.VersionNumber(i + 1)
		date, err := spec.ParseDate(fmt.Sprintf("202%d-04-01", i))
		require.NoError(t, err)
		version := Version{Name: spec.DatasetVersion{Dataset: "TEST", Number: number}, Date: date}
		for _, table := range tables {
			at, known := described[table.name]
			if !known {
				at = len(made.dataset.Tables)
				described[table.name] = at
				made.dataset.Tables = append(made.dataset.Tables, spec.Table{Name: identifier(t, table.name), PeriodKey: identifier(t, "pathway")})
			}
			version.Tables = append(version.Tables, made.load(t, &made.dataset.Tables[at], version.Name, table))
		}
		made.versions = append(made.versions, version)
	}
	return made
}

func (w world) load(t failer, described *spec.Table, version spec.DatasetVersion, table worldTable) Table {
	t.Helper()
	ctx := context.Background()
	var columns []spec.Column
	var shape []fingerprint.Column
	for _, text := range append(always[:len(always):len(always)], table.columns...) {
		column := columnOf(t, text)
		columns = append(columns, column)
		shape = append(shape, fingerprint.Column{Name: column.Name.String(), Type: column.Type.String()})
		if _, known := described.Column(column.Name.String()); !known {
			described.Columns = append(described.Columns, column)
		}
	}
	name := w.dataset.TableIn(described.Name, version)
	_, err := w.Run(ctx, warehouse.CreateTable(w.dataset.Schema, name, columns), nil)
	require.NoError(t, err)
	rows, err := json.Marshal(table.rows)
	require.NoError(t, err)
	if len(table.rows) > 0 {
		insert := testStatements["10_insert_rows"].Naming("schema", w.dataset.Schema).Naming("table", name)
		_, err = w.Run(ctx, insert, warehouse.Args{"rows": string(rows), "shape": "[" + fingerprint.Shape(shape) + "]"})
		require.NoError(t, err)
	}
	print, err := fingerprint.Of(ctx, w.Warehouse, w.dataset.QualifiedTable(described.Name, version))
	require.NoError(t, err)
	_, err = w.Run(ctx, testStatements["30_link_everybody"], warehouse.Args{"table": w.dataset.QualifiedTable(described.Name, version)})
	require.NoError(t, err)
	return Table{Name: table.name, Rows: int64(len(table.rows)), Columns: len(columns), Fingerprint: print}
}

func (w world) compare(t failer, profile disclosure.Profile) Diff {
	t.Helper()
	diff, err := Compare(context.Background(), w.Warehouse, w.comparison(profile, 1))
	require.NoError(t, err)
	return diff
}

// enrol makes the person of a row a participant of a study.
func (w world) enrol(t failer, freeze int, study string, r row) {
	t.Helper()
	_, err := w.Run(context.Background(), testStatements["20_insert_spine"], warehouse.Args{"freeze": freeze, "study": study, "person": r["person"]})
	require.NoError(t, err)
}

// comparison is of the first two versions.
func (w world) comparison(profile disclosure.Profile, freeze int) Comparison {
	return Comparison{Dataset: w.dataset, Before: w.versions[0], After: w.versions[1], Profile: profile, Freeze: freeze}
}

func profileOf(t failer, threshold int64, zero string) disclosure.Profile {
	t.Helper()
	profile, err := disclosure.NewProfile(disclosure.Rules{
		Name: "test", Threshold: said(threshold), Zero: said(zero), Marks: said([]string{"low"}),
		SecondaryMark: said("*"), NoteRequired: said(false), RoundingBase: said[int64](1), Totals: said(disclosure.SumOfShown),
		PercentageFrom: said(disclosure.FromShown), PercentageDecimals: said(1), PercentageMask: said(disclosure.MaskedByEither),
		PercentageNarrows: said(false), StatisticPeople: said(threshold),
	})
	require.NoError(t, err)
	return profile
}

func said[T any](value T) disclosure.Setting[T] {
	return disclosure.Setting[T]{Value: value, Reason: "the reason", Source: "the source"}
}

// hubRows makes n people with one pathway each, in one period, and fills in
// each row.
func hubRows(n int, fill func(i int, r row)) []row {
	rows := make([]row, n)
	for i := range rows {
		rows[i] = row{
			"person": fmt.Sprintf("p%03d", i), "pathway": fmt.Sprintf("k%03d", i),
			"extract_start_date": "2020-04-01", "extract_end_date": "2021-03-31", "extract_date": "2021-04-26",
		}
		fill(i, rows[i])
	}
	return rows
}

package main

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
	"tre-toolkit/specs"
)

// identityLike is what identifies the people of a synthetic delivery, in any text.
var identityLike = regexp.MustCompile(`\b999\d{7}\b|\bLP\d{12}\b|\bSR\d{12}\b|\bZA\d{1,2} ?\d[A-Z]{2}\b`)

var shortNumber = regexp.MustCompile(`^\d{0,8}$`)

var everyCell = warehouse.MustLoad(fstest.MapFS{
	"sql/tables.sql": {Data: []byte("SELECT schema_name || '.' || table_name FROM duckdb_tables() ORDER BY ALL")},
	"sql/cells.sql":  {Data: []byte("SELECT CAST(r AS VARCHAR) FROM query_table($table) AS r")},
})

// identitiesOf returns the values of a delivery's identifying columns. Dates and
// short numbers are left out: a birthday is the day of something else too, and a
// therapist's number may be the size of a file.
func identitiesOf(t *testing.T, generation spec.Generation, folder string) map[string]bool {
	t.Helper()
	values := map[string]bool{}
	for _, table := range generation.Tables {
		paths, err := filepath.Glob(filepath.Join(folder, table.Name+"_*.csv"))
		require.NoError(t, err)
		require.NotEmpty(t, paths)
		for _, path := range paths {
			rows := readRows(t, path)
			for at, column := range table.Columns {
				if column.Category != spec.Identifying || column.Type.String() == "DATE" {
					continue
				}
				for _, row := range rows[1:] {
					if !shortNumber.MatchString(row[at]) {
						values[row[at]] = true
					}
				}
			}
		}
	}
	require.Greater(t, len(values), 100)
	return values
}

// requireNoIdentities searches every cell of a warehouse, and every byte of the
// workspace's other files.
func requireNoIdentities(t *testing.T, workspace string, values map[string]bool) {
	t.Helper()
	w, err := warehouse.OpenForReading(context.Background(), workspace, warehouse.Settings{})
	require.NoError(t, err)
	defer func() { require.NoError(t, w.Close()) }()
	require.Empty(t, cellsAmong(t, w.Warehouse, values))

	kept := tell(t, w.Warehouse, "nhsd", "iapt_care_cluster_v0003")[0]["cohortkey_e"]
	require.NotEmpty(t, cellsAmong(t, w.Warehouse, map[string]bool{kept: true}), "the search finds nothing")

	require.NoError(t, filepath.WalkDir(workspace, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Base(path) == "warehouse.duckdb" {
			return err
		}
		text, err := os.ReadFile(path)
		require.False(t, identityLike.Match(text), "%s: %s", path, identityLike.Find(text))
		return err
	}))
}

// cellsAmong returns the cells of every table of a warehouse that are one of the
// values.
func cellsAmong(t *testing.T, w *warehouse.Warehouse, values map[string]bool) []string {
	t.Helper()
	ctx := context.Background()
	var tables, found []string
	require.NoError(t, w.Each(ctx, everyCell["tables"], nil, func(scan func(...any) error) error {
		var name string
		err := scan(&name)
		tables = append(tables, name)
		return err
	}))
	require.Greater(t, len(tables), len(auxiliaryTables))
	for _, table := range tables {
		require.NoError(t, w.Each(ctx, everyCell["cells"], warehouse.Args{"table": table}, func(scan func(...any) error) error {
			var row string
			err := scan(&row)
			for _, cell := range cellOfRow.FindAllString(row, -1) {
				if values[cell] {
					found = append(found, table+": "+cell)
				}
			}
			return err
		}))
	}
	return found
}

// cellOfRow is a word of a row that is written out, or a postcode.
var cellOfRow = regexp.MustCompile(`[^\s,'{}]+( \d[A-Z]{2}\b)?`)

// generationsByName are the generations that the program carries.
func generationsByName(t *testing.T) map[string]spec.Generation {
	t.Helper()
	generations, err := spec.LoadGenerations(specs.Files, defaultDataset)
	require.NoError(t, err)
	made := map[string]spec.Generation{}
	for _, generation := range generations {
		made[generation.Name] = generation
	}
	return made
}

package auxtables_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tre-toolkit/internal/auxtables"
	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

// TestMain lets the random deliveries be few: each is loaded.
func TestMain(m *testing.M) {
	flag.Parse()
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "rapid.checks" })
	if !given {
		if err := flag.Set("rapid.checks", "15"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

var specFiles = fstest.MapFS{
	"datasets/NHSE_TINY.toml": {Data: []byte(`
name = "NHSE_TINY"
stem = "TINY"
schema = "nhsd"
hub = "hub"
person = "cohortkey_e"
table_order = ["hub", "events"]
`)},
	"datasets/NHSE_TINY/hub.toml":    {Data: []byte(strings.Replace(tableFile, "TABLE", "hub", 1))},
	"datasets/NHSE_TINY/events.toml": {Data: []byte(strings.Replace(tableFile, "TABLE", "events", 1))},
}

const tableFile = `
name = "TABLE"
period_key = "pathwayid"
columns = [
  { name = "cohortkey_e", type = "VARCHAR", category = "person" },
  { name = "pathwayid", type = "VARCHAR", category = "linking" },
  { name = "extract_start_date", type = "DATE" },
  { name = "extract_end_date", type = "DATE" },
  { name = "extract_date", type = "DATE" },
  { name = "score", type = "SMALLINT" },
  { name = "later", type = "VARCHAR", since = 3 },
]
`

const (
	header = "cohortkey_e,pathwayid,extract_start_date,extract_end_date,extract_date,score\n"
	aRow   = "K1,P1,2021-04-01,2022-03-31,2022-05-01,5\n"
)

type fixture struct {
	dir       string
	workspace *warehouse.Workspace
	dataset   spec.Dataset
}

func newFixture(t testing.TB) *fixture {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, warehouse.Create(t.Context(), filepath.Join(dir, "workspace"), warehouse.TRE))
	workspace, err := warehouse.OpenForWriting(t.Context(), filepath.Join(dir, "workspace"), "test", warehouse.Settings{Directories: []string{dir}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, workspace.Close()) })
	dataset, err := spec.LoadDataset(specFiles, "NHSE_TINY")
	require.NoError(t, err)
	return &fixture{dir, workspace, dataset}
}

// delivery writes files, by name, into a folder of their own.
func (f *fixture) delivery(t require.TestingT, files map[string]string) string {
	dir, err := os.MkdirTemp(f.dir, "delivery")
	require.NoError(t, err)
	for name, text := range files {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	return dir
}

func (f *fixture) load(t require.TestingT, number, maxRejects int, paths ...string) (auxtables.Result, error) {
	day, err := spec.ParseDate("2024-04-26")
	require.NoError(t, err)
	delivery, err := auxtables.Inspect(context.Background(), auxtables.Request{
		Dataset: f.dataset, Version: spec.DatasetVersion{Dataset: "NHSE_TINY", Number: spec.VersionNumber(number)},
		Date: day, Paths: paths, MaxRejects: int64(maxRejects), Now: time.Unix(0, 0),
	})
	if err != nil {
		return auxtables.Result{}, err
	}
	return auxtables.Load(context.Background(), f.workspace, delivery, func(string) {})
}

var ask = warehouse.MustLoad(fstest.MapFS{
	"sql/hub.sql":    {Data: []byte("SELECT coalesce(cohortkey_e, 'NULL') || '|' || coalesce(pathwayid, 'NULL') || '|' || coalesce(CAST(extract_start_date AS VARCHAR), 'NULL') || '|' || coalesce(CAST(score AS VARCHAR), 'NULL') FROM query_table($t) ORDER BY ALL")},
	"sql/tables.sql": {Data: []byte("SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE NOT temporary AND schema_name = 'nhsd' ORDER BY ALL")},
	"sql/types.sql":  {Data: []byte("SELECT column_name || ' ' || data_type FROM duckdb_columns() WHERE table_name = $t ORDER BY column_index")},
})

func (f *fixture) lines(t require.TestingT, statement string, args warehouse.Args) []string {
	var lines []string
	require.NoError(t, f.workspace.Each(context.Background(), ask[statement], args, func(scan func(...any) error) error {
		var line string
		err := scan(&line)
		lines = append(lines, line)
		return err
	}))
	return lines
}

// Messy but legal: blanks, leading zeros, mixed case in headers, another order of
// columns, a byte order mark, quotes, carriage returns, identifiers of 18 digits.
func TestLegalDeliveriesBecomeTypedTables(t *testing.T) {
	f := newFixture(t)
	hub := "\ufeffSCORE, PathwayID ,cohortkey_e,extract_start_date,extract_end_date,Extract_Date\r\n" +
		"05,123456789012345678,K1,2021-04-01,2022-03-31,2022-05-01\r\n" +
		"\" 3\",\" P2 \",K2,,,\r\n" +
		",,,2021-04-01,2022-03-31,\r\n" +
		"\r\n" +
		"8,\"\u00a0P\u2003é \",K4 ,2021-04-01,2022-03-31,\r\n" +
		"7,\"a,\"\"b\"\"\",K3,2021-04-01,2022-03-31,2022-05-01\r\n"
	result, err := f.load(t, 2, 0, f.delivery(t, map[string]string{"IAPT_not.txt": "", "TINY_Hub_v0002.csv": hub, "events.csv": header}))
	require.ErrorContains(t, err, "IAPT_not.txt: is not named after a table of NHSE_TINY [DEL003]")
	require.Zero(t, result)
	result, err = f.load(t, 2, 0, f.delivery(t, map[string]string{"TINY_Hub_v0002.csv": hub, "events.csv": header}))
	require.NoError(t, err)
	assert.Equal(t, []string{`K1|123456789012345678|2021-04-01|5`, `K2|P2|NULL|3`, `K3|a,"b"|2021-04-01|7`, "K4|P\u2003é|2021-04-01|8", "NULL|NULL|2021-04-01|NULL"}, f.lines(t, "hub", warehouse.Args{"t": "nhsd.tiny_hub_v0002"}))
	assert.Equal(t, []string{"cohortkey_e VARCHAR", "pathwayid VARCHAR", "extract_start_date DATE", "extract_end_date DATE", "extract_date DATE", "score SMALLINT"}, f.lines(t, "types", warehouse.Args{"t": "tiny_hub_v0002"}))
	assert.EqualValues(t, 5, result.Tables[0].RowsLoaded)
	assert.EqualValues(t, 0, result.Tables[1].RowsRead, "a table may be empty")
}

var toParquet = warehouse.MustLoad(fstest.MapFS{"sql/copy.sql": {Data: []byte("COPY (SELECT * FROM read_csv($from, all_varchar = true)) TO $to (FORMAT parquet)")}})

// Tables that come ready made are the same in tabs, pipes, packed, or as Parquet.
func TestReadyMadeTablesInOtherDress(t *testing.T) {
	text := header + aRow + "\" K2\",007,2021-04-01,2022-03-31,,\n"
	wanted := []string{"K1|P1|2021-04-01|5", "K2|007|2021-04-01|NULL"}
	dress := map[string]func(t *testing.T, f *fixture, dir string){
		"tabs": func(t *testing.T, _ *fixture, dir string) {
			require.NoError(t, os.WriteFile(filepath.Join(dir, "hub.csv"), []byte(strings.ReplaceAll(text, ",", "\t")), 0o600))
		},
		"pipes": func(t *testing.T, _ *fixture, dir string) {
			require.NoError(t, os.WriteFile(filepath.Join(dir, "hub.txt"), []byte(strings.ReplaceAll(text, ",", "|")), 0o600))
		},
		"gzip": func(t *testing.T, _ *fixture, dir string) {
			var packed bytes.Buffer
			writer := gzip.NewWriter(&packed)
			_, err := writer.Write([]byte(text))
			require.NoError(t, err)
			require.NoError(t, writer.Close())
			require.NoError(t, os.WriteFile(filepath.Join(dir, "hub.csv.gz"), packed.Bytes(), 0o600))
		},
		"Parquet": func(t *testing.T, f *fixture, dir string) {
			from := filepath.Join(f.dir, "text.csv")
			require.NoError(t, os.WriteFile(from, []byte(text), 0o600))
			_, err := f.workspace.Run(t.Context(), toParquet["copy"], warehouse.Args{"from": from, "to": filepath.Join(dir, "hub.parquet")})
			require.NoError(t, err)
		},
	}
	for name, write := range dress {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			dir := f.delivery(t, map[string]string{"events.csv": header})
			write(t, f, dir)
			result, err := f.load(t, 2, 0, dir)
			require.NoError(t, err)
			assert.Equal(t, wanted, f.lines(t, "hub", warehouse.Args{"t": "nhsd.tiny_hub_v0002"}))
			assert.EqualValues(t, 2, result.Tables[0].RowsRead)
		})
	}
}

func TestVersionsLiveSideBySide(t *testing.T) {
	f := newFixture(t)
	first := f.delivery(t, map[string]string{"hub.csv": header + aRow, "events.csv": header})
	_, err := f.load(t, 2, 0, first)
	require.NoError(t, err)
	later := strings.Replace(header, "score", "score,later", 1)
	_, err = f.load(t, 3, 0, f.delivery(t, map[string]string{"hub.csv": later + strings.Replace(aRow, "5\n", "5,x\n", 1), "events.csv": later}))
	require.NoError(t, err)
	assert.Equal(t, []string{"nhsd.tiny_events_v0002", "nhsd.tiny_events_v0003", "nhsd.tiny_hub_v0002", "nhsd.tiny_hub_v0003"}, f.lines(t, "tables", nil))

	t.Run("a version is never overwritten", func(t *testing.T) {
		_, err := f.load(t, 2, 0, f.delivery(t, map[string]string{"hub.csv": header, "events.csv": header}))
		assert.ErrorContains(t, err, "NHSE_TINY@2: is already loaded (version of 2024-04-26) [DEL001]")
	})
	t.Run("the same delivery does not become another version", func(t *testing.T) {
		_, err := f.load(t, 1, 0, first)
		assert.ErrorContains(t, err, "NHSE_TINY@2: is this same delivery, byte for byte (version of 2024-04-26) [DEL002]")
	})
}

// What is wrong with a delivery comes all at once, before anything is loaded.
func TestDeliveriesThatDoNotFit(t *testing.T) {
	good := map[string]string{"hub.csv": header + aRow, "events.csv": header}
	cases := map[string]struct {
		files map[string]string
		said  []string
	}{
		"a table missing":         {map[string]string{"hub.csv": header}, []string{"events.csv: is missing from the delivery [DEL005]"}},
		"two files for a table":   {map[string]string{"hub.csv": header, "TINY_hub_v0002.csv": header, "events.csv": header}, []string{"hub.csv: is a second file for hub, beside TINY_hub_v0002.csv [DEL004]"}},
		"a column missing":        {map[string]string{"hub.csv": strings.Replace(header, ",score", "", 1), "events.csv": header}, []string{"hub.csv:1: score: this column is missing [COL003]"}},
		"a column too much":       {map[string]string{"hub.csv": strings.Replace(header, "score", "score,odd", 1), "events.csv": header}, []string{"hub.csv:1: odd: hub has no such column [COL002]"}},
		"a column twice":          {map[string]string{"hub.csv": strings.Replace(header, "score", "score,SCORE", 1), "events.csv": header}, []string{"hub.csv:1: score: this column is there twice [COL001]"}},
		"a column of a later one": {map[string]string{"hub.csv": strings.Replace(header, "score", "score,later", 1), "events.csv": header}, []string{"version 2 of hub does not have this column; another version does [COL002]"}},
		"another delimiter":       {map[string]string{"hub.csv": strings.ReplaceAll(header, ",", ";"), "events.csv": header}, []string{"hub.csv:1: the columns are separated by semicolons, not by commas, tabs or pipes [CSV006]"}},
		"an empty file":           {map[string]string{"hub.csv": "", "events.csv": header}, []string{"hub.csv: the file is empty: not even a header [CSV001]"}},
		"a truncated file":        {map[string]string{"hub.csv": header + "K1,\"P1", "events.csv": header}, []string{"hub.csv:2: a quote is opened here and never closed: the file may be truncated [CSV005]"}},
		"faults in both files":    {map[string]string{"hub.csv": "", "events.csv": header + "K1\xe9,,,,,\n"}, []string{"[CSV001]", "events.csv:2: cohortkey_e: a byte that is not UTF-8"}},
	}
	for name, one := range cases {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			_, err := f.load(t, 2, 0, f.delivery(t, one.files))
			var input *diagnostic.Input
			require.ErrorAs(t, err, &input)
			for _, said := range one.said {
				assert.Contains(t, err.Error(), said)
			}
			assert.Empty(t, f.lines(t, "tables", nil))
			_, err = f.load(t, 2, 0, f.delivery(t, good))
			assert.NoError(t, err, "the workspace is as it was, and of use")
		})
	}
	t.Run("no such folder", func(t *testing.T) {
		_, err := newFixture(t).load(t, 2, 0, "nowhere")
		assert.ErrorContains(t, err, "nowhere: there is no such file or folder [DEL006]")
	})
	t.Run("a file without a header shows none of its data", func(t *testing.T) {
		f := newFixture(t)
		_, err := f.load(t, 2, 0, f.delivery(t, map[string]string{"hub.csv": "SECRET1,Secret 2,2021-04-01,2022-03-31,2022-05-01,5\n", "events.csv": header}))
		require.Error(t, err)
		assert.NotContains(t, strings.ToLower(err.Error()), "secret")
		assert.NotContains(t, err.Error(), "2021-04-01")
	})
}

// A rejected row is listed with file, line, column and reason, never its value;
// and more of them than are allowed refuse the load.
func TestRejects(t *testing.T) {
	files := map[string]string{
		"hub.csv":    header + aRow + "K2,P2,2021-04-01,2022-03-31,2022-05-01,SECRET\n" + "K3,P3,SECRET,2022-03-31,2022-05-01,6\n" + "K4,P4\n" + "K5,\"P\n5\",2021-04-01,2022-03-31,2022-05-01,5\n" + "K6,P6,2021-04-01,2022-03-31,2022-05-01,5,SECRET\n",
		"events.csv": header + aRow + aRow + "K1,P1,2021-04-01,2022-13-31,2022-05-01,5\n",
	}
	const list = `file,line,column,reason
hub.csv,3,score,does not cast to SMALLINT
hub.csv,4,extract_start_date,does not cast to DATE
hub.csv,5,extract_date,the row has too few columns
hub.csv,5,extract_end_date,the row has too few columns
hub.csv,5,extract_start_date,the row has too few columns
hub.csv,5,score,the row has too few columns
hub.csv,8,,the row has too many columns
events.csv,4,extract_end_date,does not cast to DATE
`
	listed := func(t *testing.T, f *fixture) string {
		path := filepath.Join(f.workspace.RejectsDir(), "NHSE_TINY_v0002_rejects.csv")
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		info, err := os.Stat(path)
		require.NoError(t, err)
		assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
		return string(text)
	}
	t.Run("as many as are allowed", func(t *testing.T) {
		f := newFixture(t)
		result, err := f.load(t, 2, 5, f.delivery(t, files))
		require.NoError(t, err)
		var told []string
		for _, table := range result.Tables {
			told = append(told, fmt.Sprintf("%s: %d read = %d loaded + %d rejected", table.Table, table.RowsRead, table.RowsLoaded, table.RowsRejected))
		}
		assert.Equal(t, []string{"hub: 6 read = 2 loaded + 4 rejected", "events: 3 read = 2 loaded + 1 rejected"}, told)
		assert.Equal(t, list, listed(t, f))
	})
	t.Run("one too many", func(t *testing.T) {
		f := newFixture(t)
		_, err := f.load(t, 2, 4, f.delivery(t, files))
		var input *diagnostic.Input
		require.ErrorAs(t, err, &input)
		assert.Contains(t, err.Error(), "hub.csv:3: score: does not cast to SMALLINT [ROW001]")
		assert.Contains(t, input.Hint, "nothing was loaded")
		assert.NotContains(t, err.Error()+input.Hint, "SECRET")
		assert.Equal(t, list, listed(t, f), "what was wrong is there to be mended")
		assert.Empty(t, f.lines(t, "tables", nil))
	})
}

// Whatever the rows, every one of them is loaded or rejected.
func TestNothingIsLost(t *testing.T) {
	f := newFixture(t)
	number := 1000
	rapid.Check(t, func(t *rapid.T) {
		number++
		cell := rapid.SampledFrom([]string{"1", "", " 5", "x", "2021-04-01", "\"q\"", "\"a\nb\"", "\"a,b\"", "99999"})
		text := strings.Replace(header, "score", "score,later", 1)
		rows := rapid.IntRange(0, 20).Draw(t, "rows")
		for range rows {
			cells := rapid.SampledFrom([]int{7, 7, 7, 6, 8}).Draw(t, "cells")
			text += strings.Join(rapid.SliceOfN(cell, cells, cells).Draw(t, "row"), ",") + "\n"
		}
		text += strings.Repeat("\n", number) // no two deliveries are the same
		result, err := f.load(t, number, 100, f.delivery(t, map[string]string{"hub.csv": text, "events.csv": strings.Replace(header, "score", "score,later", 1)}))
		require.NoError(t, err)
		hub := result.Tables[0]
		require.EqualValues(t, rows, hub.RowsRead)
		require.Equal(t, hub.RowsRead, hub.RowsLoaded+hub.RowsRejected)
		require.Len(t, f.lines(t, "hub", warehouse.Args{"t": fmt.Sprintf("nhsd.tiny_hub_v%04d", number)}), int(hub.RowsLoaded))
	})
}

func TestAStoppedLoadLeavesNothing(t *testing.T) {
	f := newFixture(t)
	dir := f.delivery(t, map[string]string{"hub.csv": header + aRow, "events.csv": header})
	day, err := spec.ParseDate("2024-04-26")
	require.NoError(t, err)
	delivery, err := auxtables.Inspect(t.Context(), auxtables.Request{Dataset: f.dataset, Version: spec.DatasetVersion{Dataset: "NHSE_TINY", Number: 2}, Date: day, Paths: []string{dir}, Now: time.Unix(0, 0)})
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	_, err = auxtables.Load(ctx, f.workspace, delivery, func(table string) {
		if table == "events" {
			cancel()
		}
	})
	require.ErrorIs(t, err, context.Canceled)
	assert.Empty(t, f.lines(t, "tables", nil))
	_, err = f.load(t, 2, 0, dir)
	assert.NoError(t, err, "and the next one works")
}

package staging

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tre-toolkit/internal/intake"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

var ask = warehouse.MustLoad(fstest.MapFS{
	"sql/rows.sql":    {Data: []byte("SELECT coalesce(CAST(CAST(t AS JSON) AS VARCHAR), 'NULL') FROM query_table($table) AS t")},
	"sql/parquet.sql": {Data: []byte("COPY (SELECT '123456789012345678' AS Id, 5 AS Small, 1.50 AS Score, DATE '2021-04-01' AS Day, true AS Flag, NULL AS Code UNION ALL SELECT ' 2', 99999, 0.5, NULL, NULL, '1') TO $path (FORMAT parquet)")},
})

// cases are a table with a column of each kind.
var everyKind = Table{Name: mustIdentifier("v1_table"), Columns: []Column{
	column("id", "VARCHAR"), column("code", "VARCHAR", "01", "02", "10", "ZZ"), column("small", "SMALLINT"), column("score", "DECIMAL(5,2)"),
	column("day", "DATE"), column("moment", "TIMESTAMP"), column("flag", "BOOLEAN"), {Given: mustIdentifier("note"), Name: mustIdentifier("note"), Type: mustType("VARCHAR"), FreeText: true},
}}

func column(name, kind string, codes ...string) Column {
	return Column{Given: mustIdentifier(name), Name: mustIdentifier(name), Type: mustType(kind), Codes: codes}
}

func memory(t testing.TB, dir string) *warehouse.Warehouse {
	t.Helper()
	w, err := warehouse.Memory(context.Background(), warehouse.Settings{Threads: 2, Directories: []string{dir}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.Close()) })
	require.NoError(t, Prepare(context.Background(), w))
	return w
}

// sources writes and inspects files, x1.csv and so on.
func sources(t require.TestingT, dir string, texts ...string) []intake.Source {
	list := make([]intake.Source, len(texts))
	for i, text := range texts {
		path := filepath.Join(dir, fmt.Sprintf("x%d.csv", i+1))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		source, findings, err := intake.Inspect(context.Background(), path)
		require.NoError(t, err)
		require.Empty(t, findings)
		list[i] = source
	}
	return list
}

func rowsOf(t require.TestingT, w *warehouse.Warehouse, table Table) []string {
	var rows []string
	require.NoError(t, w.Each(context.Background(), ask["rows"], warehouse.Args{"table": table.Name.String()}, func(scan func(...any) error) error {
		var row string
		err := scan(&row)
		rows = append(rows, row)
		return err
	}))
	return rows
}

// Each way of writing, and what becomes of it. An empty result is a reject.
func TestCellsAreNormalisedOrRejected(t *testing.T) {
	cases := []struct{ column, cell, wanted, kind string }{
		{"id", "123456789012345678", `"123456789012345678"`, ""},
		{"id", "007", `"007"`, ""},
		{"id", " P1\u00a0", `"P1"`, "trimmed"},
		{"id", "9.43E+09", "", ""},
		{"id", "1.23456789012345e+17", "", ""},
		{"id", "5E10", `"5E10"`, ""},
		{"id", "E", `"E"`, ""},
		{"note", "9.43E+09", `"9.43E+09"`, ""},
		{"note", "\"two\nlines, and \"\"quotes\"\"\"", `"two\nlines, and \"quotes\""`, ""},
		{"code", "1", `"01"`, "code"},
		{"code", "001", `"01"`, "code"},
		{"code", " 2 ", `"02"`, "code"},
		{"code", "10", `"10"`, ""},
		{"code", "010", `"10"`, "code"},
		{"code", "3", `"3"`, ""},
		{"code", "ZZ", `"ZZ"`, ""},
		{"small", "5", "5", ""},
		{"small", "05", "5", ""},
		{"small", "5.0", "5", "number"},
		{"small", "-5", "-5", ""},
		{"small", "1.234E+03", "1234", "number"},
		{"small", "1.23E+03", "", ""},
		{"small", "9.43E+09", "", ""},
		{"small", "5.5", "", ""},
		{"small", "40000", "", ""},
		{"small", "1_000", "", ""},
		{"small", "0x10", "", ""},
		{"small", "five", "", ""},
		{"score", "2.5", "2.5", ""},
		{"score", "2.345", "", ""},
		{"score", "4.5E-01", "0.45", "number"},
		{"score", "NaN", "", ""},
		{"day", "2021-04-01", `"2021-04-01"`, ""},
		{"day", "01/04/2021", `"2021-04-01"`, "date"},
		{"day", "1/4/2021", `"2021-04-01"`, "date"},
		{"day", "01/04/2021 00:00", `"2021-04-01"`, "date"},
		{"day", "2021-04-01 13:45:00.000", `"2021-04-01"`, "date"},
		{"day", "2021-04-01T00:00:00Z", `"2021-04-01"`, "date"},
		{"day", "04/13/2021", "", ""},
		{"day", "2021-02-29", "", ""},
		{"day", "infinity", "", ""},
		{"day", "01-04-21", "", ""},
		{"moment", "2021-04-01 13:45:00", `"2021-04-01 13:45:00"`, ""},
		{"moment", "2021-04-01T13:45:00.5Z", `"2021-04-01 13:45:00.5"`, "timestamp"},
		{"moment", "2021-04-01", `"2021-04-01 00:00:00"`, ""},
		{"moment", "01/04/2021 13:45", `"2021-04-01 13:45:00"`, "timestamp"},
		{"moment", "13:45", "", ""},
		{"flag", "True", "true", ""},
		{"flag", "FALSE", "false", ""},
		{"flag", "Y", "true", "flag"},
		{"flag", "n", "false", "flag"},
		{"flag", "1", "true", "flag"},
		{"flag", "0", "false", "flag"},
		{"flag", "2", "", ""},
		{"flag", "X", "", ""},
	}
	dir := t.TempDir()
	w := memory(t, dir)
	for _, one := range cases {
		t.Run(one.column+" "+one.cell, func(t *testing.T) {
			// A second column keeps an empty cell from being an empty line.
			done, err := Stage(t.Context(), w, everyKind, sources(t, dir, one.column+",other\n"+one.cell+",SECRET\n"))
			require.NoError(t, err)
			rows := rowsOf(t, w, everyKind)
			if one.wanted == "" {
				require.Empty(t, rows)
				require.Len(t, done.Rejects, 1)
				finding := done.Rejects[0].Finding()
				assert.Equal(t, one.column, finding.Column)
				assert.EqualValues(t, 2, finding.Line)
				assert.NotContains(t, finding.Message, strings.TrimSpace(one.cell))
				return
			}
			require.Len(t, rows, 1)
			assert.Contains(t, rows[0], fmt.Sprintf("%q:%s", one.column, one.wanted))
			assert.NotContains(t, rows[0], "SECRET")
			var kinds []string
			for _, normalised := range done.Normalised {
				assert.Equal(t, one.column, normalised.Column)
				assert.EqualValues(t, 1, normalised.Cells)
				kinds = append(kinds, normalised.Kind)
			}
			assert.Equal(t, one.kind, strings.Join(kinds, " "))
		})
	}
}

// What an identifying column is coarsened to is all that is ever stored of it.
func TestIdentifyingColumnsAreReadNoFinerThanAllowed(t *testing.T) {
	dir := t.TempDir()
	w := memory(t, dir)
	for _, one := range []struct{ treatment, kind, cell, wanted string }{
		{spec.ToYear, "SMALLINT", "31/12/1961", "1961"},
		{spec.ToYear, "SMALLINT", "1961-12-31", "1961"},
		{spec.ToYear, "SMALLINT", "", "null"},
		{spec.ToYear, "SMALLINT", "not known", ""},
		{spec.ToQuarter, "DATE", "1961-12-31", `"1961-10-01"`},
		{spec.ToMonth, "DATE", "1961-12-31", `"1961-12-01"`},
		{spec.ToPostcodeArea, "VARCHAR", "ZZ99 9zz", `"ZZ"`},
		{spec.ToPostcodeSector, "VARCHAR", "ZZ99 9ZZ", `"ZZ99 9"`},
		{spec.ToPostcodeSector, "VARCHAR", "somewhere", "null"},
	} {
		table := Table{Name: mustIdentifier("people"), Columns: []Column{{Given: mustIdentifier("secret"), Name: mustIdentifier("coarse"), Type: mustType(one.kind), Treatment: one.treatment}}}
		done, err := Stage(t.Context(), w, table, sources(t, dir, "other,Secret\n1,"+one.cell+"\n"))
		require.NoError(t, err)
		if one.wanted == "" {
			require.Len(t, done.Rejects, 1, one.cell)
			assert.Equal(t, "does not cast to SMALLINT", done.Rejects[0].Reason)
			continue
		}
		assert.Equal(t, []string{`{"coarse":` + one.wanted + `}`}, rowsOf(t, w, table), "%s of %q", one.treatment, one.cell)
	}
}

// A delivery has a file for each month, in other orders of columns, with other
// columns missing, packed or not; and each reject is named by its own file.
func TestManyFilesOfOneTable(t *testing.T) {
	dir := t.TempDir()
	w := memory(t, dir)
	files := sources(t, dir, "id,small\nA1,1\nA2,x\n\nA3,3\n", "FLAG|ID\nY|B1\nmaybe|B2\n|B3\nN\n", "id,small\n")
	var packed bytes.Buffer
	writer := gzip.NewWriter(&packed)
	_, err := writer.Write([]byte("small\tid\n7\tC1\n\t\"C2\n\"\nx\tC3\n"))
	require.NoError(t, err)
	require.NoError(t, writer.Close())
	path := filepath.Join(dir, "month.csv.gz")
	require.NoError(t, os.WriteFile(path, packed.Bytes(), 0o600))
	last, findings, err := intake.Inspect(t.Context(), path)
	require.NoError(t, err)
	require.Empty(t, findings)
	done, err := Stage(t.Context(), w, everyKind, append(files, last))
	require.NoError(t, err)
	var said []string
	for _, reject := range done.Rejects {
		said = append(said, reject.Finding().String())
	}
	slices.Sort(said)
	assert.Equal(t, []string{
		"month.csv.gz:5: small: does not cast to SMALLINT [ROW001]",
		"x1.csv:3: small: does not cast to SMALLINT [ROW001]",
		"x2.csv:3: flag: does not cast to BOOLEAN [ROW001]",
		"x2.csv:5: id: the row has too few columns [ROW001]",
	}, said)
	var ids []string
	for _, row := range rowsOf(t, w, everyKind) {
		ids = append(ids, row[len(`{"id":"`):][:2])
	}
	assert.Equal(t, []string{"A1", "A3", "B1", "B3", "C1", "C2"}, ids)
	for i, wanted := range [][2]int64{{2, 1}, {2, 2}, {0, 0}, {2, 1}} {
		assert.Equal(t, wanted, [2]int64{done.Files[i].RowsLoaded, done.Files[i].RowsRejected}, done.Files[i].Source.Name())
	}
}

func TestParquetIsStagedAsItsText(t *testing.T) {
	dir := t.TempDir()
	w, path := memory(t, dir), filepath.Join(dir, "x.parquet")
	_, err := w.Run(t.Context(), ask["parquet"], warehouse.Args{"path": path})
	require.NoError(t, err)
	source, findings, err := intake.Inspect(t.Context(), path)
	require.NoError(t, err)
	require.Empty(t, findings)
	done, err := Stage(t.Context(), w, everyKind, []intake.Source{source})
	require.NoError(t, err)
	assert.Equal(t, []string{`{"id":"123456789012345678","code":null,"small":5,"score":1.5,"day":"2021-04-01","moment":null,"flag":true,"note":null}`}, rowsOf(t, w, everyKind))
	require.Len(t, done.Rejects, 1)
	assert.Equal(t, "x.parquet:2: small: does not cast to SMALLINT [ROW001]", done.Rejects[0].Finding().String(), "of Parquet, a line is a row")
}

func TestATableWithoutFilesIsThereAndEmpty(t *testing.T) {
	w := memory(t, t.TempDir())
	_, err := Stage(t.Context(), w, everyKind, nil)
	require.NoError(t, err)
	assert.Empty(t, rowsOf(t, w, everyKind))
}

// A code means what its list says, with whatever zeros before it; what could be
// two codes, or is none, stays as it came.
func TestZerosBeforeCodes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		codes := rapid.SliceOfDistinct(rapid.StringMatching(`[0-9]{1,2}|[A-C][0-9]?|0[0-9]`), rapid.ID[string]).Draw(t, "codes")
		given, listed := otherZeros(codes)
		for i, way := range given {
			require.NotContains(t, codes, way)
			require.Contains(t, codes, listed[i])
			var meant []string
			for _, code := range codes {
				if strings.Trim(code, "0123456789") == "" && strings.TrimLeft(code, "0") == strings.TrimLeft(way, "0") {
					meant = append(meant, code)
				}
			}
			require.Equal(t, []string{listed[i]}, meant)
		}
	})
}

// Whatever the rows, each is staged once, in its order, or rejected with its line.
func TestNothingIsLost(t *testing.T) {
	dir := t.TempDir()
	w := memory(t, dir)
	table := Table{Name: mustIdentifier("v1_days"), Columns: []Column{column("n", "SMALLINT"), column("day", "DATE")}}
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.SampledFrom([]string{"1", "", " 5", "5.0", "x", "1.5", "99999", "\"\n7\""})
		day := rapid.SampledFrom([]string{"2021-04-01", "", "01/04/2021", "32/01/2021", "\"2021-\n04-01\""})
		var texts []string
		wanted, records := []string{}, int64(0)
		for file := range rapid.IntRange(1, 3).Draw(t, "files") {
			text, line := "n,day\n", 2
			for range rapid.IntRange(0, 8).Draw(t, "rows") {
				n, d := number.Draw(t, "n"), day.Draw(t, "day")
				if slices.Contains([]string{"x", "1.5", "99999", "\"\n7\""}, n) {
					wanted = append(wanted, fmt.Sprintf("x%d.csv:%d: n", file+1, line))
				}
				if strings.HasPrefix(d, "32") || strings.Contains(d, "\n") {
					wanted = append(wanted, fmt.Sprintf("x%d.csv:%d: day", file+1, line))
				}
				text += n + "," + d + "\n"
				line += 1 + strings.Count(n+d, "\n")
				records++
			}
			texts = append(texts, text)
		}
		done, err := Stage(context.Background(), w, table, sources(t, dir, texts...))
		require.NoError(t, err)
		said := []string{}
		for _, reject := range done.Rejects {
			said = append(said, strings.SplitN(reject.Finding().String(), ": does", 2)[0])
		}
		slices.Sort(said)
		slices.Sort(wanted)
		require.Equal(t, wanted, said, "%q", texts)
		var rejected int64
		for _, file := range done.Files {
			rejected += file.RowsRejected
		}
		require.Equal(t, records, int64(len(rowsOf(t, w, table)))+rejected)
	})
}

package intake

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

func gzipped(t require.TestingT, text string) []byte {
	var packed bytes.Buffer
	writer := gzip.NewWriter(&packed)
	_, err := writer.Write([]byte(text))
	require.NoError(t, err)
	require.NoError(t, writer.Close())
	return packed.Bytes()
}

func zstandard(t require.TestingT, text string) []byte {
	writer, err := zstd.NewWriter(nil)
	require.NoError(t, err)
	return writer.EncodeAll([]byte(text), nil)
}

func written(t require.TestingT, dir, name string, content []byte) string {
	path := filepath.Join(dir, name)
	require.NoError(t, os.WriteFile(path, content, 0o600))
	return path
}

// A file is known by what is in it and not by its name's ending.
func TestPackedFilesAreReadAsTheirText(t *testing.T) {
	const text = "a\tB\n1\t\"x\ty\"\n\n2\t\"\n\"\n"
	plain, findings, err := Inspect(t.Context(), written(t, t.TempDir(), "plain.csv", []byte(text)))
	require.NoError(t, err)
	require.Empty(t, findings)
	assert.Equal(t, plain.SHA256, plain.TextSHA256)
	for packing, packed := range map[Packing][]byte{Gzip: gzipped(t, text), Zstd: zstandard(t, text)} {
		source, findings, err := Inspect(t.Context(), written(t, t.TempDir(), "file.csv", packed))
		require.NoError(t, err)
		require.Empty(t, findings)
		assert.Equal(t, packing, source.Packing)
		assert.Equal(t, "\t", source.Delimiter)
		assert.Equal(t, []string{"a", "b"}, source.Header)
		assert.EqualValues(t, 2, source.Records)
		assert.EqualValues(t, len(packed), source.Bytes)
		assert.EqualValues(t, len(text), source.TextBytes)
		assert.Equal(t, plain.TextSHA256, source.TextSHA256, "the same text, however it is packed")
		assert.NotEqual(t, plain.SHA256, source.SHA256)
	}
}

func TestPackedFilesThatAreDamaged(t *testing.T) {
	text := "a,b\n" + strings.Repeat("1,\"row\"\n", 10_000)
	cut, broken := gzipped(t, text), gzipped(t, text)
	cut = cut[:len(cut)/2]
	broken[len(broken)-5] ^= 1 // of its checksum
	cutZstd := zstandard(t, text)
	cases := []struct {
		name, says string
		content    []byte
	}{
		{"gzip that was cut", "the packed data end early: the file was cut", cut},
		{"gzip that is damaged", "the packed data are damaged", broken},
		{"gzip of two bytes", "the packed data end early: the file was cut", []byte("\x1f\x8b")},
		{"zstandard that was cut", "the packed data end early: the file was cut", cutZstd[:len(cutZstd)/2]},
		{"a bomb", "unpacks to more than 1000 times its size: no table does", zstandard(t, "a,b\n"+strings.Repeat("1,2\n", 20<<20))},
	}
	for _, one := range cases {
		t.Run(one.name, func(t *testing.T) {
			_, findings, err := Inspect(t.Context(), written(t, t.TempDir(), "file.csv.gz", one.content))
			require.NoError(t, err)
			require.Len(t, findings, 1)
			assert.Equal(t, "CSV012", findings[0].Code)
			assert.Equal(t, one.says, findings[0].Message)
			assert.Positive(t, findings[0].Line)
		})
	}
}

func TestDelimiters(t *testing.T) {
	for header, wanted := range map[string]string{
		"a,b": ",", "a\tb": "\t", "a|b|c": "|", "a": ",", "": ",", "a;b": ",",
		"\"x|y|z\",b": ",", "\"x,y,z\"|b": "|", "\ufeff\"a\"\tb": "\t", "a,b\tc": ",",
	} {
		assert.Equal(t, wanted, string(delimiterOf([]byte(header+"\n1|2|3|4\n"))), header)
	}
}

// What is not UTF-8 is named by line and column, in the rows of a file.
func TestBytesThatDoNotBelongAreNamedByColumn(t *testing.T) {
	for text, wanted := range map[string]string{
		"a,b\n1,2\n3,\x004\n":                 "x.csv:3: b: a NUL byte: the file is not text, or was cut by a failing disk [CSV003]",
		"a,b\n\"1,\n,\",2\n\"3,\",4 \x96 5\n": "x.csv:4: b: a byte that is not UTF-8; the file may be Latin-1 or Windows-1252 [CSV004]",
		"a,B c\n1,\xe9\n":                     "x.csv:2: (not a column name): a byte that is not UTF-8; the file may be Latin-1 or Windows-1252 [CSV004]",
		"a,b\xe9\n1,2\n":                      "x.csv:1: a byte that is not UTF-8; the file may be Latin-1 or Windows-1252 [CSV004]",
		"a,b\n1,2,3\xe9\n":                    "x.csv:2: a byte that is not UTF-8; the file may be Latin-1 or Windows-1252 [CSV004]",
	} {
		_, findings, err := Inspect(t.Context(), written(t, t.TempDir(), "x.csv", []byte(text)))
		require.NoError(t, err)
		require.Len(t, findings, 1)
		assert.Equal(t, wanted, findings[0].String())
	}
}

var dialectSQL = warehouse.MustLoad(fstest.MapFS{
	"sql/read.sql": {Data: []byte(`CREATE OR REPLACE TEMP TABLE t AS SELECT * FROM read_csv($path,
	header = true, delim = $delimiter, compression = $packing, quote = '"', escape = '"', columns = json_transform($column_types, $column_shape),
	strict_mode = true, auto_detect = false, hive_partitioning = false, store_rejects = true, rejects_limit = 100000)`)},
	"sql/rows.sql":    {Data: []byte("SELECT rowid + 1, a FROM t ORDER BY rowid")},
	"sql/parquet.sql": {Data: []byte("COPY (SELECT CAST(i AS VARCHAR) AS PathwayID, i AS n, i / 3 AS x, 1.5 AS d, DATE '2021-04-01' AS day, i % 2 = 0 AS flag FROM range($rows) AS t(i)) TO $path (FORMAT parquet)")},
	"sql/nested.sql":  {Data: []byte("COPY (SELECT 1 AS a, [1, 2] AS list) TO $path (FORMAT parquet)")},
})

// In every dialect and packing, the database reads the records that were counted,
// and the line of each row that it kept is found again.
func TestEveryDialectIsReadAsCounted(t *testing.T) {
	dir := t.TempDir()
	w := memory(t, dir)
	number, err := spec.ParseColumnType("INTEGER")
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		delimiter := rapid.SampledFrom([]string{",", "\t", "|"}).Draw(t, "delimiter")
		end := rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(t, "end")
		var text strings.Builder
		text.WriteString("a" + delimiter + "n" + end)
		var lines []int64 // on which rows begin that are good
		line := int64(2)
		for range rapid.IntRange(0, 15).Draw(t, "rows") {
			kind := rapid.SampledFrom([]string{"good", "good", "quoted", "short", "long", "cast", "empty"}).Draw(t, "kind")
			row, ends := map[string]string{
				"good": "x" + delimiter + "1", "quoted": "\"x" + end + "y\"" + delimiter + "1", "short": "x",
				"long": "x" + delimiter + "1" + delimiter + "2", "cast": "x" + delimiter + "q", "empty": "",
			}[kind], int64(1)
			if kind == "quoted" {
				ends = 2
			}
			if kind == "good" || kind == "quoted" {
				lines = append(lines, line)
			}
			text.WriteString(row + end)
			line += ends
		}
		content := map[string][]byte{"none": []byte(text.String()), "gzip": gzipped(t, text.String()), "zstd": zstandard(t, text.String())}[rapid.SampledFrom([]string{"none", "gzip", "zstd"}).Draw(t, "packing")]
		path := written(t, dir, "x.csv", content)
		source, findings, err := Inspect(context.Background(), path)
		require.NoError(t, err)
		require.Empty(t, findings)
		types := map[string]spec.ColumnType{"n": number}
		require.NoError(t, ForgetRejects(context.Background(), w))
		args := source.Args(types)
		for name, value := range source.Dialect() {
			args[name] = value
		}
		_, err = w.Run(context.Background(), dialectSQL["read"], args)
		require.NoError(t, err)
		rejects, err := ReadRejects(context.Background(), w, source, types)
		require.NoError(t, err)
		var rows []int64
		require.NoError(t, w.Each(context.Background(), dialectSQL["rows"], nil, func(scan func(...any) error) error {
			var row int64
			var cell any
			err := scan(&row, &cell)
			rows = append(rows, row)
			return err
		}))
		require.Equal(t, source.Records, int64(len(rows))+CountRows(rejects), "%q", text.String())
		found, err := source.Lines(context.Background(), rows, rejects...)
		require.NoError(t, err)
		for i, row := range rows {
			require.Equal(t, lines[i], found[row], "row %d of %q", row, text.String())
		}
	})
}

func TestParquetIsDescribedByItsOwnFooter(t *testing.T) {
	dir := t.TempDir()
	w, path := memory(t, dir), filepath.Join(dir, "care_cluster.parquet")
	for _, rows := range []int{0, 1, 300_000} {
		_, err := w.Run(t.Context(), dialectSQL["parquet"], warehouse.Args{"rows": rows, "path": path})
		require.NoError(t, err)
		source, findings, err := Inspect(t.Context(), path)
		require.NoError(t, err)
		require.Empty(t, findings)
		assert.Equal(t, Parquet, source.Format)
		assert.Equal(t, []string{"pathwayid", "n", "x", "d", "day", "flag"}, source.Header)
		assert.Equal(t, []string{"x"}, source.Floating)
		assert.EqualValues(t, rows, source.Records)
		lines, err := source.Lines(t.Context(), []int64{7})
		require.NoError(t, err)
		assert.EqualValues(t, 7, lines[7])
	}
	t.Run("cut", func(t *testing.T) {
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		_, findings, err := Inspect(t.Context(), written(t, dir, "cut.parquet", content[:len(content)-9]))
		require.NoError(t, err)
		require.Len(t, findings, 1)
		assert.Equal(t, "cut.parquet: is no whole Parquet file: its description at the end is missing or damaged [CSV013]", findings[0].String())
	})
	t.Run("nested", func(t *testing.T) {
		_, err := w.Run(t.Context(), dialectSQL["nested"], warehouse.Args{"path": path})
		require.NoError(t, err)
		_, findings, err := Inspect(t.Context(), path)
		require.NoError(t, err)
		require.Len(t, findings, 1)
		assert.Contains(t, findings[0].Message, "columns within columns")
	})
}

// Whatever the bytes of a footer, it is read within bounds or refused.
func FuzzParseFooter(f *testing.F) {
	dir := f.TempDir()
	w, path := memory(f, dir), filepath.Join(dir, "x.parquet")
	_, err := w.Run(context.Background(), dialectSQL["parquet"], warehouse.Args{"rows": 3, "path": path})
	require.NoError(f, err)
	content, err := os.ReadFile(path)
	require.NoError(f, err)
	tail := content[len(content)-8:]
	length := int(tail[0]) | int(tail[1])<<8
	f.Add(content[len(content)-8-length : len(content)-8])
	f.Add([]byte{0x15, 0x02, 0x19, 0x1c, 0x48, 0x01, 'a', 0x15, 0x02, 0x00, 0x16, 0x02, 0x00})
	f.Fuzz(func(t *testing.T, footer []byte) {
		shape, err := parseFooter(footer)
		if err == nil {
			require.NotEmpty(t, shape.columns)
			require.GreaterOrEqual(t, shape.rows, int64(0))
			require.LessOrEqual(t, len(fmt.Sprint(shape.floating)), len(fmt.Sprint(shape.columns)))
		}
	})
}

func TestAFileOfItsOwnMustBePlain(t *testing.T) {
	_, findings, err := InspectFile(t.Context(), written(t, t.TempDir(), "people.csv", gzipped(t, "a,b\n1,2\n")))
	require.NoError(t, err)
	require.Len(t, findings, 1)
	assert.Equal(t, "CSV013", findings[0].Code)
}

// A file without blanks has no cell that trimming would change, however it is cut.
func TestBlanksAreNoticed(t *testing.T) {
	piece := rapid.SampledFrom([]string{"a", "b c", " ", ",", ",", "\n", "\r\n", `"a"`, `""`, `"a b"`, `" "`, "é", "\u00a0", "\t"})
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(piece, 0, 30).Draw(t, "pieces"), "")
		blanks := scanIn(text, 1<<20).blanks
		for _, size := range []int{1, 2, 3, 5} {
			require.Equal(t, blanks, scanIn(text, size).blanks, "in chunks of %d: %q", size, text)
		}
		records, err := recordsOf(strings.NewReader(text), ",").ReadAll()
		if blanks || err != nil {
			return
		}
		require.NotContains(t, text, `""`)
		for _, record := range records {
			for _, cell := range record {
				require.Equal(t, strings.Trim(cell, " \u00a0"), cell, "%q", text)
			}
		}
	})
}

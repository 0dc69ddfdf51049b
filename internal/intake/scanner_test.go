package intake

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

// scanIn scans a text cut into chunks of a size.
func scanIn(text string, size int) *scanner {
	scan := &scanner{atFieldStart: true, delimiter: ','}
	for rest := []byte(text); len(rest) > 0; {
		chunk := rest[:min(size, len(rest))]
		scan.take(bytes.Clone(chunk)) // a chunk's buffer is used again
		rest = rest[len(chunk):]
	}
	scan.finish()
	return scan
}

// recordsByGo counts records with the standard library's reader.
func recordsByGo(text string) (int64, error) {
	reader := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
	reader.FieldsPerRecord = -1
	var n int64
	for {
		_, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return n, nil
		}
		if err != nil {
			return n, err
		}
		n++
	}
}

// csvText draws a well-formed CSV text of two columns, with everything that RFC
// 4180 allows in it.
func csvText(t *rapid.T) string {
	end := rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(t, "line end")
	field := rapid.SampledFrom([]string{
		"", "a", "5", " b ", "é", "日本", `""`, `"a"`, `"a,b"`, `"say ""yes"""`, `"` + end + `"`, `"two` + end + `lines"`, `"` + end + end + `,"`, `""""`, `"x"""`,
	})
	var text strings.Builder
	if rapid.Bool().Draw(t, "byte order mark") {
		text.WriteString("\ufeff")
	}
	text.WriteString(rapid.SampledFrom([]string{"a,b", `"a",b`, `"a","b"`}).Draw(t, "header"))
	for range rapid.IntRange(0, 12).Draw(t, "records") {
		text.WriteString(strings.Repeat(end, rapid.SampledFrom([]int{1, 1, 1, 2, 3}).Draw(t, "ends")))
		text.WriteString(field.Draw(t, "field") + "," + field.Draw(t, "field"))
	}
	text.WriteString(strings.Repeat(end, rapid.SampledFrom([]int{0, 1, 2}).Draw(t, "last ends")))
	return text.String()
}

// The scanner's own count is what makes "rows read = loaded + rejected" a check:
// it agrees with another reader on every well-formed text, however it is cut.
func TestRecordsAreCountedAsOthersCountThem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := csvText(t)
		wanted, err := recordsByGo(text)
		require.NoError(t, err)
		for _, size := range []int{1, 2, 3, 5, 7, 64, 1 << 20} {
			scan := scanIn(text, size)
			require.Equal(t, wanted, scan.records, "in chunks of %d: %q", size, text)
			require.Empty(t, scan.findings("x"), "in chunks of %d: %q", size, text)
		}
	})
}

// Whatever the bytes, where a file is cut into chunks changes nothing.
func TestChunkBordersChangeNothing(t *testing.T) {
	piece := rapid.SampledFrom([]string{"a", ",", `"`, `""`, "\n", "\r\n", "\r", "\n\n", "é", "日", "\xe9", "\x00", "\ufeff", "\xff\xfe", " "})
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(piece, 0, 40).Draw(t, "pieces"), "")
		whole := scanIn(text, 1<<20)
		for _, size := range []int{1, 2, 3, 4, 7} {
			cut := scanIn(text, size)
			require.Equal(t, whole.records, cut.records, "in chunks of %d: %q", size, text)
			require.Equal(t, whole.findings("x"), cut.findings("x"), "in chunks of %d: %q", size, text)
		}
	})
}

// Each code with the line that an editor shows.
func TestFindingsNameTheLine(t *testing.T) {
	cases := []struct {
		name, text, code string
		line             int64
	}{
		{"an empty file", "", "CSV001", 0},
		{"only a byte order mark", "\ufeff", "CSV001", 0},
		{"only line ends", "\n\r\n\n", "CSV001", 0},
		{"UTF-16, little end first", "\xff\xfea\x00,\x00", "CSV002", 1},
		{"UTF-16, big end first", "\xfe\xff\x00a\x00,", "CSV002", 1},
		{"a NUL byte", "a,b\n1,2\n3,\x004\n", "CSV003", 3},
		{"a NUL byte within quotes", "a,b\n1,\"2\n\x00\"\n", "CSV003", 3},
		{"Latin-1", "a,b\n1,caf\xe9\n", "CSV004", 2},
		{"a character cut off at the end", "a,b\n1,2\n1,\xe6\x97", "CSV004", 3},
		{"a lone continuation byte", "a,b\n\n\n\x80,1\n", "CSV004", 4},
		{"a quote that is never closed", "a,b\n1,2\n3,\"4\n5,6\n7,8\n", "CSV005", 3},
		{"a quote opened in the header", "\"a,b\n1,2\n", "CSV005", 1},
		{"a quote after line ends in quotes", "a,b\n\"x\n\n\",2\n\"", "CSV005", 5},
		{"an empty first line", "\n\na,b\n1,2\n", "CSV010", 1},
		{"an empty first line behind the mark", "\ufeff\r\na,b\r\n", "CSV010", 1},
		{"a lone carriage return at the end", "a,b\r\n1,2\r\n\r", "CSV007", 3},
		{"a record of the wrong line end", "a,b\n1,2\n3,4\r\n5,6\n", "CSV007", 3},
	}
	for _, one := range cases {
		t.Run(one.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "file.csv")
			require.NoError(t, os.WriteFile(path, []byte(one.text), 0o600))
			source, findings, err := Inspect(t.Context(), path)
			require.NoError(t, err)
			require.Len(t, findings, 1, "header %q", source.Header)
			assert.Equal(t, one.code, findings[0].Code)
			assert.Equal(t, one.line, findings[0].Line)
			assert.Equal(t, "file.csv", findings[0].File)
			findings[0].Column = "" // named by a second look at the file
			for _, size := range []int{1, 2, 3} {
				if one.name == "only a byte order mark" {
					break // told from the header, not from the scan
				}
				assert.Equal(t, findings, scanIn(one.text, size).findings("file.csv"), "in chunks of %d", size)
			}
		})
	}
}

func TestAFileIsDescribed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "care_cluster.csv")
	require.NoError(t, os.WriteFile(path, []byte("\ufeff PathwayID ,\"Extract_Date\"\r\n1,2\r\n\r\n\"3\r\n\",4"), 0o600))
	source, findings, err := Inspect(t.Context(), path)
	require.NoError(t, err)
	require.Empty(t, findings)
	assert.Equal(t, []string{"pathwayid", "extract_date"}, source.Header, "names are trimmed and in lower case")
	assert.EqualValues(t, 2, source.Records)
	assert.EqualValues(t, 45, source.Bytes)
	assert.Equal(t, "care_cluster.csv", source.Name())
	assert.Len(t, source.SHA256, 64)
	t.Run("not there", func(t *testing.T) {
		_, findings, err := InspectFile(t.Context(), path+"x")
		require.NoError(t, err)
		require.Len(t, findings, 1)
		assert.Equal(t, "DEL006", findings[0].Code)
	})
	t.Run("cancelled", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, _, err := Inspect(ctx, path)
		assert.ErrorIs(t, err, context.Canceled)
	})
}

func TestHeadersThatDoNotFit(t *testing.T) {
	needed := []string{"study_id_e", "cohortkey_e"}
	cases := []struct{ name, header, want string }{
		{"as needed", "cohortkey_e,study_id_e,other", ""},
		{"one missing", "study_id_e,other", "x.csv:1: cohortkey_e: this column is missing [COL003]"},
		{"one twice", "study_id_e,cohortkey_e,study_id_e", "x.csv:1: study_id_e: this column is there twice [COL001]"},
		{"another one twice", "study_id_e,cohortkey_e,z,z", ""},
		{"tabs", "study_id_e\tcohortkey_e", "x.csv:1: the columns are separated by tabs, not by commas [CSV006]"},
		{"semicolons", "study_id_e;cohortkey_e", "x.csv:1: the columns are separated by semicolons, not by commas [CSV006]"},
		{"pipes", "study_id_e|cohortkey_e", "x.csv:1: the columns are separated by pipes, not by commas [CSV006]"},
	}
	for _, one := range cases {
		findings := CheckColumns(Source{Path: "x.csv", Header: strings.Split(one.header, ",")}, needed)
		var said []string
		for _, finding := range findings {
			said = append(said, finding.String())
		}
		assert.Equal(t, one.want, strings.Join(said, "\n"), one.name)
	}
}

// readSQL reads a file as the rooms above do.
var readSQL = warehouse.MustLoad(fstest.MapFS{"sql/read.sql": {Data: []byte(`CREATE OR REPLACE TEMP TABLE t AS SELECT * FROM read_csv($path,
	header = true, delim = ',', quote = '"', escape = '"', columns = json_transform($column_types, $column_shape),
	strict_mode = true, auto_detect = false, hive_partitioning = false, store_rejects = true, rejects_limit = 100000)`)},
	"sql/count.sql": {Data: []byte("SELECT count(*) FROM t")}})

// readWith lets the database read a file; ok is false when it refuses it whole.
func readWith(t require.TestingT, w *warehouse.Warehouse, source Source, types map[string]spec.ColumnType) (loaded int64, rejects []Reject, ok bool) {
	ctx := context.Background()
	require.NoError(t, ForgetRejects(ctx, w))
	if _, err := w.Run(ctx, readSQL["read"], source.Args(types)); err != nil {
		return 0, nil, false
	}
	_, err := w.One(ctx, readSQL["count"], nil, &loaded)
	require.NoError(t, err)
	rejects, err = ReadRejects(ctx, w, source, types)
	require.NoError(t, err)
	return loaded, rejects, true
}

func memory(t testing.TB, dir string) *warehouse.Warehouse {
	t.Helper()
	w, err := warehouse.Memory(context.Background(), warehouse.Settings{Threads: 1, Directories: []string{dir}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.Close()) })
	return w
}

// Rows read are rows loaded and rows rejected, counted by two programs that
// share nothing.
func TestTheDatabaseReadsWhatTheScannerCounted(t *testing.T) {
	dir := t.TempDir()
	w, path := memory(t, dir), filepath.Join(dir, "x.csv")
	number, err := spec.ParseColumnType("INTEGER")
	require.NoError(t, err)
	types := map[string]spec.ColumnType{"b": number}
	rapid.Check(t, func(t *rapid.T) {
		text := csvText(t)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		source, findings, err := Inspect(context.Background(), path)
		require.NoError(t, err)
		require.Empty(t, findings)
		for _, kinds := range []map[string]spec.ColumnType{nil, types} {
			loaded, rejects, ok := readWith(t, w, source, kinds)
			require.True(t, ok, "%q", text)
			require.Equal(t, source.Records, loaded+CountRows(rejects), "%q", text)
		}
	})
}

// The line of a reject is the line that its row begins on, in an editor.
func TestRejectsNameTheLineOfTheirRow(t *testing.T) {
	dir := t.TempDir()
	w := memory(t, dir)
	number, err := spec.ParseColumnType("INTEGER")
	require.NoError(t, err)
	cases := []struct{ name, text, want string }{
		{"a cell that does not cast", "a,n\nx,1\ny,two\nz,3\n", "3 n: does not cast to INTEGER"},
		{"below a quoted line end", "a,n\n\"one\nrow\",1\ny,two\n", "4 n: does not cast to INTEGER"},
		{"in a row with line ends in quotes", "a,n\nx,1\n\"one\n\nrow\",two\nz,3\n", "3 n: does not cast to INTEGER"},
		{"below empty lines", "a,n\nx,1\n\n\ny,two\n", "5 n: does not cast to INTEGER"},
		{"with carriage returns", "a,n\r\n\"x\r\ny\",1\r\ny,two\r\n", "4 n: does not cast to INTEGER"},
		{"with a byte order mark", "\ufeffa,n\nx,1\ny,two\n", "3 n: does not cast to INTEGER"},
		{"the first row", "a,n\ny,two\n", "2 n: does not cast to INTEGER"},
		{"the last row, without its end", "a,n\nx,1\ny,two", "3 n: does not cast to INTEGER"},
		{"too few cells", "a,n\nx,1\ny\nz,3\n", "3 n: the row has too few columns"},
		{"too many cells", "a,n\nx,1\ny,2,3\nz,3\n", "3 : the row has too many columns"},
		{"text behind a quote", "a,n\nx,1\n\"y\"z,2\nz,3\n", "3 a: text follows a closing quote"},
		{"two rows", "a,n\nx,one\n\"\n\",2\ny,three\n", "2 n: does not cast to INTEGER|5 n: does not cast to INTEGER"},
	}
	for i, one := range cases {
		t.Run(one.name, func(t *testing.T) {
			path := filepath.Join(dir, fmt.Sprintf("%d.csv", i))
			require.NoError(t, os.WriteFile(path, []byte(one.text), 0o600))
			source, findings, err := Inspect(t.Context(), path)
			require.NoError(t, err)
			require.Empty(t, findings)
			loaded, rejects, ok := readWith(t, w, source, map[string]spec.ColumnType{"n": number})
			require.True(t, ok)
			assert.Equal(t, source.Records, loaded+CountRows(rejects))
			var said []string
			for _, reject := range rejects {
				said = append(said, fmt.Sprintf("%d %s: %s", reject.Line, reject.Column, reject.Reason))
				assert.NotContains(t, reject.Finding().String(), "two", "a reject has no value")
			}
			assert.Equal(t, one.want, strings.Join(said, "|"))
		})
	}
}

// Lines are found over chunks of the file, wherever the rejects lie.
func TestLinesFarIntoAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "big.csv")
	row := strings.Repeat("x", 99) + "\n"
	rows := 3*chunkSize/len(row) + 7
	require.NoError(t, os.WriteFile(path, []byte(strings.Repeat(row, rows)), 0o600))
	var cells []Reject
	for _, at := range []int{rows - 1, 0, chunkSize / len(row), chunkSize/len(row) + 1, 2 * chunkSize / len(row), 2 * chunkSize / len(row)} {
		cells = append(cells, Reject{at: int64(at * len(row)), Column: fmt.Sprint(at + 1)})
	}
	require.NoError(t, findLines(t.Context(), path, cells))
	for _, cell := range cells {
		assert.Equal(t, cell.Column, fmt.Sprint(cell.Line))
	}
	assert.EqualValues(t, 5, CountRows(cells), "two cells of one row are one row")
}

// Arbitrary bytes: no panic, and chunks change nothing. Where Inspect finds
// nothing wrong and a strict reader agrees that it is CSV, the database reads the
// same number of records or refuses. (Where it is not quite CSV, such as a quote
// in the middle of a cell, the two may differ: then the load is refused.)
func FuzzInspect(f *testing.F) {
	for _, seed := range []string{"", "a,b\n1,2\n", "\ufeff\"a\",b\r\n\"x\r\n\",\r\n", "\ufeff\"a\r\nB\",\r\n", "\"a\n\",b\n", "a\n\"\"\"\n", "a,b\r1,2\r", "a\n \n\t\n", "a,a,\n,,\n", "a\n\"x\"y\n", "\xff\xfe", "a\n\\\"\n", ",\n,\n", "a\r\n\r", "\"\"\n1"} {
		f.Add([]byte(seed))
	}
	dir := f.TempDir()
	w, path := memory(f, dir), filepath.Join(dir, "x.csv")
	f.Fuzz(func(t *testing.T, text []byte) {
		require.NoError(t, os.WriteFile(path, text, 0o600))
		source, findings, err := Inspect(context.Background(), path)
		require.NoError(t, err)
		require.Equal(t, scanIn(string(text), 1<<20).findings("x.csv"), scanIn(string(text), 3).findings("x.csv"))
		if len(findings) > 0 {
			return
		}
		require.GreaterOrEqual(t, source.Records, int64(0))
		require.NotEmpty(t, source.Header)
		loaded, rejects, ok := readWith(t, w, source, nil)
		if len(source.Header) < 2 {
			return // of one column, an empty line is a cell; no file of ours has one column
		}
		if records, err := recordsByGo(string(text)); err == nil {
			require.Equal(t, records-1, source.Records, "%q", text)
			if ok && len(rejects) == 0 {
				require.Equal(t, source.Records, loaded, "%q", text)
			}
		}
	})
}

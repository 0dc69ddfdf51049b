package doctor

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/identifier"
	"tre-toolkit/internal/warehouse"
)

// examined makes a workspace, fills its warehouse and returns what is found, as
// CODE WHERE.
func examined(t *testing.T, role warehouse.Role, fill ...string) []string {
	t.Helper()
	ctx, dir := context.Background(), filepath.Join(t.TempDir(), "workspace")
	require.NoError(t, warehouse.Create(ctx, dir, role))
	writer, err := warehouse.OpenForWriting(ctx, dir, "test", warehouse.Settings{})
	require.NoError(t, err)
	require.NoError(t, writer.Transaction(ctx, func() error {
		run(t, writer.Warehouse, fill...)
		return nil
	}))
	require.NoError(t, writer.Close())
	reader, err := warehouse.OpenForReading(ctx, dir, warehouse.Settings{})
	require.NoError(t, err)
	defer func() { assert.NoError(t, reader.Close()) }()
	findings, err := Examine(ctx, reader)
	require.NoError(t, err)
	return listed(t, findings)
}

func run(t *testing.T, w *warehouse.Warehouse, texts ...string) {
	t.Helper()
	for _, text := range texts {
		statement := warehouse.MustLoad(fstest.MapFS{"sql/fill.sql": {Data: []byte(text)}})["fill"]
		_, err := w.Run(context.Background(), statement, nil)
		require.NoError(t, err)
	}
}

func listed(t *testing.T, findings []Finding) []string {
	t.Helper()
	list := []string{}
	for _, one := range findings {
		assert.NotEmpty(t, one.Says)
		assert.NotEmpty(t, one.Fix)
		list = append(list, one.Code+" "+one.Where)
	}
	return list
}

func inMemory(t *testing.T) *warehouse.Warehouse {
	t.Helper()
	w, err := warehouse.Memory(context.Background(), warehouse.Settings{})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, w.Close()) })
	return w
}

// tableOf makes a table of one column from values.
func tableOf(name, kind string, values ...string) []string {
	rows := make([]string, len(values))
	for i, value := range values {
		rows[i] = "('" + strings.ReplaceAll(value, "'", "''") + "')"
	}
	return []string{
		"CREATE SCHEMA IF NOT EXISTS nhsd",
		`CREATE OR REPLACE TABLE nhsd.iapt_hub_v0003 ("` + name + `" ` + kind + ")",
		"INSERT INTO nhsd.iapt_hub_v0003 VALUES " + strings.Join(rows, ", "),
	}
}

// many makes values of a pattern.
func many(n int, pattern func(i int) string) []string {
	values := make([]string, n)
	for i := range values {
		values[i] = pattern(i)
	}
	return values
}

func syntheticNumber(i int) string {
	for nine := uint64(999_000_000 + 7*i); ; nine++ {
		if digit, issued := identifier.NHSCheckDigit(nine); issued {
			return fmt.Sprint(nine*10 + digit)
		}
	}
}

const hub = "nhsd.iapt_hub_v0003."

func TestAPoisonedColumnIsFound(t *testing.T) {
	cases := []struct {
		what, name, kind string
		values           []string
		code             string
	}{
		{"nothing", "careclust", "VARCHAR", []string{"0", "12", "F32.1", "text", ""}, ""},
		{"a column of File 1", "SURNAME", "VARCHAR", []string{"x"}, "DOC001"},
		{"in small letters", "postcode", "VARCHAR", []string{"x"}, "DOC001"},
		{"a study's own number", "nhs_s_study_number", "VARCHAR", []string{"x"}, "DOC001"},
		{"a permission flag may be there", "ukllc_status", "VARCHAR", []string{"1"}, ""},
		{"a name for an identifier", "NewNHSNo", "VARCHAR", []string{"x"}, "DOC002"},
		{"another", "email_address", "VARCHAR", []string{"x"}, "DOC002"},
		{"another", "dob", "DATE", []string{"1979-03-05"}, "DOC002"},

		{"one NHS number among text", "note", "VARCHAR", append(many(500, func(i int) string { return fmt.Sprint("note ", i) }), "9990000018"), "DOC010"},
		{"in spaces", "note", "VARCHAR", []string{"999 000 0018"}, "DOC010"},
		{"in dashes", "note", "VARCHAR", []string{"999-000-0018"}, "DOC010"},
		{"in a sentence", "note", "VARCHAR", []string{"patient 999 000 0018 seen"}, "DOC010"},
		{"behind a letter", "note", "VARCHAR", []string{"NHS9990000018"}, "DOC010"},
		{"a column of them", "pathwayid", "VARCHAR", many(200, syntheticNumber), "DOC010"},
		{"as a number", "recordnumber", "BIGINT", many(200, syntheticNumber), "DOC010"},
		{"as a double", "recordnumber", "DOUBLE", []string{"9990000018"}, "DOC010"},
		{"half of a column of other numbers", "recordnumber", "VARCHAR", append(many(200, syntheticNumber), many(200, func(i int) string { return fmt.Sprint(4_100_000_001 + 7*i) })...), "DOC010"},
		{"a wrong check digit", "note", "VARCHAR", []string{"999 000 0019"}, ""},
		{"eleven digits", "note", "VARCHAR", []string{"99900000188"}, ""},
		{"a dummy", "note", "VARCHAR", []string{"999" + "9999999"}, ""},
		{"other numbers of ten digits, of which some pass", "recordnumber", "VARCHAR", many(500, func(i int) string { return fmt.Sprint(4_100_000_001 + 7*i) }), ""},
		{"other numbers, of which a few have ten digits", "recordnumber", "VARCHAR", append(many(500, func(i int) string { return fmt.Sprint(710_000_000_001 + 977*i) }), "9990000018", "4100000001", "4100000007"), ""},
		{"pseudonyms", "cohortkey_e", "VARCHAR", []string{"1YTD8QJ9GB4SQMV1RY493EK2D7X", "0AAAAAAAAA" + "9990000018" + "AAAAAAA"}, ""},

		{"a postcode", "lsoa_e", "VARCHAR", []string{"E01000001", "SW1A 1AA"}, "DOC011"},
		{"small letters", "area", "VARCHAR", []string{"E01000001", "sw1a 1aa"}, "DOC011"},
		{"in a sentence", "note", "VARCHAR", []string{"moved to EC1A 1BB in May"}, "DOC011"},
		{"a column without spaces", "area", "VARCHAR", []string{"SW1A1AA", "M11AE", "B338TH"}, "DOC011"},
		{"codes of providers", "orgid", "VARCHAR", []string{"RX1", "R1A1AA", "RW4", "NMV00", "8HK12", "A81001", "QWE"}, ""},
		{"what is no postcode", "note", "VARCHAR", []string{"QQ99 9ZZ", "PHQ9 21", "step 2 3rd", "class b1 2nd"}, ""},

		{"an e-mail address", "note", "VARCHAR", []string{"ask someone@example.org now"}, "DOC012"},
		{"an at sign", "note", "VARCHAR", []string{"seen @ home", "a@b"}, ""},

		{"surnames", "provider", "VARCHAR", []string{"SMITH", "JONES", "PATEL", "OKONKWO"}, "DOC013"},
		{"whole names", "provider", "VARCHAR", []string{"Sarah Jones", "Smith, John", "David Evans"}, "DOC013"},
		{"names in a few cells of a text", "note", "VARCHAR", append(many(40, func(i int) string { return "text " + strings.Repeat("a", i+1) }), "james", "peter", "susan"), ""},
		{"months and colours", "note", "VARCHAR", []string{"April", "May", "June", "Brown", "Rose", "Grace"}, ""},
	}
	w := inMemory(t)
	for _, one := range cases {
		run(t, w, tableOf(one.name, one.kind, one.values...)...)
		findings, err := lookForIdentifiers(context.Background(), w)
		require.NoError(t, err)
		want := []string{}
		if one.code != "" {
			want = append(want, one.code+" "+hub+one.name)
		}
		assert.Equal(t, want, listed(t, findings), "%s: %s", one.what, one.name)
	}
}

func TestATableOfAnyNameIsLookedAt(t *testing.T) {
	assert.Equal(t, []string{
		`DOC003 main.odd"name.x`,
		"DOC010 linkage.spine.study_id_e",
		"DOC010 main.File 1; x.NHS No.",
		"DOC012 linkage.spine.cohortkey_e",
	}, examined(t, warehouse.TRE,
		`CREATE TABLE main."File 1; x" ("NHS No." VARCHAR)`,
		`INSERT INTO main."File 1; x" VALUES ('9990000018')`,
		`CREATE TABLE main."odd""name" (x VARCHAR)`,
		"INSERT INTO linkage.spine VALUES (16, 'ALSPAC', '9990000018', 'someone@example.org', true, 'consent', true)",
	))
}

// layout makes the folder of a workspace without its database's content.
func layout(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "workspace")
	for _, folder := range []string{"", "keys", "rejects", "tmp"} {
		require.NoError(t, os.Mkdir(filepath.Join(dir, folder), 0o700))
	}
	for _, file := range []string{"warehouse.duckdb", "workspace.json", "lock"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, file), nil, 0o600))
	}
	return dir
}

func TestFilesOfAWorkspace(t *testing.T) {
	at := func(dir, name string) string { return filepath.Join(dir, filepath.FromSlash(name)) }
	write := func(t *testing.T, path, text string, mode fs.FileMode) {
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		require.NoError(t, os.Chmod(path, mode))
	}
	const sealed = "age-encryption.org/v1\n"
	cases := []struct {
		what  string
		spoil func(t *testing.T, dir string)
		want  []string
	}{
		{"nothing", func(*testing.T, string) {}, []string{}},
		{"an open workspace", func(t *testing.T, dir string) { require.NoError(t, os.Chmod(dir, 0o750)) }, []string{"DOC030 ."}},
		{"open keys", func(t *testing.T, dir string) { require.NoError(t, os.Chmod(at(dir, "keys"), 0o711)) }, []string{"DOC030 keys"}},
		{"an open warehouse", func(t *testing.T, dir string) { require.NoError(t, os.Chmod(at(dir, "warehouse.duckdb"), 0o640)) }, []string{"DOC031 warehouse.duckdb"}},
		{"a readable key", func(t *testing.T, dir string) { write(t, at(dir, "keys/root.age"), sealed, 0o644) }, []string{"DOC032 keys/root.age"}},
		{"a sealed key", func(t *testing.T, dir string) { write(t, at(dir, "keys/root.age"), sealed, 0o600) }, []string{}},
		{"an open temporary folder", func(t *testing.T, dir string) { require.NoError(t, os.Chmod(at(dir, "tmp"), 0o777)) }, []string{"DOC033 tmp"}},
		{"rows that were left", func(t *testing.T, dir string) { write(t, at(dir, "tmp/duckdb_temp_storage.tmp"), "x", 0o600) }, []string{"DOC034 tmp/duckdb_temp_storage.tmp"}},
		{"a link out", func(t *testing.T, dir string) { require.NoError(t, os.Symlink("/etc/passwd", at(dir, "rejects/out"))) }, []string{"DOC035 rejects/out"}},
		{"a linked temporary folder", func(t *testing.T, dir string) {
			require.NoError(t, os.Remove(at(dir, "tmp")))
			require.NoError(t, os.Symlink(t.TempDir(), at(dir, "tmp")))
		}, []string{"DOC033 tmp", "DOC035 tmp"}},
		{"a second name", func(t *testing.T, dir string) {
			require.NoError(t, os.Link(at(dir, "warehouse.duckdb"), filepath.Join(filepath.Dir(dir), "copy")))
		}, []string{"DOC036 warehouse.duckdb"}},
		{"File 1 itself", func(t *testing.T, dir string) { write(t, at(dir, "ALSPAC_FILE1_v1_20260501.csv"), "x", 0o600) }, []string{"DOC038 ALSPAC_FILE1_v1_20260501.csv"}},
		{"an extract in a folder", func(t *testing.T, dir string) {
			require.NoError(t, os.Mkdir(at(dir, "out"), 0o700))
			write(t, at(dir, "out/table.parquet"), "x", 0o600)
		}, []string{"DOC038 out/table.parquet"}},
		{"rejects are in their place", func(t *testing.T, dir string) { write(t, at(dir, "rejects/NHSE_IAPT_v0003.csv"), "x", 0o600) }, []string{}},
		{"the identity beside the key", func(t *testing.T, dir string) { write(t, at(dir, "keys/identity"), "AGE-SECRET-KEY-1X", 0o600) }, []string{"DOC039 keys/identity"}},
		{"an open key", func(t *testing.T, dir string) { write(t, at(dir, "keys/root.age"), "thirty-two bytes", 0o600) }, []string{"DOC040 keys/root.age"}},
		{"a crosswalk", func(t *testing.T, dir string) { write(t, at(dir, "keys/crosswalk_v0001_v0002.age"), sealed, 0o600) }, []string{"DOC041 keys/crosswalk_v0001_v0002.age"}},
	}
	for _, one := range cases {
		dir := layout(t)
		one.spoil(t, dir)
		findings, err := examineFiles(dir, warehouse.TRE)
		require.NoError(t, err)
		assert.ElementsMatch(t, one.want, listed(t, findings), one.what)
	}
}

func TestTheTrustedThirdPartyHoldsNoAttributes(t *testing.T) {
	assert.Empty(t, examined(t, warehouse.TTP))
	spine := "INSERT INTO linkage.spine VALUES (16, 'ALSPAC', 'a', 'b', true, 'consent', true)"
	assert.Equal(t, []string{"DOC020 nhsd.iapt_hub_v0003", "DOC021 linkage.spine"},
		examined(t, warehouse.TTP, append(tableOf("careclust", "VARCHAR", "1"), spine)...))
	assert.Empty(t, examined(t, warehouse.TRE, spine))

	dir := layout(t)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "keys", "crosswalk_v0001_v0002.age"), []byte("age-encryption.org/v1\n"), 0o600))
	findings, err := examineFiles(dir, warehouse.TTP)
	require.NoError(t, err)
	assert.Empty(t, findings, "a crosswalk is at home here")
}

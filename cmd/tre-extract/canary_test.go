package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/csv"
	"encoding/hex"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"filippo.io/age"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/warehouse"
)

// canary marks every identifier and every bad cell of the delivery below, so
// that one search finds them.
const canary = "CANARY"

// markedColumns identify a person, a pathway or a record, or are internal.
var markedColumns = []string{"cohortkey_e", "study_id_e", "pathwayid", "recordnumber", "nic_number", "unique_servicerequestid"}

// canaryDelivery copies the shared delivery with markers in the values of the
// marked columns.
func canaryDelivery(t *testing.T) (folder, permissions, mapping string) {
	t.Helper()
	folder = copyOf(t, shared(t).delivery)
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		rows := readRows(t, path)
		for _, column := range markedColumns {
			at, err := columnOf(rows, column)
			if err != nil {
				continue
			}
			for _, row := range rows[1:] {
				if row[at] != "" {
					row[at] = canary + column[:1] + row[at]
				}
			}
		}
		writeRows(t, path, rows)
		return nil
	})
	require.NoError(t, err)
	made := shared(t)
	return folder, filepath.Join(folder, filepath.Base(made.permissions)), filepath.Join(folder, filepath.Base(made.mapping))
}

func readRows(t *testing.T, path string) [][]string {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	return rowsOf(text)
}

func writeRows(t *testing.T, path string, rows [][]string) {
	t.Helper()
	text, err := joined(rows)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, text, 0o644))
}

func spoilFile(t *testing.T, path, way string, args ...string) {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	text, err = ways[way](text, args)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, text, 0o644))
}

// heard collects what every command said on either stream.
type heard struct {
	t    *testing.T
	text bytes.Buffer
}

func (h *heard) run(want int, args ...string) {
	h.t.Helper()
	code, out, talk := runProgram(h.t, args...)
	require.Equal(h.t, want, code, "%v\n%s", args, talk)
	h.text.WriteString(out + talk)
}

// No identifier, no cell and no key is anywhere but where it must be: the
// identifiers in the warehouse, the key in its sealed file.
func TestNoIdentifierAndNoKeyIsInAnyByteWritten(t *testing.T) {
	t.Parallel()
	delivery, permissions, mapping := canaryDelivery(t)
	version3 := filepath.Join(delivery, "NHSE_IAPT_v0003")
	folder := t.TempDir()
	at := func(parts ...string) string { return filepath.Join(append([]string{folder}, parts...)...) }
	workspace, identity := at("workspace"), filepath.Join(t.TempDir(), "identity.txt")
	w := func(args ...string) []string { return append(args, "-w", workspace) }
	say := &heard{t: t}

	say.run(0, "init", workspace)
	say.run(0, w("keys", "new", "--identity", identity)...)
	say.run(0, w("keys", "project", "add", "llc_0099", "--identity", identity)...)

	// Failures: cells that do not cast, rows of a wrong length, open quotes.
	bad := copyOf(t, version3)
	spoilFile(t, filepath.Join(bad, "care_cluster.csv"), "cell", "3", "extract_date", canary+"date")
	spoilFile(t, filepath.Join(bad, "care_cluster.csv"), "row", "5", ","+canary+"extra")
	spoilFile(t, filepath.Join(bad, "care_cluster.csv"), "cell", "7", "amhcareclustcodefin", `"`+canary+`"quoted`)
	spoilFile(t, filepath.Join(bad, "onward_referrals.csv"), "short", "3")
	say.run(4, w("load", "NHSE_IAPT@3", bad)...)
	spoilFile(t, filepath.Join(bad, "care_cluster.csv"), "cell", "9", "amhcareclustcodefin", `"open`)
	say.run(4, w("load", "NHSE_IAPT@3", bad)...)
	bad = copyOf(t, version3)
	spoilFile(t, filepath.Join(bad, "care_cluster.csv"), "noheader")
	spoilFile(t, filepath.Join(bad, "onward_referrals.csv"), "rename", "recordnumber", canary+" name")
	say.run(4, w("load", "NHSE_IAPT@3", bad)...)
	spoilt := filepath.Join(t.TempDir(), "permissions.csv")
	writeRows(t, spoilt, readRows(t, permissions))
	spoilFile(t, spoilt, "cell", "3", "cohort", canary+"study")
	spoilFile(t, spoilt, "cell", "4", "ukllc_status", canary+"flag")
	spoilFile(t, spoilt, "again", "5")
	say.run(4, w("freeze", "16", "--date", "2026-05-01", "--permissions", spoilt, "--mapping", mapping)...)

	// A load with rejects, and all that is made after it.
	some := copyOf(t, version3)
	spoilFile(t, filepath.Join(some, "care_cluster.csv"), "cell", "3", "extract_date", canary+"date")
	say.run(0, w("load", "NHSE_IAPT@3", some, "--max-rejects", "1")...)
	say.run(0, w("freeze", "16", "--date", "2026-05-01", "--permissions", permissions, "--mapping", mapping, "--json")...)
	for _, format := range []string{"csv", "md", "json"} {
		say.run(0, w("metrics", "NHSE_IAPT@3", "--format", format)...)
	}
	say.run(0, w("metrics", "NHSE_IAPT@3", "--out", at("metrics"))...)
	say.run(0, w("page", "NHSE_IAPT", "--out", at("page", "page.html"))...)
	say.run(0, w("page", "NHSE_IAPT", "--format", "md", "--out", at("page", "page.md"))...)
	say.run(0, w("versions", "list", "--json")...)
	say.run(0, w("versions", "show", "NHSE_IAPT@3")...)
	say.run(0, w("plan", "llc_0042.toml")...)
	say.run(0, w("plan", "llc_0042.toml", "--json")...)
	say.run(6, w("run", "llc_0042.toml", "--out", at("refused"), "--identity", identity, "--plan", "00")...)
	say.run(1, w("run", "llc_0042.toml", "--out", at("refused"), "--identity", shared(t).identity)...)
	say.run(0, w("run", "llc_0042.toml", "--out", at("parquet"), "--identity", identity, "--json")...)
	say.run(0, w("run", csvProject(t), "--out", at("csv"), "--identity", identity)...)
	say.run(0, w("keys", "show", "--identity", identity)...)
	say.run(0, "cite", "NHSE_IAPT@3", "--out", at("citations"))

	marks := [][]byte{[]byte(canary), []byte(strings.ToLower(canary)), []byte("AGE-SECRET-KEY")}
	secrets := append(keyForms(t, workspace, identity), marks...)
	requireNone(t, "the streams", say.text.Bytes(), secrets)
	var data int
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		if strings.HasPrefix(filepath.Base(path), "warehouse.duckdb") {
			requireNone(t, path, text, secrets[:len(secrets)-len(marks)])
			return nil
		}
		if filepath.Ext(path) == ".parquet" {
			text = append(text, parquetText(t, path)...)
			data++
		}
		requireNone(t, path, text, secrets)
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, 3, data, "the extract's tables were not searched")
}

func requireNone(t *testing.T, where string, text []byte, secrets [][]byte) {
	t.Helper()
	for _, secret := range secrets {
		if at := bytes.Index(text, secret); at >= 0 {
			t.Errorf("%s holds a secret: %q", where, text[max(0, at-40):min(len(text), at+40)])
		}
	}
}

// keyForms returns the root key as bytes and in the ways that it could be written.
func keyForms(t *testing.T, workspace, identity string) [][]byte {
	t.Helper()
	text, err := os.ReadFile(identity)
	require.NoError(t, err)
	identities, err := age.ParseIdentities(bytes.NewReader(text))
	require.NoError(t, err)
	sealed, err := os.Open(filepath.Join(workspace, "keys", "root.age"))
	require.NoError(t, err)
	defer sealed.Close()
	opened, err := age.Decrypt(sealed, identities...)
	require.NoError(t, err)
	key, err := io.ReadAll(opened)
	require.NoError(t, err)
	require.Len(t, key, 32)
	written := hex.EncodeToString(key)
	return [][]byte{
		key, []byte(written), []byte(strings.ToUpper(written)),
		[]byte(base64.RawStdEncoding.EncodeToString(key)), []byte(base64.RawURLEncoding.EncodeToString(key)),
	}
}

// parquetText returns every cell of a Parquet file as text: the file itself is
// compressed.
func parquetText(t *testing.T, path string) []byte {
	t.Helper()
	statements := warehouse.MustLoad(fstest.MapFS{"sql/rows.sql": {Data: []byte("SELECT CAST(r AS VARCHAR) FROM read_parquet($path) AS r")}})
	w, err := warehouse.Memory(context.Background(), warehouse.Settings{Directories: []string{filepath.Dir(path)}})
	require.NoError(t, err)
	defer w.Close()
	var text bytes.Buffer
	err = w.Each(context.Background(), statements["rows"], warehouse.Args{"path": path}, func(scan func(...any) error) error {
		var row string
		err := scan(&row)
		text.WriteString(row + "\n")
		return err
	})
	require.NoError(t, err)
	require.NotEmpty(t, text.Bytes(), path)
	return text.Bytes()
}

// csvProject asks for every linking column that a table has.
func csvProject(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "llc_0099.toml")
	text := `project = "llc_0099"
title = "Linking columns"
purpose = "any"
freeze = 16
studies = ["GLAD", "MCS"]
format = "csv"
rules = "ukllc-metrics"
[[datasets]]
version = "NHSE_IAPT@3"
[[datasets.tables]]
name = "demographics_and_referral"
columns = ["pathwayid", "recordnumber", "unique_servicerequestid", "gender"]
[[datasets.tables]]
name = "care_cluster"
columns = ["recordnumber", "amhcareclustcodefin"]
`
	require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	return path
}

// A study with exactly three participants in a table is masked there in every
// output, and its number is in none.
func TestExactlyThreeParticipantsAreShownNowhere(t *testing.T) {
	t.Parallel()
	const study, table, three = "GLAD", "waiting_time_pauses", 3
	made := shared(t)
	delivery := copyOf(t, filepath.Join(made.delivery, "NHSE_IAPT_v0003"))
	keepParticipants(t, filepath.Join(delivery, table+".csv"), linkedPeople(t, study), three)
	require.Equal(t, three, peopleIn(t, filepath.Join(delivery, table+".csv"), linkedPeople(t, study)))

	folder := t.TempDir()
	workspace := filepath.Join(folder, "workspace")
	w := func(args ...string) []string { return append(args, "-w", workspace) }
	must(t, "init", workspace)
	must(t, w("load", "NHSE_IAPT@3", delivery)...)
	must(t, w("freeze", "16", "--date", "2026-05-01", "--permissions", made.permissions, "--mapping", made.mapping)...)

	// Every cell of that column is a mark, zero, or ten and more, under each owner's rules.
	for _, rules := range []string{"ukllc-metrics", "ukllc-researcher", "nhs-talking-therapies"} {
		records, err := csv.NewReader(strings.NewReader(must(t, w("metrics", "NHSE_IAPT@3", "--rules", rules)...))).ReadAll()
		require.NoError(t, err)
		found := false
		for _, record := range records {
			if record[0] == study && record[1] == table {
				found = true
				require.Contains(t, []string{"<10", "*", ""}, record[2], rules)
			}
		}
		require.True(t, found)
	}
	funnel := tableOf(t, must(t, w("metrics", "NHSE_IAPT@3", "--funnel")...))
	require.Equal(t, "<10", funnel[study][table])

	require.Contains(t, must(t, w("metrics", "NHSE_IAPT@3", "--json")...),
		`"study": "GLAD",
      "table": "waiting_time_pauses",
      "participants": "<10"`)
	page := must(t, w("page", "NHSE_IAPT", "--format", "md")...)
	row := page[strings.Index(page, "| GLAD |"):]
	row = row[:strings.Index(row, "\n")]
	require.True(t, strings.HasSuffix(row, "| &lt;10 |"), row)
	html := must(t, w("page", "NHSE_IAPT")...)
	require.NotRegexp(t, `>\s*3\s*</td>`, html)
}

// linkedPeople returns the person keys of a study's permitted and linked
// participants, worked out from the files alone.
func linkedPeople(t *testing.T, study string) map[string]bool {
	t.Helper()
	made := shared(t)
	keys, people := map[string]string{}, map[string]bool{}
	for _, row := range readRows(t, made.mapping)[1:] {
		keys[row[0]] = row[1]
	}
	rows := readRows(t, made.permissions)
	at := func(name string) int {
		column, err := columnOf(rows, name)
		require.NoError(t, err)
		return column
	}
	for _, row := range rows[1:] {
		key, mapped := keys[row[at("study_id_e")]]
		if mapped && row[at("cohort")] == study && row[at("ukllc_status")] == "1" && row[at("nhs_e_linkage_permission")] == "1" {
			people[key] = true
		}
	}
	return people
}

func peopleIn(t *testing.T, path string, people map[string]bool) int {
	t.Helper()
	rows, found := readRows(t, path), map[string]bool{}
	at, err := columnOf(rows, "cohortkey_e")
	require.NoError(t, err)
	for _, row := range rows[1:] {
		if people[row[at]] {
			found[row[at]] = true
		}
	}
	return len(found)
}

// keepParticipants drops the rows of all but so many of the people.
func keepParticipants(t *testing.T, path string, people map[string]bool, most int) {
	t.Helper()
	rows, kept := readRows(t, path), map[string]bool{}
	at, err := columnOf(rows, "cohortkey_e")
	require.NoError(t, err)
	left := rows[:1]
	for _, row := range rows[1:] {
		key := row[at]
		if people[key] && !kept[key] && len(kept) == most {
			continue
		}
		if people[key] {
			kept[key] = true
		}
		left = append(left, row)
	}
	writeRows(t, path, left)
}

// tableOf reads a wide CSV table by row and column name.
func tableOf(t *testing.T, text string) map[string]map[string]string {
	t.Helper()
	records, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	require.NoError(t, err)
	table := map[string]map[string]string{}
	for _, record := range records[1:] {
		table[record[0]] = map[string]string{}
		for i, name := range records[0] {
			table[record[0]][name] = record[i]
		}
	}
	return table
}

package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/identifier"
	"tre-toolkit/internal/keys"
	"tre-toolkit/internal/linkage/file1"
	"tre-toolkit/internal/spec"
)

const attackedStudy = "GLAD"

// twoRoles is the whole way of a study's identifiers: File 1 to the trusted
// third party, pseudonyms to the research environment, an extract to a project.
type twoRoles struct {
	folder, ttp, tre, extract   string
	ttpIdentity, treIdentity    string
	numbers                     []string // of the study's participants
	said                        *heard
	ttpRoot, treRoot, otherRoot keys.Root
}

// numberOf returns the NHS number of the i-th person, in the test range.
func numberOf(t *testing.T, i int) identifier.NHSNumber {
	t.Helper()
	for nine := uint64(999_000_000 + 11*i); ; nine++ {
		if digit, issued := identifier.NHSCheckDigit(nine); issued {
			number, err := identifier.ParseNHSNumber(fmt.Sprint(nine*10+digit), identifier.Synthetic)
			require.NoError(t, err)
			return number
		}
	}
}

// identifierFile writes the study's File 1: every cell that identifies a person
// is marked.
func identifierFile(t *testing.T, path string, studyIDs, numbers []string) {
	t.Helper()
	rows := [][]string{file1.Columns()}
	for i, id := range studyIDs {
		row := make([]string, len(file1.Columns()))
		for column, value := range map[string]string{
			"STUDY_ID": id, "ROW_STATUS": "C", "NHS_NUMBER": numbers[i], "SURNAME": canary + "surname", "FORENAME": canary + "forename",
			"ADDRESS_1": canary + " Street", "POSTCODE": "ZE2 9ZZ", "DATE_OF_BIRTH": "05/03/1979", "GENDER_CD": "1", "CREATE_DATE": "01/04/2026",
			"UKLLC_STATUS": "1", "NHS_E_Linkage_Permission": "1", "National_Opt_Out": "0",
		} {
			row[slices.Index(file1.Columns(), column)] = value
		}
		rows = append(rows, row)
	}
	writeRows(t, path, rows)
}

// renamed replaces the values of a column by those of a map, where it has them.
func renamed(t *testing.T, path, column string, names map[string]string) {
	t.Helper()
	rows := readRows(t, path)
	at, err := columnOf(rows, column)
	if err != nil {
		return
	}
	for _, row := range rows[1:] {
		if name, known := names[row[at]]; known {
			row[at] = name
		}
	}
	writeRows(t, path, rows)
}

func rootIn(t *testing.T, workspace, identity string) keys.Root {
	t.Helper()
	root, err := keys.Open(filepath.Join(workspace, "keys"), identity)
	require.NoError(t, err)
	return root
}

func walkTwoRoles(t *testing.T) twoRoles {
	t.Helper()
	folder, outside := t.TempDir(), t.TempDir()
	r := twoRoles{
		folder: folder, ttp: filepath.Join(folder, "ttp"), tre: filepath.Join(folder, "tre"), extract: filepath.Join(folder, "extract"),
		ttpIdentity: filepath.Join(outside, "ttp.txt"), treIdentity: filepath.Join(outside, "tre.txt"), said: &heard{t: t},
	}
	say := r.said
	say.run(0, "init", r.ttp, "--role", "ttp")
	say.run(0, "keys", "new", "-w", r.ttp, "--identity", r.ttpIdentity)
	say.run(0, "init", r.tre)
	say.run(0, "keys", "new", "-w", r.tre, "--identity", r.treIdentity)
	say.run(0, "keys", "project", "add", "llc_0099", "-w", r.tre, "--identity", r.treIdentity)
	r.ttpRoot, r.treRoot, r.otherRoot = rootIn(t, r.ttp, r.ttpIdentity), rootIn(t, r.tre, r.treIdentity), rootIn(t, shared(t).empty, shared(t).identity)

	// The trusted third party: check, link, rotate nothing yet.
	delivery := copyOf(t, shared(t).delivery)
	permissions, mapping := filepath.Join(delivery, filepath.Base(shared(t).permissions)), filepath.Join(delivery, filepath.Base(shared(t).mapping))
	oldKeys := map[string]string{}
	for _, row := range readRows(t, mapping)[1:] {
		oldKeys[row[0]] = row[1]
	}
	rows := readRows(t, permissions)
	study, err := columnOf(rows, "cohort")
	require.NoError(t, err)
	id, err := columnOf(rows, "study_id_e")
	require.NoError(t, err)
	newIDs, newKeys, studyIDs := map[string]string{}, map[string]string{}, []string{}
	for i, row := range rows[1:] {
		if row[study] != attackedStudy {
			continue
		}
		studyIDs = append(studyIDs, fmt.Sprintf("%sid%d", canary, i))
		number := numberOf(t, i)
		r.numbers = append(r.numbers, number.Digits())
		studyID, err := r.ttpRoot.Link().StudyID(attackedStudy, studyIDs[len(studyIDs)-1])
		require.NoError(t, err)
		link, err := r.ttpRoot.Link().Person(number)
		require.NoError(t, err)
		newIDs[row[id]] = studyID.Text()
		if old, linked := oldKeys[row[id]]; linked {
			newKeys[old] = link.Text()
		}
	}
	file := filepath.Join(outside, attackedStudy+"_FILE1_v1_20260501.csv")
	identifierFile(t, file, studyIDs, r.numbers)
	spoilt := filepath.Join(outside, attackedStudy+"_FILE1_v2_20260501.csv")
	identifierFile(t, spoilt, append(studyIDs, studyIDs[0], ""), append(r.numbers, r.numbers[1], canary))
	at := func(name string) string { return filepath.Join(folder, name) }
	say.run(0, "file1", "check", file, "--synthetic", "--report", at("report.txt"), "--counts", at("counts.json"))
	for _, report := range []string{"spoilt.txt", "spoilt.csv", "spoilt.json"} {
		say.run(4, "file1", "check", spoilt, "--synthetic", "--report", at(report), "--counts", at("counts_"+report))
	}
	say.run(4, "file1", "check", spoilt, "--json")
	say.run(4, "file1", "link", spoilt, "-w", r.ttp, "--identity", r.ttpIdentity, "--synthetic", "--out", at("refused"))
	say.run(0, "file1", "link", file, "-w", r.ttp, "--identity", r.ttpIdentity, "--synthetic", "--out", at("links"), "--json")
	linked := readRows(t, filepath.Join(at("links"), "mapping.csv"))
	require.Len(t, linked, len(studyIDs)+1)
	for _, row := range linked[1:] {
		require.Contains(t, newIDs, keyFor(newIDs, row[0]))
	}

	// NHS England and the research environment know the new ids alone.
	require.NoError(t, filepath.WalkDir(delivery, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && filepath.Ext(path) == ".csv" {
			renamed(t, path, "cohortkey_e", newKeys)
			renamed(t, path, "study_id_e", newIDs)
		}
		return err
	}))
	say.run(0, "load", "NHSE_IAPT@3", filepath.Join(delivery, "NHSE_IAPT_v0003"), "-w", r.tre)
	say.run(0, "freeze", "16", "--date", "2026-05-01", "--permissions", permissions, "--mapping", mapping, "-w", r.tre)
	say.run(0, "run", csvProject(t), "--out", r.extract, "--identity", r.treIdentity, "-w", r.tre)
	say.run(0, "doctor", "-w", r.tre)
	say.run(0, "keys", "rotate", "-w", r.ttp, "--identity", r.ttpIdentity, "--synthetic", "--file1", file)
	say.run(0, "doctor", "-w", r.ttp, "--json")
	return r
}

// keyFor returns the key that has a value.
func keyFor(names map[string]string, value string) string {
	for key, name := range names {
		if name == value {
			return key
		}
	}
	return ""
}

// projectIDs returns the ids of the participants in the extract.
func (r twoRoles) projectIDs(t *testing.T) map[string]bool {
	t.Helper()
	ids := map[string]bool{}
	files, err := filepath.Glob(filepath.Join(r.extract, "*.csv"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		for _, row := range readRows(t, file)[1:] {
			ids[row[0]] = true
		}
	}
	return ids
}

// tried makes the project ids of every number of the dictionary under two keys
// and returns how many are in the extract.
func (r twoRoles) tried(t *testing.T, link, project keys.Root, ids map[string]bool) int {
	t.Helper()
	id, err := spec.ParseProjectID("llc_0099")
	require.NoError(t, err)
	linker, pseudonyms, found := link.Link(), project.For(id), 0
	for nine := uint64(999_000_000); nine < 999_060_000; nine++ {
		digit, issued := identifier.NHSCheckDigit(nine)
		if !issued {
			continue
		}
		number, err := identifier.ParseNHSNumber(fmt.Sprint(nine*10+digit), identifier.Synthetic)
		require.NoError(t, err)
		person, err := linker.Person(number)
		require.NoError(t, err)
		if ids[pseudonyms.Participant(attackedStudy, person.Text())] {
			found++
		}
	}
	return found
}

// An attacker who holds a project's extract tries every NHS number. Without
// both keys nobody is named; with both, everybody of the study is, which shows
// that the attack works. And no byte that was written on the way holds a key or
// an identifier.
func TestIdentifiersStayWithTheTrustedThirdParty(t *testing.T) {
	t.Parallel()
	r := walkTwoRoles(t)

	ids := r.projectIDs(t)
	named := r.tried(t, r.ttpRoot, r.treRoot, ids)
	require.Positive(t, named, "with both keys leaked the attack must work")
	assert.Zero(t, r.tried(t, r.otherRoot, r.treRoot, ids), "the trusted third party's key is not known")
	assert.Zero(t, r.tried(t, r.ttpRoot, r.otherRoot, ids), "the research environment's key is not known")

	secrets := append(keyForms(t, r.ttp, r.ttpIdentity), keyForms(t, r.tre, r.treIdentity)...)
	secrets = append(secrets, []byte(canary), []byte(strings.ToLower(canary)), []byte("AGE-SECRET-KEY"), []byte("ZE2 9ZZ"), []byte("ZE29ZZ"), []byte("05/03/1979"))
	for _, number := range r.numbers {
		secrets = append(secrets, []byte(number), []byte(number[:3]+" "+number[3:6]+" "+number[6:]))
	}
	requireNone(t, "the streams", r.said.text.Bytes(), secrets)
	searched := 0
	require.NoError(t, filepath.WalkDir(r.folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		requireNone(t, path, text, secrets)
		searched++
		return nil
	}))
	require.Greater(t, searched, 25)
}

// peopleFile writes a file of people whose names, addresses and numbers are marked.
func peopleFile(t *testing.T, path, prefix string, people int) {
	t.Helper()
	rows := [][]string{{"record_id", "given_name", "surname", "date_of_birth", "sex", "nhs_number", "postcode", "address_1"}}
	for i := range people {
		mark := canary + string(rune('a'+i%26)) + string(rune('a'+i/26%26))
		rows = append(rows, []string{
			fmt.Sprintf("%s%03d", prefix, i), mark + "given", mark + "surname", fmt.Sprintf("1979-03-%02d", 1+i%28), fmt.Sprint(1 + i%2),
			numberOf(t, i).Digits(), "ZE2 9ZZ", mark + " Street",
		})
	}
	writeRows(t, path, rows)
}

// Matching people reads what identifies them and writes none of it: models,
// pictures, links, diagnostics, tables and errors hold no value of a file.
func TestMatchingWritesNoIdentifier(t *testing.T) {
	t.Parallel()
	inputs, folder, say := t.TempDir(), t.TempDir(), &heard{t: t}
	a, b, truth, spoilt := filepath.Join(inputs, "a.csv"), filepath.Join(inputs, "b.csv"), filepath.Join(inputs, "truth.csv"), filepath.Join(inputs, "spoilt.csv")
	const people = 120
	peopleFile(t, a, "A", people)
	peopleFile(t, b, "B", people)
	pairs := [][]string{{"left_id", "right_id"}}
	for i := range people {
		pairs = append(pairs, []string{fmt.Sprintf("A%03d", i), fmt.Sprintf("B%03d", i)})
	}
	writeRows(t, truth, pairs)
	rows := readRows(t, a)
	rows[5][0] = rows[4][0]
	writeRows(t, spoilt, append(rows, []string{"A999", canary}))
	at := func(name string) string { return filepath.Join(folder, name) }
	model := at("model.toml")

	say.run(0, "link", "train", "--model", "person", a, b, "--out", model)
	say.run(0, "link", "match", "--model", model, a, b, "--out", at("links.csv"), "--diagnostics", at("diagnostics.csv"))
	say.run(0, "link", "match", "--model", model, a, "--out", at("duplicates.csv"), "--json")
	say.run(0, "link", "evaluate", "--model", model, a, b, "--truth", truth, "--svg", at("table.svg"), "--json")
	say.run(0, "link", "chart", "weights", "--model", model, "--out", at("weights.svg"))
	say.run(0, "link", "chart", "unlinkables", a, "--model", model, "--out", at("unlinkables.svg"))
	say.run(0, "link", "bias", a, "--model", model, "--links", at("links.csv"), "--by", "sex", "--format", "csv")
	say.run(4, "link", "match", "--model", model, spoilt, b, "--out", at("none.csv"))
	say.run(4, "link", "train", "--model", model, a, spoilt, "--out", at("none.toml"))

	secrets := [][]byte{[]byte(canary), []byte(strings.ToLower(canary)), []byte("ZE2 9ZZ"), []byte("ZE29ZZ"), []byte("1979-03-"), []byte("197903")}
	for i := range people {
		secrets = append(secrets, []byte(numberOf(t, i).Digits()))
	}
	requireNone(t, "the streams", say.text.Bytes(), secrets)
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Len(t, entries, 7, "what failed left nothing")
	for _, entry := range entries {
		text, err := os.ReadFile(at(entry.Name()))
		require.NoError(t, err)
		requireNone(t, entry.Name(), text, secrets)
	}
}

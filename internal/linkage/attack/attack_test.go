package attack_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/linkage/attack"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
	"tre-toolkit/specs"
)

// open is a profile under which a cell shows what was counted.
func open(t require.TestingT) disclosure.Profile {
	shipped, err := spec.LoadRules(specs.Files, "ukllc-metrics")
	require.NoError(t, err)
	rules := shipped.Rules()
	rules.Threshold.Value = 1
	profile, err := disclosure.NewProfile(rules)
	require.NoError(t, err)
	return profile
}

type bench struct {
	dir string
	w   *warehouse.Warehouse
}

func newBench(t *testing.T) bench {
	t.Helper()
	dir := t.TempDir()
	w, err := warehouse.Memory(context.Background(), warehouse.Settings{Directories: []string{dir}})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, w.Close()) })
	return bench{dir, w}
}

// folder writes an extract: files of rows, by their names.
func (b bench) folder(t require.TestingT, files map[string][][]string) string {
	dir, err := os.MkdirTemp(b.dir, "extract-*")
	require.NoError(t, err)
	for name, rows := range files {
		var text strings.Builder
		require.NoError(t, csv.NewWriter(&text).WriteAll(rows))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text.String()), 0o600))
	}
	return dir
}

// Four people in two projects. Only Ada's number of contacts is her own; Ben and Cy
// are told apart by their days; Di is in one of them alone.
func TestWhoHasAFingerprintOfTheirOwn(t *testing.T) {
	b := newBench(t)
	extract := func(project string, ids map[string]string, rows [][]string) string {
		table := [][]string{{project + "_stud_id", "contact_date", "score", "provider_e"}}
		for _, row := range rows {
			if id, there := ids[row[0]]; there {
				table = append(table, []string{id, row[1], row[2], project + row[3]})
			}
		}
		return b.folder(t, map[string][][]string{"contacts.csv": table, "notes.txt": {{"not data"}}})
	}
	rows := [][]string{
		{"ada", "2020-01-01", "5", "p"}, {"ada", "2020-01-08", "7", "p"},
		{"ben", "2020-02-01", "5", "p"}, {"cy", "2020-02-02", "5", "p"}, {"di", "2020-03-01", "9", "q"},
	}
	reversed := slices.Clone(rows)
	slices.Reverse(reversed)
	left := extract("llc_0042", map[string]string{"ada": "A1", "ben": "B1", "cy": "C1"}, rows)
	right := extract("llc_0043", map[string]string{"ada": "X2", "ben": "Y2", "cy": "Z2", "di": "W2"}, reversed)

	report, err := attack.Share(t.Context(), b.w, left, right, open(t))
	require.NoError(t, err)
	assert.Equal(t, "3", report.Participants[0].String())
	assert.Equal(t, "4", report.Participants[1].String())
	assert.Equal(t, []attack.Column{{File: "contacts", Name: "contact_date", Dates: true}, {File: "contacts", Name: "score"}}, report.Columns, "what is coded anew joins nothing")
	assert.False(t, report.IDsJoin)
	joined := map[string]string{}
	for _, one := range report.Joined {
		joined[one.By] = one.Participants.String()
	}
	assert.Equal(t, map[string]string{"numbers of rows": "1", "dates": "3", "all values in common": "3"}, joined)
}

// Two extracts that share their ids are found out, and so is one with itself.
func TestIDsThatJoinAreFound(t *testing.T) {
	b := newBench(t)
	dir := b.folder(t, map[string][][]string{"a.csv": {{"llc_0042_stud_id", "n"}, {"P1", "1"}, {"P2", "2"}}})
	report, err := attack.Share(t.Context(), b.w, dir, dir, open(t))
	require.NoError(t, err)
	assert.True(t, report.IDsJoin)
}

// Small numbers of people are masked, and what would give them away with them.
func TestFewPeopleAreMasked(t *testing.T) {
	b := newBench(t)
	profile, err := spec.LoadRules(specs.Files, "ukllc-metrics")
	require.NoError(t, err)
	rows := [][]string{{"llc_0042_stud_id", "d"}}
	for i := range 40 {
		rows = append(rows, []string{fmt.Sprint("P", i), fmt.Sprintf("2020-01-%02d", 1+max(i-37, 0))})
	}
	other := slices.Clone(rows)
	other[0] = []string{"llc_0043_stud_id", "d"}
	report, err := attack.Share(t.Context(), b.w, b.folder(t, map[string][][]string{"a.csv": rows}), b.folder(t, map[string][][]string{"a.csv": other}), profile)
	require.NoError(t, err)
	assert.Equal(t, "40", report.Participants[0].String())
	for _, one := range report.Joined[1:] {
		assert.True(t, one.Participants.Masked(), one.By)
		assert.True(t, one.Share.Masked(), one.By)
	}
}

func TestFoldersThatAreNoExtracts(t *testing.T) {
	b := newBench(t)
	people := b.folder(t, map[string][][]string{"a.csv": {{"llc_0042_stud_id", "n"}, {"P1", "1"}}})
	_, err := attack.Share(t.Context(), b.w, people, b.folder(t, map[string][][]string{"b.csv": {{"llc_0043_stud_id"}, {"1"}}}), open(t))
	require.ErrorIs(t, err, attack.ErrNoCommon)
	_, err = attack.Share(t.Context(), b.w, people, b.folder(t, map[string][][]string{"a.csv": {{"id"}, {"1"}}}), open(t))
	require.ErrorIs(t, err, attack.ErrNoPeople)
}

// The SQL joins whom a reader with two lists and a pencil would join.
func TestJoinedAsByHand(t *testing.T) {
	b, profile := newBench(t), open(t)
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.SliceOfN(rapid.IntRange(1, 3), 0, 3)
		draw := func(who string) [][]int {
			return rapid.SliceOfN(days, 1, 6).Filter(func(people [][]int) bool {
				return slices.ContainsFunc(people, func(days []int) bool { return slices.Contains(days, 1) })
			}).Draw(t, who)
		}
		people := [2][][]int{draw("left"), draw("right")}
		var dirs [2]string
		for side, list := range people {
			rows := [][]string{{fmt.Sprintf("llc_000%d_stud_id", side), "day"}}
			for i, days := range list {
				for _, day := range days {
					rows = append(rows, []string{fmt.Sprintf("%d-%d", side, i), fmt.Sprintf("2020-01-0%d", day)})
				}
			}
			dirs[side] = b.folder(t, map[string][][]string{"contacts.csv": rows})
		}
		report, err := attack.Share(context.Background(), b.w, dirs[0], dirs[1], profile)
		require.NoError(t, err)
		prints := []func([]int) string{
			func(days []int) string { return fmt.Sprint(len(days)) },
			func(days []int) string { return fmt.Sprint(slices.Sorted(slices.Values(days))) },
		}
		for way, print := range prints {
			require.Equal(t, fmt.Sprint(byHand(people, print)), report.Joined[way].Participants.String(), report.Joined[way].By)
		}
	})
}

// byHand counts the fingerprints that one person of each side has and nobody else.
func byHand(people [2][][]int, print func([]int) string) int {
	count := [2]map[string]int{{}, {}}
	for side, list := range people {
		for _, days := range list {
			if len(days) > 0 {
				count[side][print(days)]++
			}
		}
	}
	joined := 0
	for fingerprint, n := range count[0] {
		if n == 1 && count[1][fingerprint] == 1 {
			joined++
		}
	}
	return joined
}

package risk_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/risk"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
	"tre-toolkit/specs"
)

// profile is UK LLC's with another threshold; under a threshold of one a cell
// shows what was counted.
func profile(t require.TestingT, threshold int64) disclosure.Profile {
	shipped, err := spec.LoadRules(specs.Files, "ukllc-metrics")
	require.NoError(t, err)
	rules := shipped.Rules()
	rules.Threshold.Value = threshold
	made, err := disclosure.NewProfile(rules)
	require.NoError(t, err)
	return made
}

type table struct {
	name string
	rows [][]string // the header first
}

// bench is a warehouse that may read below one folder.
type bench struct {
	dir string
	w   *warehouse.Warehouse
}

func newBench(t *testing.T) bench {
	dir := t.TempDir()
	w, err := warehouse.Memory(context.Background(), warehouse.Settings{Directories: []string{dir}})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, w.Close()) })
	return bench{dir, w}
}

func (b bench) assess(t require.TestingT, question risk.Question, tables ...table) (risk.Report, error) {
	dir, err := os.MkdirTemp(b.dir, "extract-*")
	require.NoError(t, err)
	for _, one := range tables {
		path := filepath.Join(dir, filepath.FromSlash(one.name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		file, err := os.Create(path)
		require.NoError(t, err)
		require.NoError(t, csv.NewWriter(file).WriteAll(one.rows))
		require.NoError(t, file.Close())
	}
	question.Dir = dir
	return risk.Assess(context.Background(), b.w, question)
}

// The oracle: a participant is known by the set of different combinations in
// each file, and by the files that they are in.
type oracle struct{ people, unique, few, smallest int }

func look(tables []table, known []string, few int) oracle {
	said := map[string]map[string]bool{}
	for _, one := range tables {
		var places []int
		for place, column := range one.rows[0] {
			if slices.Contains(known, column) {
				places = append(places, place)
			}
		}
		for _, row := range one.rows[1:] {
			combination := one.name
			for _, place := range places {
				combination += "\x00" + row[place]
			}
			if said[row[0]] == nil {
				said[row[0]] = map[string]bool{}
			}
			said[row[0]][combination] = true
		}
	}
	sizes := map[string]int{}
	for _, combinations := range said {
		sizes[strings.Join(slices.Sorted(maps.Keys(combinations)), "\x01")]++
	}
	seen := oracle{people: len(said), smallest: len(said)}
	for _, size := range sizes {
		seen.smallest = min(seen.smallest, size)
		if size == 1 {
			seen.unique++
		}
		if size < few {
			seen.few += size
		}
	}
	return seen
}

var known = []string{"gender", "band", "area"}

// world draws three files of a few participants, with columns by which they are
// known and others.
var world = rapid.Custom(func(t *rapid.T) []table {
	values := rapid.SampledFrom([]string{"", "1", "2", "x"})
	people := rapid.IntRange(1, 12).Draw(t, "people")
	draw := func(name string, columns ...string) table {
		made := table{name, [][]string{append([]string{"llc_0042_stud_id"}, columns...)}}
		for range rapid.IntRange(1, 20).Draw(t, "rows") {
			row := []string{fmt.Sprint("p", rapid.IntRange(1, people).Draw(t, "person"))}
			for range columns {
				row = append(row, values.Draw(t, "value"))
			}
			made.rows = append(made.rows, row)
		}
		return made
	}
	return []table{draw("a.csv", "gender", "band", "score"), draw("b.csv", "area", "gender"), draw("c.csv", "score")}
})

func TestClassesAreThoseOfTheOracle(t *testing.T) {
	bench, rules := newBench(t), profile(t, 1)
	for seed := range 15 {
		tables := world.Example(seed)
		report, err := bench.assess(t, risk.Question{Known: known, Rules: rules}, tables...)
		require.NoError(t, err)
		require.Len(t, report.Classes, 4)
		for i, class := range report.Classes {
			of := tables
			if i < 3 {
				of = tables[i : i+1]
			}
			want := look(of, known, 1)
			assert.Equal(t, fmt.Sprint(want.people, want.unique, want.few, want.smallest),
				fmt.Sprint(class.Participants, class.Unique, class.Few, class.Smallest), "%s of %v", class.File, tables)
		}
		for _, driver := range report.Drivers {
			without := slices.DeleteFunc(slices.Clone(known), func(c string) bool { return c == driver.Column })
			assert.Equal(t, fmt.Sprint(look(tables, without, 1).unique), driver.Unique.String(), "%s of %v", driver.Column, tables)
		}
	}
}

func people(n int, row func(i int) []string) [][]string {
	var rows [][]string
	for i := range n {
		rows = append(rows, append([]string{fmt.Sprintf("P%03d", i)}, row(i)...))
	}
	return rows
}

func with(header string, rows [][]string) [][]string {
	return append([][]string{append([]string{"llc_0042_stud_id"}, strings.Split(header, ",")...)}, rows...)
}

func codes(report risk.Report) []string {
	var list []string
	for _, finding := range report.Findings {
		list = append(list, finding.Code+" "+finding.Where)
	}
	return list
}

func TestSmallNumbersAreMasked(t *testing.T) {
	rows := with("gender,decile", people(100, func(i int) []string { return []string{fmt.Sprint(i % 2), fmt.Sprint(i / 97)} }))
	report, err := newBench(t).assess(t, risk.Question{Known: []string{"gender", "decile"}, Rules: profile(t, 10)}, table{"hub.csv", rows})
	require.NoError(t, err)
	all := report.Classes[len(report.Classes)-1]
	assert.Equal(t, "100 * * * <10", fmt.Sprint(all.Participants, all.Unique, all.UniqueShare, all.Few, all.Smallest),
		"three people of the second decile, of whom one is alone")
}

func TestTheColumnThatDrivesComesFirst(t *testing.T) {
	rows := with("gender,birth", people(60, func(i int) []string { return []string{fmt.Sprint(i % 2), fmt.Sprint(i)} }))
	report, err := newBench(t).assess(t, risk.Question{Known: []string{"gender", "birth"}, Rules: profile(t, 10)}, table{"hub.csv", rows})
	require.NoError(t, err)
	require.Len(t, report.Drivers, 2)
	assert.Equal(t, "birth 0", fmt.Sprint(report.Drivers[0].Column, " ", report.Drivers[0].Unique))
	assert.Equal(t, "gender 60", fmt.Sprint(report.Drivers[1].Column, " ", report.Drivers[1].Unique))
	assert.Equal(t, "100.0", report.Classes[0].UniqueShare.String())
}

func TestLimitsStop(t *testing.T) {
	rows := with("gender,decile", people(100, func(i int) []string { return []string{fmt.Sprint(i % 2), fmt.Sprint(i % 10)} }))
	rows = append(rows, []string{"P999", "9", "9"})
	percent, smallest := func(p float64) *float64 { return &p }, func(n int64) *int64 { return &n }
	for _, one := range []struct {
		limits risk.Limits
		want   []string
	}{
		{risk.Limits{}, nil},
		{risk.Limits{MostUnique: percent(1)}, nil},
		{risk.Limits{MostUnique: percent(0.9)}, []string{"RSK030 hub.csv", "RSK030 all files together"}},
		{risk.Limits{MostUnique: percent(0)}, []string{"RSK030 hub.csv", "RSK030 all files together"}},
		{risk.Limits{SmallestClass: smallest(1)}, nil},
		{risk.Limits{SmallestClass: smallest(2)}, []string{"RSK031 hub.csv", "RSK031 all files together"}},
	} {
		report, err := newBench(t).assess(t, risk.Question{Known: []string{"gender", "decile"}, Rules: profile(t, 10), Limits: one.limits}, table{"hub.csv", rows})
		require.NoError(t, err)
		assert.Equal(t, one.want, codes(report), "%+v", one.limits)
		assert.Equal(t, len(one.want) > 0, report.Stops())
	}
}

func TestColumnsThatHoldWhatTheyShouldNot(t *testing.T) {
	const n = 60
	rows := with("gender,note,area,label,surname", people(n, func(i int) []string {
		return []string{
			fmt.Sprint(i % 2),
			fmt.Sprintf("patient %d said that sleep was somewhat better", i),
			[]string{"SW1A 1AA", "M1 1AE"}[i%2],
			[]string{"Self referral by the person", "Referred by a general practice"}[i%2],
			"",
		}
	}))
	dictionary := [][]string{{"column", "meaning"}}
	for i := range 30 {
		dictionary = append(dictionary, []string{fmt.Sprint("c", i), fmt.Sprintf("the meaning of the column number %d", i)})
	}
	report, err := newBench(t).assess(t, risk.Question{
		Known: []string{"gender"}, Rules: profile(t, 10),
		Studies: []risk.Study{{Name: "ELSA", Participants: profile(t, 10).Cell(disclosure.CountOf(4))}, {Name: "BIB", Participants: profile(t, 10).Cell(disclosure.CountOf(56))}},
	}, table{"hub.csv", rows}, table{"docs/dictionary.csv", dictionary})
	require.NoError(t, err)
	assert.Equal(t, []string{"RSK040 ELSA", "RSK020 hub.csv: note", "RSK011 hub.csv: area", "RSK001 hub.csv: surname"}, codes(report))
	assert.Equal(t, []string{"docs/dictionary.csv"}, report.NotJudged)
	assert.True(t, report.Stops(), "an identifier stops")
}

func TestQuestionsThatCannotBeAnswered(t *testing.T) {
	rows := with("gender", people(3, func(int) []string { return []string{"1"} }))
	_, err := newBench(t).assess(t, risk.Question{Rules: profile(t, 10)}, table{"hub.csv", rows})
	assert.ErrorIs(t, err, risk.ErrNothingKnown)
	_, err = newBench(t).assess(t, risk.Question{Rules: profile(t, 10), Known: []string{"gander"}}, table{"hub.csv", rows})
	assert.ErrorIs(t, err, risk.ErrNoSuchColumn)
	_, err = newBench(t).assess(t, risk.Question{Rules: profile(t, 10), Known: []string{"a"}}, table{"hub.csv", [][]string{{"a"}, {"1"}}})
	assert.ErrorIs(t, err, risk.ErrNoPeople)
}

package main

import (
	"context"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/measures"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/synth"
	"tre-toolkit/internal/warehouse"
	"tre-toolkit/specs"
)

// nation is a national delivery that is loaded, to be counted exactly.
type nation struct {
	dir     string
	w       *warehouse.Workspace
	request measures.Request
	planted []plantedLine
}

// plantedLine is a line of planted.csv.
type plantedLine struct{ pathway, what, outcome, flagged, scored, reason string }

// newNation makes a national delivery and loads it.
func newNation(t *testing.T, people int, planted float64, seed uint64) nation {
	t.Helper()
	ctx := t.Context()
	dataset, err := spec.LoadDataset(specs.Files, "NHSE_IAPT")
	require.NoError(t, err)
	n := nation{dir: filepath.Join(t.TempDir(), "delivery")}
	_, err = synth.National(ctx, dataset, planted, synth.Options{Dir: n.dir, People: people, Seed: seed})
	require.NoError(t, err)
	workspace := filepath.Join(t.TempDir(), "workspace")
	require.NoError(t, runHere("init", workspace))
	require.NoError(t, runHere("load", "NHSE_IAPT@3", filepath.Join(n.dir, "NHSE_IAPT_v0003"), "-w", workspace))
	n.w, err = warehouse.OpenForReading(ctx, workspace, warehouse.Settings{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, n.w.Close()) })

	n.request = measures.Request{Dataset: dataset, Version: spec.DatasetVersion{Dataset: "NHSE_IAPT", Number: 3}, Rules: exactly(t)}
	n.request.Measures, err = spec.LoadMeasures(specs.Files, "NHSE_IAPT")
	require.NoError(t, err)
	n.request.CutOffs, err = spec.LoadCutOffs(specs.Files, "NHSE_IAPT")
	require.NoError(t, err)
	n.request.Organisations, err = readOrganisations(filepath.Join(n.dir, synth.OrganisationsFile))
	require.NoError(t, err)
	for _, line := range readLines(t, filepath.Join(n.dir, synth.PlantedFile)) {
		n.planted = append(n.planted, plantedLine{line["pathwayid"], line["what"], line["outcome"], line["flagged"], line["scored"], line["reason"]})
	}
	return n
}

// exactly returns rules that hide nothing: everybody here is made up.
func exactly(t *testing.T) disclosure.Profile {
	t.Helper()
	profile, err := spec.LoadRules(specs.Files, "nhs-talking-therapies")
	require.NoError(t, err)
	rules := profile.Rules()
	rules.Threshold.Value, rules.Zero.Value, rules.RoundingBase.Value, rules.StatisticPeople.Value = 1, disclosure.ShowZero, 1, 1
	rules.PercentageDecimals.Value, rules.StatisticDecimals.Value = 4, 4
	profile, err = disclosure.NewProfile(rules)
	require.NoError(t, err)
	return profile
}

// readLines reads a file of text by its header.
func readLines(t *testing.T, path string) []map[string]string {
	t.Helper()
	file, err := os.Open(path)
	require.NoError(t, err)
	defer file.Close()
	lines, err := csv.NewReader(file).ReadAll()
	require.NoError(t, err)
	var read []map[string]string
	for _, line := range lines[1:] {
		one := map[string]string{}
		for i, name := range lines[0] {
			one[strings.ToLower(name)] = line[i]
		}
		read = append(read, one)
	}
	return read
}

// days returns the period from one day to another.
func days(t *testing.T, window string) measures.Period {
	t.Helper()
	period, err := measures.ParseWindow(window)
	require.NoError(t, err)
	return period
}

// count counts every measure on one level.
func (n nation) count(t *testing.T, level measures.Level, kind string, choices measures.Choices) measures.Results {
	t.Helper()
	periods, err := measures.PeriodsWithin(kind, days(t, "2021-04-01:2024-03-31"))
	require.NoError(t, err)
	return n.countIn(t, level, periods, choices)
}

func (n nation) countIn(t *testing.T, level measures.Level, periods []measures.Period, choices measures.Choices) measures.Results {
	t.Helper()
	request := n.request
	request.Levels, request.Periods, request.Choices = []measures.Level{level}, periods, choices
	counted, err := measures.Count(context.Background(), n.w.Warehouse, request)
	require.NoError(t, err)
	results, err := counted.Results()
	require.NoError(t, err)
	return results
}

// nationalFigures are the exact counts of one group by measure; a measure that the rules
// withhold is not there.
type nationalFigures map[string]int

func figuresOf(results measures.Results, group measures.Group) nationalFigures {
	made := nationalFigures{}
	for i, measure := range results.Measures() {
		if value, shown := group.Cells[i].Value(); shown && measure.Kind == spec.CountMeasure {
			made[measure.ID] = int(value)
		}
	}
	return made
}

func (f nationalFigures) sum(t *testing.T, ids ...string) (sum int) {
	t.Helper()
	for _, id := range ids {
		value, there := f[id]
		require.True(t, there, "%s is withheld", id)
		sum += value
	}
	return sum
}

// assertIdentities holds what measures of one group must be to one another.
// Flags that contradict one another put a course among the improved and the
// deteriorated: those are as many as may be counted twice.
func (f nationalFigures) assertIdentities(t *testing.T, contradictory int) {
	t.Helper()
	same := func(a, b int) { t.Helper(); require.Equal(t, a, b) }
	atMost := func(a, b int) { t.Helper(); require.LessOrEqual(t, a, b) }
	of := func(ids ...string) int { t.Helper(); return f.sum(t, ids...) }
	same(of("M056"), of("M073", "M074", "M075", "M076"))
	same(of("M056"), of("M057", "M058", "M059", "M060", "M061", "M340", "M062", "M063", "M066", "M344", "M341", "M069", "M070", "M342", "M071", "M072"))
	same(of("M031"), of("M032", "M033", "M034", "M035"))
	atMost(of("M185", "M187", "M189"), of("M076")+contradictory)
	atMost(of("M193"), of("M191"))
	atMost(of("M193"), of("M185"))
	atMost(of("M191"), of("M076")-of("M179"))
	atMost(of("M204"), of("M203"))
	atMost(of("M203"), of("M076"))
	atMost(of("M036"), of("M037"))
	atMost(of("M037"), of("M031"))
	atMost(of("M052"), of("M054"))
	atMost(of("M054"), of("M076"))
	atMost(of("M083", "M084", "M085", "M086", "M087", "M088"), of("M082"))
	atMost(of("M002", "M003", "M004", "M005", "M345", "M006", "M007", "M008", "M018", "M014", "M287"), of("M001"))
}

// Of every organisation of every level, in every month, the figures agree with one
// another, and those of a level add up to England's, whatever is wrong with the
// records.
func TestNationalIdentitiesHoldAtEveryLevelAndMonth(t *testing.T) {
	n := newNation(t, 900, 0.2, 1)
	contradictory := len(n.pathwaysWith("flags of outcomes contradict one another"))
	require.Positive(t, contradictory)
	months := map[int]nationalFigures{}
	for _, level := range measures.Levels()[:6] {
		results := n.count(t, level, measures.Month, measures.Choices{})
		sums := map[int]nationalFigures{}
		for group := range results.Groups() {
			one := figuresOf(results, group)
			one.assertIdentities(t, contradictory)
			if sums[group.Period] == nil {
				sums[group.Period] = nationalFigures{}
			}
			for id, value := range one {
				sums[group.Period][id] += value
			}
		}
		require.Len(t, sums, 36, level)
		if level == measures.England {
			months = sums
		}
		for month, sum := range sums {
			delete(sum, "M153") // withheld for those of whom days and counts do not agree
			for id, value := range sum {
				require.Equal(t, months[month][id], value, "%s of every %s in month %d", id, level, month+1)
			}
		}
	}
}

// Those waiting are not given of months beside one another: the bands of one day.
func TestNationalWaitsAreBandsOfThoseWaiting(t *testing.T) {
	n := newNation(t, 900, 0.2, 2)
	march := days(t, "2024-03-01:2024-03-31")
	for _, level := range []measures.Level{measures.England, measures.ICB, measures.Provider} {
		results := n.countIn(t, level, []measures.Period{march}, measures.Choices{})
		waiting := 0
		for group := range results.Groups() {
			one := figuresOf(results, group)
			waiting += one["M038"]
			for _, bands := range [][]string{{"M030", "M029"}, {"M039", "M040", "M041", "M042", "M043", "M038"}} {
				for i := range bands[1:] {
					require.LessOrEqual(t, one.sum(t, bands[i]), one.sum(t, bands[i+1]), "%s of %s %s", bands[i], level, group.Code1)
				}
			}
		}
		require.Positive(t, waiting)
	}
}

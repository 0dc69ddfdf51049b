package spec_test

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/spec"
	"tre-toolkit/specs"
)

// talkingTherapies is the shipped dataset, for tests and fuzzing.
func talkingTherapies(t testing.TB) spec.Dataset {
	t.Helper()
	dataset, err := spec.LoadDataset(specs.Files, "NHSE_IAPT")
	require.NoError(t, err)
	return dataset
}

func quality(t testing.TB, text string) (spec.Quality, error) {
	t.Helper()
	return spec.LoadQuality(fstest.MapFS{"datasets/NHSE_IAPT/quality.toml": {Data: []byte(text)}}, talkingTherapies(t))
}

func TestShippedQualityRules(t *testing.T) {
	dataset := talkingTherapies(t)
	rules, err := spec.LoadQuality(specs.Files, dataset)
	require.NoError(t, err)
	kinds := map[string]int{}
	for _, rule := range rules.Rules {
		kinds[rule.Kind]++
	}
	for _, kind := range []string{
		spec.UniqueRule, spec.ForeignKeyRule, spec.DateOrderRule, spec.AfterParentRule, spec.TogetherRule,
		spec.ExcludingRule, spec.FilledRule, spec.CodeListRule, spec.ScoreRule, spec.LinkedRule,
	} {
		assert.Positive(t, kinds[kind], kind)
	}
	for _, table := range dataset.Tables {
		for _, version := range []spec.VersionNumber{2, 3} {
			_, found := rules.MonthOf(table, version)
			assert.True(t, found, "%s of version %d tells no month", table.Name, version)
		}
	}
	labels, err := spec.LoadLabels(specs.Files, "NHSE_IAPT")
	require.NoError(t, err)
	table, _ := dataset.Table("coded_scored_assessments")
	tool, _ := table.Column("codedasstooltype")
	var listed, scaled []string
	for _, code := range labels.Of(tool) {
		listed = append(listed, code[0])
	}
	for _, scale := range rules.Scales {
		scaled = append(scaled, scale.Tool)
	}
	assert.ElementsMatch(t, listed, scaled, "a tool has a label and a scale")
}

func TestADatasetWithoutQualityRulesHasNone(t *testing.T) {
	rules, err := spec.LoadQuality(fstest.MapFS{}, talkingTherapies(t))
	require.NoError(t, err)
	assert.Empty(t, rules.Rules)
}

// sound is one rule that nothing is wrong with; a case changes a part of it.
const sound = `
[[rules]]
code = "DQ101"
severity = "error"
kind = "date_order"
table = "waiting_time_pauses"
columns = ["pausestartdate", "pauseenddate"]
reason = "A pause ends after it began."
source = "This test, as an example"
`

func TestFaultsOfQualityRules(t *testing.T) {
	_, err := quality(t, sound)
	require.NoError(t, err)
	for _, c := range []struct{ from, to, says string }{
		{`"DQ101"`, `"101"`, `the code "101" is not one`},
		{`"error"`, `"fatal"`, `severity is "fatal"`},
		{`"date_order"`, `"date_ordr"`, `there is no kind "date_ordr"; did you mean date_order?`},
		{`"waiting_time_pauses"`, `"pauses"`, `there is no table "pauses"`},
		{`"pauseenddate"`, `"pauseendate"`, `waiting_time_pauses has no column "pauseendate"; did you mean pauseenddate?`},
		{`"pauseenddate"`, `"pausereason"`, `column pausereason is no date`},
		{`, "pauseenddate"`, ``, `names 1 columns; a rule of kind date_order has 2 to 2`},
		{`"A pause ends after it began."`, `""`, `gives no reason or no source`},
		{`table = "waiting_time_pauses"`, ``, `names no table; only rules of kind filled, code_list and linked may be of all tables`},
		{`reason =`, "parent = \"care_activities\"\nreason =", `rules of kind foreign_key and after_parent have a parent, and no others`},
		{`reason =`, "parent_day = \"carecontdate\"\nreason =", `rules of kind after_parent have a parent_day, and no others`},
		{`reason =`, "codes = [[\"1\"], [\"2\"]]\nreason =", `has two lists of codes, and no other has any`},
		{`reason =`, "may_be_empty = [\"pauseid\"]\nreason =", `may_be_empty is for rules of kind unique`},
		{`reason =`, "sources = 1\nreason =", `unknown key "rules.sources"; did you mean source?`},
		{`reason =`, "reason = 3 #", `reason: `},
	} {
		require.Contains(t, sound, c.from)
		_, err := quality(t, strings.Replace(sound, c.from, c.to, 1))
		require.Error(t, err, c.says)
		assert.Contains(t, err.Error(), c.says)
		assert.Contains(t, err.Error(), "datasets/NHSE_IAPT/quality.toml:")
	}
}

// Everything that is wrong is said at once, where it stands.
func TestFaultsOfQualityRulesAreAllTold(t *testing.T) {
	_, err := quality(t, `
[[months]]
table = "care_cluster"
columns = ["unique_monthid", "amhcareclustcodefin"]

[[months]]
table = "care_clusters"
columns = []

[[scales]]
tool = "1"
name = "no ranges"
source = "none"

[[scales]]
tool = "1"
name = "upside down"
ranges = [{ lowest = 2, highest = 1 }]
source = "none"
`+sound+sound)
	var invalid *spec.Invalid
	require.True(t, errors.As(err, &invalid))
	var told []string
	for _, fault := range invalid.Faults {
		told = append(told, fault.String())
	}
	const file = "datasets/NHSE_IAPT/quality.toml"
	assert.ElementsMatch(t, []string{
		file + ":2: column unique_monthid holds numbers of months, and [month_id] does not say how they are counted",
		file + ":2: column amhcareclustcodefin is text; a month is told by a date or a whole number",
		file + ":2: column amhcareclustcodefin holds numbers of months, and [month_id] does not say how they are counted",
		file + ":6: there is no table \"care_clusters\"",
		file + ":10: a scale needs tool, name, source, and ranges or texts",
		file + ":15: the tool 1 has two scales; give one several ranges",
		file + ":15: 2 to 1 with 0 decimals is no range of scores",
		file + ":30: two rules are called DQ101",
	}, told)
}

func FuzzQuality(f *testing.F) {
	shipped, err := specs.Files.ReadFile("datasets/NHSE_IAPT/quality.toml")
	require.NoError(f, err)
	f.Add(string(shipped))
	f.Add(sound)
	f.Add("[[rules]]\ncolumns = [\"a\"]")
	dataset := talkingTherapies(f)
	f.Fuzz(func(t *testing.T, text string) {
		files := fstest.MapFS{"datasets/NHSE_IAPT/quality.toml": {Data: []byte(text)}}
		rules, err := spec.LoadQuality(files, dataset)
		if err != nil {
			require.Empty(t, rules.Rules, "what has faults is not used")
			return
		}
		for _, rule := range rules.Rules {
			require.NotEmpty(t, rule.Reason)
			require.True(t, rule.Table.IsZero() || func() bool { _, found := dataset.Table(rule.Table.String()); return found }())
		}
	})
}

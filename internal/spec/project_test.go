package spec_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/spec"
)

// wideFile is a table with a column of every kind that a project may meet.
const wideFile = `name = "hub"
period_key = "pathwayid"
columns = [
  { name = "cohortkey_e", type = "VARCHAR", category = "person" },
  { name = "pathwayid", type = "VARCHAR", category = "linking" },
  { name = "extract_start_date", type = "DATE" },
  { name = "extract_end_date", type = "DATE" },
  { name = "extract_date", type = "DATE" },
  { name = "phq9_first", type = "SMALLINT" },
  { name = "phq9_last", type = "SMALLINT" },
  { name = "phq9_gone", type = "SMALLINT", until = 1 },
  { name = "phq9_later", type = "SMALLINT", since = 3 },
  { name = "phq9_note", type = "VARCHAR", category = "free_text" },
  { name = "born", type = "DATE", category = "identifying" },
  { name = "home", type = "VARCHAR", category = "identifying" },
  { name = "orgid", type = "VARCHAR", category = "special_approval", code = true },
  { name = "nic_number", type = "VARCHAR", category = "internal" },
  { name = "month", type = "SMALLINT", calendar = true },
]
`

func wide(t *testing.T) spec.Dataset {
	t.Helper()
	dataset, err := loadTiny(strings.Replace(datasetFile, "number = 1", "number = 2", 1), wideFile)
	require.NoError(t, err)
	return dataset
}

// askWide loads a project that asks the table for columns, with more lines
// behind them, and checks it against the dataset.
func askWide(t *testing.T, columns, more string) (spec.Project, error) {
	t.Helper()
	text := `project = "llc_0001"
freeze = 1
studies = ["BIB"]
rules = "strict"
[[datasets]]
version = "NHSE_TINY@2"
[[datasets.tables]]
name = "hub"
columns = [` + columns + `]
` + more
	cohorts := spec.Cohorts{Studies: []spec.StudyInfo{{Code: "BIB", NHSLinkage: true, Purpose: spec.AnyPurpose}}}
	project, err := spec.LoadProject(fstest.MapFS{"p.toml": {Data: []byte(text)}}, "p.toml")
	if len(project.Datasets) == 0 {
		return project, err
	}
	return project, spec.Join(err, project.CheckAgainst(wide(t), project.Datasets[0], cohorts))
}

// What a project is given for what it asks, in the table's order; and what it is
// told when it may not have it.
func TestWhatAProjectIsGiven(t *testing.T) {
	cases := map[string]struct{ columns, more, given, fault string }{
		"by name":                      {`"phq9_last", "pathwayid"`, ``, "pathwayid phq9_last", ``},
		"by pattern":                   {`"phq9_*"`, ``, "phq9_first phq9_last", ``},
		"by pattern and by name":       {`"phq9_*", "phq9_first"`, ``, "phq9_first phq9_last", ``},
		"a pattern in the middle":      {`"phq*t"`, ``, "phq9_first phq9_last", ``},
		"a pattern takes what it may":  {`"*"`, ``, "pathwayid extract_start_date extract_end_date extract_date phq9_first phq9_last month", ``},
		"and what is approved by name": {`"phq9_*"`, `approved = ["phq9_note"]`, "phq9_first phq9_last phq9_note", ``},
		"a pattern of nothing":         {`"phq8_*"`, ``, "", "p.toml:9: table hub: pattern phq8_* fits no column; did you mean phq9_*?"},
		"a pattern of the withheld":    {`"nic*"`, ``, "", "p.toml:9: table hub: pattern nic* fits only columns that are not given by pattern: column nic_number is internal"},
		"a column that is gone":        {`"phq9_gone"`, ``, "", "p.toml:9: table hub: column phq9_gone is not in this version: it is gone since version 2"},
		"a column to come":             {`"phq9_later"`, ``, "", "p.toml:9: table hub: column phq9_later is not in this version: it came with version 3"},
		"free text":                    {`"phq9_note"`, ``, "", "p.toml:9: table hub: column phq9_note is free text, which may hold anything: list it under approved"},
		"internal":                     {`"nic_number"`, ``, "", "p.toml:9: table hub: column nic_number is internal: list it under approved if the approval names it"},
		"internal, approved":           {`"nic_number"`, `approved = ["nic_number"]`, "nic_number", ``},
		"the person key, approved":     {`"cohortkey_e"`, `approved = ["cohortkey_e"]`, "", "which never leaves"},
		"identifying":                  {`"born"`, ``, "", "p.toml:9: table hub: column born is identifying: list it under approved and make it coarser under coarsen"},
		"identifying, approved only":   {`"born"`, `approved = ["born"]`, "", "column born is identifying"},
		"identifying, made coarser":    {`"born"`, "approved = [\"born\"]\n[[datasets.tables.coarsen]]\ncolumn = \"born\"\nto = \"year\"", "born", ``},
		"approved that is none":        {`"phq9_last"`, `approved = ["orgidd"]`, "", "p.toml:10: table hub: approved names orgidd, which is no column; did you mean orgid?"},
		"a real code":                  {`"orgid"`, "approved = [\"orgid\"]\nreal_codes = [\"orgid\"]", "orgid", ``},
		"a real code not asked for":    {`"phq9_last"`, `real_codes = ["orgid"]`, "", "p.toml:10: table hub: real_codes names orgid, which is no code of a provider or an area among the columns"},
		"a postcode as a year":         {`"home"`, "approved = [\"home\"]\n[[datasets.tables.coarsen]]\ncolumn = \"home\"\nto = \"year\"", "", "p.toml:12: table hub: column home is no date, which year needs"},
		"a score as a postcode":        {`"phq9_last"`, "[[datasets.tables.coarsen]]\ncolumn = \"phq9_last\"\nto = \"postcode-area\"", "", "p.toml:11: table hub: column phq9_last is no text, which postcode-area needs"},
		"a code in two groups":         {`"orgid"`, "approved = [\"orgid\"]\n[[datasets.tables.coarsen]]\ncolumn = \"orgid\"\nto = \"groups\"\ngroups = { A = [\"1\"], B = [\"1\"] }", "", "p.toml:12: table hub: column orgid: code 1 is in two groups"},
		"coarser twice":                {`"phq9_last"`, strings.Repeat("[[datasets.tables.coarsen]]\ncolumn = \"phq9_last\"\nto = \"age-band\"\nwidth = 5\ntop = 90\n", 2), "", "table hub: column phq9_last is made coarser twice"},
		"two code lists":               {`"phq9_last"`, strings.Repeat("[[datasets.tables.codes]]\ncolumn = \"orgid\"\nkeep = [\"A\"]\nuncoded = \"drop\"\n", 2), "", "table hub: column orgid has two code lists"},
		"a window without its days":    {`"phq9_last"`, "[datasets.tables.window]\ncolumn = \"extract_date\"\nundated = \"drop\"", "", "p.toml:10: table hub: from is missing: write a day, as in from = 2024-04-26"},
	}
	for name, one := range cases {
		t.Run(name, func(t *testing.T) {
			project, err := askWide(t, one.columns, one.more)
			if one.fault != "" {
				assert.ErrorContains(t, err, one.fault)
				return
			}
			require.NoError(t, err)
			dataset := wide(t)
			hub, _ := dataset.Table("hub")
			var given []string
			for _, column := range project.Datasets[0].Tables[0].Given(hub, 2) {
				given = append(given, column.Name.String())
			}
			assert.Equal(t, one.given, strings.Join(given, " "))
		})
	}
}

// A column that tells true days stands beside no shifted one.
func TestADateShiftKeepsTrueDaysOut(t *testing.T) {
	shifted := func(columns string) error {
		project, err := askWide(t, columns, "")
		require.NoError(t, err)
		project.DateShift = &spec.DateShift{MostDays: 30}
		return project.CheckAgainst(wide(t), project.Datasets[0], spec.Cohorts{Studies: []spec.StudyInfo{{Code: "BIB", NHSLinkage: true, Purpose: spec.AnyPurpose}}})
	}
	require.NoError(t, shifted(`"phq9_last"`))
	for _, column := range []string{"extract_end_date", "extract_date", "month"} {
		assert.ErrorContains(t, shifted(`"`+column+`"`), "column "+column+" tells true days, which would undo the date shift")
	}
}

func TestApprovalsAreHalfOpen(t *testing.T) {
	day := func(text string) spec.Date {
		parsed, err := spec.ParseDate(text)
		require.NoError(t, err)
		return parsed
	}
	approval := spec.Approval{From: day("2026-01-01"), To: day("2027-01-01")}
	assert.False(t, approval.Covers(day("2025-12-31")))
	assert.True(t, approval.Covers(day("2026-01-01")))
	assert.True(t, approval.Covers(day("2026-12-31")))
	assert.False(t, approval.Covers(day("2027-01-01")))
}

func TestLabelsOfCodes(t *testing.T) {
	const sound = `[[items]]
element = "GENDER"
source = "a dictionary"
from = ["T.Gender"]
codes = [["1", "Male"], ["2", "Female"]]
`
	load := func(text string) (spec.Labels, error) {
		return spec.LoadLabels(fstest.MapFS{"datasets/NHSE_TINY/codes.toml": {Data: []byte(text)}}, "NHSE_TINY")
	}
	labels, err := load(sound)
	require.NoError(t, err)
	assert.Equal(t, [][2]string{{"1", "Male"}, {"2", "Female"}}, labels.Of(spec.Column{From: "T.Gender"}))
	assert.Empty(t, labels.Of(spec.Column{From: "T.Other"}))
	assert.Empty(t, labels.Of(spec.Column{}), "a column that comes from nowhere")
	none, err := spec.LoadLabels(fstest.MapFS{}, "NHSE_TINY")
	require.NoError(t, err)
	assert.Empty(t, none.Items)
	for name, one := range map[string]struct{ from, to, fault string }{
		"a code twice":      {`["2", "Female"]`, `["1", "Female"]`, `codes.toml:1: code "1" of GENDER has two labels`},
		"two lists":         {sound, sound + sound, `codes.toml:6: T.Gender has two lists of codes`},
		"no source":         {`source = "a dictionary"`, ``, `codes.toml:1: an item needs element, source, from and codes`},
		"an unknown key":    {`source`, `sauce`, `unknown key "items.sauce"`},
		"a code by itself":  {`["2", "Female"]`, `["2"]`, `codes.toml:5: `},
		"not a list at all": {`[["1", "Male"], ["2", "Female"]]`, `"1"`, `codes.toml:5: `},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load(strings.Replace(sound, one.from, one.to, 1))
			assert.ErrorContains(t, err, one.fault)
		})
	}
}

// No text makes the reader of projects fail otherwise than by faults.
func FuzzProjectFile(f *testing.F) {
	f.Add(projectFile)
	f.Add("studies = [\"a\"]\n[[datasets]]\n[[datasets.tables]]\ncolumns = [\"*\", \"[\"]\n[[datasets.tables.coarsen]]\ngroups = {}\n")
	f.Add("[approval]\nfrom = 1\n[date_shift]\n[[datasets]]\ntables = [{ name = \"x\" }]\n")
	dataset, err := loadTiny(datasetFile, wideFile)
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, text string) {
		project, err := spec.LoadProject(fstest.MapFS{"p.toml": {Data: []byte(text)}}, "p.toml")
		for _, chosen := range project.Datasets {
			err = spec.Join(err, project.CheckAgainst(dataset, chosen, spec.Cohorts{}))
		}
		if err != nil {
			var invalid *spec.Invalid
			require.ErrorAs(t, err, &invalid)
		}
	})
}

// A table that goes by person has no pathways to keep one row of; with what a
// transform needs there is no fault.
func TestTransformsNeedWhatTheyChooseBy(t *testing.T) {
	byMonth := strings.Replace(hubFile, "]\n", "  { name = \"unique_monthid\", type = \"SMALLINT\" },\n]\n", 1)
	check := func(hub, transform string) error {
		dataset, err := loadTiny(datasetFile, hub)
		require.NoError(t, err)
		text := strings.NewReplacer(`["ALSPAC", "BIB"]`, `["BIB"]`, "latest-extract", transform).Replace(projectFile)
		project, err := spec.LoadProject(fstest.MapFS{"p.toml": {Data: []byte(text)}}, "p.toml")
		require.NoError(t, err)
		return project.CheckAgainst(dataset, project.Datasets[0], spec.Cohorts{Studies: []spec.StudyInfo{{Code: "BIB", NHSLinkage: true, Purpose: spec.AnyPurpose}}})
	}
	assert.NoError(t, check(byMonth, spec.OneRowPerPathway))
	assert.NoError(t, check(strings.Replace(byMonth, "columns = [", "row_key = [\"pathwayid\"]\ncolumns = [", 1), spec.LatestSubmission))
	byPerson := strings.Replace(byMonth, `period_key = "pathwayid"`, `period_key = "cohortkey_e"`, 1)
	assert.ErrorContains(t, check(byPerson, spec.OneRowPerPathway), "p.toml:13: table hub: it goes by person and has no pathways; did you mean final-extract?")
}

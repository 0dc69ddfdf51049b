package spec_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/spec"
)

const datasetFile = `# a dataset of one table
name = "NHSE_TINY"
stem = "TINY"
schema = "nhsd"
hub = "hub"
person = "cohortkey_e"
linkage = "nhs_e"
table_order = [
  "hub",
]

[[versions]]
number = 1
date = 2024-04-26
`

const hubFile = `name = "hub"
period_key = "pathwayid"
columns = [
  { name = "cohortkey_e", type = "VARCHAR", category = "person" },
  { name = "pathwayid", type = "VARCHAR", category = "linking" },
  { name = "extract_start_date", type = "DATE" },
  { name = "extract_end_date", type = "DATE" },
  { name = "extract_date", type = "DATE" },
  { name = "score", type = "SMALLINT", label = "Points" },
]
`

func loadTiny(dataset, hub string) (spec.Dataset, error) {
	return spec.LoadDataset(fstest.MapFS{
		"datasets/NHSE_TINY.toml":     {Data: []byte(dataset)},
		"datasets/NHSE_TINY/hub.toml": {Data: []byte(hub)},
	}, "NHSE_TINY")
}

// One change to a sound specification; what is then said of it, and where.
func TestFaultsOfADatasetSayWhere(t *testing.T) {
	_, err := loadTiny(datasetFile, hubFile)
	require.NoError(t, err)
	const main, table = "datasets/NHSE_TINY.toml", "datasets/NHSE_TINY/hub.toml"
	cases := map[string]struct{ from, to, fault string }{
		"an unknown key":              {`label = "Points"`, `lable = "Points"`, table + `:9: unknown key "columns.lable"`},
		"an unknown key at the top":   {`stem = "TINY"`, "stem = \"TINY\"\ncolour = 1", main + `:4: unknown key "colour"`},
		"an unknown section":          {`[[versions]]`, "[extra]\nx = 1\n[[versions]]", main + `:12: unknown key "extra"`},
		"a type that is none":         {`"SMALLINT"`, `"FLOAT"`, table + `:9: column score: "FLOAT" is not a column type`},
		"no type":                     {`, type = "SMALLINT"`, ``, table + `:9: column score: "" is not a column type`},
		"SQL for a type":              {`"SMALLINT"`, `"DATE, x INT"`, table + `:9: column score: "DATE, x INT" is not a column type`},
		"a name that is none":         {`"score"`, `"Score!"`, table + `:9: column Score!: "Score!" is not a name`},
		"no name":                     {`name = "score", `, ``, table + `: column 6 has no name`},
		"a column twice":              {`"score"`, `"extract_date"`, table + `:9: column extract_date is listed twice`},
		"an unknown category":         {`label = "Points"`, `category = "secret"`, table + `:9: column score: category is "secret"`},
		"versions that end too early": {`label = "Points"`, `since = 3, until = 2`, table + `:9: column score: since 3 until 2 is no span`},
		"a table of another name":     {"name = \"hub\"\nperiod", "name = \"other\"\nperiod", table + `:1: the table is called "other"; its file says hub`},
		"no extract period":           {`"extract_start_date"`, `"extract_start"`, table + `: the table has no column "extract_start_date"`},
		"no person key":               {`"cohortkey_e", type`, `"person", type`, table + `: the table has no column "cohortkey_e"`},
		"no key of the period":        {`"pathwayid", type`, `"pathway", type`, table + `: the table has no column "pathwayid"`},
		"a row key of no column":      {`period_key = "pathwayid"`, "period_key = \"pathwayid\"\nrow_key = [\"pathwayid\", \"contact\"]", table + `:3: row_key: the table has no column "contact"`},
		"a hub that is no table":      {`hub = "hub"`, `hub = "centre"`, main + `:5: the hub "centre" is not one of its tables`},
		"no hub":                      {"hub = \"hub\"\n", "", main + `: hub is missing`},
		"no schema":                   {"schema = \"nhsd\"\n", "", main + `: schema is missing`},
		"SQL for a schema":            {`"nhsd"`, `"nhsd; DROP"`, main + `:4: "nhsd; DROP" is not a name`},
		"a dataset of another name":   {`"NHSE_TINY"`, `"NHSE_TALL"`, main + `:2: the dataset is called "NHSE_TALL"; its file says NHSE_TINY`},
		"a table twice":               {"  \"hub\",\n", "  \"hub\", \"hub\",\n", `table_order: table hub is listed twice`},
		"a table outside the folder":  {"  \"hub\",\n", "  \"hub\", \"../secrets\",\n", main + `:9: table_order: "../secrets" is not a name`},
		"a table without a file":      {"  \"hub\",\n", "  \"hub\", \"spoke\",\n", `datasets/NHSE_TINY/spoke.toml: cannot be read: file does not exist`},
		"version 0":                   {`number = 1`, `number = 0`, main + `:12: version 0 is not a version number`},
		"a version as text":           {`number = 1`, `number = "1"`, main + `:13: versions.number: TOML value has type string`},
		"a day that is none":          {`2024-04-26`, `"2024-02-30"`, main + `:14: "2024-02-30" is not a date`},
		"versions out of order":       {`[[versions]]`, "[[versions]]\nnumber = 2\ndate = 2024-04-27\n[[versions]]", main + `:15: version 1 does not follow 2`},
		"broken TOML":                 {`hub = "hub"`, `hub = "hub`, main + `:5:`},
		"broken TOML of a table":      {`type = "SMALLINT"`, `type = `, table + `:9:`},
	}
	for name, one := range cases {
		t.Run(name, func(t *testing.T) {
			dataset, hub := strings.Replace(datasetFile, one.from, one.to, 1), strings.Replace(hubFile, one.from, one.to, 1)
			_, err := loadTiny(dataset, hub)
			var invalid *spec.Invalid
			require.ErrorAs(t, err, &invalid)
			assert.Contains(t, err.Error(), one.fault)
			for _, line := range strings.Split(err.Error(), "\n") {
				assert.Regexp(t, `^datasets/NHSE_TINY[\w./]*:(\d+:)? `, line, "every fault names its file")
			}
		})
	}
}

func TestFaultsComeAllAtOnce(t *testing.T) {
	hub := strings.NewReplacer(
		`"score", type = "SMALLINT", label`, `"score", type = "FLOAT", category = "odd", lable`,
		`"extract_date", type = "DATE"`, `"extract_date", type = "DAY"`,
	).Replace(hubFile)
	_, err := loadTiny(strings.Replace(datasetFile, `hub = "hub"`, `hub = "centre"`, 1), hub)
	require.Error(t, err)
	for _, wanted := range []string{"hub.toml:8: column extract_date", `hub.toml:9: column score: "FLOAT"`, "hub.toml:9: column score: category", "hub.toml:9: unknown key", "NHSE_TINY.toml:5: the hub"} {
		assert.Contains(t, err.Error(), wanted)
	}
}

func TestFaultsOfCohorts(t *testing.T) {
	_, err := spec.LoadCohorts(fstest.MapFS{"cohorts.toml": {Data: []byte(`[[studies]]
code = "ALSPAC"
purpose = "any"

[[studies]]
code = "ALSPAC"
purpose = "fun"
`)}})
	require.Error(t, err)
	assert.Contains(t, err.Error(), "cohorts.toml:6: study ALSPAC is listed twice")
	assert.Contains(t, err.Error(), `cohorts.toml:6: study ALSPAC: purpose is "fun"`)
	_, err = spec.LoadCohorts(fstest.MapFS{"cohorts.toml": {Data: []byte("[[studies]]\npurpose = \"any\"\n")}})
	assert.ErrorContains(t, err, "study 1 of the list has no code")
	_, err = spec.LoadCohorts(fstest.MapFS{})
	assert.ErrorContains(t, err, "cohorts.toml: cannot be read")
}

func TestWhatIsNotThereIsNamedBesideWhatIs(t *testing.T) {
	files := fstest.MapFS{"datasets/NHSE_TINY.toml": {Data: []byte(datasetFile)}, "rules/strict.toml": {Data: []byte("name = 'strict'")}}
	_, err := spec.LoadDataset(files, "NHSE_TALL")
	assert.ErrorContains(t, err, "there is no dataset NHSE_TALL; known: NHSE_TINY")
	_, err = spec.LoadRules(files, "lax")
	assert.ErrorContains(t, err, "there are no rules lax; known: strict")
	_, err = spec.LoadRules(files, "strict")
	assert.ErrorContains(t, err, "rules/strict.toml: threshold is 0")
	assert.ErrorContains(t, err, "threshold gives no reason or no source")
}

const projectFile = `project = "llc_0042"
title = "Tiny"
freeze = 16
studies = ["ALSPAC", "BIB"]
rules = "ukllc-metrics"

[[datasets]]
version = "NHSE_TINY@1"

[[datasets.tables]]
name = "hub"
columns = ["pathwayid", "score"]
transform = "latest-extract"

[datasets.tables.window]
column = "extract_date"
from = 2020-09-01
to = 2024-04-01
undated = "drop"
`

func TestFaultsOfAProjectSayWhere(t *testing.T) {
	dataset, err := loadTiny(datasetFile, strings.Replace(hubFile, "]\n", `  { name = "orgid", type = "VARCHAR", category = "special_approval" },
  { name = "nic_number", type = "VARCHAR", category = "internal" },
  { name = "later", type = "VARCHAR", since = 2 },
]
`, 1))
	require.NoError(t, err)
	cohorts := spec.Cohorts{Studies: []spec.StudyInfo{
		{Code: "ALSPAC", NHSLinkage: true, Purpose: spec.COVID19Purpose},
		{Code: "BIB", NHSLinkage: true, Purpose: spec.AnyPurpose},
		{Code: "SABRE", NHSLinkage: false, Purpose: spec.AnyPurpose},
	}}
	check := func(text string) error {
		project, err := spec.LoadProject(fstest.MapFS{"p.toml": {Data: []byte(text)}}, "p.toml")
		if err != nil {
			return err
		}
		return project.CheckAgainst(dataset, project.Datasets[0], cohorts)
	}
	sound := strings.Replace(projectFile, `["ALSPAC", "BIB"]`, `["BIB"]`, 1)
	require.NoError(t, check(sound))
	cases := map[string]struct{ from, to, fault string }{
		"no project":                   {`project = "llc_0042"`, ``, "p.toml: project is missing"},
		"a project that is none":       {`"llc_0042"`, `"42"`, `p.toml:1: "42" is not a project`},
		"no freeze":                    {`freeze = 16`, ``, "freeze is missing"},
		"no studies":                   {`["BIB"]`, `[]`, "p.toml:4: studies is empty"},
		"no rules":                     {`rules = "ukllc-metrics"`, ``, "rules is missing"},
		"an unknown study":             {`["BIB"]`, `["BIBB"]`, "p.toml:4: there is no study BIBB; did you mean BIB?"},
		"a study without linkage":      {`["BIB"]`, `["SABRE"]`, "p.toml:4: study SABRE is not linked to NHS England records"},
		"a study for COVID-19 only":    {`["BIB"]`, `["ALSPAC"]`, "p.toml:4: study ALSPAC may be used for COVID-19 research only"},
		"another purpose":              {`title = "Tiny"`, `purpose = "fun"`, `p.toml:2: purpose is "fun"`},
		"another format":               {`title = "Tiny"`, `format = "xlsx"`, `p.toml:2: there is no format "xlsx"; there are parquet, csv, both`},
		"an unknown key":               {`title = "Tiny"`, `titel = "Tiny"`, `p.toml:2: unknown key "titel"`},
		"an unknown table":             {`name = "hub"`, `name = "hubb"`, "p.toml:11: NHSE_TINY has no table hubb; did you mean hub?"},
		"an unknown column":            {`"score"]`, `"scores"]`, "p.toml:12: table hub: there is no column scores; did you mean score?"},
		"a column twice":               {`"score"]`, `"score", "score"]`, "p.toml:12: table hub: column score is named twice"},
		"no columns":                   {`["pathwayid", "score"]`, `[]`, "p.toml:11: table hub: columns is empty"},
		"the person key":               {`"score"]`, `"cohortkey_e"]`, "p.toml:12: table hub: column cohortkey_e is the NHS person key, which never leaves"},
		"an internal column":           {`"score"]`, `"nic_number"]`, "p.toml:12: table hub: column nic_number is internal"},
		"a column of another version":  {`"score"]`, `"later"]`, "p.toml:12: table hub: column later is not in this version"},
		"special approval":             {`"score"]`, `"orgid"]`, "p.toml:12: table hub: column orgid needs special approval"},
		"a transform that is none":     {`"latest-extract"`, `"newest"`, `p.toml:13: table hub: there is no transform "newest"`},
		"a transform without months":   {`"latest-extract"`, `"latest-submission"`, `p.toml:13: table hub: transform latest-submission needs the column unique_monthid, which this version has not`},
		"submissions of no row":        {`"latest-extract"`, `"latest-submission"`, `p.toml:13: table hub: transform latest-submission needs to know by what a row is submitted again`},
		"pathways without months":      {`"latest-extract"`, `"one-row-per-pathway"`, `p.toml:13: table hub: transform one-row-per-pathway needs the column unique_monthid`},
		"a window that ends before":    {`2024-04-01`, `2020-09-01`, "p.toml:16: table hub: the window ends (2020-09-01) before it begins"},
		"a window of no date":          {`column = "extract_date"`, `column = "score"`, "table hub: score is not a date column of version 1"},
		"nothing said of undated rows": {`undated = "drop"`, ``, "p.toml:16: table hub: say what becomes of rows without the window's date"},
		"a version that is none":       {`"NHSE_TINY@1"`, `"NHSE_TINY"`, `p.toml:8: "NHSE_TINY" does not name a dataset version`},
		"no dataset":                   {projectFile[strings.Index(projectFile, "[[datasets]]"):], ``, "no datasets"},
		"a column that is SQL":         {`"score"]`, `"score) FROM x--"]`, "is not a name"},
	}
	for name, one := range cases {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(sound, one.from, one.to, 1)
			require.NotEqual(t, sound, text)
			err := check(text)
			var invalid *spec.Invalid
			require.ErrorAs(t, err, &invalid)
			assert.Contains(t, err.Error(), one.fault)
		})
	}
	t.Run("approved by name", func(t *testing.T) {
		assert.NoError(t, check(strings.Replace(sound, `"score"]`, "\"orgid\"]\napproved = [\"orgid\"]", 1)))
	})
	t.Run("a COVID-19 project may have a COVID-19 study", func(t *testing.T) {
		assert.NoError(t, check(strings.Replace(projectFile, `title = "Tiny"`, `purpose = "covid-19"`, 1)))
	})
	t.Run("all at once", func(t *testing.T) {
		err := check(strings.NewReplacer(`["BIB"]`, `["ALSPAC", "SABRE"]`, `"score"]`, `"cohortkey_e", "nothing"]`).Replace(sound))
		require.Error(t, err)
		assert.Equal(t, 3, strings.Count(err.Error(), "\n"), err.Error())
	})
}

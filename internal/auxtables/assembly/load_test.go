package assembly_test

import (
	"context"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/auxtables/assembly"
	"tre-toolkit/internal/spec"
)

// A dataset of one table and one generation, made of nothing but files: another
// dataset needs no Go.
const (
	tinyDataset = `name = "NHSE_TINY"
stem = "TINY"
schema = "nhsd"
hub = "visits"
person = "cohortkey_e"
linkage = "nhs_e"
table_order = ["visits"]

[[versions]]
number = 1
date = 2024-04-26
`
	tinyTable = `name = "visits"
period_key = "cohortkey_e"
columns = [
  { name = "cohortkey_e", type = "VARCHAR", category = "person" },
  { name = "extract_start_date", type = "DATE" },
  { name = "extract_end_date", type = "DATE" },
  { name = "extract_date", type = "DATE" },
  { name = "reason", type = "VARCHAR", from = "Visit.Reason" },
  { name = "minutes", type = "SMALLINT", from = "Visit.Minutes" },
  { name = "ward", type = "VARCHAR", from = "Visit.Ward" },
]
`
	tinyGeneration = `name = "v1"
from = 2020-04-01

[submission]
table = "Sent"
id = "Id"
provider = "Provider"
file_type = "Type"
refresh = "R"
period_start = "First"
period_end = "Last"
created = "Made"

[[tables]]
name = "Sent"
key = ["Id"]
columns = [
  { name = "Id", type = "VARCHAR" },
  { name = "Provider", type = "VARCHAR" },
  { name = "Type", type = "VARCHAR" },
  { name = "First", type = "DATE" },
  { name = "Last", type = "DATE" },
  { name = "Made", type = "TIMESTAMP" },
]

[[tables]]
name = "Visit"
key = ["Number"]
columns = [
  { name = "Number", type = "VARCHAR" },
  { name = "Id", type = "VARCHAR" },
  { name = "Person", type = "VARCHAR" },
  { name = "NHSNumber", type = "VARCHAR", category = "identifying", treatment = "drop" },
  { name = "Reason", type = "VARCHAR" },
  { name = "Minutes", type = "TINYINT" },
]
`
	tinyAccepted = `SELECT 'v1' AS generation, provider, CAST(1 AS SMALLINT) AS month, id AS uniquesubmissionid, false AS is_refresh,
    first AS period_start, last AS period_end, made AS created_at,
    first AS extract_start_date, last AS extract_end_date, CAST(made AS DATE) AS extract_date, CAST($available_from AS DATE) AS available_from
FROM v1_sent
`
	tinyVisits = `SELECT visit.person AS cohortkey_e, submission.extract_start_date, submission.extract_end_date, submission.extract_date,
    visit.reason, visit.minutes
FROM v1_visit AS visit
JOIN accepted_submissions AS submission ON submission.uniquesubmissionid = visit.id
`
)

// tiny loads the small dataset with some of its files replaced, or taken away by an
// empty text.
func tiny(t *testing.T, changes map[string]string) (spec.Dataset, []spec.Generation, assembly.Assembly, error) {
	t.Helper()
	texts := map[string]string{
		"datasets/NHSE_TINY.toml": tinyDataset, "datasets/NHSE_TINY/visits.toml": tinyTable, "datasets/NHSE_TINY/sources/v1.toml": tinyGeneration,
		"datasets/NHSE_TINY/assembly/v1/accepted_submissions.sql": tinyAccepted, "datasets/NHSE_TINY/assembly/v1/visits.sql": tinyVisits,
	}
	files := fstest.MapFS{}
	for name, text := range changes {
		texts["datasets/NHSE_TINY/"+name] = text
	}
	for name, text := range texts {
		if text != "" {
			files[name] = &fstest.MapFile{Data: []byte(text)}
		}
	}
	dataset, err := spec.LoadDataset(files, "NHSE_TINY")
	require.NoError(t, err)
	generations, err := spec.LoadGenerations(files, "NHSE_TINY")
	require.NoError(t, err)
	loaded, err := assembly.Load(files, dataset, generations)
	return dataset, generations, loaded, err
}

func TestAnotherDatasetIsFilesOnly(t *testing.T) {
	ctx := context.Background()
	dataset, generations, loaded, err := tiny(t, nil)
	require.NoError(t, err)
	w := memory(t, 1)
	rows := delivery{
		"Sent":  {{"id": "7", "provider": "RAA", "first": "2024-04-01", "last": "2024-04-30", "made": "2024-05-02 10:00:00"}},
		"Visit": {{"number": "1", "id": "7", "person": "P1", "reason": "flu", "minutes": "20"}, {"number": "2", "id": "8", "person": "P2"}},
	}
	made := assembled(t, w, dataset.Tables, loaded, generations[0], rows)
	assert.Equal(t, []record{{
		"cohortkey_e": "P1", "extract_start_date": "2024-04-01", "extract_end_date": "2024-04-30", "extract_date": "2024-05-02", "reason": "flu", "minutes": "20",
	}}, made["visits"])
	step := loaded.Steps(dataset.Tables[0], []string{"v1"})[0]
	require.NoError(t, step.Check(ctx, w))
	absent, err := step.Absent(ctx, w, 1)
	require.NoError(t, err)
	require.Len(t, absent, 1)
	assert.Equal(t, "ward", absent[0].String(), "the generation has no such column: its rows lack it")
	assert.Empty(t, loaded.Steps(dataset.Tables[0], []string{"v2"}))
}

// One change to a sound assembly, and what is then said of it.
func TestFaultsOfAssemblyFiles(t *testing.T) {
	cases := map[string]struct{ file, text, fault string }{
		"a query that is missing":             {"assembly/v1/visits.sql", "", "assembly/v1/visits.sql: is missing"},
		"no word of what counts":              {"assembly/v1/accepted_submissions.sql", "", "assembly/v1/accepted_submissions.sql: is missing"},
		"a query of no table":                 {"assembly/v1/wards.sql", tinyVisits, "assembly/v1/wards.sql: is the query of no table that v1 has"},
		"a table that the generation lacks":   {"sources/v1.toml", "without = [\"visits\"]\n" + tinyGeneration, "assembly/v1/visits.sql: is the query of no table that v1 has"},
		"a lack of no table":                  {"sources/v1.toml", "without = [\"wards\"]\n" + tinyGeneration, "sources/v1.toml: without names wards, which is no table of NHSE_TINY"},
		"two statements":                      {"assembly/v1/visits.sql", tinyVisits + ";", "assembly/v1/visits.sql: holds more than one statement"},
		"a parameter":                         {"assembly/v1/visits.sql", tinyVisits + "WHERE visit.reason = $reason", "has the parameter $reason"},
		"the day of the version, in a table":  {"assembly/v1/visits.sql", tinyVisits + "WHERE $available_from > ''", "has the parameter $available_from"},
		"a column that identifies people":     {"assembly/v1/visits.sql", strings.Replace(tinyVisits, "visit.reason", "visit.nhsnumber AS reason", 1), "names NHSNumber, which identifies people"},
		"a shared query without its place":    {"assembly/v1/shared/wards.sql", tinyVisits, "assembly/v1/shared/wards.sql: is not named as a shared query is: 10_persons.sql"},
		"a shared query like a staged table":  {"assembly/v1/shared/10_visit.sql", tinyVisits, "assembly/v1/shared/10_visit.sql: is called as the staged table v1_visit"},
		"the day of the version, shared":      {"assembly/v1/shared/10_days.sql", "SELECT $available_from AS day", "has the parameter $available_from"},
		"an identifying column, shared":       {"assembly/v1/shared/10_people.sql", "SELECT nhsnumber FROM v1_visit", "names NHSNumber, which identifies people"},
		"an identifying column in other case": {"assembly/v1/visits.sql", strings.Replace(tinyVisits, "visit.reason", "visit.nhsNUMBER AS reason", 1), "names NHSNumber, which identifies people"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, _, _, err := tiny(t, map[string]string{c.file: c.text})
			assert.ErrorContains(t, err, c.fault)
			var invalid *spec.Invalid
			assert.ErrorAs(t, err, &invalid)
		})
	}
}

// What a query yields is held to the table's specification.
func TestFaultsOfWhatAQueryYields(t *testing.T) {
	cases := map[string]struct{ from, to, fault string }{
		"a column of no table":           {"visit.minutes", "visit.minutes, 1 AS hours", "yields hours, which is no column of visits"},
		"another type":                   {"visit.minutes", "CAST(visit.minutes AS VARCHAR) AS minutes", "yields minutes as VARCHAR; it is SMALLINT"},
		"a type that holds more":         {"visit.minutes", "CAST(visit.minutes AS INTEGER) AS minutes", "yields minutes as INTEGER; it is SMALLINT"},
		"a column that is left out":      {",\n    visit.reason, visit.minutes", ",\n    visit.reason", "leaves out minutes, although v1 has Visit.Minutes"},
		"a column that is not staged":    {"visit.reason", "visit.cause AS reason", "cause"},
		"a table that nobody stages":     {"FROM v1_visit", "FROM v1_visits", "v1_visits"},
		"a submission that nobody names": {"submission.uniquesubmissionid", "submission.id", "id"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			ctx := context.Background()
			changed := strings.Replace(tinyVisits, c.from, c.to, 1)
			require.NotEqual(t, tinyVisits, changed)
			dataset, generations, loaded, err := tiny(t, map[string]string{"assembly/v1/visits.sql": changed})
			require.NoError(t, err)
			w := memory(t, 1)
			stage(t, w, generations)
			require.NoError(t, loaded.Accept(ctx, w, []string{"v1"}, dataset.Versions[0].Date))
			step := loaded.Steps(dataset.Tables[0], []string{"v1"})[0]
			assert.ErrorContains(t, step.Check(ctx, w), c.fault)
		})
	}
}

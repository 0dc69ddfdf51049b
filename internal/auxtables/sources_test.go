package auxtables_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/auxtables"
	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

// clinicFiles are a whole dataset with two generations of source tables: data
// alone, and no Go.
var clinicFiles = fstest.MapFS{
	"datasets/NHSE_CLINIC.toml": {Data: []byte(`
name = "NHSE_CLINIC"
stem = "CLINIC"
schema = "nhsd"
hub = "visits"
person = "cohortkey_e"
table_order = ["visits"]
`)},
	"datasets/NHSE_CLINIC/visits.toml": {Data: []byte(`
name = "visits"
period_key = "visit"
columns = [
  { name = "cohortkey_e", type = "VARCHAR", category = "person" },
  { name = "visit", type = "VARCHAR", category = "linking" },
  { name = "extract_start_date", type = "DATE" },
  { name = "extract_end_date", type = "DATE" },
  { name = "extract_date", type = "DATE" },
  { name = "birthyear", type = "SMALLINT" },
  { name = "day", type = "DATE" },
  { name = "kind", type = "VARCHAR" },
  { name = "remote", type = "BOOLEAN" },
]
`)},
	"datasets/NHSE_CLINIC/codes.toml": {Data: []byte(`
[[items]]
element = "KIND OF VISIT"
source = "made up"
from = ["Visit.Kind", "Contact.Kind"]
codes = [["01", "first"], ["02", "later"]]
`)},
	"datasets/NHSE_CLINIC/sources/v1.0.toml":                      {Data: []byte(strings.NewReplacer("GENERATION", "v1.0", "FROM", "2018-01-01", "UNTIL", "until = 2019-12-31", "EVENTS", "Visit", "EXTRA", "").Replace(generationFile))},
	"datasets/NHSE_CLINIC/sources/v2.0.toml":                      {Data: []byte(strings.NewReplacer("GENERATION", "v2.0", "FROM", "2020-01-01", "UNTIL", "", "EVENTS", "Contact", "EXTRA", `{ name = "Remote", type = "BOOLEAN" },`).Replace(generationFile))},
	"datasets/NHSE_CLINIC/assembly/v1.0/accepted_submissions.sql": {Data: []byte(strings.NewReplacer("GENERATION", "v1.0", "v2_0", "v1_0").Replace(acceptedFile))},
	"datasets/NHSE_CLINIC/assembly/v2.0/accepted_submissions.sql": {Data: []byte(strings.NewReplacer("GENERATION", "v2.0").Replace(acceptedFile))},
	"datasets/NHSE_CLINIC/assembly/v1.0/visits.sql":               {Data: []byte(strings.NewReplacer("v2_0", "v1_0", "v2.0", "v1.0", "contact", "visit", "    c.remote,\n", "").Replace(visitsFile))},
	"datasets/NHSE_CLINIC/assembly/v2.0/visits.sql":               {Data: []byte(visitsFile)},
}

const generationFile = `
name = "GENERATION"
from = FROM
UNTIL
refused = ["Surname", "NHSNumber"]

[submission]
table = "Header"
id = "SubmissionID"
provider = "Provider"
file_type = "FileType"
refresh = "Refresh"
period_start = "FirstDay"
period_end = "LastDay"
created = "Created"

[[tables]]
name = "Header"
key = ["SubmissionID"]
columns = [
  { name = "SubmissionID", type = "VARCHAR", category = "linking" },
  { name = "Provider", type = "VARCHAR" },
  { name = "FileType", type = "VARCHAR" },
  { name = "FirstDay", type = "DATE" },
  { name = "LastDay", type = "DATE" },
  { name = "Created", type = "TIMESTAMP" },
]

[[tables]]
name = "Person"
key = ["RecordNumber"]
foreign_keys = [{ columns = ["SubmissionID"], table = "Header" }]
columns = [
  { name = "RecordNumber", type = "VARCHAR", category = "linking" },
  { name = "SubmissionID", type = "VARCHAR", category = "linking" },
  { name = "PersonKey", type = "VARCHAR", category = "person" },
  { name = "NHSNumber", type = "VARCHAR", category = "identifying", treatment = "drop" },
  { name = "BirthDate", type = "DATE", category = "identifying", treatment = "year", as = "birthyear" },
]

[[tables]]
name = "EVENTS"
key = ["VisitID"]
foreign_keys = [{ columns = ["RecordNumber"], table = "Person" }]
columns = [
  { name = "VisitID", type = "VARCHAR", category = "linking" },
  { name = "RecordNumber", type = "VARCHAR", category = "linking" },
  { name = "SubmissionID", type = "VARCHAR", category = "linking" },
  { name = "Day", type = "DATE" },
  { name = "Kind", type = "VARCHAR", codes = "KIND OF VISIT" },
  EXTRA
]
`

const acceptedFile = `-- Reads: staged headers. Grain: a provider and month. Parameters: available_from.
SELECT
    'GENERATION' AS generation,
    provider,
    CAST(year(firstday) * 12 + month(firstday) - 20000 AS SMALLINT) AS month,
    submissionid AS uniquesubmissionid,
    filetype = 'Refresh' AS is_refresh,
    firstday AS period_start,
    lastday AS period_end,
    created AS created_at,
    make_date(CAST(year(firstday) AS INTEGER), 1, 1) AS extract_start_date,
    make_date(CAST(year(firstday) AS INTEGER), 12, 31) AS extract_end_date,
    CAST(created AS DATE) AS extract_date,
    CAST($available_from AS DATE) AS available_from
FROM v2_0_header
QUALIFY row_number() OVER (PARTITION BY provider, firstday ORDER BY is_refresh DESC, created DESC, submissionid DESC) = 1
`

const visitsFile = `-- Reads: staged persons and contacts. Grain: a visit. Parameters: none.
SELECT
    p.personkey AS cohortkey_e,
    c.visitid AS visit,
    a.extract_start_date,
    a.extract_end_date,
    a.extract_date,
    p.birthyear,
    c.day,
    c.remote,
    c.kind
FROM v2_0_contact AS c
JOIN accepted_submissions AS a
    ON a.generation = 'v2.0' AND a.uniquesubmissionid = c.submissionid
LEFT JOIN v2_0_person AS p USING (recordnumber)
`

type clinic struct {
	*fixture
	request auxtables.Request
}

func newClinic(t testing.TB) *clinic {
	t.Helper()
	c := &clinic{fixture: newFixture(t)}
	var err error
	c.request.Specs = clinicFiles
	c.request.Dataset, err = spec.LoadDataset(clinicFiles, "NHSE_CLINIC")
	require.NoError(t, err)
	c.request.Generations, err = spec.LoadGenerations(clinicFiles, "NHSE_CLINIC")
	require.NoError(t, err)
	c.request.Labels, err = spec.LoadLabels(clinicFiles, "NHSE_CLINIC")
	require.NoError(t, err)
	c.request.Version = spec.DatasetVersion{Dataset: "NHSE_CLINIC", Number: 1}
	c.request.Date, err = spec.ParseDate("2024-04-26")
	require.NoError(t, err)
	c.request.Now = time.Unix(0, 0)
	return c
}

func (c *clinic) look(t testing.TB, files map[string]string) (auxtables.Delivery, error) {
	c.request.Paths = []string{c.delivery(t, files)}
	return auxtables.Inspect(t.Context(), c.request)
}

func (c *clinic) take(t testing.TB, files map[string]string) (auxtables.Result, error) {
	t.Helper()
	delivery, err := c.look(t, files)
	if err != nil {
		return auxtables.Result{}, err
	}
	return auxtables.Load(t.Context(), c.workspace, delivery, func(string) {})
}

var askClinic = warehouse.MustLoad(fstest.MapFS{
	"sql/visits.sql": {Data: []byte("SELECT concat_ws('|', coalesce(cohortkey_e, 'NULL'), visit, coalesce(CAST(birthyear AS VARCHAR), 'NULL'), coalesce(CAST(day AS VARCHAR), 'NULL'), coalesce(kind, 'NULL'), coalesce(CAST(remote AS VARCHAR), 'NULL')) FROM query_table($t) ORDER BY ALL")},
})

func (c *clinic) visits(t testing.TB) []string {
	t.Helper()
	lines := []string{}
	require.NoError(t, c.workspace.Each(context.Background(), askClinic["visits"], warehouse.Args{"t": "nhsd.clinic_visits_v0001"}, func(scan func(...any) error) error {
		var line string
		err := scan(&line)
		lines = append(lines, line)
		return err
	}))
	return lines
}

const (
	headers  = "SubmissionID,Provider,FileType,FirstDay,LastDay,Created\n"
	persons  = "RecordNumber,SubmissionID,PersonKey,NHSNumber,BirthDate\n"
	contacts = "VisitID,RecordNumber,SubmissionID,Day,Kind,Remote\n"
)

// A delivery of two months: a primary submission that a refresh stands over.
func twoMonths() map[string]string {
	return map[string]string{
		"Header.csv":          headers + "S1,RAA,Primary,2021-01-01,2021-01-31,2021-02-05 10:00:00\nS2,RAA,Refresh,01/01/2021,31/01/2021,2021-03-05T10:00:00\nS3,RAA,Primary,2021-02-01,2021-02-28,2021-03-05 10:00:00\n",
		"Person_2021-01.csv":  persons + "R1,S1,K1,9990000018,1961-12-31\nR2,S2,K1,9990000018,1961-12-31\n",
		"Person_2021-02.csv":  persons + "R3,S3,K1,9990000018,31/12/1961\n",
		"Contact_2021-01.csv": contacts + "123456789012345678,R1,S1,2021-01-05,01,True\n223456789012345678,R2,S2,05/01/2021,1,\n",
		"Contact_2021-02.csv": contacts + "323456789012345678,R3,S3, 2021-02-07,02,Y\n",
	}
}

func loadedRows() []string {
	return []string{"K1|223456789012345678|1961|2021-01-05|01|NULL", "K1|323456789012345678|1961|2021-02-07|02|true"}
}

func TestSourceTablesBecomeAVersion(t *testing.T) {
	c := newClinic(t)
	result, err := c.take(t, twoMonths())
	require.NoError(t, err)
	assert.Equal(t, loadedRows(), c.visits(t))
	record, found, err := auxtables.ReadRecord(t.Context(), c.workspace.Warehouse, c.request.Version)
	require.NoError(t, err)
	require.True(t, found)
	assert.Equal(t, result.Record, &record, "the record is kept as it was told")
	text, err := json.MarshalIndent(record, "", " ")
	require.NoError(t, err)
	assert.Equal(t, []auxtables.Submission{{Generation: "v2.0", Provider: "RAA", Month: "2021-01", ID: "S1", FileType: "Primary"}}, record.Superseded)
	assert.Equal(t, []auxtables.Identifying{{"v2.0", "Person", "NHSNumber", "drop", 2}, {"v2.0", "Person", "BirthDate", "year", 2}}, record.Identifying)
	var normalised []string
	for _, one := range record.Normalised {
		normalised = append(normalised, one.Table+"."+one.Column+" "+one.Kind)
	}
	assert.Equal(t, []string{"Header.firstday date", "Header.lastday date", "Header.created timestamp", "Contact.day trimmed", "Contact.day date", "Contact.kind code", "Contact.remote flag"}, normalised)
	assert.Empty(t, record.Missing)
	assert.Empty(t, record.Orphans)
	assert.NotContains(t, string(text), "9990000018")
	files, err := auxtables.LoadedFiles(t.Context(), c.workspace.Warehouse, c.request.Version)
	require.NoError(t, err)
	assert.Len(t, files, 5)
}

// The same delivery in other dress is the same version, row for row.
func TestTheDressOfADeliveryChangesNothing(t *testing.T) {
	for name, dress := range map[string]func(files map[string]string){
		"headers in other case": func(files map[string]string) {
			files["Contact_2021-01.csv"] = strings.Replace(files["Contact_2021-01.csv"], contacts, strings.ToUpper(contacts), 1)
		},
		"a column moved": func(files map[string]string) {
			files["Contact_2021-02.csv"] = "Remote,Day,VisitID,SubmissionID,RecordNumber,Kind\nY, 2021-02-07,323456789012345678,S3,R3,02\n"
		},
		"tabs, and pipes": func(files map[string]string) {
			files["Contact_2021-01.csv"] = strings.ReplaceAll(files["Contact_2021-01.csv"], ",", "\t")
			files["Person_2021-01.csv"] = strings.ReplaceAll(files["Person_2021-01.csv"], ",", "|")
		},
		"carriage returns, and a byte order mark": func(files map[string]string) {
			files["Contact_2021-01.csv"] = "\ufeff" + strings.ReplaceAll(files["Contact_2021-01.csv"], "\n", "\r\n")
		},
		"packed": func(files map[string]string) {
			var packed bytes.Buffer
			writer := gzip.NewWriter(&packed)
			_, _ = writer.Write([]byte(files["Contact_2021-01.csv"]))
			_ = writer.Close()
			files["Contact_2021-01.csv"] = packed.String()
		},
		"names that say nothing": func(files map[string]string) {
			files["a.txt"] = files["Contact_2021-01.csv"]
			delete(files, "Contact_2021-01.csv")
		},
		"names with wildcards": func(files map[string]string) {
			for _, name := range []string{"Contact_2021-01.csv", "Contact_2021-02.csv"} {
				files["it's [a-z] * ? {x} "+name] = files[name]
				delete(files, name)
			}
		},
		"names that lie": func(files map[string]string) {
			files["Person_2021-01.csv"], files["Contact_2021-01.csv"] = files["Contact_2021-01.csv"], files["Person_2021-01.csv"]
		},
		"a file twice": func(files map[string]string) { files["again.csv"] = files["Contact_2021-01.csv"] },
		"a column that identifies people left out": func(files map[string]string) {
			files["Person_2021-02.csv"] = "RecordNumber,SubmissionID,PersonKey,BirthDate\nR3,S3,K1,31/12/1961\n"
		},
		"refresh before the primary": func(files map[string]string) {
			files["0.csv"] = headers + "S2,RAA,Refresh,01/01/2021,31/01/2021,2021-03-05T10:00:00\n"
			files["Header.csv"] = headers + "S3,RAA,Primary,2021-02-01,2021-02-28,2021-03-05 10:00:00\nS1,RAA,Primary,2021-01-01,2021-01-31,2021-02-05 10:00:00\n"
		},
	} {
		t.Run(name, func(t *testing.T) {
			c, files := newClinic(t), twoMonths()
			dress(files)
			_, err := c.take(t, files)
			require.NoError(t, err)
			assert.Equal(t, loadedRows(), c.visits(t))
		})
	}
}

// Two generations lie in one folder; each goes its own road, and what the older
// one does not have is said.
func TestGenerationsSideBySide(t *testing.T) {
	c, files := newClinic(t), twoMonths()
	files["old header.csv"] = headers + "O1,RAA,Primary,2019-01-01,2019-01-31,2019-02-05 10:00:00\n"
	files["old visits.csv"] = "VisitID,RecordNumber,SubmissionID,Day,Kind\n900,Q9,O1,2019-01-05,02\n"
	delivery, err := c.look(t, files)
	require.ErrorContains(t, err, "Header.csv:1: fits v1.0 Header and v2.0 Header alike: give it a name that says which, or load it on its own [DEL008]", "the generations' headers have the same columns")
	require.Len(t, delivery.Listing(), 7)

	for _, name := range []string{"Header.csv", "old header.csv", "Person_2021-01.csv", "Person_2021-02.csv"} {
		generation := "v2.0/"
		if strings.HasPrefix(name, "old") {
			generation = "v1.0/"
		}
		files[strings.ReplaceAll(generation, "/", " ")+name] = files[name]
		delete(files, name)
	}
	result, err := c.take(t, files)
	require.NoError(t, err)
	assert.Equal(t, append(loadedRows(), "NULL|900|NULL|2019-01-05|02|NULL"), c.visits(t))
	record := result.Record
	require.Len(t, record.Generations, 2)
	assert.Equal(t, auxtables.GenerationRecord{Generation: "v1.0", Without: []string{"Person"}, Absent: []auxtables.AbsentFrom{{Table: "visits", Columns: []string{"remote"}}}}, record.Generations[0])
	assert.Empty(t, record.Orphans, "nothing is told by a table that is not there at all")
	assert.Len(t, record.Missing, 23, "months between 2019-01 and 2021-01")
}

func TestOrphansAreKeptAndCounted(t *testing.T) {
	c, files := newClinic(t), twoMonths()
	files["Contact_2021-02.csv"] += "423456789012345678,R404,S3,2021-02-08,02,\n523456789012345678,,S3,2021-02-08,02,\n"
	result, err := c.take(t, files)
	require.NoError(t, err)
	assert.Equal(t, []auxtables.Orphans{{Generation: "v2.0", Table: "Contact", RefersTo: "Person", Rows: 1}}, result.Record.Orphans)
	assert.Len(t, c.visits(t), 4)
}

func TestSubmissionsThatCameTwiceAndMonthsThatDidNot(t *testing.T) {
	c, files := newClinic(t), twoMonths()
	files["Header.csv"] += "S3,RAA,Primary,2021-02-01,2021-02-28,2021-03-05 10:00:00\nS9,RAA,Primary,2021-05-01,2021-05-31,2021-06-05 10:00:00\n"
	result, err := c.take(t, files)
	require.NoError(t, err)
	assert.Equal(t, []auxtables.Submission{{Generation: "v2.0", ID: "S3"}}, result.Record.Repeated)
	assert.Equal(t, []auxtables.Month{{Provider: "RAA", Month: "2021-03"}, {Provider: "RAA", Month: "2021-04"}}, result.Record.Missing)
}

// What is wrong with source tables comes all at once, and nothing is loaded.
func TestSourceTablesThatDoNotFit(t *testing.T) {
	for name, one := range map[string]struct {
		spoil func(files map[string]string)
		said  string
	}{
		"a name in the visits": {func(files map[string]string) {
			files["Contact_2021-02.csv"] = "VisitID,RecordNumber,SubmissionID,Day,Kind,Remote,SURNAME\n"
		}, "Contact_2021-02.csv:1: surname: would identify people, and Contact of v2.0 has no such column: the delivery is refused [DEL009]"},
		"an NHS number in the visits": {func(files map[string]string) {
			files["Contact_2021-02.csv"] = "VisitID,RecordNumber,SubmissionID,Day,Kind,Remote,NHS_Number\n"
		}, "nhs_number: would identify people"},
		"a column that nobody knows": {func(files map[string]string) {
			files["Contact_2021-02.csv"] = "VisitID,RecordNumber,SubmissionID,Day,Kind,Remote,Weather\n"
		}, "Contact_2021-02.csv:1: weather: Contact of v2.0, which the file is most like, has no such column [COL002]"},
		"a key missing": {func(files map[string]string) {
			files["Contact_2021-02.csv"] = "RecordNumber,SubmissionID,Day,Kind,Remote\n"
		}, "visitid: this column is missing, and it is of the key of Contact of v2.0 [COL003]"},
		"a column twice": {func(files map[string]string) {
			files["Contact_2021-02.csv"] = "VisitID,RecordNumber,SubmissionID,Day,Day,Kind,Remote\n"
		}, "Contact_2021-02.csv:1: day: this column is there twice [COL001]"},
		"a letter":               {func(files map[string]string) { files["readme.txt"] = "Kind regards, the data team\n" }, "readme.txt: is not named after a table of NHSE_CLINIC [DEL003]"},
		"a row without a header": {func(files map[string]string) { files["Contact_2021-02.csv"] = "SECRET1,SECRET2\n" }, "Contact_2021-02.csv: is not named after a table of NHSE_CLINIC [DEL003]"},
		"an auxiliary table": {func(files map[string]string) {
			files["visits.csv"] = "cohortkey_e,visit,extract_start_date,extract_end_date,extract_date,birthyear,day,kind,remote\n"
		}, "visits.csv: is an auxiliary table beside source tables: load the one or the other [DEL010]"},
		"a file that was cut in its packing": {func(files map[string]string) { files["Contact_2021-02.csv"] = "\x1f\x8b\x08" }, "Contact_2021-02.csv:1: the packed data end early: the file was cut [CSV012]"},
		"a NUL byte":                         {func(files map[string]string) { files["Contact_2021-02.csv"] = contacts + "1,R\x001,S1,,,\n" }, "Contact_2021-02.csv:2: recordnumber: a NUL byte"},
		"a dash of Windows-1252":             {func(files map[string]string) { files["Contact_2021-02.csv"] = contacts + "1,R1 \x96,S1,,,\n" }, "Contact_2021-02.csv:2: recordnumber: a byte that is not UTF-8; the file may be Latin-1 or Windows-1252 [CSV004]"},
		"an id in exponent form":             {func(files map[string]string) { files["Contact_2021-02.csv"] = contacts + "9.43E+09,R3,S3,,,\n" }, "Contact_2021-02.csv:2: visitid: is a number in exponent form: its digits are gone [ROW001]"},
		"a row that was cut":                 {func(files map[string]string) { files["Contact_2021-02.csv"] = contacts + "1,R3,S3,,,\n2,R3" }, "Contact_2021-02.csv:3: remote: the row has too few columns [ROW001]"},
	} {
		t.Run(name, func(t *testing.T) {
			c, files := newClinic(t), twoMonths()
			one.spoil(files)
			_, err := c.take(t, files)
			var input *diagnostic.Input
			require.ErrorAs(t, err, &input)
			assert.Contains(t, err.Error(), one.said)
			assert.NotContains(t, strings.ToLower(err.Error()), "secret")
			assert.Empty(t, c.lines(t, "tables", nil))
			_, err = c.take(t, twoMonths())
			require.NoError(t, err, "the workspace is as it was, and of use")
			assert.Equal(t, loadedRows(), c.visits(t))
		})
	}
}

// A table of its own may have a tolerance of its own.
func TestTolerances(t *testing.T) {
	spoilt := func() map[string]string {
		files := twoMonths()
		files["Contact_2021-01.csv"] += "1,R2,S2,never,01,\n2,R2,S2,2021-01-32,01,\n"
		return files
	}
	for name, one := range map[string]struct {
		most   int64
		tables map[string]int64
		loads  bool
	}{
		"none":            {0, nil, false},
		"one too few":     {1, nil, false},
		"enough for all":  {2, nil, true},
		"enough for one":  {0, map[string]int64{"contact": 2}, true},
		"not for this":    {5, map[string]int64{"contact": 1}, false},
		"only for others": {0, map[string]int64{"person": 5}, false},
	} {
		t.Run(name, func(t *testing.T) {
			c := newClinic(t)
			c.request.MaxRejects, c.request.Tolerances = one.most, one.tables
			result, err := c.take(t, spoilt())
			list, _ := os.ReadFile(filepath.Join(c.workspace.RejectsDir(), "NHSE_CLINIC_v0001_rejects.csv"))
			assert.Equal(t, "file,line,column,reason\nContact_2021-01.csv,4,day,does not cast to DATE\nContact_2021-01.csv,5,day,does not cast to DATE\n", string(list))
			if !one.loads {
				require.ErrorContains(t, err, "Contact_2021-01.csv:4: day: does not cast to DATE [ROW001]")
				assert.Empty(t, c.lines(t, "tables", nil))
				return
			}
			require.NoError(t, err)
			assert.Equal(t, loadedRows(), c.visits(t))
			assert.Equal(t, auxtables.SourceResult{Generation: "v2.0", Table: "Contact", Files: 2, RowsRead: 5, RowsLoaded: 3, RowsRejected: 2}, result.Sources[2])
		})
	}
}

// What a version was loaded from is skipped and said so; anything else under its
// number is refused by name.
func TestAVersionIsLoadedOnce(t *testing.T) {
	c := newClinic(t)
	_, err := c.take(t, twoMonths())
	require.NoError(t, err)
	renamed := map[string]string{}
	for name, text := range twoMonths() {
		renamed["other "+name] = text
	}
	for _, files := range []map[string]string{twoMonths(), renamed} {
		again, err := c.take(t, files)
		require.NoError(t, err)
		assert.Len(t, again.Skipped, 5)
		assert.Empty(t, again.Tables)
	}
	assert.Equal(t, loadedRows(), c.visits(t))

	changed := twoMonths()
	changed["Contact_2021-02.csv"] += "423456789012345678,R3,S3,2021-02-08,02,\n"
	changed["Contact_2021-03.csv"] = contacts
	maps.DeleteFunc(changed, func(name, _ string) bool { return name == "Person_2021-02.csv" })
	_, err = c.take(t, changed)
	require.ErrorContains(t, err, "NHSE_CLINIC@1: is already loaded (version of 2024-04-26) [DEL001]")
	require.ErrorContains(t, err, "Contact_2021-02.csv: has changed since NHSE_CLINIC@1 was loaded from it [DEL011]")
	require.ErrorContains(t, err, "Contact_2021-03.csv: is not of the files that NHSE_CLINIC@1 was loaded from [DEL011]")
	var input *diagnostic.Input
	require.ErrorAs(t, err, &input)
	assert.Contains(t, input.Hint, "a new delivery takes the next number")

	c.request.Version.Number = 2
	c.request.Date, err = spec.ParseDate("2025-04-26")
	require.NoError(t, err)
	_, err = c.take(t, changed)
	require.NoError(t, err)
}

// A load that is stopped anywhere leaves nothing, and the next one works.
func TestAStoppedLoadOfSourcesLeavesNothing(t *testing.T) {
	for _, at := range []string{"v2.0 Header", "v2.0 Contact", "visits"} {
		t.Run(at, func(t *testing.T) {
			c := newClinic(t)
			delivery, err := c.look(t, twoMonths())
			require.NoError(t, err)
			ctx, cancel := context.WithCancel(t.Context())
			_, err = auxtables.Load(ctx, c.workspace, delivery, func(step string) {
				if step == at {
					cancel()
				}
			})
			require.ErrorIs(t, err, context.Canceled)
			assert.Empty(t, c.lines(t, "tables", nil))
			_, err = c.take(t, twoMonths())
			require.NoError(t, err)
			assert.Equal(t, loadedRows(), c.visits(t))
		})
	}
}

package page

import (
	"bytes"
	"context"
	"encoding/csv"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

// Three people's extract. The ids differ only past the fifteenth digit. Two
// extract periods of the financial year 2020 overlap, the first of them begun
// on 1 September; so do two of 2021.
const hubRows = `
person             pathway extract_start extract_end outcome
900000000000000011 p1      2020-09-01    2020-12-31  waiting
900000000000000011 p1      2020-04-01    2021-03-31  treated
900000000000000011 p1      2021-04-01    2021-09-30  treated
900000000000000011 p2      2020-09-01    2020-12-31  ended
900000000000000012 p3      2020-04-01    2021-03-31  ended
900000000000000012 p3      2021-04-01    2021-09-30  waiting
900000000000000012 p3      2021-04-01    2022-03-31  ended
900000000000000013 p4      2021-04-01    2022-03-31  waiting`

// Each extract repeats the activities of the one before it.
const activityRows = `
person             pathway extract_start extract_end activity
900000000000000011 p1      2020-09-01    2020-12-31  a1
900000000000000011 p1      2020-04-01    2021-03-31  a1
900000000000000011 p1      2020-04-01    2021-03-31  a2
900000000000000012 p3      2021-04-01    2021-09-30  a3
900000000000000012 p3      2021-04-01    2022-03-31  a3`

// What the steps must make of them, by hand.
const (
	wantLatest = `
900000000000000011 p1 2020 treated
900000000000000011 p1 2021 treated
900000000000000011 p2 2020 ended
900000000000000012 p3 2020 ended
900000000000000012 p3 2021 ended
900000000000000013 p4 2021 waiting`
	wantEvents = `
900000000000000011 p1 2020 a1
900000000000000011 p1 2020 a2
900000000000000012 p3 2021 a3`
	wantPeople = `
2020 2 3
2021 3 3`
)

const (
	latestColumns = "llc_0042_stud_id pathwayid financial_year outcome"
	eventColumns  = "llc_0042_stud_id pathwayid financial_year activity"
	peopleColumns = "financial_year participants pathways"
)

// script returns one language's steps by their place.
func script(t *testing.T, language string) []string {
	for _, script := range seedSyntax(t) {
		if script.Language == language {
			require.Len(t, script.Steps, 4)
			return []string{script.Steps[0].Code, script.Steps[1].Code, script.Steps[2].Code, script.Steps[3].Code}
		}
	}
	t.Fatalf("no syntax for %s", language)
	return nil
}

// database is one in memory that may read and write one folder.
type database struct {
	*warehouse.Warehouse
	t *testing.T
}

func openDatabase(t *testing.T, folder string) database {
	w, err := warehouse.Memory(context.Background(), warehouse.Settings{Threads: 1, Directories: []string{folder}})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, w.Close()) })
	return database{w, t}
}

func statementOf(text string) warehouse.Statement {
	return warehouse.MustLoad(fstest.MapFS{"sql/it.sql": {Data: []byte(text)}})["it"]
}

func (d database) run(text string) {
	_, err := d.Run(context.Background(), statementOf(text), nil)
	require.NoError(d.t, err, text)
}

// rows returns columns of a query's rows, in the query's order.
func (d database) rows(query, columns string) string {
	query = "SELECT concat_ws(' ', " + strings.ReplaceAll(columns, " ", ", ") + ") FROM (" + strings.TrimRight(query, ";\n") + ")"
	var lines []string
	err := d.Each(context.Background(), statementOf(query), nil, func(scan func(...any) error) error {
		var line string
		err := scan(&line)
		lines = append(lines, line)
		return err
	})
	require.NoError(d.t, err, query)
	return strings.Join(lines, "\n")
}

// writeExtract writes both tables as an extract of this toolkit has them, in
// Parquet and in CSV, and returns the folder that the extract's folder lies in.
func writeExtract(t *testing.T) string {
	folder := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(folder, "llc_0042"), 0o755))
	database := openDatabase(t, folder)
	for table, rows := range map[string]string{"demographics_and_referral": hubRows, "care_activities": activityRows} {
		var values []string
		lines := strings.Split(strings.TrimSpace(rows), "\n")
		for _, line := range lines[1:] {
			values = append(values, "('"+strings.Join(strings.Fields(line), "', '")+"')")
		}
		last := strings.Fields(lines[0])[4]
		query := "SELECT llc_0042_stud_id, pathwayid, s::DATE AS extract_start_date, e::DATE AS extract_end_date, " + last +
			" FROM (VALUES " + strings.Join(values, ", ") + ") AS v(llc_0042_stud_id, pathwayid, s, e, " + last + ")"
		file := filepath.Join(folder, "llc_0042", "NHSE_IAPT_v0003_"+table)
		database.run("COPY (" + query + ") TO '" + file + ".parquet' (FORMAT parquet)")
		database.run("COPY (" + query + ") TO '" + file + ".csv' (FORMAT csv, HEADER)")
	}
	require.NoError(t, os.Mkdir(filepath.Join(folder, "llc_0042", "readers"), 0o755))
	for name, text := range map[string]string{"read.R": readerR, "read.py": readerPython} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, "llc_0042", "readers", name), []byte(text), 0o600))
	}
	return folder
}

// These stand for an extract's own readers, with which tre-extract's tests run the
// same steps.
const (
	readerR = `
for (table in c("demographics_and_referral", "care_activities")) {
  rows <- read.csv(paste0("NHSE_IAPT_v0003_", table, ".csv"), colClasses = "character")
  rows$extract_start_date <- as.Date(rows$extract_start_date)
  rows$extract_end_date <- as.Date(rows$extract_end_date)
  assign(table, rows)
}
`
	readerPython = `
import pandas as pd

for table in ("demographics_and_referral", "care_activities"):
    rows = pd.read_parquet(f"NHSE_IAPT_v0003_{table}.parquet")
    for column in ("extract_start_date", "extract_end_date"):
        rows[column] = pd.to_datetime(rows[column])
    globals()[table] = rows
`
	readerSQL = `
CREATE SCHEMA LLC_0042;
CREATE VIEW LLC_0042.nhsd_IAPT_demographics_and_referral_v0003 AS FROM 'FOLDER/NHSE_IAPT_v0003_demographics_and_referral.parquet';
CREATE VIEW LLC_0042.nhsd_IAPT_care_activities_v0003 AS FROM 'FOLDER/NHSE_IAPT_v0003_care_activities.parquet';
`
)

func TestSQLRuns(t *testing.T) {
	folder := writeExtract(t)
	database, steps := openDatabase(t, folder), script(t, "SQL")
	assert.Contains(t, steps[0], "\n.read readers/views.sql\n")
	database.run(strings.ReplaceAll(readerSQL, "FOLDER", filepath.Join(folder, "llc_0042")))
	assert.Equal(t, strings.TrimSpace(wantLatest), database.rows(steps[1], latestColumns))
	events := strings.Split(database.rows(steps[2], eventColumns), "\n")
	slices.Sort(events) // a pathway's own events have no order
	assert.Equal(t, strings.TrimSpace(wantEvents), strings.Join(events, "\n"))
	assert.Equal(t, strings.TrimSpace(wantPeople), database.rows(steps[3], peopleColumns))
}

// The steps after the first are for the TRE's own database too, which has none
// of these.
func TestSQLKeepsToWhatBothDatabasesHave(t *testing.T) {
	for _, step := range script(t, "SQL")[1:] {
		assert.NotRegexp(t, `(?i)\b(qualify|filter|limit|top|exclude|replace|using|interval|extract|date_trunc)\b|::|GROUP BY ALL`, step)
	}
}

// saving writes what a script made where the test can read it.
const (
	savingPython = `
latest.to_csv("latest.csv", index=False)
events.to_csv("events.csv", index=False)
people.reset_index().to_csv("people.csv", index=False)
`
	savingR = `
write.csv(latest, "latest.csv", row.names = FALSE)
write.csv(events, "events.csv", row.names = FALSE)
write.csv(people, "people.csv", row.names = FALSE)
`
)

func TestPythonRuns(t *testing.T) {
	python := os.Getenv("TRE_PYTHON")
	if python == "" {
		t.Skip("TRE_PYTHON does not name a Python that has pandas and pyarrow")
	}
	folder := writeExtract(t)
	runScript(t, folder, python, "script.py", strings.Join(script(t, "Python"), "\n")+savingPython)
	assertMade(t, folder)
}

func TestRRuns(t *testing.T) {
	program, err := exec.LookPath("Rscript")
	if err != nil {
		t.Skip("Rscript is not installed")
	}
	folder := writeExtract(t)
	runScript(t, folder, program, "script.R", strings.Join(script(t, "R"), "\n")+savingR)
	assertMade(t, folder)
}

func TestPythonCompiles(t *testing.T) {
	program, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is not installed")
	}
	folder := t.TempDir()
	for i, step := range script(t, "Python") {
		file := filepath.Join(folder, "step.py")
		require.NoError(t, os.WriteFile(file, []byte(step), 0o600))
		out, err := exec.Command(program, "-c", "import sys; compile(open(sys.argv[1]).read(), 'step', 'exec')", file).CombinedOutput()
		assert.NoError(t, err, "step %d: %s", i+1, out)
	}
}

func runScript(t *testing.T, folder, program, name, text string) {
	require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600))
	command := exec.Command(program, name)
	command.Dir = folder
	out, err := command.CombinedOutput()
	require.NoError(t, err, string(out))
}

func assertMade(t *testing.T, folder string) {
	for file, want := range map[string]struct{ columns, lines string }{
		"latest.csv": {latestColumns, wantLatest}, "events.csv": {eventColumns, wantEvents}, "people.csv": {peopleColumns, wantPeople},
	} {
		text, err := os.ReadFile(filepath.Join(folder, "llc_0042", file))
		require.NoError(t, err)
		lines, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
		require.NoError(t, err)
		assert.ElementsMatch(t, strings.Split(strings.TrimSpace(want.lines), "\n"), columnsOf(t, lines, strings.Fields(want.columns)), file)
	}
}

// columnsOf returns some columns of a CSV file's lines.
func columnsOf(t *testing.T, lines [][]string, names []string) []string {
	places := map[string]int{}
	for i, name := range lines[0] {
		places[name] = i
	}
	made := make([]string, 0, len(lines)-1)
	for _, line := range lines[1:] {
		var fields []string
		for _, name := range names {
			require.Contains(t, places, name)
			fields = append(fields, line[places[name]])
		}
		made = append(made, strings.Join(fields, " "))
	}
	return made
}

// No Stata is free to run, so these rules stand in for it: the names are there,
// what opens closes, and a line goes on only after ///.
func TestStataIsWellFormed(t *testing.T) {
	for _, step := range script(t, "Stata") {
		assert.Zero(t, strings.Count(step, `"`)%2, step)
		assert.Equal(t, strings.Count(step, "("), strings.Count(step, ")"), step)
		continued := false
		for line := range strings.Lines(step) {
			assert.Equal(t, continued, strings.HasPrefix(line, "    "), line)
			continued = strings.HasSuffix(line, " ///\n")
		}
	}
	assert.Contains(t, script(t, "Stata")[0], `do "readers/read.do"`)
	assert.Contains(t, script(t, "Stata")[2], "merge m:1 llc_0042_stud_id pathwayid extract_start_date extract_end_date ")
}

func TestSyntaxIsMadeOfTheSpecification(t *testing.T) {
	name := func(text string) spec.Identifier {
		parsed, err := spec.ParseIdentifier(text)
		require.NoError(t, err)
		return parsed
	}
	hub := spec.Table{Name: name("episodes"), PeriodKey: name("epikey")}
	dataset := spec.Dataset{
		Name: "NHSE_HESAPC", Stem: "HESAPC", Schema: name("nhsd"), Hub: hub.Name, Person: name("cohortkey_e"),
		Tables: []spec.Table{{Name: name("deaths"), PeriodKey: name("cohortkey_e")}, hub, {Name: name("operations"), PeriodKey: name("epikey")}},
	}
	project, err := spec.ParseProjectID("llc_0007")
	require.NoError(t, err)

	all := func() string {
		scripts, err := Syntax(dataset, versionOf(dataset, 12), project)
		require.NoError(t, err)
		var text strings.Builder
		for _, script := range scripts {
			for _, step := range script.Steps {
				text.WriteString(step.Code)
			}
		}
		return text.String()
	}
	text := all()
	assert.Contains(t, text, "FROM LLC_0007.nhsd_HESAPC_episodes_v0012\n")
	assert.Contains(t, text, "JOIN LLC_0007.nhsd_HESAPC_operations_v0012 AS events\n")
	assert.Contains(t, text, `use "NHSE_HESAPC_v0012_operations.dta", clear`)
	assert.Contains(t, text, `keys <- c("llc_0007_stud_id", "epikey")`)
	assert.NotContains(t, strings.ToLower(text), "iapt")
	assert.NotContains(t, text, "pathwayid")
	assert.NotContains(t, text, "cohortkey_e", "a project never sees the person key")

	dataset.Tables = []spec.Table{{Name: hub.Name, PeriodKey: dataset.Person}}
	text = all()
	assert.NotContains(t, text, "JOIN", "there is nothing to join")
	assert.Contains(t, text, "PARTITION BY llc_0007_stud_id, financial_year\n")

	dataset.Tables = nil
	_, err = Syntax(dataset, versionOf(dataset, 12), project)
	assert.ErrorContains(t, err, "has no hub")
}

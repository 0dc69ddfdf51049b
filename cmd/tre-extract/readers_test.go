package main

import (
	"encoding/csv"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/page"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
	"tre-toolkit/specs"
)

// readProject asks for what the steps of the dataset page need.
const readProject = `project = "llc_0042"
title = "Read by every reader"
freeze = 16
studies = ["GLAD", "MCS"]
format = "both"
rules = "ukllc-metrics"
[[datasets]]
version = "NHSE_IAPT@3"
[[datasets.tables]]
name = "demographics_and_referral"
columns = ["pathwayid", "extract_start_date", "extract_end_date", "gender", "age_rp_enddate"]
[[datasets.tables]]
name = "care_activities"
columns = ["pathwayid", "extract_start_date", "extract_end_date", "carecontdate", "attendordnacode"]
`

// steps returns the code of the page's steps in a language.
func steps(t *testing.T, language string) []string {
	dataset, err := spec.LoadDataset(specs.Files, "NHSE_IAPT")
	require.NoError(t, err)
	project, err := spec.ParseProjectID("llc_0042")
	require.NoError(t, err)
	scripts, err := page.Syntax(dataset, spec.DatasetVersion{Dataset: "NHSE_IAPT", Number: 3}, project)
	require.NoError(t, err)
	at := slices.IndexFunc(scripts, func(s page.Script) bool { return s.Language == language })
	require.GreaterOrEqual(t, at, 0)
	var code []string
	for _, step := range scripts[at].Steps {
		code = append(code, step.Code)
	}
	return code
}

// runSteps runs a script beside an extract's folder and returns the people that it
// counted: financial year, participants, pathways.
func runSteps(t *testing.T, folder, program, name, text string) []string {
	require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600))
	command := exec.Command(program, name)
	command.Dir = folder
	out, err := command.CombinedOutput()
	require.NoError(t, err, string(out))
	file, err := os.Open(filepath.Join(folder, "llc_0042", "people.csv"))
	require.NoError(t, err)
	defer file.Close()
	records, err := csv.NewReader(file).ReadAll()
	require.NoError(t, err)
	var lines []string
	for _, record := range records[1:] {
		lines = append(lines, strings.Join(record, " "))
	}
	slices.Sort(lines)
	return lines
}

// statementsOf returns the statements of a script of SQL.
func statementsOf(text string) []warehouse.Statement {
	var list []warehouse.Statement
	for i, one := range strings.SplitAfter(strings.TrimSpace(text), ";\n") {
		name := fmt.Sprintf("sql/%02d.sql", i)
		list = append(list, warehouse.MustLoad(fstest.MapFS{name: {Data: []byte(one)}})[fmt.Sprintf("%02d", i)])
	}
	return list
}

// The readers that an extract brings, and the steps that the dataset page goes on
// with, count the same people in the database, in R and in Python, from Parquet and
// from CSV.
func TestEveryReaderReadsAnExtractForTheStepsOfThePage(t *testing.T) {
	made, workspace, folder := shared(t), copyOf(t, shared(t).loaded), t.TempDir()
	asked := filepath.Join(folder, "asked.toml")
	require.NoError(t, os.WriteFile(asked, []byte(readProject), 0o600))
	extracts := map[string]string{}
	for _, format := range []string{"both", "csv"} {
		text := strings.Replace(readProject, `"both"`, `"`+format+`"`, 1)
		require.NoError(t, os.WriteFile(asked, []byte(text), 0o600))
		extracts[format] = filepath.Join(folder, format)
		must(t, "run", asked, "-w", workspace, "--identity", made.identity, "--out", filepath.Join(extracts[format], "llc_0042"))
	}
	wanted := peopleInDatabase(t, filepath.Join(extracts["both"], "llc_0042"))
	require.NotEmpty(t, wanted)

	t.Run("R", func(t *testing.T) {
		program, err := exec.LookPath("Rscript")
		if err != nil {
			t.Skip("Rscript is not installed")
		}
		saving := `
named <- add_labels(demographics_and_referral, "NHSE_IAPT_v0003_demographics_and_referral")
stopifnot("gender_label" %in% names(named), inherits(care_activities$carecontdate, "Date"))
write.csv(people, "people.csv", row.names = FALSE)
`
		require.Equal(t, wanted, runSteps(t, extracts["csv"], program, "steps.R", strings.Join(steps(t, "R"), "\n")+saving))
	})
	t.Run("Python", func(t *testing.T) {
		program := os.Getenv("TRE_PYTHON")
		if program == "" {
			t.Skip("TRE_PYTHON does not name a Python that has pandas and pyarrow")
		}
		saving := `
named = tables["add_labels"](tables["demographics_and_referral"], "NHSE_IAPT_v0003_demographics_and_referral")
assert "gender_label" in named.columns
assert pd_types.is_datetime64_any_dtype(tables["care_activities"]["carecontdate"])
people.reset_index().to_csv("people.csv", index=False)
`
		text := "import pandas.api.types as pd_types\n" + strings.Join(steps(t, "Python"), "\n") + saving
		require.Equal(t, wanted, runSteps(t, extracts["both"], program, "steps.py", text))
		require.Equal(t, wanted, runSteps(t, extracts["csv"], program, "steps.py", text))
	})
}

// peopleInDatabase counts by the views of an extract and the page's last step.
func peopleInDatabase(t *testing.T, extract string) []string {
	t.Chdir(extract) // where the views' files are
	w, err := warehouse.Memory(t.Context(), warehouse.Settings{Threads: 1, Directories: []string{extract}})
	require.NoError(t, err)
	defer func() { require.NoError(t, w.Close()) }()
	views, err := os.ReadFile("readers/views.sql")
	require.NoError(t, err)
	for _, statement := range statementsOf(string(views)) {
		_, err := w.Run(t.Context(), statement, nil)
		require.NoError(t, err)
	}
	var lines []string
	last := steps(t, "SQL")[3]
	require.NoError(t, w.Each(t.Context(), statementsOf(last)[0], nil, func(scan func(...any) error) error {
		var year, participants, pathways int
		err := scan(&year, &participants, &pathways)
		lines = append(lines, fmt.Sprintf("%d %d %d", year, participants, pathways))
		return err
	}))
	slices.Sort(lines)
	return lines
}

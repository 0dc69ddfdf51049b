package labels_test

import (
	"encoding/csv"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tre-toolkit/internal/labels"
	"tre-toolkit/internal/spec"
	"tre-toolkit/specs"
)

func shipped(t testing.TB) (spec.Dataset, spec.Labels, spec.DatasetVersion) {
	t.Helper()
	dataset, err := spec.LoadDataset(specs.Files, "NHSE_IAPT")
	require.NoError(t, err)
	known, err := spec.LoadLabels(specs.Files, "NHSE_IAPT")
	require.NoError(t, err)
	return dataset, known, spec.DatasetVersion{Dataset: "NHSE_IAPT", Number: 3}
}

// Every table has its twins, under UK LLC's names and columns, and every column of
// the version is described.
func TestTwins(t *testing.T) {
	dataset, known, version := shipped(t)
	for _, table := range dataset.Tables {
		labelled := labels.Of(dataset, table, version, known)
		files := labels.CSV([]labels.Table{labelled})
		require.Len(t, files, 2)
		stem := "IAPT_" + table.Name.String() + "_v0003"
		assert.Equal(t, []string{stem + "_values.csv", stem + "_description.csv"}, []string{files[0].Name, files[1].Name})
		values, err := csv.NewReader(strings.NewReader(string(files[0].Text))).ReadAll()
		require.NoError(t, err)
		assert.Equal(t, []string{"table_name", "TABLE_SCHEMA", "variable_name", "value_value", "value_label"}, values[0])
		described, err := csv.NewReader(strings.NewReader(string(files[1].Text))).ReadAll()
		require.NoError(t, err)
		assert.Equal(t, []string{"table_name", "TABLE_SCHEMA", "variable_name", "variable_label"}, described[0])
		require.Len(t, described, 1+len(table.ColumnsIn(3)))
		for _, row := range append(values[1:], described[1:]...) {
			assert.Equal(t, []string{stem, "nhsd"}, row[:2])
		}
	}
}

func TestGapsOfTheSpecification(t *testing.T) {
	var dataset spec.Dataset
	name := func(text string) spec.Identifier {
		identifier, err := spec.ParseIdentifier(text)
		require.NoError(t, err)
		return identifier
	}
	dataset.Tables = []spec.Table{{Name: name("visits"), Columns: []spec.Column{
		{Name: name("gender"), From: "MPI.Gender", Label: "Gender"},
		{Name: name("seen"), From: "MPI.Seen"},
		{Name: name("gone"), From: "MPI.Gone", Until: 2},
	}}}
	known := spec.Labels{Items: []spec.LabelItem{{Element: "GENDER", From: []string{"MPI.Gender"}}, {Element: "GONE", From: []string{"MPI.Gone"}}}}
	gaps := labels.Gaps(dataset, spec.DatasetVersion{Number: 3}, known)
	assert.Equal(t, []labels.Gap{
		{Kind: labels.NoLabel, Table: "visits", Column: "seen"},
		{Kind: labels.NoColumn, Element: "GONE"},
	}, gaps)
	assert.Equal(t, "kind,table_name,variable_name,element,rows,codes\ncolumn without a label,visits,seen,,,\nlist without a column,,,GONE,,\n", string(labels.GapsCSV(gaps)))
}

// hostile is a table whose texts would end a string in one language or another.
func hostile(texts ...string) labels.Table {
	table := labels.Table{Name: "T_visits_v0001", Schema: "s", Variables: []labels.Variable{
		{Name: "gender", Type: "VARCHAR", Label: "Gender \"as\" `given` \\ $x", Codes: [][2]string{{"1", "Same"}, {"2", "Same"}, {"é\"", `back\slash 'and' "quotes"`}}},
		{Name: "scored", Type: "SMALLINT", Label: "Score", Codes: [][2]string{{"1", "one"}}},
		{Name: "on_a_day_of_a_very_long_name_indeed", Type: "DATE", Label: strings.Repeat("long ", 40)},
		{Name: "on_a_day_of_a_very_long_name_too", Type: "DATE"},
	}}
	for _, text := range texts {
		table.Variables[0].Codes = append(table.Variables[0].Codes, [2]string{text, text})
	}
	return table
}

func TestStataVariables(t *testing.T) {
	list := hostile().Stata()
	assert.Equal(t, "on_a_day_of_a_very_long_name_i", list[2].Name)
	assert.Equal(t, "on_a_day_of_a_very_long_name_t", list[3].Name)
	assert.Empty(t, list[1].Codes, "a number is no code")
	assert.True(t, list[1].Numeric && list[2].Date)
	assert.Equal(t, []labels.StataCode{{1, "1", "Same"}, {2, "2", "Same"}, {3, "é'", `back\slash 'and' 'quotes'`}}, list[0].Codes)
}

// No text can end the string that it stands in, or run as a macro.
func TestStataTextsAreClosed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		files, err := labels.StataDo([]labels.Table{hostile(rapid.String().Draw(t, "text"))})
		require.NoError(t, err)
		for _, line := range strings.Split(string(files[0].Text), "\n") {
			assert.Zero(t, strings.Count(line, `"`)%2, "%q", line)
			assert.LessOrEqual(t, strings.Count(line, `"`), 2, "%q", line)
			assert.NotContains(t, line, "$", "%q", line)
			assert.NotContains(t, line, "`", "%q", line)
			assert.NotContains(t, line, "\r", "%q", line)
		}
	})
}

// The script runs in R: codes become factors, and a code that its list lacks stays.
func TestRRuns(t *testing.T) {
	program, err := exec.LookPath("Rscript")
	if err != nil {
		t.Skip("Rscript is not installed")
	}
	dataset, known, version := shipped(t)
	tables := []labels.Table{hostile("tab\there", "new\nline", "\U0001F600")}
	for _, table := range dataset.Tables {
		tables = append(tables, labels.Of(dataset, table, version, known))
	}
	files, err := labels.R("NHSE_IAPT_v0003", tables)
	require.NoError(t, err)
	folder := t.TempDir()
	require.Equal(t, "NHSE_IAPT_v0003_labels.R", files[0].Name)
	require.NoError(t, os.WriteFile(filepath.Join(folder, files[0].Name), files[0].Text, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "try.R"), []byte(`
source("NHSE_IAPT_v0003_labels.R")
rows <- add_labels(data.frame(gender = c("1", "2", "7", NA, "new\nline"), other = 1:5), "T_visits_v0001")
cat(paste(as.character(rows$gender), collapse = "|"), "\n")
cat(attr(rows$gender, "label"), "\n")
hub <- add_labels(data.frame(gender = c("1", "X"), scored = 1:2), "IAPT_demographics_and_referral_v0003")
cat(as.character(hub$gender[1]), class(hub$scored), "\n")
stopifnot(inherits(try(add_labels(rows, "nothing"), silent = TRUE), "try-error"))
`), 0o600))
	command := exec.Command(program, "--vanilla", "try.R")
	command.Dir = folder
	command.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
	out, err := command.CombinedOutput()
	require.NoError(t, err, string(out))
	assert.Equal(t, "Same (1)|Same (2)|7|NA|new\nline \nGender \"as\" `given` \\ $x \nMale integer \n", string(out))
}

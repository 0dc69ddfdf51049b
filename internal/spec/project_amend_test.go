package spec_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/spec"
)

func projectID(t *testing.T, id string) spec.ProjectID {
	t.Helper()
	parsed, err := spec.ParseProjectID(id)
	require.NoError(t, err)
	return parsed
}

// Amendments are lettered from b, and a project keeps its number through all of them.
func TestLettersOfAmendments(t *testing.T) {
	id := projectID(t, "llc_0042")
	for letter := 'b'; letter <= 'z'; letter++ {
		next, err := id.Next()
		require.NoError(t, err)
		assert.Equal(t, "llc_0042_"+string(letter), next.String())
		assert.Equal(t, projectID(t, "llc_0042"), next.Number())
		assert.Equal(t, "llc_0042_stud_id", next.Column().String())
		id = next
	}
	_, err := id.Next()
	assert.EqualError(t, err, "llc_0042_z is the last amendment that a letter can name: a project that goes on needs a new number")
	second, err := projectID(t, "llc_0042_a").Next()
	require.NoError(t, err)
	assert.Equal(t, "llc_0042_b", second.String())
}

const amendable = `# The project = "of comments", freeze = 1.
project = "llc_0042" # as numbered
title = "freeze = 3" # a title
purpose = "any"
freeze = 16
studies = ["GLAD"]
rules = "ukllc-metrics"

# What was approved first.
[[datasets]]
version = 'NHSE_IAPT@3' # pinned
  [[datasets.tables]]
  name = "hub"
  columns = ["version"]

[[datasets]]
  version="NHSE_OTHER@1"
[[datasets.tables]]
name = "hub"
columns = ["freeze", "project"]
[citation]
doi = "TBC"
creators = ["A"]
publisher = "P"
year = 2026
language = "en"
`

// An amendment changes the id, the freeze and the versions, and not a character
// besides.
func TestAnAmendmentKeepsTheFile(t *testing.T) {
	project, err := spec.ParseProject("p.toml", []byte(amendable))
	require.NoError(t, err)
	next, err := project.ID.Next()
	require.NoError(t, err)
	version, err := spec.ParseDatasetVersion("NHSE_IAPT@4")
	require.NoError(t, err)
	amended, err := project.Amend(spec.Amendment{ID: next, Freeze: 17, Versions: []spec.DatasetVersion{version}})
	require.NoError(t, err)
	want := strings.NewReplacer(
		`project = "llc_0042" #`, `project = "llc_0042_b" #`, "\nfreeze = 16", "\nfreeze = 17", `'NHSE_IAPT@3'`, `"NHSE_IAPT@4"`,
	).Replace(amendable)
	assert.Equal(t, want, string(amended))
}

// What cannot be amended line by line, or not in one way, is said and left alone.
func TestWhatCannotBeAmended(t *testing.T) {
	head := "project = \"llc_0042\"\nfreeze = 16\nstudies = [\"GLAD\"]\nrules = \"ukllc-metrics\"\n"
	dataset := "[[datasets]]\nversion = \"NHSE_IAPT@%\"\n[[datasets.tables]]\nname = \"hub\"\ncolumns = [\"score\"]\n"
	of := func(version string) string { return strings.Replace(dataset, "%", version, 1) }
	for name, one := range map[string]struct{ text, version, says string }{
		"two versions of a dataset": {head + of("2") + of("3"), "NHSE_IAPT@4", "in more than one version"},
		"another dataset":           {head + of("3"), "NHSE_OTHER@4", "llc_0042 has no NHSE_OTHER"},
		"datasets in one line":      {head + `datasets = [{ version = "NHSE_IAPT@3", tables = [{ name = "hub", columns = ["score"] }] }]` + "\n", "NHSE_IAPT@4", "is not written a line a key"},
		"a key in quotes":           {strings.Replace(head, "freeze", `"freeze"`, 1) + of("3"), "NHSE_IAPT@4", "is not written a line a key"},
		"a text of several lines":   {head + "title = \"\"\"\nfreeze = 3\n\"\"\"\n" + of("3"), "NHSE_IAPT@4", "is not written a line a key"},
	} {
		t.Run(name, func(t *testing.T) {
			project, err := spec.ParseProject("p.toml", []byte(one.text))
			require.NoError(t, err)
			version, err := spec.ParseDatasetVersion(one.version)
			require.NoError(t, err)
			_, err = project.Amend(spec.Amendment{ID: projectID(t, "llc_0042_b"), Freeze: 17, Versions: []spec.DatasetVersion{version}})
			require.ErrorContains(t, err, one.says)
		})
	}
}

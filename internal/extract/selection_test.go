package extract_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/extract"
	"tre-toolkit/internal/spec"
)

func TestSelectionsAreRead(t *testing.T) {
	for text, fault := range map[string]string{
		"TABLE_SCHEMA,TABLE_NAME\nnhsd,TINY_hub_v0003\n":           "",
		"\ufeffTABLE_SCHEMA,TABLE_NAME\r\nnhsd,TINY_hub_v0003\r\n": "",
		"":                                "s.csv:1: is no data selection",
		"name\n":                          "s.csv:1: is no data selection",
		"TABLE_SCHEMA,TABLE_NAME":         "s.csv:1: selects no table",
		"TABLE_SCHEMA,TABLE_NAME\nnhsd\n": "s.csv:2: is not a schema and a table's name",
		"TABLE_SCHEMA,TABLE_NAME\nnhsd,a\nnhsd,b,c\n":     "s.csv:3: is not a schema and a table's name",
		"TABLE_SCHEMA,TABLE_NAME\nnhsd,\n":                "s.csv:2: is not a schema and a table's name",
		"TABLE_SCHEMA,TABLE_NAME\nnhsd,a\n\"nhsd\" x,b\n": "s.csv:3: is not a schema and a table's name",
		"TABLE_SCHEMA,TABLE_NAME\nnhsd,\"a\n":             "s.csv:2: is not a schema and a table's name",
		"TABLE_NAME,TABLE_SCHEMA\nTINY_hub_v0003,nhsd\n":  "s.csv:1: is no data selection",
	} {
		selected, err := extract.ParseSelection([]byte(text), "s.csv")
		if fault != "" {
			assert.ErrorContains(t, err, fault)
			continue
		}
		require.NoError(t, err)
		assert.Equal(t, []extract.Selected{{Schema: "nhsd", Name: "TINY_hub_v0003"}}, selected)
	}
}

func FuzzSelection(f *testing.F) {
	f.Add("TABLE_SCHEMA,TABLE_NAME\nnhsd,TINY_hub_v0003\n")
	f.Add("TABLE_SCHEMA,TABLE_NAME\n\"a\nb\",c\n,\n")
	f.Fuzz(func(t *testing.T, text string) {
		selected, err := extract.ParseSelection([]byte(text), "s.csv")
		assert.Equal(t, err == nil, len(selected) > 0)
	})
}

// draftOf returns the tables that a selection's names lead to.
func draftOf(t *testing.T, names ...string) (text string, unknown []extract.Selected, err error) {
	t.Helper()
	dataset, err := spec.LoadDataset(specFiles, "NHSE_TINY")
	require.NoError(t, err)
	id, err := spec.ParseProjectID("llc_0042")
	require.NoError(t, err)
	request := extract.DraftRequest{Project: id, Freeze: 1, Studies: []spec.Study{"BIB"}, Rules: "exactly", Datasets: []spec.Dataset{dataset}}
	for _, name := range names {
		schema, table, _ := strings.Cut(name, ".")
		request.Selected = append(request.Selected, extract.Selected{Schema: schema, Name: table})
	}
	draft, unknown, err := extract.Draft(request)
	return string(draft), unknown, err
}

// What a selection's names mean: the tables of the draft, and what is unknown.
func TestWhatASelectionMeans(t *testing.T) {
	for names, wanted := range map[string]string{
		"nhsd.TINY_hub_v0003":          "hub",
		"nhsd.tiny_hub_v0003":          "hub",
		"NHSD.TINY_hub_v0003_20240426": "hub",
		"nhsd.TINY_hub":                "hub",
		"nhsd.TINY_v0003":              "events hub jobs",
		"nhsd.TINY":                    "events hub jobs",
		"nhsd.TINY_jobs_v0003 nhsd.TINY_hub_v0003 nhsd.TINY_hub":                      "hub jobs",
		"nhsd.TINY_hub_v0003 core.denominator_v0001":                                  "hub, and not core.denominator_v0001",
		"nhsd.TINY_hub nhsd.TINY_hubs nhsd.TINYhub nhsd.TINY_hub_v9 nhsd.TINY_hub_vx": "hub, and not nhsd.TINY_hubs nhsd.TINYhub nhsd.TINY_hub_v9 nhsd.TINY_hub_vx",
	} {
		text, unknown, err := draftOf(t, strings.Fields(names)...)
		require.NoError(t, err, names)
		project, err := spec.LoadProject(fstest.MapFS{"p.toml": {Data: []byte(text)}}, "p.toml")
		require.NoError(t, err, text)
		var tables, others []string
		for _, table := range project.Datasets[0].Tables {
			tables = append(tables, table.Name.String())
		}
		for _, one := range unknown {
			others = append(others, one.Schema+"."+one.Name)
		}
		got := strings.Join(tables, " ")
		if len(others) > 0 {
			got += ", and not " + strings.Join(others, " ")
		}
		assert.Equal(t, wanted, got, names)
		assert.Equal(t, "NHSE_TINY@3", project.Datasets[0].Version.String())
	}
	_, _, err := draftOf(t, "nhsd.HESAPC_v0003")
	assert.ErrorContains(t, err, "names no table of a dataset that has a specification")
}

// A draft asks for what may be asked for, and says what needs an approval.
func TestADraftCanBePlanned(t *testing.T) {
	text, _, err := draftOf(t, "nhsd.TINY")
	require.NoError(t, err)
	assert.Contains(t, text, "#   provider (special_approval)\n")
	assert.Contains(t, text, "  \"tool\", # The tool\n")
	assert.NotContains(t, text, "cohortkey_e")
	dataset, err := spec.LoadDataset(specFiles, "NHSE_TINY")
	require.NoError(t, err)
	project, err := spec.LoadProject(fstest.MapFS{"p.toml": {Data: []byte(text)}}, "p.toml")
	require.NoError(t, err)
	assert.NoError(t, project.CheckAgainst(dataset, project.Datasets[0], cohorts))
}

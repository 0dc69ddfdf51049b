package spec

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/specs"
)

func loadReport(t *testing.T, text string) (ReportLayout, error) {
	t.Helper()
	measures, err := LoadMeasures(specs.Files, "NHSE_IAPT")
	require.NoError(t, err)
	return LoadReportLayout(fstest.MapFS{"reports/NHSE_IAPT.toml": {Data: []byte(text)}}, measures)
}

func shippedReport(t testing.TB) string {
	text, err := fs.ReadFile(specs.Files, "reports/NHSE_IAPT.toml")
	require.NoError(t, err)
	return string(text)
}

func TestTheShippedReportLoads(t *testing.T) {
	layout, err := loadReport(t, shippedReport(t))
	require.NoError(t, err)
	assert.Equal(t, "Integrated care boards", layout.Level("ICB"))
	assert.Equal(t, "Galaxy", layout.Level("Galaxy"))
	waits, _ := layout.Figure("M053")
	assert.Equal(t, Percent, waits.Unit)
	assert.Contains(t, layout.Measures(false), "M032")
	assert.NotContains(t, layout.Measures(true), "M032")
	shown := append(layout.Measures(false), layout.Measures(true)...)
	for _, figure := range layout.Figures {
		assert.Contains(t, shown, figure.ID, "no chart shows it")
	}
}

// The faults of one kind each, put into the shipped file.
func TestFaultsOfReportsAreNamed(t *testing.T) {
	shipped := shippedReport(t)
	for _, c := range []struct{ from, to, says string }{
		{`dataset = "NHSE_IAPT"`, `dataset = "HES"`, `the report is of "HES"`},
		{`title = "NHS Talking`, `titles = "NHS Talking`, `unknown key "titles"`},
		{`name = "Gender"`, `name = "Shoes"`, `"Shoes" is no variable`},
		{`id = "M002"`, `id = "M777"`, `"M777" is no measure`},
		{`label = "Self"`, `label = "General practitioner"`, "another figure has this id or label"},
		{`label = "Self"`, `label = ""`, "M002 needs label, unit and means"},
		{`unit = "percent"`, `unit = "referrals"`, "the unit of shares"},
		{`id = "activity"`, `id = "Activity 1"`, "an id of small letters"},
		{`id = "waits"`, `id = "activity"`, "two topics are called activity"},
		{`sections = ["definitions"]`, `sections = ["recipes"]`, `there is no section "recipes"`},
		{`form = "ranked"`, `form = "pie"`, `form is "pie"`},
		{`variable = "AgeBand"`, `variable = "Shoes"`, `"Shoes" is no variable of the report`},
		{`id = "compare"`, `id = "trend"`, "two charts of a topic are called trend"},
		{`measures = ["M053", "M055"]`, `measures = ["M053", "M048"]`, "figures of one picture need one unit"},
		{`measures = ["M053", "M055"]`, `measures = ["M053", "M777"]`, `"M777" is no figure`},
		{`measures = ["M053", "M055"]`, `measures = []`, "a chart needs title, measures"},
	} {
		require.Contains(t, shipped, c.from)
		_, err := loadReport(t, strings.Replace(shipped, c.from, c.to, 1))
		var invalid *Invalid
		require.ErrorAs(t, err, &invalid, c.to)
		assert.ErrorContains(t, err, c.says)
	}
	measures, err := LoadMeasures(specs.Files, "NHSE_IAPT")
	require.NoError(t, err)
	_, err = LoadReportLayout(fstest.MapFS{}, measures)
	assert.ErrorContains(t, err, "there is no report of NHSE_IAPT")
}

func FuzzLoadReportLayout(f *testing.F) {
	measures, err := LoadMeasures(specs.Files, "NHSE_IAPT")
	require.NoError(f, err)
	f.Add(shippedReport(f))
	f.Add("dataset = \"NHSE_IAPT\"\n[[topics]]\nid = \"a\"\n[[topics.charts]]\nform = \"by\"")
	f.Fuzz(func(t *testing.T, text string) {
		layout, err := LoadReportLayout(fstest.MapFS{"reports/NHSE_IAPT.toml": {Data: []byte(text)}}, measures)
		if err != nil {
			return
		}
		for _, id := range append(layout.Measures(true), layout.Measures(false)...) {
			_, found := layout.Figure(id)
			require.True(t, found)
		}
	})
}

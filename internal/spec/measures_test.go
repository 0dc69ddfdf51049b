package spec_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/spec"
	"tre-toolkit/specs"
)

func shippedMeasures(t testing.TB) (string, string) {
	t.Helper()
	measures, err := specs.Files.ReadFile("measures/NHSE_IAPT.toml")
	require.NoError(t, err)
	cutOffs, err := specs.Files.ReadFile("measures/NHSE_IAPT_cutoffs.toml")
	require.NoError(t, err)
	return string(measures), string(cutOffs)
}

func TestTheShippedMeasuresLoad(t *testing.T) {
	measures, err := spec.LoadMeasures(specs.Files, "NHSE_IAPT")
	require.NoError(t, err)
	for id, name := range map[string]string{
		"M001": "Count_ReferralsReceived", "M031": "Count_AccessingServices", "M076": "Count_FinishedCourseTreatment",
		"M192": "Percentage_Recovery", "M193": "Count_ReliableRecovery", "M1010": "Percentage_Deterioration",
	} {
		require.GreaterOrEqual(t, measures.Index(id), 0, id)
		assert.Equal(t, name, measures.Measures[measures.Index(id)].Name)
	}
	assert.Equal(t, -1, measures.Index("M999"))
	for _, variable := range []string{"AgeBand", "Gender", "EthnicGroup", "ProblemDescriptor", "DeprivationDecile", "TherapyType", "ReferralSource"} {
		_, found := measures.Variable(variable)
		assert.True(t, found, variable)
	}
	cutOffs, err := spec.LoadCutOffs(specs.Files, "NHSE_IAPT")
	require.NoError(t, err)
	phq9, _ := cutOffs.Tool("PHQ9")
	assert.Equal(t, 10.0, phq9.Caseness)
	assert.Equal(t, 6.0, *phq9.Change)
	assert.True(t, phq9.Verified)
	for _, tool := range cutOffs.Tools {
		if strings.Contains(tool.Source, "general knowledge") {
			assert.False(t, tool.Verified, tool.Token)
		}
	}
	for _, pairing := range measures.Pairings {
		_, found := cutOffs.Tool(pairing.Measure)
		assert.True(t, found, pairing.Measure)
	}
}

// The faults of one kind each, put into the shipped file.
func TestFaultsOfMeasuresAreNamed(t *testing.T) {
	shipped, _ := shippedMeasures(t)
	for _, c := range []struct{ from, to, says string }{
		{`dataset = "NHSE_IAPT"`, `dataset = "HES"`, `the measures are of "HES"`},
		{`england = "England"`, ``, "unit, england"},
		{`of = "received.source"`, `of = "received.day"`, `M001: there is no family "received.day"`},
		{`id = "M002"`, `id = "M001"`, "another measure has this id or name"},
		{`kind = "mean"`, `kind = "mode"`, `kind is "mode"`},
		{`denominator = "M076"`, `denominator = "M777"`, `"M777" is no count`},
		{`range = { from = 61, to = 90 }`, `range = { from = 61, to = 9 }`, "61 to 9 is no range"},
		{`values = ["B1"]`, `range = { from = 1 }`, "received.source has no amount that a range could be of"},
		{`of = "finished.sessions"`, `of = "ended.code"`, "ended.code has no amount"},
		{`name = "second.gap"`, `name = "entered.wait"`, "two families are called entered.wait"},
		{`as_recorded = true`, ``, "ProblemDescriptor: give groups"},
		{`name = "Under 18"`, `name = "Total"`, "a name that is not Total"},
		{`numerator = "M179"`, ``, "a share needs numerator and denominator"},
		{`unit = `, `units = `, `unknown key "units"`},
		{`complaint = "F400*"`, `complaint = ""`, "a pairing needs complaint"},
	} {
		text := strings.Replace(shipped, c.from, c.to, 1)
		require.NotEqual(t, shipped, text, c.from)
		_, err := spec.LoadMeasures(fstest.MapFS{"measures/NHSE_IAPT.toml": {Data: []byte(text)}}, "NHSE_IAPT")
		assert.ErrorContains(t, err, c.says)
	}
	_, err := spec.LoadMeasures(fstest.MapFS{}, "NHSE_IAPT")
	assert.ErrorContains(t, err, "there are no measures of NHSE_IAPT")
}

func TestFaultsOfCutOffsAreNamed(t *testing.T) {
	_, shipped := shippedMeasures(t)
	for _, c := range []struct{ from, to, says string }{
		{`dataset = "NHSE_IAPT"`, `dataset = "HES"`, `the cut-offs are of "HES"`},
		{`caseness = 10.0`, `caseness = 100.0`, "PHQ9: the cut-off 100 is not within 0 to 27"},
		{`change = 6.0`, `change = 0.0`, "larger than none"},
		{`change = 6.0`, ``, `"PHQ9" is no tool with a reliable change`},
		{`token = "GAD7"`, `token = "PHQ9"`, "two tools are called PHQ9"},
		{`name = "PHQ-9"`, ``, "a tool needs token, name and source"},
	} {
		text := strings.Replace(shipped, c.from, c.to, 1)
		require.NotEqual(t, shipped, text, c.from)
		_, err := spec.LoadCutOffs(fstest.MapFS{"measures/NHSE_IAPT_cutoffs.toml": {Data: []byte(text)}}, "NHSE_IAPT")
		assert.ErrorContains(t, err, c.says)
	}
	_, err := spec.LoadCutOffs(fstest.MapFS{}, "NHSE_IAPT")
	assert.Error(t, err)
}

func FuzzLoadMeasures(f *testing.F) {
	measures, cutOffs := shippedMeasures(f)
	f.Add(measures, cutOffs)
	f.Add("dataset = 1", "[[tools]]")
	f.Fuzz(func(t *testing.T, measures, cutOffs string) {
		files := fstest.MapFS{"measures/X.toml": {Data: []byte(measures)}, "measures/X_cutoffs.toml": {Data: []byte(cutOffs)}}
		if loaded, err := spec.LoadMeasures(files, "X"); err == nil {
			assert.NotEmpty(t, loaded.Measures)
		}
		if loaded, err := spec.LoadCutOffs(files, "X"); err == nil {
			assert.NotEmpty(t, loaded.Tools)
		}
	})
}

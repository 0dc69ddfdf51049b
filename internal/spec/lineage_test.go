package spec_test

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/spec"
)

func reference(t *testing.T, text string) spec.DatasetVersion {
	t.Helper()
	version, err := spec.ParseDatasetVersion(text)
	require.NoError(t, err)
	return version
}

func day(t *testing.T, text string) spec.Date {
	t.Helper()
	date, err := spec.ParseDate(text)
	require.NoError(t, err)
	return date
}

// Two versions may share a number: the first goes by it, the other by its date.
func TestLineagesAreNamedByDate(t *testing.T) {
	dataset := spec.Dataset{Name: "NHSE_CANCER", Stem: "CANCER", Versions: []spec.Release{
		{Number: 1, Date: day(t, "2022-01-06"), DOI: "a"},
		{Number: 2, Date: day(t, "2022-01-06"), DOI: "b"}, {Number: 2, Date: day(t, "2022-03-02"), DOI: "c"},
	}}
	for given, want := range map[string]string{
		"NHSE_CANCER@1":               "NHSE_CANCER@1 v0001 a",
		"NHSE_CANCER@1:2022-01-06":    "NHSE_CANCER@1 v0001 a",
		"NHSE_CANCER@2:2022-01-06":    "NHSE_CANCER@2 v0002 b",
		"NHSE_CANCER@2 (06 Jan 2022)": "NHSE_CANCER@2 v0002 b",
		"NHSE_CANCER@2:2022-03-02":    "NHSE_CANCER@2:2022-03-02 v0002_20220302 c",
		"NHSE_CANCER@2:2023-01-01":    "NHSE_CANCER@2:2023-01-01 v0002_20230101 ",
		"NHSE_CANCER@7":               "NHSE_CANCER@7 v0007 ",
		"NHSE_CANCER@7:2023-01-01":    "NHSE_CANCER@7:2023-01-01 v0007_20230101 ",
	} {
		name, err := dataset.Resolve(reference(t, given))
		require.NoError(t, err)
		release, _ := dataset.Release(name)
		assert.Equal(t, want, name.String()+" "+name.Suffix()+" "+release.DOI, given)
	}
	_, err := dataset.Resolve(reference(t, "NHSE_CANCER@2"))
	assert.EqualError(t, err, "NHSE_CANCER@2 may be any of NHSE_CANCER@2:2022-01-06, NHSE_CANCER@2:2022-03-02")
}

func TestVersionsOfOneNumberHaveRisingDates(t *testing.T) {
	specification := func(dates ...string) error {
		text := "name = \"NHSE_X\"\nstem = \"X\"\nschema = \"nhsd\"\nhub = \"hub\"\nperson = \"person\"\ntable_order = []\n"
		for _, date := range dates {
			text += "[[versions]]\nnumber = 2\ndate = " + date + "\n"
		}
		_, err := spec.LoadDataset(fstest.MapFS{"datasets/NHSE_X.toml": {Data: []byte(text)}}, "NHSE_X")
		return err
	}
	assert.NotContains(t, specification("2022-01-06", "2022-03-02").Error(), "does not follow")
	assert.ErrorContains(t, specification("2022-03-02", "2022-01-06"), "version 2 does not follow 2")
	assert.ErrorContains(t, specification("2022-03-02", "2022-03-02"), "version 2 does not follow 2")
}

package cite

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseDOIAcceptsEveryWayThatPeopleWriteOne(t *testing.T) {
	for _, text := range []string{
		"10.71760/ukllc-dataset-00360-03",
		"  10.71760/ukllc-dataset-00360-03\n",
		"doi:10.71760/ukllc-dataset-00360-03",
		"DOI: 10.71760/ukllc-dataset-00360-03",
		"https://doi.org/10.71760/ukllc-dataset-00360-03",
		"http://dx.doi.org/10.71760/ukllc-dataset-00360-03",
		"HTTPS://www.DOI.org/10.71760/ukllc-dataset-00360-03",
	} {
		doi, err := ParseDOI(text)
		require.NoError(t, err, text)
		assert.Equal(t, "10.71760/ukllc-dataset-00360-03", doi.String(), text)
		assert.False(t, doi.IsTest(), text)
	}
}

func TestParseDOISaysWhy(t *testing.T) {
	for text, reason := range map[string]string{
		"":                                    "a DOI is missing",
		"   ":                                 "a DOI is missing",
		"TBC":                                 "begins with 10.",
		"DOI TBC":                             "begins with 10.",
		"https://10.71760/ukllc-freeze-12":    "begins with 10.", // as an old freeze page linked it
		"10.71760":                            "no slash",
		"10.71760%2Fukllc-dataset-00360-03":   "no slash",
		"10.71670/ukllc-dataset-00360-03":     "prefix is 10.71670, not 10.71760",
		"10.5281/zenodo.3596961":              "prefix is 10.5281",
		"10.71760/":                           "suffix must be letters",
		"10.71760/ukllc-dataset-00360-03.":    "at either end", // copied with the sentence's stop
		"10.71760/ukllc dataset":              "suffix must be letters",
		"10.71760/ukllc-dataset\nER  - ":      "suffix must be letters",
		"10.71760/{x}":                        "suffix must be letters",
		"10.71760/ukllc-dataset-00360-03\x00": "suffix must be letters",
		"10.71760/ukllc–dataset-00360-03":     "suffix must be letters", // a dash that is no hyphen
	} {
		doi, err := ParseDOI(text)
		assert.ErrorContains(t, err, reason, text)
		assert.True(t, doi.IsZero(), text)
	}
}

func TestDOIKeepsItsLetterCaseForDisplayAndLosesItForIdentity(t *testing.T) {
	doi, err := ParseDOI("doi:10.71760/UKLLC-Dataset-00360-03")
	require.NoError(t, err)
	assert.Equal(t, "10.71760/UKLLC-Dataset-00360-03", doi.String())
	assert.Equal(t, "10.71760/ukllc-dataset-00360-03", doi.ID())
	assert.Equal(t, "https://doi.org/10.71760/ukllc-dataset-00360-03", doi.URL())
}

func TestDOIOfTheTestServiceIsFlagged(t *testing.T) {
	doi, err := ParseDOI("10.83126/ukllc-dataset-00035-03")
	require.NoError(t, err)
	assert.True(t, doi.IsTest())
}

func TestZeroDOIHasNoAddress(t *testing.T) {
	assert.True(t, DOI{}.IsZero())
	assert.Empty(t, DOI{}.URL())
	assert.False(t, DOI{}.IsTest())
}

func FuzzParseDOI(f *testing.F) {
	for _, seed := range []string{"10.71760/a", "doi:10.83126/a-b", "https://doi.org/10.71760/A.1", "TBC", "10.71760/\r\nER  - "} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		doi, err := ParseDOI(text)
		if err != nil {
			require.True(t, doi.IsZero())
			return
		}
		require.False(t, strings.ContainsAny(doi.String(), " \r\n\t{}\\%&<>\"|"))
		again, err := ParseDOI(doi.URL())
		require.NoError(t, err)
		require.Equal(t, doi.ID(), again.ID())
	})
}

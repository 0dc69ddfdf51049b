package cite

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func writeAs(t require.TestingT, format Format, works ...Work) string {
	out, err := Style{Format: format, Profile: AsDataCite}.Write(works...)
	require.NoError(t, err)
	return string(out)
}

// registered is the seed as its record at DataCite holds it.
func registered(t *testing.T) Work {
	work := seed(t)
	work.Abstract, work.Rights = "…", ""
	return work
}

// The files are what DataCite's own writers make of the record.
func TestDataCiteProfileIsDataCitesByteForByte(t *testing.T) {
	for _, format := range AsDataCite.Formats() {
		assertGolden(t, "datacite/seed"+format.Extension(), writeAs(t, format, registered(t)))
	}
}

func TestSeveralRecordsAsDataCiteJoinsThem(t *testing.T) {
	one := registered(t)
	csl, bib, ris := writeAs(t, CSLJSON, one), writeAs(t, BibTeX, one), writeAs(t, RIS, one)
	assert.Equal(t, "[\n"+csl+",\n"+csl+"\n]", writeAs(t, CSLJSON, one, one))
	assert.Equal(t, bib+"\n"+bib, writeAs(t, BibTeX, one, one))
	assert.Equal(t, ris+"\n\n"+ris, writeAs(t, RIS, one, one))
}

func TestDataCiteProfileKeepsWhatDataCiteKeeps(t *testing.T) {
	work := Work{
		Title: "50% of R&D_a #1  <20 L", DOI: mustDOI(t, "10.71760/UKLLC-Dataset-00360-03"), Version: "3", Rights: "© NHS",
		Creators: []Creator{{Name: "Data Services, NHS England (NHSE) "}, {Name: "Gómez, Francis", Personal: true}},
		Issued:   Date{2024, 4, 26},
	}
	bib := writeAs(t, BibTeX, work)
	assert.Contains(t, bib, "@misc{https://doi.org/10.71760/ukllc-dataset-00360-03,\n  doi = {10.71760/ukllc-dataset-00360-03},\n")
	assert.Contains(t, bib, "author = {{Data Services, NHS England (NHSE) } and Gómez, Francis}")
	assert.Contains(t, bib, "title = {50% of R&D_a #1  <20 L}")
	assert.Contains(t, bib, "copyright = {© NHS}\n}\n")
	assert.NotContains(t, bib, "version")
	ris := writeAs(t, RIS, work)
	assert.Contains(t, ris, "AU  - Data Services, NHS England (NHSE) \r\nAU  - Gómez, Francis\r\n")
	assert.True(t, strings.HasSuffix(ris, "\r\nER  - "))
	assert.NotContains(t, ris, "ET  - ")
	csl := writeAs(t, CSLJSON, work)
	assert.Contains(t, csl, `"copyright": "© NHS",`+"\n"+`  "version": "3"`)
	assert.Contains(t, csl, `"literal": "Data Services, NHS England (NHSE) "`)
	var item cslItem
	require.NoError(t, json.Unmarshal([]byte(csl), &item))
	assert.Equal(t, []int{2024, 4, 26}, item.Issued.DateParts[0])
}

func TestFreezeAsDataCiteTypesIt(t *testing.T) {
	freeze := Work{Kind: "freeze", Title: "Freeze number 16 dated May 2026"}
	assert.Contains(t, writeAs(t, CSLJSON, freeze), `"type": "article"`)
	assert.True(t, strings.HasPrefix(writeAs(t, BibTeX, freeze), "@misc{"))
	assert.True(t, strings.HasPrefix(writeAs(t, RIS, freeze), "TY  - GEN\r\n"))
}

func TestDataCiteProfileTamesOnlyWhatCouldEndItsRecord(t *testing.T) {
	for _, c := range []struct{ title, want string }{
		{"a {b} c", "a {b} c"},
		{"a } b", `a \textbraceright{} b`},
		{`a \} {b`, `a \textbackslash{}\textbraceright{} \textbraceleft{}b`},
		{`C:\`, `C:\textbackslash{}`},
		{`{\}`, `\{\textbackslash{}\}`},
		{"x},\n note = {y", `x\textbraceright{},  note = \textbraceleft{}y`},
		{"x}\n}\n@misc{y", `x\textbraceright{} \textbraceright{} @misc\textbraceleft{}y`},
	} {
		assert.Contains(t, writeAs(t, BibTeX, Work{Title: c.title}), "title = {"+c.want+"}\n")
	}
	ris := writeAs(t, RIS, Work{Title: "a\r\nER  - \r\nTY  - BOOK"})
	assert.Equal(t, "TY  - DATA\r\nT1  - a  ER  -   TY  - BOOK\r\nER  - ", ris)
}

func TestDataCiteProfileHasThreeFormats(t *testing.T) {
	_, err := Style{Format: APA, Profile: AsDataCite}.Write(seed(t))
	assert.ErrorContains(t, err, "DataCite does not answer in apa: its profile has csl-json, bibtex and ris")
	assert.False(t, AsDataCite.Has(APA))
	assert.True(t, AsDataCite.Has(RIS))
	assert.True(t, Full.Has(APA))
}

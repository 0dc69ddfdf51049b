package cite

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"
)

var update = flag.Bool("update", false, "write the golden files anew")

// seed is version 3 of the first dataset, as UK LLC's page cites it.
func seed(t *testing.T) Work {
	return Work{
		Name:      "NHSE_IAPT",
		Creators:  Organisations("Data Services, NHS England (NHSE)"),
		Title:     "NHS England: Talking Therapies for Anxiety and Depression (IAPT)",
		Publisher: "UK Longitudinal Linkage Collaboration (UK LLC)",
		Year:      2024,
		Version:   "3",
		DOI:       mustDOI(t, "10.71760/ukllc-dataset-00360-03"),
		URL:       "https://guidebook.ukllc.ac.uk/docs/linked_health_data/nhs_england/mental_health_datasets/iapt/iapt",
		Language:  "en",
		Keywords:  []string{"Mental health", "Talking therapies"},
		Rights:    "Copyright © (2025), NHS England. Data re-used with the permission of NHS England. All rights reserved.",
	}
}

func mustDOI(t require.TestingT, text string) DOI {
	doi, err := ParseDOI(text)
	require.NoError(t, err)
	return doi
}

func write(t require.TestingT, format Format, works ...Work) string {
	out, err := Write(format, works...)
	require.NoError(t, err)
	return string(out)
}

func TestSeedInEveryFormat(t *testing.T) {
	for _, format := range AllFormats() {
		work := seed(t)
		if format == Croissant {
			work.Abstract = "What the data are of." // the one format that demands it
		}
		assertGolden(t, "seed"+format.Extension(), write(t, format, work))
	}
}

// assertGolden compares with a file of testdata, or writes it anew.
func assertGolden(t *testing.T, name, got string) {
	golden := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(golden, []byte(got), 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	assert.Equal(t, string(want), got, name)
}

func TestSeedLineIsThePagesByteForByte(t *testing.T) {
	const onPage = "Data Services, NHS England (NHSE). (2024). NHS England: Talking Therapies for Anxiety and Depression (IAPT). UK Longitudinal Linkage Collaboration (UK LLC). https://doi.org/10.71760/ukllc-dataset-00360-03"
	assert.Equal(t, onPage, seed(t).APALine())
	assert.Equal(t, onPage, textOf(t, string(seed(t).APALineHTML())))
}

// textOf returns what a browser would show of a piece of HTML.
func textOf(t require.TestingT, source string) string {
	root, err := html.Parse(strings.NewReader(source))
	require.NoError(t, err)
	var text strings.Builder
	for node := range root.Descendants() {
		if node.Type == html.TextNode {
			text.WriteString(node.Data)
		}
	}
	return text.String()
}

func TestFormatNames(t *testing.T) {
	endings := map[string]bool{}
	for _, format := range AllFormats() {
		parsed, err := ParseFormat(string(format))
		require.NoError(t, err)
		assert.Equal(t, format, parsed)
		endings[format.Extension()] = true
	}
	assert.Len(t, endings, len(AllFormats()), "no two formats share a file name")
	_, err := ParseFormat("endnote")
	assert.EqualError(t, err, `"endnote" is not a citation format: choose one of apa-page, apa, csl-json, bibtex, biblatex, ris, cff, schema-org, datacite-json, hdruk, croissant`)
	_, err = Write("endnote", seed(t))
	assert.ErrorContains(t, err, "not a citation format")
}

func TestProfileAndFormNames(t *testing.T) {
	for _, profile := range Profiles() {
		parsed, err := ParseProfile(string(profile))
		require.NoError(t, err)
		assert.Equal(t, profile, parsed)
	}
	for _, form := range Forms() {
		parsed, err := ParseForm(string(form))
		require.NoError(t, err)
		assert.Equal(t, form, parsed)
	}
	_, err := ParseProfile("zotero")
	assert.EqualError(t, err, `"zotero" is not a citation profile: choose one of full, datacite`)
	_, err = ParseForm("word")
	assert.EqualError(t, err, `"word" is not a form: choose one of plain, markdown, html`)
	_, err = Style{Format: RIS, Profile: "zotero"}.Write(seed(t))
	assert.ErrorContains(t, err, "not a citation profile")
	_, err = Style{Format: APA, Form: "word"}.Write(seed(t))
	assert.ErrorContains(t, err, "not a form")
}

func TestWorkWithoutDOIIsCitedWithoutOne(t *testing.T) {
	work := seed(t)
	work.DOI, work.URL = DOI{}, ""
	for _, format := range append(Formats(), APA, BibLaTeX, CFF) {
		out := write(t, format, work)
		assert.NotContains(t, out, "doi", format)
		assert.NotContains(t, out, "DOI", format)
		assert.NotContains(t, out, "http", format)
	}
	assert.Contains(t, write(t, BibTeX, work), "@misc{nhse-iapt-3,")
	assert.Contains(t, write(t, CSLJSON, work), `"id": "nhse-iapt-3"`)
	work.URL = "https://example.org/iapt"
	assert.True(t, strings.HasSuffix(work.APALine(), "(UK LLC). https://example.org/iapt"))
}

func TestBareTitleIsEnough(t *testing.T) {
	work := Work{Title: "Untitled by others"}
	assert.Equal(t, "Untitled by others.\n", write(t, APAPage, work))
	assert.Equal(t, "TY  - DATA\r\nT1  - Untitled by others\r\nER  - \r\n", write(t, RIS, work))
	assert.Equal(t, "@misc{untitled-by-others,\n  title = {{Untitled by others}}\n}\n", write(t, BibTeX, work))
	assert.JSONEq(t, `[{"type":"dataset","id":"untitled-by-others","title":"Untitled by others"}]`, write(t, CSLJSON, work))
	assert.Contains(t, write(t, BibTeX, Work{Title: "数据"}), "@misc{dataset,")
}

func TestWorksThatCannotBeCitedAreRefused(t *testing.T) {
	for reason, work := range map[string]Work{
		"needs a title":     {Title: " \n\x00"},
		"is not a year":     {Title: "T", Year: -1},
		"not a web address": {Title: "T", URL: "javascript:alert(1)"},
	} {
		_, err := Write(BibTeX, seed(t), work)
		assert.ErrorContains(t, err, reason)
		assert.ErrorContains(t, err, "work 2")
	}
	for _, address := range []string{"/etc/passwd", "https://", "https://x/}", "https://x/a b", "ftp://x/a", "https://x/%zz", "https://é.example/"} {
		_, err := Write(RIS, Work{Title: "T", URL: address})
		assert.ErrorContains(t, err, "not a web address", address)
	}
	_, err := Write(RIS)
	assert.ErrorContains(t, err, "no work")
}

func TestOneDOIOfTwoTablesGivesTwoKeys(t *testing.T) {
	bib := write(t, BibTeX, seed(t), seed(t), seed(t))
	assert.Contains(t, bib, "@misc{ukllc-dataset-00360-03,")
	assert.Contains(t, bib, "@misc{ukllc-dataset-00360-03-2,")
	assert.Contains(t, bib, "@misc{ukllc-dataset-00360-03-3,")
	csl := write(t, CSLJSON, seed(t), seed(t))
	assert.Contains(t, csl, `"id": "https://doi.org/10.71760/ukllc-dataset-00360-03#2"`)
}

func TestDOIIsShownAsWrittenAndLinkedInSmallLetters(t *testing.T) {
	work := Work{Title: "T", DOI: mustDOI(t, "https://doi.org/10.71760/UKLLC-Dataset-00360-03")}
	bib := write(t, BibTeX, work)
	assert.Contains(t, bib, "@misc{ukllc-dataset-00360-03,")
	assert.Contains(t, bib, "doi = {10.71760/UKLLC-Dataset-00360-03}")
	assert.Contains(t, bib, "url = {https://doi.org/10.71760/ukllc-dataset-00360-03}")
}

func TestPersonsAreTheOnlyNamesWithTwoParts(t *testing.T) {
	work := Work{Title: "T", Creators: []Creator{
		{Name: "Gómez, Francis", Personal: true},
		{Name: "University of Essex, Institute for Social and Economic Research"},
		{Name: "Plato", Personal: true},
	}}
	csl := write(t, CSLJSON, work)
	assert.Contains(t, csl, `"family": "Gómez"`)
	assert.Contains(t, csl, `"literal": "University of Essex, Institute for Social and Economic Research"`)
	assert.Contains(t, csl, `"literal": "Plato"`)
	assert.Contains(t, write(t, BibTeX, work),
		"author = {Gómez, Francis and {University of Essex, Institute for Social and Economic Research} and {Plato}}")
	assert.Contains(t, write(t, RIS, work), "AU  - Gómez, Francis\r\nAU  - University of Essex, Institute")
	assert.Equal(t, "Gómez, Francis. T.", work.APALine())
}

// Values that have broken citation tools, or would.
func TestAwkwardValues(t *testing.T) {
	for _, c := range []struct{ name, title, bibTeX, ris, htmlLine string }{
		{"special to TeX", `50% of R&D_a #1 $5 x~y^z`, `50\% of R\&D\_a \#1 \$5 x\textasciitilde{}y\textasciicircum{}z`,
			`50% of R&D_a #1 $5 x~y^z`, `<i>50% of R&amp;D_a #1 $5 x~y^z.</i>`},
		{"backslash", `C:\new`, `C:\textbackslash{}new`, `C:\new`, `<i>C:\new.</i>`},
		{"paired braces", `a {b} c`, `a \{b\} c`, `a {b} c`, `<i>a {b} c.</i>`},
		{"lone brace", `a }b`, `a \textbraceright{}b`, `a }b`, `<i>a }b.</i>`},
		{"crossed braces", `}{`, `\textbraceright{}\textbraceleft{}`, `}{`, `<i>}{.</i>`},
		{"mark-up", `<20 L "x" 'y'`, `\textless{}20 L "x" 'y'`, `<20 L "x" 'y'`, `<i>&lt;20 L &#34;x&#34; &#39;y&#39;.</i>`},
		{"dashes and accents", `é – “x”`, `é – “x”`, `é – “x”`, `<i>é – “x”.</i>`},
		{"dirty blanks", "  sweep 9  derived\u00a0 ", `sweep 9 derived`, `sweep 9 derived`, `<i>sweep 9 derived.</i>`},
		{"own full stop, as the page has it", `Wave 1.`, `Wave 1.`, `Wave 1.`, `<i>Wave 1..</i>`},
		{"question", `Why?`, `Why?`, `Why?`, `<i>Why?.</i>`},
		{"a record's end", "a\r\nER  - \r\nTY  - BOOK", `a ER - TY - BOOK`, `a ER - TY - BOOK`, `<i>a ER - TY - BOOK.</i>`},
		{"other line ends", "a\vb\fc\u0085d\u2028e\u2029f\x1eg\x00h", `a b c d e f g h`, `a b c d e f g h`, `<i>a b c d e f g h.</i>`},
		{"not UTF-8", "a\xffb", "a\uFFFDb", "a\uFFFDb", "<i>a\uFFFDb.</i>"},
	} {
		work := Work{Title: c.title}
		assert.Contains(t, write(t, BibTeX, work), "title = {{"+c.bibTeX+"}}\n", c.name)
		assert.Equal(t, "TY  - DATA\r\nT1  - "+c.ris+"\r\nER  - \r\n", write(t, RIS, work), c.name)
		assert.Equal(t, c.htmlLine, string(work.APALineHTML()), c.name)
	}
}

func TestCreatorsWithSeparatorsStayWhole(t *testing.T) {
	for _, name := range []string{
		"University of Bristol, Avon Longitudinal Study of Parents & Children (ALSPAC)",
		"Office for National Statistics; National Records of Scotland; UK Data Service.",
		"Belfast,  School  (NHSE) ",
		"others",
	} {
		work := Work{Title: "T", Creators: Organisations(name)}
		clean := fold(name)
		assert.Contains(t, write(t, BibTeX, work), "author = {{"+strings.ReplaceAll(clean, "&", `\&`)+"}}")
		assert.Contains(t, write(t, RIS, work), "AU  - "+clean+"\r\n")
		assert.Equal(t, clean+". T.", work.APALine())
		assert.Equal(t, clean+". T.", textOf(t, string(work.APALineHTML())))
	}
}

func TestVersionsArePrintedAsGiven(t *testing.T) {
	for _, version := range []string{"3", "3.0", "v0003", "10", "2 (06 Jan 2022)"} {
		work := Work{Title: "T", Version: version}
		assert.Contains(t, write(t, BibTeX, work), "note = {Version "+version+"},\n  version = {"+version+"}")
		assert.Contains(t, write(t, RIS, work), "ET  - "+version+"\r\n")
		assert.Contains(t, write(t, CSLJSON, work), `"version": "`+version+`"`)
	}
}

func TestKeywordWithAComma(t *testing.T) {
	work := Work{Title: "T", Keywords: []string{"Anxiety, depression", "", "R&D"}}
	assert.Contains(t, write(t, BibTeX, work), `keywords = {{Anxiety, depression}, R\&D}`)
	assert.Contains(t, write(t, RIS, work), "KW  - Anxiety, depression\r\nKW  - R&D\r\n")
}

func TestLinkThatIsNoWebAddressIsNotFollowed(t *testing.T) {
	line := string(Work{Title: "T", URL: `javascript:alert("1")`}.APALineHTML())
	assert.Equal(t, `<i>T.</i> javascript:alert(&#34;1&#34;)`, line)
}

// sample is one published citation: its metadata and the line on its page.
type sample struct {
	CSL     json.RawMessage `json:"csl"`
	APAPage string          `json:"apa_page"`
}

func (s sample) work(t *testing.T) Work {
	works, err := ReadCSL(s.CSL)
	require.NoError(t, err)
	require.Len(t, works, 1)
	return works[0]
}

// samples reads the published citations, which are not part of the repository.
func samples(t *testing.T) []sample {
	data, err := os.ReadFile(filepath.Join(shared(t), "data", "citations_sample.json"))
	require.NoError(t, err)
	var all []sample
	require.NoError(t, json.Unmarshal(data, &all))
	require.Len(t, all, 38)
	return all
}

func shared(t *testing.T) string {
	folder := os.Getenv("TRE_SHARED")
	if folder == "" {
		t.Skip("TRE_SHARED does not name the folder of published samples")
	}
	return folder
}

func TestPublishedCitationsComeOutAsPublished(t *testing.T) {
	for _, s := range samples(t) {
		work := s.work(t)
		assert.Equal(t, fold(s.APAPage), work.APALine())
		assert.Equal(t, fold(s.APAPage), textOf(t, string(work.APALineHTML())))
		assert.JSONEq(t, "["+fold(string(s.CSL))+"]", write(t, CSLJSON, work))
	}
}

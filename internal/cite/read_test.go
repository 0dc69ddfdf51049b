package cite

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestReadWhatWeWrite(t *testing.T) {
	full := seed(t)
	full.Abstract, full.Issued, full.PublisherID = "What it holds.", Date{2024, 4, 26}, "https://ror.org/0524sp257"
	full.Creators = append(full.Creators, Creator{"Gómez, Francis", true})
	for format, want := range map[Format]Work{DataCiteJSON: full, CSLJSON: full.asCSLKnowsIt()} {
		for _, works := range [][]Work{{want}, {want, {Title: "Bare", Year: 2024}, want}} {
			got, err := Read([]byte(write(t, format, works...)))
			require.NoError(t, err)
			assert.Equal(t, works, got, format)
		}
	}
	got, err := Read([]byte(writeAs(t, CSLJSON, full)))
	require.NoError(t, err)
	want := full
	want.Name, want.PublisherID = "", ""
	assert.Equal(t, []Work{want}, got)
}

// asCSLKnowsIt returns the work without what CSL-JSON has no key for.
func (w Work) asCSLKnowsIt() Work {
	w.Name, w.URL, w.PublisherID = "", "", ""
	return w
}

func TestReadersTakeEveryShapeOfAFile(t *testing.T) {
	const attributes = `{"titles": [{"title": "T"}], "doi": null}`
	for _, file := range []string{
		attributes, "\xef\xbb\xbf" + attributes, "[" + attributes + "]",
		`{"attributes": ` + attributes + `}`,
		`{"data": {"type": "dois", "attributes": ` + attributes + `}}`,
		`{"data": [{"id": "10.71760/x", "type": "dois", "attributes": ` + attributes + `}], "meta": {"total": 1}, "links": {}}`,
	} {
		works, err := ReadDataCite([]byte(file))
		require.NoError(t, err, file)
		sniffed, err := Read([]byte(file))
		require.NoError(t, err, file)
		assert.Equal(t, works, sniffed)
		require.Len(t, works, 1)
		assert.Equal(t, "T", works[0].Title)
	}
	for _, file := range []string{`{"title": "T"}`, ` [ {"title": "T"} ]`, `{"items": [{"title": "T", "type": "dataset", "id": 7}]}`} {
		works, err := Read([]byte(file))
		require.NoError(t, err, file)
		assert.Equal(t, []Work{{Title: "T"}}, works)
	}
}

func TestDataCiteRecordAsTheInterfaceAnswers(t *testing.T) {
	works, err := ReadDataCite([]byte(`{"data": {"id": "10.71760/ukllc-dataset-00360-03", "type": "dois", "attributes": {
		"doi": "10.71760/ukllc-dataset-00360-03", "prefix": "10.71760", "identifiers": [],
		"creators": [{"name": "Data Services, NHS England (NHSE) ", "nameType": "Organizational", "affiliation": [], "nameIdentifiers": []}],
		"titles": [{"title": "NHS England: Talking Therapies"}, {"title": "NHSE_IAPT"}],
		"publisher": {"name": "UK LLC", "publisherIdentifier": "https://ror.org/x", "lang": "en"}, "container": {}, "publicationYear": 2024,
		"subjects": [{"subject": "Mental health"}, "Anxiety, depression"], "contributors": [],
		"dates": [{"date": "2024-05", "dateType": "Created"}, {"date": "2024-04-26", "dateType": "Issued", "dateInformation": null}],
		"language": null, "types": {"ris": "DATA", "bibtex": "misc", "citeproc": "dataset", "schemaOrg": "Dataset", "resourceTypeGeneral": "Dataset"},
		"sizes": ["56311"], "version": "3", "rightsList": [{"rights": "© NHS", "rightsUri": null}],
		"descriptions": [{"description": "How.", "descriptionType": "Methods"}, {"description": "What.", "descriptionType": "Abstract"}],
		"url": "https://guidebook.ukllc.ac.uk/x", "state": "findable", "viewCount": 7}}}`))
	require.NoError(t, err)
	assert.Equal(t, []Work{{
		Name: "NHSE_IAPT", Creators: Organisations("Data Services, NHS England (NHSE)"), Title: "NHS England: Talking Therapies",
		Publisher: "UK LLC", PublisherID: "https://ror.org/x", Year: 2024, Issued: Date{2024, 4, 26}, Version: "3",
		DOI: mustDOI(t, "10.71760/ukllc-dataset-00360-03"), URL: "https://guidebook.ukllc.ac.uk/x",
		Keywords: []string{"Mental health", "Anxiety, depression"}, Abstract: "What.", Rights: "© NHS",
	}}, works)
}

func TestFreezeIsRead(t *testing.T) {
	works, err := Read([]byte(`{"data": {"attributes": {"doi": "10.71760/ukllc-freeze-00016", "publicationYear": 2026,
		"creators": [{"name": "UK Longitudinal Linkage Collaboration (UK LLC)", "nameType": "Organizational"}],
		"titles": [{"title": "Freeze number 16 dated May 2026"}], "publisher": "UK Longitudinal Linkage Collaboration (UKLLC)",
		"types": {"resourceTypeGeneral": "Other", "resourceType": "freeze"}}}}`))
	require.NoError(t, err)
	assert.Equal(t, "UK Longitudinal Linkage Collaboration (UK LLC). (2026). Freeze number 16 dated May 2026. UK Longitudinal Linkage Collaboration (UKLLC). https://doi.org/10.71760/ukllc-freeze-00016", works[0].APALine())
	assert.Equal(t, "freeze", works[0].Kind)
	again, err := Read([]byte(write(t, DataCiteJSON, works...)))
	require.NoError(t, err)
	assert.Equal(t, works, again)
	assert.Contains(t, write(t, BibLaTeX, works...), "@misc{ukllc-freeze-00016,")
	assert.Contains(t, write(t, BibLaTeX, works...), "organization = {{UK")
	assert.Contains(t, write(t, CSLJSON, works...), `"type": "document"`)
	assert.Contains(t, write(t, SchemaOrg, works...), `"@type": "CreativeWork"`)
	assert.Contains(t, write(t, CFF, seed(t), works[0]), "references:\n  -\n    type: \"generic\"\n")
	_, err = Write(HDRUK, works...)
	var lack *Lack
	require.ErrorAs(t, err, &lack)
	assert.EqualError(t, err, "work 1 (ukllc-freeze-00016): hdruk holds datasets alone, not a freeze")
}

// Dirty values that UK LLC's records and people's files have.
func TestDirtyValuesAreRead(t *testing.T) {
	for _, c := range []struct {
		name, file string
		want       Work
	}{
		{"a creator with separators", `{"titles": [{"title": "T"}], "creators": [{"name": "A and B, C & D."}]}`, Work{Title: "T", Creators: Organisations("A and B, C & D.")}},
		{"a creator with blanks", `{"titles": [{"title": " T "}], "creators": [{"name": "Belfast,  School  (NHSE) "}]}`, Work{Title: "T", Creators: Organisations("Belfast, School (NHSE)")}},
		{"no known creator", `{"titles": [{"title": "T"}], "creators": [{"name": ":(unav)"}], "publisher": "(:unav)"}`, Work{Title: "T"}},
		{"an empty creator", `{"titles": [{"title": "T"}], "creators": [{"name": null}, {"name": ""}]}`, Work{Title: "T"}},
		{"a person", `{"titles": [{"title": "T"}], "creators": [{"name": "Gómez, Francis", "nameType": "Personal"}]}`, Work{Title: "T", Creators: []Creator{{"Gómez, Francis", true}}}},
		{"a person in parts alone", `{"titles": [{"title": "T"}], "creators": [{"givenName": "Francis", "familyName": "Gómez"}]}`, Work{Title: "T", Creators: []Creator{{"Gómez, Francis", true}}}},
		{"an organisation split by a registry", `{"titles": [{"title": "T"}], "creators": [{"name": "University of Essex, Institute", "nameType": "Organizational", "givenName": "Institute", "familyName": "University of Essex"}]}`, Work{Title: "T", Creators: Organisations("University of Essex, Institute")}},
		{"a title of every sign", `{"titles": [{"title": "a: & % _ # $ { } ~ ^ \\ \" ' – é?"}]}`, Work{Title: `a: & % _ # $ { } ~ ^ \ " ' – é?`}},
		{"a record's end", `{"titles": [{"title": "a\r\nER  - \u0000\nTY  - BOOK"}]}`, Work{Title: "a ER - TY - BOOK"}},
		{"a subtitle", `{"titles": [{"title": "T"}, {"title": "a subtitle", "titleType": "Subtitle"}]}`, Work{Title: "T"}},
		{"version 3", `{"titles": [{"title": "T"}], "version": "3"}`, Work{Title: "T", Version: "3"}},
		{"version 3.0", `{"titles": [{"title": "T"}], "version": "3.0"}`, Work{Title: "T", Version: "3.0"}},
		{"version 3.0 as a number", `{"titles": [{"title": "T"}], "version": 3.0}`, Work{Title: "T", Version: "3.0"}},
		{"version v0003", `{"titles": [{"title": "T"}], "version": "v0003"}`, Work{Title: "T", Version: "v0003"}},
		{"version null", `{"titles": [{"title": "T"}], "version": null}`, Work{Title: "T"}},
		{"DOI as a link", `{"titles": [{"title": "T"}], "doi": "https://doi.org/10.71760/a-1"}`, Work{Title: "T", DOI: DOI{"10.71760/a-1"}}},
		{"DOI in capitals", `{"titles": [{"title": "T"}], "doi": " 10.71760/UKLLC-A "}`, Work{Title: "T", DOI: DOI{"10.71760/UKLLC-A"}}},
		{"DOI with its sign", `{"titles": [{"title": "T"}], "doi": "doi:10.71760/a-1"}`, Work{Title: "T", DOI: DOI{"10.71760/a-1"}}},
		{"DOI of others", `{"titles": [{"title": "T"}], "doi": "10.5061/dryad.8515"}`, Work{Title: "T", DOI: DOI{"10.5061/dryad.8515"}}},
		{"DOI not minted", `{"titles": [{"title": "T"}], "doi": "TBC"}`, Work{Title: "T"}},
		{"DOI not minted, as a page has it", `{"titles": [{"title": "T"}], "doi": "DOI and Citation TBC"}`, Work{Title: "T"}},
		{"DOI in the id alone", `{"id": "10.71760/a-1", "attributes": {"titles": [{"title": "T"}]}}`, Work{Title: "T", DOI: DOI{"10.71760/a-1"}}},
		{"year in a text", `{"titles": [{"title": "T"}], "publicationYear": "2024"}`, Work{Title: "T", Year: 2024}},
		{"year null", `{"titles": [{"title": "T"}], "publicationYear": null}`, Work{Title: "T"}},
		{"a moment of issue", `{"titles": [{"title": "T"}], "dates": [{"date": "2024-04-26T10:00:00Z", "dateType": "Issued"}]}`, Work{Title: "T", Issued: Date{2024, 4, 26}}},
		{"a range of issue", `{"titles": [{"title": "T"}], "dates": [{"date": "2010/2020", "dateType": "Issued"}]}`, Work{Title: "T"}},
		{"an item of DataCite", `{"type": "dataset", "id": "https://doi.org/10.71760/a-1", "title": "T", "copyright": "© NHS"}`, Work{Title: "T", DOI: DOI{"10.71760/a-1"}, Rights: "© NHS"}},
		{"an item without a date", `{"id": 1, "title": "T", "issued": {"date-parts": [[]]}}`, Work{Title: "T"}},
		{"an item with a null date", `{"id": 1, "title": "T", "issued": {"date-parts": [[null]]}}`, Work{Title: "T"}},
		{"an item with parts in text", `{"id": 1, "title": "T", "issued": {"date-parts": [["2024", "04", "26"]]}}`, Work{Title: "T", Year: 2024, Issued: Date{2024, 4, 26}}},
		{"an item with nought for a day", `{"id": 1, "title": "T", "issued": {"date-parts": [[2024, 4, 0]]}}`, Work{Title: "T", Year: 2024, Issued: Date{2024, 4, 0}}},
		{"an item with a written date", `{"id": 1, "title": "T", "issued": {"raw": "circa April 2024"}}`, Work{Title: "T", Year: 2024}},
		{"an item with a literal date", `{"id": 1, "title": "T", "issued": {"literal": "2024-04-26"}}`, Work{Title: "T", Year: 2024, Issued: Date{2024, 4, 26}}},
		{"an item's names", `{"id": 1, "title": "T", "author": [{"family": "Berg", "given": "Ann", "non-dropping-particle": "van den"}, {"family": "Plato"}, {"literal": "A, B"}]}`,
			Work{Title: "T", Creators: []Creator{{"van den Berg, Ann", true}, {"Plato", true}, {"A, B", false}}}},
		{"an item's keywords", `{"id": 1, "title": "T", "keyword": "a, b", "categories": ["c, d"]}`, Work{Title: "T", Keywords: []string{"c, d", "a", "b"}}},
		{"an item's version as a number", `{"id": 1, "title": "T", "version": 3}`, Work{Title: "T", Version: "3"}},
		{"an item's junior", `{"id": 1, "title": "T", "author": [{"family": "Gómez", "given": "Ann", "suffix": "Jr"}]}`, Work{Title: "T", Creators: []Creator{{"Gómez, Jr, Ann", true}}}},
		{"a kind that is general", `{"titles": [{"title": "T"}], "types": {"resourceTypeGeneral": "Project"}}`, Work{Kind: "Project", Title: "T"}},
		{"a description of methods", `{"titles": [{"title": "T"}], "descriptions": [{"description": "How.", "descriptionType": "Methods"}]}`, Work{Title: "T", Abstract: "How."}},
		{"a report", `{"id": 1, "title": "T", "type": "report"}`, Work{Kind: "report", Title: "T"}},
		{"unknown keys", `{"id": 1, "title": "T", "x": [{"y": null}]}`, Work{Title: "T"}},
	} {
		works, err := Read([]byte(c.file))
		require.NoError(t, err, c.name)
		assert.Equal(t, []Work{c.want}, works, c.name)
	}
}

func TestFaultsSayWhereAndHow(t *testing.T) {
	for _, c := range []struct {
		name, file string
		want       []string
	}{
		{"nothing", "", []string{"line 1: it is not JSON: unexpected end of JSON input"}},
		{"no JSON", "[{\"title\": \"T\"},\n  {title: 1}]", []string{"line 2: it is not JSON: invalid character 't' looking for beginning of object key string"}},
		{"no record", "[]", []string{"line 1: there is no record in it"}},
		{"no object", `"T"`, []string{"line 1: record 1: a JSON string cannot stand here"}},
		{"no title", `{"data": [{"attributes": {"titles": []}}]}`, []string{"line 1: record 1: title: a work needs a title to be cited"}},
		{"every fault", "[\n {\"title\": \"T\"},\n {\"title\": \"\", \"DOI\": \"10.71760/x.\"},\n\n {\"title\": \"T\", \"URL\": \"javascript:alert(1)\", \"issued\": {\"date-parts\": [[2024, 13]]}}]", []string{
			`line 3: record 2: DOI: "10.71760/x." is not a DOI: its suffix must be letters, digits and -._;()/: with a letter or digit at either end`,
			"line 3: record 2: title: a work needs a title to be cited",
			`line 5: record 3: URL: "javascript:alert(1)" is not a web address`,
			`line 5: record 3: issued.date-parts: "2024-13" is not a date: write it as 2024-04-26, 2024-04 or 2024`,
		}},
		{"a list for a text", `{"titles": [{"title": ["T"]}]}`, []string{"line 1: record 1: titles.title: a JSON list cannot stand here"}},
		{"a text for a list", `{"titles": "T"}`, []string{"line 1: record 1: titles: a JSON string cannot stand here"}},
		{"a long value", `{"title": "T", "URL": "` + strings.Repeat("x", 1000) + `"}`, []string{"line 1: record 1: URL: \"" + strings.Repeat("x", 299) + "…"}},
		{"an object for a text", `{"title": {}}`, []string{"line 1: record 1: title: a JSON object cannot stand here"}},
		{"a truth value for a text", `{"title": true}`, []string{"line 1: record 1: title: a JSON truth value cannot stand here"}},
		{"no year", "{\"data\": {\"attributes\":\n{\"titles\": [{\"title\": \"T\"}], \"publicationYear\": \"soon\"}}}", []string{`line 1: record 1: publicationYear: "soon" is not a year`}},
	} {
		works, err := Read([]byte(c.file))
		assert.Nil(t, works, c.name)
		var unreadable *Unreadable
		require.ErrorAs(t, err, &unreadable, c.name)
		assert.Equal(t, strings.Join(c.want, "\n"), err.Error(), c.name)
	}
	_, err := ReadCSL([]byte("x"))
	assert.Error(t, err)
	_, err = ReadDataCite([]byte("x"))
	assert.Error(t, err)
	assert.Error(t, checkOf(`{"titles": [{"title": "T"}], "publisher": ["P"]}`))
	assert.Error(t, checkOf(`{"titles": [{"title": "T"}], "subjects": [["P"]]}`))
	assert.Error(t, checkOf(`{"titles": [{"title": "T"}], "version": true}`))
}

func checkOf(file string) error {
	_, err := Read([]byte(file))
	return err
}

func TestDates(t *testing.T) {
	for written, want := range map[string]Date{
		"2024-04-26": {2024, 4, 26}, "2024-04": {2024, 4, 0}, "2024": {2024, 0, 0}, "0099": {99, 0, 0},
	} {
		date, err := ParseDate(written)
		require.NoError(t, err)
		assert.Equal(t, want, date)
		assert.Equal(t, written, date.String())
	}
	for _, written := range []string{"", "TBC", "2024-13", "2024-02-30", "24", "0000", "20240426", "2024-4-6", "2024-04-26 10:00"} {
		_, err := ParseDate(written)
		assert.ErrorContains(t, err, "is not a date", written)
	}
	assert.Empty(t, Date{}.String())
}

// Every published citation goes through every reader and back.
func TestPublishedCitationsAreReadWithoutLoss(t *testing.T) {
	var all []json.RawMessage
	for _, s := range samples(t) {
		all = append(all, s.CSL)
	}
	list, err := json.Marshal(all)
	require.NoError(t, err)
	works, err := ReadCSL(list)
	require.NoError(t, err)
	require.Len(t, works, 38)
	for name, written := range map[string]string{
		"csl-json": write(t, CSLJSON, works...), "datacite-json": write(t, DataCiteJSON, works...), "as DataCite": writeAs(t, CSLJSON, works...),
		"deposit": `{"data": ` + write(t, DataCiteJSON, works...) + `}`,
	} {
		again, err := Read([]byte(written))
		require.NoError(t, err, name)
		assert.Equal(t, works, again, name)
	}
	back, err := json.Marshal(json.RawMessage(write(t, CSLJSON, works...)))
	require.NoError(t, err)
	assert.JSONEq(t, foldJSON(t, list), string(back))
}

// foldJSON folds the blanks in every text, as the readers do.
func foldJSON(t *testing.T, data []byte) string {
	var items []map[string]any
	require.NoError(t, json.Unmarshal(data, &items))
	for _, item := range items {
		item["title"] = fold(item["title"].(string))
		for _, author := range item["author"].([]any) {
			name := author.(map[string]any)
			name["literal"] = fold(name["literal"].(string))
		}
	}
	folded, err := json.Marshal(items)
	require.NoError(t, err)
	return string(folded)
}

func FuzzRead(f *testing.F) {
	for _, name := range []string{"seed.json", "seed.datacite.json", "datacite/seed.json"} {
		content, err := os.ReadFile(filepath.Join("testdata", filepath.FromSlash(name)))
		require.NoError(f, err)
		f.Add(content)
	}
	f.Add([]byte(`{"data": [{"attributes": {"titles": [{"title": "T"}], "doi": "TBC", "version": 3, "publisher": {"name": null}}}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		works, err := Read(data)
		if err != nil {
			var unreadable *Unreadable
			require.ErrorAs(t, err, &unreadable)
			require.NotEmpty(t, unreadable.Faults)
			return
		}
		require.NotEmpty(t, works)
		for _, format := range append(Formats(), APA, BibLaTeX, CFF, SchemaOrg) {
			_, err := Write(format, works...)
			require.NoError(t, err, "what is read can be cited")
		}
	})
}

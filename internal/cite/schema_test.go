package cite

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// schema compiles one of the published schemas. The formats of dates, addresses
// and e-mail are held to, which most validators leave out.
func schema(t *testing.T, name string) *jsonschema.Schema {
	path := filepath.Join(shared(t), "data", "schemas", name)
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	compiler.RegisterFormat(&jsonschema.Format{Name: "year", Validate: dateOf("2006")})
	compiler.RegisterFormat(&jsonschema.Format{Name: "yearmonth", Validate: dateOf("2006-01")})
	for _, name := range []string{"datetime", "year-range", "yearmonth-range", "date-range", "datetime-range"} {
		compiler.RegisterFormat(&jsonschema.Format{Name: name, Validate: dateOf(time.RFC3339)})
	}
	compiled, err := compiler.Compile(path)
	require.NoError(t, err)
	return compiled
}

func dateOf(layout string) func(any) error {
	return func(value any) error {
		_, err := time.Parse(layout, value.(string))
		return err
	}
}

// valid asserts that a JSON document is valid by a schema.
func valid(t *testing.T, schema *jsonschema.Schema, document string) {
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(document))
	require.NoError(t, err)
	assert.NoError(t, schema.Validate(value), document)
}

// described are works of every shape that a record may take.
func described(t *testing.T) []Work {
	full := seed(t)
	full.Abstract, full.Issued, full.PublisherID = strings.Repeat("What it holds, and more. ", 30)+"End.", Date{2024, 4, 26}, "https://ror.org/0524sp257"
	full.Creators = append(full.Creators, Creator{"Gómez, Francis", true}, Creator{"Plato", true})
	full.Keywords = append(full.Keywords, full.Keywords...)
	works := []Work{seed(t), full, {Title: "No creator, no version", Year: 2024, Publisher: "UK LLC", DOI: full.DOI, Issued: Date{2024, 4, 0}}}
	for _, version := range []string{"3.0", "v0003", "2 (06 Jan 2022)", "10", "1.2.3"} {
		work := seed(t)
		work.Version = version
		works = append(works, work)
	}
	for _, s := range samples(t) {
		works = append(works, s.work(t))
	}
	return works
}

func TestCSLJSONIsValidByItsSchema(t *testing.T) {
	works := append(described(t), Work{Title: "Bare"}, Work{Kind: "freeze", Title: "Freeze"})
	valid(t, schema(t, "csl-data.json"), write(t, CSLJSON, works...))
}

func TestDataCiteJSONIsValidByItsSchema(t *testing.T) {
	schema := schema(t, "datacite-v4.5.json")
	for _, work := range append(described(t), Work{Kind: "freeze", Title: "Freeze", Year: 2026}) {
		valid(t, schema, write(t, DataCiteJSON, work))
	}
}

func TestHDRUKRecordIsValidByItsSchema(t *testing.T) {
	schema := schema(t, "hdruk-3.0.0.json")
	for _, work := range described(t) {
		valid(t, schema, write(t, HDRUK, work))
	}
}

// node runs a script of testdata on files that hold the contents, and returns a
// line of JSON a file or record.
func node(t *testing.T, script, extension string, contents ...string) []json.RawMessage {
	modules := os.Getenv("TRE_NODE_MODULES")
	if modules == "" {
		t.Skip("TRE_NODE_MODULES does not name a folder with citation-js and yaml")
	}
	args := []string{filepath.Join("testdata", script)}
	for i, content := range contents {
		file := filepath.Join(t.TempDir(), strconv.Itoa(i)+extension)
		require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
		args = append(args, file)
	}
	command := exec.Command("node", args...)
	command.Env = append(os.Environ(), "NODE_PATH="+modules)
	command.Stderr = os.Stderr
	out, err := command.Output()
	require.NoError(t, err)
	var lines []json.RawMessage
	for line := range strings.Lines(string(out)) {
		lines = append(lines, json.RawMessage(line))
	}
	return lines
}

func TestCFFIsValidByItsSchema(t *testing.T) {
	works := append(described(t), Work{Title: "Bare"}, Work{Kind: "freeze", Title: `- "a": {b} # c`, Language: "en-GB"})
	files := []string{write(t, CFF, works...)}
	for _, work := range works {
		files = append(files, write(t, CFF, work))
	}
	documents := node(t, "yaml.cjs", ".cff", files...)
	require.Len(t, documents, len(files))
	schema := schema(t, "cff-1.2.0.json")
	for i, document := range documents {
		valid(t, schema, string(document))
		var file cffFile
		require.NoError(t, json.Unmarshal(document, &file))
		described := works
		if i > 0 {
			described = works[i-1 : i]
		}
		assertCFF(t, described, file)
	}
}

// cffFile is what a reader takes of a CITATION.cff.
type cffFile struct {
	cffEntry
	Preferred  cffEntry `json:"preferred-citation"`
	References []cffEntry
}

type cffEntry struct {
	Title, DOI, Version, Abstract string
	Year                          int
	Publisher                     struct{ Name string }
	Authors                       []struct{ Name string }
}

func assertCFF(t *testing.T, works []Work, file cffFile) {
	assert.Equal(t, works[0].Title, file.Title)
	assert.Equal(t, works[0].Abstract, file.Abstract)
	require.Len(t, file.References, len(works)-1)
	for i, entry := range append([]cffEntry{file.Preferred}, file.References...) {
		assert.Equal(t, works[i].Title, entry.Title)
		assert.Equal(t, works[i].DOI.String(), entry.DOI)
		assert.Equal(t, works[i].Version, entry.Version)
		assert.Equal(t, works[i].Year, entry.Year)
		assert.Equal(t, works[i].Publisher, entry.Publisher.Name)
		if len(works[i].Creators) > 0 {
			assert.Equal(t, works[i].Creators[0].Name, entry.Authors[0].Name)
		}
	}
}

// schema.org's properties of CreativeWork, Dataset, Organization and Person
// that a citation may have.
var schemaOrgWords = map[string]bool{
	"@context": true, "@graph": true, "@type": true, "@id": true, "identifier": true, "url": true, "name": true, "alternateName": true,
	"additionalType": true, "description": true, "creator": true, "publisher": true, "datePublished": true, "version": true,
	"inLanguage": true, "keywords": true, "copyrightNotice": true, "familyName": true, "givenName": true,
}

func TestSchemaOrgHasItsOwnWordsAlone(t *testing.T) {
	full := seed(t)
	full.Issued, full.Abstract = Date{2024, 4, 26}, `</script><script>alert("1")`
	full.Creators = append(full.Creators, Creator{"Gómez, Francis", true}, Creator{"Plato", true})
	for _, works := range [][]Work{{full}, {full, {Kind: "freeze", Title: "Freeze"}}} {
		out := write(t, SchemaOrg, works...)
		assert.NotContains(t, out, "</script>", "it may stand within a page's <script>")
		var document any
		require.NoError(t, json.Unmarshal([]byte(out), &document))
		assertWords(t, document)
	}
}

func assertWords(t *testing.T, value any) {
	switch value := value.(type) {
	case []any:
		for _, one := range value {
			assertWords(t, one)
		}
	case map[string]any:
		for key, one := range value {
			assert.True(t, schemaOrgWords[key], key)
			assertWords(t, one)
		}
	}
}

func TestRecordsThatLackWhatTheirSchemaAsks(t *testing.T) {
	good := seed(t)
	for reason, spoil := range map[string]func(*Work){
		"hdruk needs a title of 2 to 150 characters":              func(w *Work) { w.Title = strings.Repeat("T", 151) },
		"hdruk needs a publisher of 2 to 150 characters":          func(w *Work) { w.Publisher = "" },
		"hdruk needs an identifier of the publisher":              func(w *Work) { w.DOI = DOI{} },
		"hdruk needs a year of publication in four digits":        func(w *Work) { w.Year = 0 },
		"hdruk needs a version that begins with a number":         func(w *Work) { w.Version = "final" },
		"hdruk needs keywords of 2 to 150 characters":             func(w *Work) { w.Keywords = []string{"x"} },
		"hdruk needs names of 2 to 1000 characters":               func(w *Work) { w.Creators = Organisations("X") },
		"hdruk holds datasets alone, not a project":               func(w *Work) { w.Kind = "project" },
		"datacite-json needs a year of publication in four digit": func(w *Work) { w.Year = 99 },
	} {
		work := good
		spoil(&work)
		format := HDRUK
		if strings.HasPrefix(reason, string(DataCiteJSON)) {
			format = DataCiteJSON
		}
		_, err := Write(format, good, work)
		var lack *Lack
		require.ErrorAs(t, err, &lack, reason)
		assert.ErrorContains(t, err, "work 2 (")
		assert.ErrorContains(t, err, reason)
	}
}

func TestVersionsOfHDRUK(t *testing.T) {
	for version, want := range map[string]string{
		"3": "3.0.0", "3.0": "3.0.0", "v0003": "3.0.0", "10": "10.0.0", "1.2.3": "1.2.3", "2 (06 Jan 2022)": "2.0.0", "Version 4": "4.0.0",
		"2.1 beta": "2.1.0", "final": "", "1.2.3.4": "", "": "",
	} {
		assert.Equal(t, want, semantic(version), version)
	}
}

func TestLongAbstractIsCutAtAWordForHDRUK(t *testing.T) {
	cut := hdrukAbstract(strings.Repeat("words and more ", 60))
	assert.LessOrEqual(t, len([]rune(cut)), 500)
	assert.True(t, strings.HasSuffix(cut, "more…") || strings.HasSuffix(cut, "words…") || strings.HasSuffix(cut, "and…"), cut)
	assert.Len(t, []rune(hdrukAbstract(strings.Repeat("é", 600))), 500)
	assert.Empty(t, hdrukAbstract("tiny"))
}

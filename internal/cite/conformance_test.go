package cite

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// cited returns works whose values tools written by others must give back:
// those published, when they are at hand, and harder ones.
func cited(t *testing.T) []Work {
	works := []Work{seed(t)}
	for _, title := range []string{`100% of R&D_x #1 $5 a~b^c`, `C:\new {pair} <20 L`, `IAPT: “quotes” – é ‘x’`} {
		work := seed(t)
		work.Title = title
		work.Creators = Organisations("Trust A and Trust B & Co, Unit 5")
		work.Publisher = "Press and Sons"
		works = append(works, work)
	}
	if os.Getenv("TRE_SHARED") == "" {
		return works
	}
	for _, s := range samples(t) {
		works = append(works, s.work(t))
	}
	return works
}

// plainQuotes makes all quotation marks one: TeX readers turn them, as TeX does.
func plainQuotes(text string) string {
	return strings.NewReplacer("’", "'", "‘", "'", "“", "'", "”", "'", `"`, "'").Replace(text)
}

func TestPandocReadsOurBibTeX(t *testing.T) {
	pandoc := os.Getenv("TRE_PANDOC")
	if pandoc == "" {
		t.Skip("TRE_PANDOC does not name the pandoc program")
	}
	works := cited(t)
	command := exec.Command(pandoc, "-f", "bibtex", "-t", "csljson")
	command.Stdin = strings.NewReader(write(t, BibTeX, works...))
	out, err := command.Output()
	require.NoError(t, err)
	var items []cslItem
	require.NoError(t, json.Unmarshal(out, &items))
	require.Len(t, items, len(works))
	for i, item := range items {
		assert.Equal(t, plainQuotes(works[i].Title), plainQuotes(item.Title))
		assert.Equal(t, plainQuotes(works[i].Creators[0].Name), plainQuotes(item.Author[0].Literal))
		assert.Equal(t, works[i].DOI.String(), item.DOI)
		assert.Equal(t, works[i].Version, item.Version)
		assert.Equal(t, works[i].Year, item.Issued.DateParts[0][0])
	}
}

// understood is a line of testdata/read.cjs.
type understood struct {
	Type, Title, Publisher, Version, DOI, URL string
	Authors                                   []string
	Year                                      int
}

// readByCitationJS gives our file to citation-js and returns what it made of it.
func readByCitationJS(t *testing.T, format Format, works []Work) []understood {
	modules := os.Getenv("TRE_NODE_MODULES")
	if modules == "" {
		t.Skip("TRE_NODE_MODULES does not name a folder with citation-js")
	}
	file := filepath.Join(t.TempDir(), "cited"+format.Extension())
	require.NoError(t, os.WriteFile(file, []byte(write(t, format, works...)), 0o600))
	command := exec.Command("node", filepath.Join("testdata", "read.cjs"), file)
	command.Env = append(os.Environ(), "NODE_PATH="+modules)
	command.Stderr = os.Stderr
	out, err := command.Output()
	require.NoError(t, err)
	return decodeLines(t, out)
}

func decodeLines(t *testing.T, out []byte) []understood {
	var items []understood
	decoder := json.NewDecoder(bytes.NewReader(out))
	for {
		var item understood
		err := decoder.Decode(&item)
		if err == io.EOF {
			return items
		}
		require.NoError(t, err)
		items = append(items, item)
	}
}

func TestCitationJSReadsOurFiles(t *testing.T) {
	for _, format := range []Format{CSLJSON, BibTeX, RIS} {
		works := cited(t)
		items := readByCitationJS(t, format, works)
		require.Len(t, items, len(works), format)
		for i, item := range items {
			work := works[i]
			assert.Equal(t, plainQuotes(work.Title), plainQuotes(item.Title), format)
			assert.Equal(t, work.DOI.String(), item.DOI, format)
			assert.Equal(t, work.Link(), item.URL, format)
			assert.Equal(t, work.Publisher, item.Publisher, format)
			assert.Equal(t, work.Year, item.Year, format)
			assert.Equal(t, work.Version, item.Version, format)
			assert.Equal(t, []string{work.Creators[0].Name}, item.Authors, format)
		}
	}
}

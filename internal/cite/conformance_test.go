package cite

import (
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
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

func TestPandocReadsOurBibliographies(t *testing.T) {
	works := cited(t)
	for _, format := range []Format{BibTeX, BibLaTeX} {
		var items []cslItem
		require.NoError(t, json.Unmarshal(pandoc(t, write(t, format, works...), "-f", string(format), "-t", "csljson"), &items))
		require.Len(t, items, len(works), format)
		for i, item := range items {
			assert.Equal(t, plainQuotes(works[i].Title), plainQuotes(item.Title), format)
			assert.Equal(t, plainQuotes(works[i].Creators[0].Name), plainQuotes(item.Author[0].Literal), format)
			assert.Equal(t, plainQuotes(works[i].Publisher), plainQuotes(item.Publisher), format)
			assert.Equal(t, works[i].DOI.String(), item.DOI, format)
			assert.Equal(t, works[i].Version, item.Version, format)
			assert.Equal(t, works[i].Year, item.Issued.DateParts[0][0], format)
		}
	}
}

// pandoc gives pandoc a text and returns what it made of it.
func pandoc(t *testing.T, text string, args ...string) []byte {
	program := os.Getenv("TRE_PANDOC")
	if program == "" {
		t.Skip("TRE_PANDOC does not name the pandoc program")
	}
	command := exec.Command(program, args...)
	command.Stdin = strings.NewReader(text)
	command.Stderr = os.Stderr
	out, err := command.Output()
	require.NoError(t, err)
	return out
}

// Each line of Markdown and HTML must show a reader what the plain line says.
func TestPandocReadsOurLines(t *testing.T) {
	works := append(cited(t), Work{Title: "Bare"}, Work{Title: "- x", Creators: Organisations("a", "+ b")}, Work{Kind: "x", Title: "% t"},
		Work{Title: `**b** _i_ ` + "`c`" + ` ![i](j) <b> &amp; ~~s~~ H~2~O x^2^ $a$ @k | \`, Creators: Organisations("1", "iv")}, Work{Title: "T", Creators: Organisations("# h")})
	for _, format := range []Format{APAPage, APA} {
		want := strings.Split(strings.TrimSuffix(write(t, format, works...), "\n"), "\n")
		for form, readers := range map[Form][]string{Markdown: {"commonmark", "gfm", "markdown-smart"}, HTML: {"html"}} {
			content, err := Style{Format: format, Form: form}.Write(works...)
			require.NoError(t, err)
			for _, reader := range readers {
				page := pandoc(t, string(content), "-f", reader, "-t", "html", "--wrap=none")
				assert.Equal(t, want, paragraphs(t, string(page)), "%s as %s", format, reader)
			}
		}
	}
}

// paragraphs returns the text of each paragraph, and fails on any other block.
func paragraphs(t *testing.T, page string) []string {
	var texts []string
	for block := range strings.SplitSeq(strings.TrimSpace(page), "</p>") {
		block = strings.TrimSpace(block)
		if block == "" {
			continue
		}
		require.True(t, strings.HasPrefix(block, "<p>"), block)
		texts = append(texts, textOf(t, block))
	}
	return texts
}

// understood is a line of testdata/read.cjs.
type understood struct {
	Type, Title, Publisher, Version, DOI, URL string
	Authors                                   []string
	Year                                      int
}

func TestCitationJSReadsOurFiles(t *testing.T) {
	works := cited(t)
	for _, format := range []Format{CSLJSON, BibTeX, BibLaTeX, RIS} {
		items := node(t, "read.cjs", format.Extension(), write(t, format, works...))
		require.Len(t, items, len(works), format)
		for i, line := range items {
			var item understood
			require.NoError(t, json.Unmarshal(line, &item))
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

// DataCite's own forms lose the version, and BibTeX as it stands there the
// titles with signs of TeX; what is left must come back.
func TestCitationJSReadsTheDataCiteProfile(t *testing.T) {
	var works []Work
	for _, work := range cited(t) {
		if !strings.ContainsAny(work.Title+work.Creators[0].Name, `#$%&^_{}~\“”‘’<>`) {
			work.URL = work.DOI.URL()
			works = append(works, work)
		}
	}
	for _, format := range AsDataCite.Formats() {
		items := node(t, "read.cjs", format.Extension(), writeAs(t, format, works...))
		require.Len(t, items, len(works), format)
		for i, line := range items {
			var item understood
			require.NoError(t, json.Unmarshal(line, &item))
			assert.Equal(t, works[i].Title, item.Title, format)
			assert.Equal(t, works[i].DOI.ID(), item.DOI, format)
			assert.Equal(t, works[i].Year, item.Year, format)
			assert.Equal(t, []string{works[i].Creators[0].Name}, item.Authors, format)
		}
	}
}

// citeproc-js follows the style and not the manual where the publisher is the
// author, whom it names again, and where there is no author: it puts the year
// between the title and what belongs to it.
func TestCiteprocRendersOurAPA(t *testing.T) {
	works := cited(t)
	works = append(works,
		Work{Title: "Two of them", Year: 2024, Creators: Organisations("Trust A", "Trust B"), Version: "3"},
		Work{Title: "Persons", Year: 2024, Creators: []Creator{{"Gómez, Francis", true}, {"Dupont, Jean-Paul A.", true}, {"Plato", false}}, Publisher: "P"},
		Work{Title: "No year", Creators: Organisations("A")}, Work{Title: "Three", Year: 2024, Creators: Organisations("A", "B", "C"), Publisher: "P."},
		Work{Kind: "freeze", Title: "Freeze number 16 dated May 2026", Year: 2026, Creators: Organisations("UK LLC")})
	rendered := node(t, "apa.cjs", ".json", write(t, CSLJSON, works...))
	require.Len(t, rendered, len(works))
	alike := 0
	for i, line := range rendered {
		if works[i].publisherIsAuthor() {
			continue
		}
		var theirs struct{ Text, HTML string }
		require.NoError(t, json.Unmarshal(line, &theirs))
		text := strings.ReplaceAll(theirs.Text, "[Data set]", "[Dataset]")
		assert.Equal(t, plainQuotes(strings.TrimSuffix(write(t, APA, works[i]), "\n")), plainQuotes(text))
		_, italic, _ := strings.Cut(theirs.HTML, "<i>")
		italic, _, _ = strings.Cut(italic, "</i>")
		assert.Equal(t, plainQuotes(works[i].Title), plainQuotes(textOf(t, italic)))
		alike++
	}
	t.Logf("%d of %d references are citeproc-js's", alike, len(works))
}

// printable draws titles and names of the signs on a keyboard and a few more,
// in the orders that have broken readers.
func printable() *rapid.Generator[string] {
	pieces := append(strings.Split("{ } \\ % & # $ _ ~ ^ < > \" ( ) [ ] @ = , ; : . ! ? + * | / é – NHS England -", " "), " and ", "ER  - ", " ", " ")
	return rapid.Map(rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 12), func(parts []string) string {
		return "T" + strings.Join(parts, "") + "T"
	})
}

func TestAnyTitleAndNameComeBackFromTheirReaders(t *testing.T) {
	var works []Work
	for seed := range 200 {
		works = append(works, Work{Title: fold(printable().Example(seed)), Creators: Organisations(fold(printable().Example(1000 + seed)))})
	}
	for _, format := range []Format{CSLJSON, BibTeX, BibLaTeX, RIS} {
		items := node(t, "read.cjs", format.Extension(), write(t, format, works...))
		require.Len(t, items, len(works), format)
		for i, line := range items {
			var item understood
			require.NoError(t, json.Unmarshal(line, &item))
			assert.Equal(t, works[i].Title, item.Title, format)
			if format != RIS {
				assert.Equal(t, []string{works[i].Creators[0].Name}, item.Authors, format)
			}
		}
	}
	for _, format := range []Format{BibTeX, BibLaTeX} {
		var items []cslItem
		require.NoError(t, json.Unmarshal(pandoc(t, write(t, format, works...), "-f", string(format), "-t", "csljson"), &items))
		require.Len(t, items, len(works), format)
		for i, item := range items {
			assert.Equal(t, knownToPandoc(works[i].Title), item.Title, format)
			assert.Equal(t, knownToPandoc(works[i].Creators[0].Name), item.Author[0].Literal, format)
		}
	}
}

// knownToPandoc returns a text without what pandoc 2.17 leaves out: it does not
// know LaTeX's names of braces, which stand where braces do not pair.
func knownToPandoc(text string) string {
	if bracesPair(text) {
		return text
	}
	return strings.NewReplacer("{", "", "}", "").Replace(text)
}

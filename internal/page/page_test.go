package page

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"tre-toolkit/internal/cite"
)

var update = flag.Bool("update", false, "write the golden files anew")

func htmlOf(t *testing.T, m Model) string {
	out, err := HTML(m)
	require.NoError(t, err)
	return string(out)
}

func markdownOf(t *testing.T, m Model) string {
	out, err := Markdown(m)
	require.NoError(t, err)
	return string(out)
}

func TestSeedPage(t *testing.T) {
	for name, got := range map[string]string{"seed.html": htmlOf(t, seedModel(t)), "seed.md": markdownOf(t, seedModel(t))} {
		golden := filepath.Join("testdata", name)
		if *update {
			require.NoError(t, os.WriteFile(golden, []byte(got), 0o644))
		}
		want, err := os.ReadFile(golden)
		require.NoError(t, err)
		assert.Equal(t, string(want), got, name)
	}
}

var labels = []string{
	"Name of Dataset in TRE", "Citation (APA)", "Download Citation", "Series", "Owner", "Copyright",
	"Temporal Coverage in the TRE", "Geographical Coverage", "Participant Count", "Number of Variables",
	"Number of Observations", "Key Link", "Keywords", "Latest Extract Date", "Specific Restrictions to Data Use",
	"Build a Data Request",
}

func TestSixteenDescriptorsInOrder(t *testing.T) {
	table := elements(parse(t, htmlOf(t, seedModel(t))), "table")[0]
	var heads []string
	for _, head := range elements(table, "th")[2:] {
		heads = append(heads, textOf(head))
	}
	assert.Equal(t, labels, heads)

	var lines []string
	for line := range strings.Lines(sectionOf(markdownOf(t, seedModel(t)), "1. Summary")) {
		if cells := strings.Split(line, " | "); len(cells) == 2 {
			lines = append(lines, strings.TrimPrefix(cells[0], "| "))
		}
	}
	assert.Equal(t, append([]string{"Dataset Descriptor"}, labels...), lines)
}

func sectionOf(markdown, title string) string {
	_, after, _ := strings.Cut(markdown, "## "+title+"\n")
	section, _, _ := strings.Cut(after, "\n## ")
	return section
}

func TestCitationReadsAsOnThePage(t *testing.T) {
	const line = "Data Services, NHS England (NHSE). (2024). NHS England: Talking Therapies for Anxiety and Depression (IAPT). UK Longitudinal Linkage Collaboration (UK LLC). https://doi.org/10.71760/ukllc-dataset-00360-03"
	cells := elements(elements(parse(t, htmlOf(t, seedModel(t))), "table")[0], "td")
	assert.Equal(t, line, textOf(cells[1]))
	before, link, _ := strings.Cut(line, "https")
	assert.Contains(t, markdownOf(t, seedModel(t)), "| Citation (APA) | "+before+"[https"+link+"](https"+link+") |")
}

func TestSizesNameTheirTable(t *testing.T) {
	section := sectionOf(markdownOf(t, seedModel(t)), "3. Version History")
	assert.Contains(t, section, "| Version | 2 | 3 |\n|---|---|---|\n| Version Date | 13 Apr 2023 | 26 Apr 2024 |\n")
	assert.Contains(t, section, "| Number of Variables (demographics_and_referral) | 192 | 226 |\n")
	assert.Contains(t, section, "| Number of Observations (demographics_and_referral) | 58680 | 117207 |\n")
	assert.Contains(t, section, "| Number of Variables (sum over all tables) | 351 | 398 |\n")
	assert.Contains(t, section, "| Number of Observations (sum over all tables) | 2095150 | 4187657 |\n")
	assert.Contains(t, section, "| care_cluster | 12 | 45700 | 13 | 91300 |\n")
	assert.Contains(t, section, "| **Sum over all tables** | **351** | **2095150** | **398** | **4187657** |\n")
	assert.Contains(t, section, "[10.71760/ukllc-dataset-00360-02/activities](https://api.datacite.org/dois/10.71760/ukllc-dataset-00360-02/activities)")
	assert.NotContains(t, section, "Number of Variables |")
}

func TestWhatIsNotKnownIsToCome(t *testing.T) {
	m := seedModel(t)
	m.History.Versions[1].DOI, m.History.Versions[1].Date = cite.DOI{}, ""
	m.History.Versions[0].Sizes = m.History.Versions[0].Sizes[:8]
	m.Metrics.DOI = cite.DOI{}
	m.History.Versions[1].Total = Size{}
	m.Documentation, m.Syntax = nil, nil
	markdown := markdownOf(t, m)
	assert.Contains(t, markdown, "| Version Date | 13 Apr 2023 | TBC |\n")
	assert.Contains(t, markdown, "00360-02) | TBC |\n")
	assert.Contains(t, markdown, "activities) | TBC |\n")
	assert.Contains(t, markdown, "| Number of Variables (sum over all tables) | 351 | TBC |\n")
	assert.Contains(t, markdown, "| NHSE_IAPT@3 | TBC |")
	assert.Contains(t, markdown, "| waiting_time_pauses | not in this version | not in this version | 15 | 3770 |\n")
	assert.Contains(t, markdown, "No documents are listed yet.\n")
	assert.Contains(t, markdown, "No syntax is listed yet.\n")
	assert.Contains(t, htmlOf(t, m), "<dd>TBC</dd>")
}

func TestMarksAreShownAndExplained(t *testing.T) {
	page := htmlOf(t, seedModel(t))
	assert.Equal(t, 2*strings.Count(studyFigures, "<10"), strings.Count(page, `<td class="masked">&lt;10</td>`), "in the wide table and in its tables' own")
	assert.Equal(t, 1+3, strings.Count(page, `<b class="mark">&lt;10</b> stands for 1 to 9 participants.`), "once for the whole, once a table that has it")
	assert.NotContains(t, page, "<10")
	assert.NotContains(t, withoutCode(markdownOf(t, seedModel(t))), "<10")

	m := seedModel(t)
	m.Metrics.Marks = []Mark{{"", "stands for 1 to 4."}}
	assert.Contains(t, htmlOf(t, m), `<b class="mark">(blank)</b>`)
	assert.Contains(t, markdownOf(t, m), "- (blank) stands for 1 to 4.")
}

// hostile would do harm as HTML, as Markdown or as a table cell.
const hostile = "a|b <script>alert(1)</script> [x](javascript:1) `c` *d* &copy; _e_ \"f\"\n# g"

func hostileModel(t *testing.T) Model {
	m := seedModel(t)
	m.Title, m.Summary, m.LastModified = hostile, hostile, hostile
	m.Descriptors.Name, m.Descriptors.Owner, m.Descriptors.Keywords = hostile, hostile, []string{hostile}
	m.Descriptors.Citation.Title, m.Descriptors.Citation.Publisher = hostile, hostile
	m.Metrics.Caption, m.Metrics.Notes, m.Metrics.Freeze = hostile, []string{hostile}, hostile
	m.Metrics.Studies[0] = Study{hostile, slices.Repeat([]string{hostile}, len(m.Metrics.Tables))}
	for i := range m.Metrics.Tables {
		m.Metrics.Tables[i] = Table{hostile, hostile, hostile, hostile, hostile}
	}
	m.Metrics.FileStem = hostile
	m.History.Versions[0].Number = hostile
	m.History.Changes = []Change{{hostile, hostile, []string{hostile, hostile}}}
	m.Documentation = []Link{{hostile, "a|b (1).pdf"}}
	m.Syntax = []Script{{hostile, "sql", hostile, []Snippet{{hostile, hostile, "```\n</code></pre><script>alert(1)</script>\n````\n"}}}}
	return m
}

func TestValuesAreNeverMarkup(t *testing.T) {
	page := htmlOf(t, hostileModel(t))
	root := parse(t, page)
	assert.Empty(t, elements(root, "script"))
	assert.Equal(t, hostile, textOf(elements(root, "h1")[0]))
	assert.Len(t, elements(root, "td"), len(elements(parse(t, htmlOf(t, seedModel(t))), "td")))

	markdown := markdownOf(t, hostileModel(t))
	outside := withoutCode(markdown)
	assert.NotContains(t, outside, "<script>")
	assert.NotContains(t, outside, "[x](")
	assert.Contains(t, outside, `a\|b &lt;script>alert(1)&lt;/script> \[x\](javascript:1) `+"\\`c\\`"+` \*d\* &amp;copy; \_e\_ "f" # g`)
	assert.Contains(t, outside, "](a%7Cb%20%281%29.pdf)")
	assert.Contains(t, markdown, "\n````\n`````\n", "the fence is longer than any in the code")
	wide, _, _ := strings.Cut(sectionOf(outside, "2. Metrics"), "### Table by table")
	for line := range strings.Lines(wide) {
		if strings.HasPrefix(line, "|") && !strings.Contains(line, "NHSE_IAPT@3") && !strings.Contains(line, "Disclosure") && !strings.HasPrefix(line, "|---|---|---|---|\n") {
			unescaped := strings.Count(line, "|") - strings.Count(line, `\|`)
			assert.Equal(t, len(auxiliaryTables)+2, unescaped, line)
		}
	}
}

// withoutCode returns the Markdown outside its code blocks.
func withoutCode(markdown string) string {
	var outside strings.Builder
	fence := ""
	for line := range strings.Lines(markdown) {
		marks := line[:len(line)-len(strings.TrimLeft(line, "`"))]
		switch {
		case fence == "" && len(marks) >= 3:
			fence = marks
		case fence == "":
			outside.WriteString(line)
		case line == fence+"\n":
			fence = ""
		}
	}
	return outside.String()
}

func TestMarkdownParagraphsStayParagraphs(t *testing.T) {
	for text, want := range map[string]string{
		"# not a heading": `\# not a heading`, "- not a list": `\- not a list`, "1. not a list": `1\. not a list`,
		"> not a quotation": `\> not a quotation`, "snake_case and __loud__": `snake_case and \_\_loud\_\_`,
	} {
		assert.Equal(t, want, markdownParagraph(text))
	}
}

func TestWrongModelsAreRefused(t *testing.T) {
	m := seedModel(t)
	m.Title = ""
	m.Metrics.Studies[2].Cells = m.Metrics.Studies[2].Cells[1:]
	m.Metrics.Studies[3].Name, m.Metrics.Tables[1].Name, m.Metrics.Tables[2].Total = "=1+1", "@SUM(A1)", "-1"
	m.History.MainTable = "referrals"
	m.History.Versions[0].Sizes[0].Table = "lost"
	m.Documentation[0].Address = "javascript:alert(1)"
	m.Descriptors.Downloads[0].Address = "//elsewhere.example/x"
	m.Descriptors.RequestLink = "data:text/html,x"
	m.Syntax[0].Tag = "sql\n"
	_, err := HTML(m)
	for _, fault := range []string{
		"no title", "row BIB has 8 cells for 9 tables", `"=1+1" is a formula`, `"@SUM(A1)" is a formula`, `"-1" is a formula`, `main table "referrals"`, `table "lost"`,
		`"javascript:alert(1)" is neither`, `"//elsewhere.example/x" is neither`, `"data:text/html,x" is neither`, "name of a language",
	} {
		assert.ErrorContains(t, err, fault)
	}
	_, err = Markdown(m)
	assert.Error(t, err)
}

func TestHTMLIsAccessibleByItsSource(t *testing.T) {
	root := parse(t, htmlOf(t, seedModel(t)))
	assert.Equal(t, "en-GB", attribute(elements(root, "html")[0], "lang"))
	assert.Equal(t, seedModel(t).Title, textOf(elements(root, "title")[0]))
	assert.Len(t, elements(root, "h1"), 1)
	assert.Len(t, elements(root, "main"), 1)

	for _, table := range elements(root, "table") {
		captions := elements(table, "caption")
		require.Len(t, captions, 1)
		assert.Regexp(t, `^Table \d(\.\d)?: .+\.$`, textOf(captions[0]))
	}
	for _, head := range elements(root, "th") {
		assert.Contains(t, []string{"col", "row", "colgroup"}, attribute(head, "scope"), textOf(head))
		assert.NotEmpty(t, textOf(head))
	}
	assert.Equal(t, "#content", attribute(elements(root, "a")[0], "href"), "the first link skips to the content")
}

func TestHeadingsDescendOneLevelAtATime(t *testing.T) {
	level := 0
	for node := range parse(t, htmlOf(t, seedModel(t))).Descendants() {
		if node.Type != html.ElementNode || len(node.Data) != 2 || node.Data[0] != 'h' || node.Data[1] < '1' || node.Data[1] > '6' {
			continue
		}
		next := int(node.Data[1] - '0')
		assert.LessOrEqual(t, next, level+1, textOf(node))
		level = next
	}
	assert.Equal(t, 4, level)
}

func TestEveryReferenceInsideThePageIsMet(t *testing.T) {
	ids := map[string]bool{}
	var wanted []string
	for node := range parse(t, htmlOf(t, seedModel(t))).Descendants() {
		if id := attribute(node, "id"); id != "" {
			assert.False(t, ids[id], id)
			ids[id] = true
		}
		if label := attribute(node, "aria-labelledby"); label != "" {
			wanted = append(wanted, strings.Fields(label)...)
		}
		if anchor, ok := strings.CutPrefix(attribute(node, "href"), "#"); ok {
			wanted = append(wanted, anchor)
		}
	}
	for _, id := range wanted {
		assert.True(t, ids[id], id)
	}
}

func TestWideTablesScrollInALabelledRegion(t *testing.T) {
	regions := 0
	for node := range parse(t, htmlOf(t, seedModel(t))).Descendants() {
		if attribute(node, "role") == "region" {
			regions++
			assert.Equal(t, "0", attribute(node, "tabindex"))
			assert.NotEmpty(t, attribute(node, "aria-labelledby"))
		}
	}
	assert.Equal(t, 3+4*4, regions, "three tables, and four steps in four languages")
}

func TestHTMLNeedsNothingElse(t *testing.T) {
	root := parse(t, htmlOf(t, seedModel(t)))
	for _, link := range elements(root, "a") {
		if name := attribute(link, "download"); name != "" {
			assert.True(t, strings.HasPrefix(attribute(link, "href"), "data:text/csv"), name)
		}
	}
	for _, name := range []string{"script", "img", "iframe", "object", "embed", "video", "audio", "form"} {
		assert.Empty(t, elements(root, name), name)
	}
	for node := range root.Descendants() {
		assert.Empty(t, attribute(node, "src"))
	}
	for _, link := range elements(root, "link") {
		assert.Equal(t, "data:,", attribute(link, "href"))
	}
	assert.NotContains(t, style, "url(")
	assert.NotContains(t, style, "@import")
}

// Contrast of text by WCAG 2.2 (1.4.3: 4.5 to 1) in the light and dark schemes.
func TestColoursContrast(t *testing.T) {
	light, dark, found := strings.Cut(style, "prefers-color-scheme: dark")
	require.True(t, found)
	for scheme, css := range map[string]string{"light": light, "dark": dark} {
		colours := customColours(css)
		for _, pair := range [][2]string{
			{"ink", "paper"}, {"ink", "ground"}, {"muted", "paper"}, {"muted", "ground"}, {"accent", "paper"},
			{"accent", "ground"}, {"band-ink", "band"}, {"band-muted", "band"}, {"focus", "paper"},
		} {
			assert.GreaterOrEqual(t, contrast(colours[pair[0]], colours[pair[1]]), 4.5, "%s: %v", scheme, pair)
		}
	}
}

// customColours reads the first block of colours in a style sheet.
func customColours(css string) map[string]int64 {
	colours := map[string]int64{}
	for line := range strings.Lines(css) {
		name, value, isColour := strings.Cut(strings.TrimSpace(line), ": #")
		if isColour && strings.HasPrefix(name, "--") && colours[name[2:]] == 0 {
			colours[name[2:]], _ = strconv.ParseInt(strings.TrimSuffix(value, ";"), 16, 64)
		}
	}
	return colours
}

func parse(t *testing.T, source string) *html.Node {
	root, err := html.Parse(strings.NewReader(source))
	require.NoError(t, err)
	return root
}

func elements(root *html.Node, name string) []*html.Node {
	var found []*html.Node
	for node := range root.Descendants() {
		if node.Type == html.ElementNode && node.Data == name {
			found = append(found, node)
		}
	}
	return found
}

func textOf(root *html.Node) string {
	var text strings.Builder
	for node := range root.Descendants() {
		if node.Type == html.TextNode {
			text.WriteString(node.Data)
		}
	}
	return strings.TrimSpace(text.String())
}

func attribute(node *html.Node, name string) string {
	for _, a := range node.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

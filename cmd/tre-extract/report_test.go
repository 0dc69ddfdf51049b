package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// reportPage is a report, read as a browser without scripts would.
type reportPage struct {
	text   string
	root   *html.Node
	layout struct {
		Kinds     []struct{ ID string }
		Variables []struct {
			ID     string
			Values []string
		}
		Counts, Others, CountsBy, OthersBy []string
	}
}

func readReport(t *testing.T, path string) reportPage {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	page := reportPage{text: string(text)}
	page.root, err = html.ParseWithOptions(strings.NewReader(page.text), html.ParseOptionEnableScripting(false))
	require.NoError(t, err)
	for _, one := range elements(page.root, atom.Script) {
		if attribute(one, "id") == "layout" {
			require.NoError(t, json.Unmarshal([]byte(one.FirstChild.Data), &page.layout))
		}
	}
	require.NotEmpty(t, page.layout.Counts)
	return page
}

// elements returns every element of a kind below a node, in the order of the page.
func elements(n *html.Node, kind atom.Atom) []*html.Node {
	var list []*html.Node
	for one := range n.Descendants() {
		if one.Type == html.ElementNode && one.DataAtom == kind {
			list = append(list, one)
		}
	}
	return list
}

func attribute(n *html.Node, key string) string {
	for _, one := range n.Attr {
		if one.Key == key {
			return one.Val
		}
	}
	return ""
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for one := range n.Descendants() {
		if one.Type == html.TextNode {
			b.WriteString(one.Data)
		}
	}
	return strings.TrimSpace(b.String())
}

// nationalWorkspace holds a small synthetic country.
func nationalWorkspace(t *testing.T, seed string) string {
	t.Helper()
	made, workspace := filepath.Join(t.TempDir(), "made"), filepath.Join(t.TempDir(), "workspace")
	must(t, "synth", made, "--shape", "national", "--people", "6000", "--seed", seed)
	must(t, "init", workspace)
	must(t, "load", "NHSE_IAPT@3", filepath.Join(made, "NHSE_IAPT_v0003"), "-w", workspace)
	return workspace
}

// published are the figures that tre-extract measures gives: by kind of period,
// level, organisation, first day, variable, value and measure.
type published map[[7]string]string

func (p published) add(t *testing.T, kind string, args ...string) (firstDays []string) {
	t.Helper()
	out := must(t, append([]string{"measures", "NHSE_IAPT@3", "--period", kind, "--mark", "*"}, args...)...)
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	require.NoError(t, err)
	broken := len(rows[0]) == 12
	for _, row := range rows[1:] {
		variable, value := "Total", "Total"
		if broken {
			variable, value = row[7], row[8]
		}
		p[[7]string{kind, row[2], row[3], row[0], variable, value, row[len(row)-3]}] = row[len(row)-1]
		if len(firstDays) == 0 || firstDays[len(firstDays)-1] != row[0] {
			firstDays = append(firstDays, row[0])
		}
	}
	return firstDays
}

// orMasked returns a figure; what is not published is masked.
func (p published) orMasked(key [7]string) string {
	if value, is := p[key]; is {
		return value
	}
	return "*"
}

// Every figure in a report is the published one of its place, and no other number
// depends on the data: the page of other people differs in figures alone.
func TestEveryNumberOfAReportIsPublished(t *testing.T) {
	t.Parallel()
	workspace := nationalWorkspace(t, "1")
	path := filepath.Join(t.TempDir(), "report.html")
	must(t, "report", "NHSE_IAPT@3", "-w", workspace, "--everybody", "--period", "quarter,year", "--out", path)
	page := readReport(t, path)

	known, days := published{}, map[string][]string{}
	levels := []string{"-w", workspace, "--everybody", "--levels", "England,Region,ICB"}
	for _, kind := range page.layout.Kinds {
		days[kind.ID] = known.add(t, kind.ID, levels...)
	}
	variables := ""
	for _, one := range page.layout.Variables {
		variables += "," + one.ID
	}
	known.add(t, "year", append(levels, "--variables", variables[1:])...)

	figures := 0
	for _, block := range elements(page.root, atom.Noscript) {
		level, code := attribute(block, "data-level"), attribute(block, "data-code")
		for _, table := range elements(block, atom.Table) {
			kind, what, _ := strings.Cut(attribute(table, "data-key"), " ")
			expected := page.expected(known, days[kind], kind, what, level, code)
			cells := elements(table, atom.Td)
			require.Len(t, cells, len(expected), "%s %s: %s %s", kind, what, level, code)
			for i, cell := range cells {
				require.Equal(t, expected[i], textOf(cell), "%s %s: %s %s, figure %d", kind, what, level, code, i)
			}
			figures += len(cells)
		}
	}
	assert.Greater(t, figures, 10_000)
	page.onlyPublished(t, known)
}

// expected are the figures of a table in the order in which the script reads them.
func (p reportPage) expected(known published, days []string, kind, what, level, code string) []string {
	var list []string
	if ids := map[string][]string{"counts": p.layout.Counts, "others": p.layout.Others}[what]; ids != nil {
		for _, day := range days {
			for _, id := range ids {
				list = append(list, known.orMasked([7]string{kind, level, code, day, "Total", "Total", id}))
			}
		}
		return list
	}
	ids, values := p.layout.CountsBy, []string{"Total"}
	if what == "others by" {
		ids, values = p.layout.OthersBy, nil
	}
	for _, variable := range p.layout.Variables {
		for _, value := range append(variable.Values[:len(variable.Values):len(variable.Values)], values...) {
			for _, day := range days {
				for _, id := range ids {
					list = append(list, known.orMasked([7]string{kind, level, code, day, variable.ID, strings.TrimPrefix(value, "Decile "), id}))
				}
			}
		}
	}
	return list
}

// onlyPublished holds that the charts of the default view show published figures,
// and lengths that are those figures.
func (p reportPage) onlyPublished(t *testing.T, known published) {
	t.Helper()
	values := map[string]bool{"*": true}
	for _, value := range known {
		values[value] = true
	}
	charts := 0
	for _, figure := range elements(p.root, atom.Figure) {
		if strings.HasPrefix(attribute(figure, "data-key"), "quality-") && attribute(figure, "data-form") == "static" {
			continue // agreement and faults, which have their own tests
		}
		for _, cell := range elements(figure, atom.Td) {
			charts++
			assert.True(t, values[textOf(cell)], "%s: %q is not published", attribute(figure, "data-key"), textOf(cell))
		}
		for _, length := range elements(figure, atom.Meter) {
			assert.True(t, values[attribute(length, "value")], "%s: a length of %s", attribute(figure, "data-key"), attribute(length, "value"))
			assert.Equal(t, textOf(length.Parent), attribute(length, "value"))
		}
	}
	assert.Greater(t, charts, 100)
}

// prose is what a report says beside its figures: everything but tables, drawings,
// scripts and styles.
func (p reportPage) prose() string {
	var b strings.Builder
	var each func(*html.Node)
	each = func(n *html.Node) {
		switch n.DataAtom {
		case atom.Table, atom.Svg, atom.Script, atom.Style, atom.Noscript:
			return
		}
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		for _, one := range n.Attr {
			if one.Key != "content" { // the page's policy has hashes
				b.WriteString(one.Key + "=" + one.Val + "\n")
			}
		}
		for child := n.FirstChild; child != nil; child = child.NextSibling {
			each(child)
		}
	}
	each(p.root)
	return b.String()
}

var reportNumber = regexp.MustCompile(`[0-9]+`)

func TestTheWordsOfAReportHoldNoFigures(t *testing.T) {
	t.Parallel()
	pages := make([]reportPage, 2)
	for i, seed := range []string{"1", "2"} {
		path := filepath.Join(t.TempDir(), "report.html")
		must(t, "report", "NHSE_IAPT@3", "-w", nationalWorkspace(t, seed), "--everybody", "--levels", "England", "--period", "year", "--out", path)
		pages[i] = readReport(t, path)
	}
	first, second := pages[0], pages[1]
	require.NotEqual(t, first.text, second.text)
	assert.Equal(t, reportNumber.FindAllString(first.prose(), -1), reportNumber.FindAllString(second.prose(), -1))
}

// The page runs its own script and no other, and loads nothing.
func TestAReportNeedsNothingElse(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "report.html")
	must(t, "report", "NHSE_IAPT@3", "-w", shared(t).loaded, "--levels", "England", "--period", "year", "--out", path)
	page := readReport(t, path)
	policy := ""
	for _, one := range elements(page.root, atom.Meta) {
		if attribute(one, "http-equiv") == "Content-Security-Policy" {
			policy = attribute(one, "content")
		}
	}
	for _, kind := range []atom.Atom{atom.Script, atom.Style} {
		for _, one := range elements(page.root, kind) {
			assert.Empty(t, attribute(one, "src"))
			if attribute(one, "type") != "application/json" {
				sum := sha256.Sum256([]byte(one.FirstChild.Data))
				assert.Contains(t, policy, "'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'")
			}
		}
	}
	assert.Contains(t, policy, "default-src 'none'")
	assert.NotContains(t, policy, "unsafe")
	for one := range page.root.Descendants() {
		for _, a := range one.Attr {
			assert.False(t, strings.HasPrefix(a.Key, "on") || a.Key == "style", "%s=%q", a.Key, a.Val)
			assert.NotRegexp(t, `^(?:https?:)?//`, a.Val)
		}
	}
}

// One thread or four: the same bytes.
func TestAReportIsTheSameAtOneAndFourThreads(t *testing.T) {
	t.Parallel()
	var reports []string
	for _, threads := range []string{"1", "4"} {
		reports = append(reports, must(t, "report", "NHSE_IAPT@3", "-w", shared(t).loaded, "--period", "year", "--threads", threads))
	}
	assert.Equal(t, reports[0], reports[1])
}

package main

import (
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"
)

// demoPages makes the demo and returns its folder, and its page as HTML and as
// Markdown.
func demoPages(t *testing.T) (folder, asHTML, asMarkdown string) {
	folder = filepath.Join(t.TempDir(), "demo")
	require.NoError(t, runHere("demo", "--people", "60", "--out", folder))
	return folder, readText(t, folder, "page", "NHSE_IAPT.html"), readText(t, folder, "page", "NHSE_IAPT.md")
}

func readText(t *testing.T, parts ...string) string {
	text, err := os.ReadFile(filepath.Join(parts...))
	require.NoError(t, err)
	return string(text)
}

// The demo's page, whole: every link of it leads somewhere, its download is the
// metrics table, and it is light.
func TestDemoPage(t *testing.T) {
	folder, asHTML, asMarkdown := demoPages(t)
	links := linksOfHTML(t, asHTML)
	assert.Empty(t, brokenLinks(filepath.Join(folder, "page"), links))
	assert.Greater(t, links.count(), 30)
	links = linksOfMarkdown(asMarkdown)
	assert.Empty(t, brokenLinks(filepath.Join(folder, "page"), links))
	assert.Greater(t, links.count(), 10)

	assert.Less(t, len(asHTML), 300_000)
	table := readText(t, folder, "metrics", "NHSE_IAPT_v0003_participants.csv")
	assert.Equal(t, table, linksOfHTML(t, asHTML).downloads["NHSE_IAPT_v0003_freeze_16_participants.csv"])
	assert.Contains(t, asMarkdown, "```csv\n"+table+"```\n")
}

func TestLinkCheckerFindsBrokenLinks(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "here.json"), nil, 0o600))
	page := `<h2 id="there">x</h2><a href="#there">1</a><a href="#lost">2</a><a href="here.json">3</a><a href="gone.json">4</a>
		<a href="../../outside">5</a><a href="https://doi.org/10.1/x">6</a><a href="https:///x">7</a><a href="">8</a>
		<a href="javascript:alert(1)">9</a><a download="a.csv" href="data:text/csv,a%zz">10</a><p aria-labelledby="there nowhere">11</p>`
	assert.Equal(t, []string{
		"#lost: nothing has this id", "gone.json: there is no such file", "../../outside: there is no such file",
		"https:///x: not a web address", ": not a web address", "javascript:alert(1): not a web address",
		"data:text/csv,a%zz: not a download", "#nowhere: nothing has this id",
	}, brokenLinks(folder, linksOfHTML(t, page)))
	assert.Equal(t, []string{"gone.json: there is no such file"},
		brokenLinks(folder, linksOfMarkdown("[a](here.json) [b](gone.json)\n```\n[c](in-code.json)\n```\n")))
}

// pageLinks are a page's addresses in their order, the ids that it has, and the
// files that it holds.
type pageLinks struct {
	addresses []string
	ids       map[string]bool
	downloads map[string]string
}

func (l pageLinks) count() int { return len(l.addresses) }

func linksOfHTML(t *testing.T, page string) pageLinks {
	root, err := html.Parse(strings.NewReader(page))
	require.NoError(t, err)
	links := pageLinks{ids: map[string]bool{}, downloads: map[string]string{}}
	for node := range root.Descendants() {
		values := map[string]string{}
		for _, attribute := range node.Attr {
			values[attribute.Key] = attribute.Val
		}
		links.ids[values["id"]] = true
		if address, has := values["href"]; has && node.Data == "a" {
			links.addresses = append(links.addresses, address)
			encoded, _ := strings.CutPrefix(address, "data:text/csv;charset=utf-8,")
			if text, err := url.PathUnescape(encoded); err == nil && values["download"] != "" {
				links.downloads[values["download"]] = text
			}
		}
		for _, label := range strings.Fields(values["aria-labelledby"]) {
			links.addresses = append(links.addresses, "#"+label)
		}
	}
	return links
}

var (
	markdownCode = regexp.MustCompile("(?ms)^```.*?^```$")
	markdownLink = regexp.MustCompile(`\]\(([^)\s]*)\)`)
)

func linksOfMarkdown(page string) pageLinks {
	var links pageLinks
	for _, found := range markdownLink.FindAllStringSubmatch(markdownCode.ReplaceAllString(page, ""), -1) {
		links.addresses = append(links.addresses, found[1])
	}
	return links
}

// brokenLinks returns the links that lead nowhere, each with why. A link
// elsewhere is checked for its form only: a test uses no network.
func brokenLinks(folder string, links pageLinks) []string {
	var broken []string
	for _, address := range links.addresses {
		if fault := linkFault(folder, address, links.ids); fault != "" {
			broken = append(broken, address+": "+fault)
		}
	}
	return broken
}

func linkFault(folder, address string, ids map[string]bool) string {
	if content, isData := strings.CutPrefix(address, "data:"); isData {
		if _, err := url.PathUnescape(content); err != nil || !strings.HasPrefix(content, "text/csv") {
			return "not a download"
		}
		return ""
	}
	parsed, err := url.Parse(address)
	switch {
	case err != nil || address == "":
		return "not a web address"
	case strings.HasPrefix(address, "#"):
		if !ids[parsed.Fragment] {
			return "nothing has this id"
		}
	case parsed.Scheme == "" && parsed.Host == "":
		if _, err := os.Stat(filepath.Join(folder, filepath.FromSlash(parsed.Path))); err != nil {
			return "there is no such file"
		}
	case parsed.Scheme != "https" || !strings.Contains(parsed.Hostname(), "."):
		return "not a web address"
	}
	return ""
}

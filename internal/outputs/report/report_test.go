package report_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"tre-toolkit/internal/outputs"
	"tre-toolkit/internal/outputs/report"
)

func TestTextBeginsWithWhatCounts(t *testing.T) {
	text := written(t, "text", checked(t, folder(t, leaky)))
	lines := strings.Split(text, "\n")
	assert.Equal(t, "FAIL: do not release (rules ukllc-metrics)", lines[0])
	assert.Regexp(t, `^6 files: [0-9]+ to mend, [0-9]+ to decide, [0-9]+ to know\.$`, lines[1])
	assert.Equal(t, "This report gives hidden values away in its proofs: it must not leave either.", lines[2])
	assert.Contains(t, text, "\nRead: 5 fully, 0 partly, 1 not at all.\n  model.rds: not read: ")
	assert.Contains(t, text, `counts.csv: labels "study"; counts "participants"; totals "Total"`)
	assert.Contains(t, text, `percentages "pct" of "n" in "total"`)
}

// The worst file comes first, and within it the worst finding.
func TestTextIsGroupedByFileWorstFirst(t *testing.T) {
	text := written(t, "text", checked(t, folder(t, leaky)))
	var severities []int
	last := 0
	for _, line := range strings.Split(text, "\n") {
		rank := strings.Index("FAIL   REVIEW INFO   ", (line + "       ")[:7])
		switch {
		case strings.HasPrefix(line, "== "):
			last = 0
		case rank >= 0 && regexp.MustCompile(`^[A-Z]+ +[A-Z]{3}\d{3} `).MatchString(line):
			assert.GreaterOrEqual(t, rank, last, line)
			last = rank
			severities = append(severities, rank)
		}
	}
	assert.Greater(t, len(severities), 4)
	headings := regexp.MustCompile(`(?m)^== .*: (\d+) to mend`).FindAllStringSubmatch(text, -1)
	for i := range headings[1:] {
		assert.GreaterOrEqual(t, headings[i][1], headings[i+1][1])
	}
}

func TestTheSummaryKeepsToOneScreen(t *testing.T) {
	files := map[string]string{}
	for i := range 60 {
		files[fmt.Sprintf("t%02d.csv", i)] = "study,participants\nA,4\nB,40\n"
	}
	text := written(t, "text", checked(t, folder(t, files)))
	summary, _, _ := strings.Cut(text, "\n== ")
	assert.Less(t, strings.Count(summary, "\n"), 24)
	assert.Contains(t, summary, "and 45 files more")
	assert.Contains(t, text, "and 45 tables more; --format json lists all")
}

// Without certificates no format holds a number that was hidden, nor a low count
// that a file shows.
func TestAReportWithoutCertificatesMayLeave(t *testing.T) {
	hidden := "4673" // in no file; what is left of the total
	files := map[string]string{
		"t.csv": "study,participants\nALSPAC,*\nBCS70,15000\nGLAD,79400\nTotal,99073\n",
		"u.csv": "study,participants\nA,8\nB,40\n",
	}
	found := checked(t, folder(t, files))
	shown := written(t, "text", found)
	require.Contains(t, shown, "= "+hidden)
	require.Contains(t, shown, "8")
	safe := found.WithoutCertificates()
	for format := range report.Streams {
		text := written(t, format, safe)
		assert.NotContains(t, text, hidden, format)
		assert.NotContains(t, text, "99073", format)
		assert.NotRegexp(t, `(count|shows?|is) 8\b`, text, format)
		assert.NotContains(t, text, "must not leave", format)
		if format != "json" {
			assert.Contains(t, text, "so that this report may leave", format)
		}
	}
}

// Certificates say so in every format.
func TestAReportWithCertificatesSaysSo(t *testing.T) {
	found := checked(t, folder(t, leaky))
	for format := range report.Streams {
		text := written(t, format, found)
		if format == "json" {
			assert.Contains(t, text, `"disclosive": true`)
			continue
		}
		assert.Contains(t, text, "it must not leave either", format)
	}
}

func TestJSONHasListsAndNoNulls(t *testing.T) {
	var answer map[string]any
	require.NoError(t, json.Unmarshal([]byte(written(t, "json", outputs.Report{Verdict: outputs.Safe})), &answer))
	for _, list := range []string{"findings", "hidden", "files", "guesses"} {
		assert.NotNil(t, answer[list], list)
	}
	marked := outputs.Report{Findings: []outputs.Finding{{Message: "The mark <10 & <20"}}}
	assert.Contains(t, written(t, "json", marked), "The mark <10 & <20", "a mark reads as it is")
}

// The schema is the one that OASIS publishes; the module brings it along.
func TestSARIFKeepsToItsSchema(t *testing.T) {
	for name, found := range map[string]outputs.Report{
		"findings": checked(t, folder(t, leaky)), "none": {Verdict: outputs.Safe, Rules: "ukllc-metrics"},
	} {
		text := written(t, "sarif", found)
		log, err := sarif.FromString(text, sarif.WithStrictValidation())
		require.NoError(t, err, name)
		require.NoError(t, log.Validate(), name)
		require.Len(t, log.Runs, 1)
		assert.Len(t, log.Runs[0].Results, len(found.Findings), name)
	}
}

func TestSARIFPlacesFindings(t *testing.T) {
	found := checked(t, folder(t, leaky))
	log, err := sarif.FromString(written(t, "sarif", found))
	require.NoError(t, err)
	rules := map[string]bool{}
	for _, rule := range log.Runs[0].Tool.Driver.Rules {
		rules[*rule.ID] = true
	}
	prints := map[string]bool{}
	for i, result := range log.Runs[0].Results {
		finding := found.Findings[i]
		assert.True(t, rules[*result.RuleID], "%s is a rule of the tool", *result.RuleID)
		at := result.Locations[0].PhysicalLocation
		assert.Equal(t, finding.File, *at.ArtifactLocation.URI)
		if finding.Line > 0 {
			assert.Equal(t, finding.Line, *at.Region.StartLine)
		}
		assert.NotRegexp(t, `(^|[^{])\{\d+\}([^}]|$)`, *result.Message.Text, "no placeholder")
		prints[result.PartialFingerprints["cell/v1"]] = true
	}
	assert.Len(t, prints, len(found.Findings), "each result can be told from the others")
	require.Len(t, log.Runs[0].Invocations, 1)
	assert.Len(t, log.Runs[0].Invocations[0].ToolExecutionNotifications, 1, "the file that was not read")
}

// hostileReport has every text that comes from outside set to one that would do
// harm.
func hostileReport() (outputs.Report, string) {
	text := "\"'><script>alert(1)</script><b onclick=x>\x1b[31m\u202e\u200b\u2028{0}\x00</style>"
	upper := int64(7)
	return outputs.Report{
		Verdict: outputs.Fail, Rules: text, Disclosive: true,
		Findings: []outputs.Finding{{
			Check: "TOT001", Severity: outputs.Failed, File: text, Table: text, Line: 3, Row: text, Column: text,
			Message: text, Certificate: text, Fix: "mend it",
		}},
		Hidden: []outputs.HiddenCell{{File: text, Row: text, Column: text, Upper: &upper, Certificate: text}},
		Files:  []outputs.File{{Path: text, Kind: text, Read: outputs.NotAll, Reason: text}, {Path: text, Read: outputs.Fully}},
		Guesses: []outputs.Guess{{
			File: text, Table: text, Columns: []outputs.GuessedColumn{{Name: text, Role: "count", Of: text, In: text}}, Totals: []string{text},
		}},
	}, text
}

func TestHostileTextsSteerNothing(t *testing.T) {
	hostile, _ := hostileReport()
	for format := range report.Streams {
		for _, r := range written(t, format, hostile) {
			if r != '\n' && !unicode.IsPrint(r) {
				assert.Failf(t, "a character that cannot be seen", "%s: %U", format, r)
			}
		}
	}
}

// JSON keeps the exact text, for programs that open the files.
func TestJSONKeepsHostileTexts(t *testing.T) {
	hostile, text := hostileReport()
	var answer outputs.Report
	require.NoError(t, json.Unmarshal([]byte(written(t, "json", hostile)), &answer))
	assert.Equal(t, text, answer.Files[0].Path)
}

func TestThePageNeedsNothingAndRunsNothing(t *testing.T) {
	hostile, _ := hostileReport()
	for _, found := range []outputs.Report{hostile, checked(t, folder(t, leaky)), {Verdict: outputs.Safe}} {
		root, err := html.Parse(strings.NewReader(written(t, "html", found)))
		require.NoError(t, err)
		ids := map[string]bool{}
		var walk func(*html.Node)
		walk = func(node *html.Node) {
			assert.NotContains(t, []string{"script", "img", "link", "iframe", "object", "form", "b onclick"}, node.Data)
			for _, attribute := range node.Attr {
				assert.NotRegexp(t, `^on`, attribute.Key)
				assert.NotContains(t, []string{"src", "srcset", "action"}, attribute.Key)
				if attribute.Key == "href" {
					assert.Regexp(t, `^#[a-z0-9-]+$`, attribute.Val)
				}
				if attribute.Key == "id" {
					assert.False(t, ids[attribute.Val], "%s is there twice", attribute.Val)
					ids[attribute.Val] = true
				}
			}
			for child := node.FirstChild; child != nil; child = child.NextSibling {
				walk(child)
			}
		}
		walk(root)
	}
}

package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/quality"
	"tre-toolkit/internal/spec"
	"tre-toolkit/specs"
)

func profile(t testing.TB) disclosure.Profile {
	t.Helper()
	shipped, err := spec.LoadRules(specs.Files, "ukllc-metrics")
	require.NoError(t, err)
	return shipped
}

// sample is a report with everything in it: broken rules, rules that held and one
// that was not asked, a masked month and a missing one, codes and dates; and names
// that would be mark-up if they were not written as text.
func sample(t testing.TB) quality.Report {
	t.Helper()
	rules := profile(t)
	cell := func(n int64) disclosure.Cell { return rules.Cell(disclosure.CountOf(n)) }
	pointer := func(c disclosure.Cell) *disclosure.Cell { return &c }
	r := quality.Report{
		Dataset: "NHSE_IAPT", Version: 3, VersionDate: "2024-04-26", DOI: "10.71760/ukllc-dataset-00360-03", Freeze: 16, Rules: rules.Name(),
		Marks: []quality.Mark{{Mark: "<10", Meaning: "a count of 1 to 9"}}, Note: `How to read it. The mark "<10" stands for a count of 1 to 9.`,
		Findings: []quality.Finding{
			{Severity: spec.SeverityError, Table: "care_cluster", Says: "DQ100 is broken for <b>recordnumber</b>: 1522 of the rows"},
			{Severity: spec.SeverityWarning, Table: "care_cluster", Says: "no rows at all of 2021-03"},
		},
	}
	for i, state := range []string{quality.Broken, quality.Held, quality.NotJudged} {
		check := quality.Check{
			Code: fmt.Sprintf("DQ10%d", i), Severity: spec.SeverityError, Kind: spec.UniqueRule, Table: "care_cluster", Columns: []string{"recordnumber", "startdatecareclust"},
			State: state, Reason: "A person is in one care cluster from a day on.", Source: "IDS803 & its key",
		}
		if state == quality.NotJudged {
			check.Why = "no freeze is named"
		} else {
			rows := cell(int64(1522 * (1 - i)))
			check.Rows, check.All, check.Percent, check.People = &rows, pointer(cell(91327)), pointer(rules.ShareOf(rows, cell(91327))), pointer(cell(1300))
		}
		r.Checks = append(r.Checks, check)
	}
	for _, name := range []string{"care_cluster", "waiting_time_pauses"} {
		table := quality.Table{
			Name: name, Rows: cell(91327), MonthColumn: "unique_monthid", Outside: pointer(cell(0)), NoMonth: pointer(cell(12)),
			Missing: []string{"2021-03"},
		}
		for i := range 24 {
			n := int64(1200 + 40*i)
			if i == 6 {
				n = 0
			}
			if i == 11 {
				n = 4
			}
			table.Months = append(table.Months, quality.Month{Table: name, Month: fmt.Sprintf("%d-%02d", 2020+(8+i)/12, 1+(8+i)%12), Rows: cell(n)})
		}
		for i, column := range []string{"cohortkey_e", "startdatecareclust", "amhcareclustcodefin"} {
			one := quality.Column{Name: column, Type: "VARCHAR", All: table.Rows, Empty: cell(int64(4000 * i)), EmptyPercent: rules.ShareOf(cell(int64(4000*i)), table.Rows)}
			if i == 1 {
				one.Type, one.FirstMonth, one.LastMonth = "DATE", "2020-09", "2022-08"
			}
			if i == 2 {
				one.Invalid, one.InvalidPercent = pointer(cell(3)), pointer(rules.Withhold())
				one.Codes = &quality.Codes{Listed: 22, Seen: 9, Unlisted: []quality.CodeName{{Code: "<0>"}}}
			}
			table.Columns = append(table.Columns, one)
		}
		r.Tables = append(r.Tables, table)
	}
	return r
}

func written(t testing.TB, format string, r quality.Report) string {
	t.Helper()
	var text bytes.Buffer
	require.NoError(t, Write(&text, format, r))
	return text.String()
}

func TestEveryFormSaysTheSame(t *testing.T) {
	r := sample(t)
	for _, format := range Formats {
		text := written(t, format, r)
		for _, said := range []string{"care_cluster", "waiting_time_pauses", "91327", "2021-03", "DQ100", "no freeze is named", "ukllc-metrics"} {
			assert.Contains(t, text, said, format)
		}
	}
	assert.Error(t, Write(&bytes.Buffer{}, "pdf", r))
}

func TestJSONReadsBack(t *testing.T) {
	var read map[string]any
	require.NoError(t, json.Unmarshal([]byte(written(t, "json", sample(t))), &read))
	for _, name := range []string{"dataset", "version", "version_date", "doi", "freeze", "rules", "marks", "note", "checks", "tables", "findings"} {
		assert.Contains(t, read, name)
	}
	tables := read["tables"].([]any)
	months := tables[0].(map[string]any)["months"].([]any)
	assert.Equal(t, map[string]any{"table": "care_cluster", "month": "2021-08", "rows": "<10"}, months[11], "a masked cell has no number")
	unasked := read["checks"].([]any)[2].(map[string]any)
	assert.NotContains(t, unasked, "rows", "what was not asked has no count")
}

// Whatever a report says is text, never mark-up, and the page needs nothing from
// anywhere.
func TestHTMLIsSelfContained(t *testing.T) {
	text := written(t, "html", sample(t))
	assert.NotContains(t, text, "<b>recordnumber")
	assert.Contains(t, text, "&lt;b&gt;recordnumber")
	document, err := html.Parse(strings.NewReader(text))
	require.NoError(t, err)
	ids := map[string]int{}
	for node := range document.Descendants() {
		assert.NotContains(t, []string{"script", "img", "iframe", "object", "embed", "form"}, node.Data)
		for _, attribute := range node.Attr {
			switch attribute.Key {
			case "src":
				assert.Fail(t, "something is fetched", attribute.Val)
			case "href":
				assert.True(t, strings.HasPrefix(attribute.Val, "#") || attribute.Val == "data:,", attribute.Val)
			case "id":
				ids[attribute.Val]++
			}
		}
	}
	for id, times := range ids {
		assert.Equal(t, 1, times, "the id %s", id)
	}
}

// A gap is where no rows came, a stub of one height where a number is masked, and
// the bars are as high as their numbers.
func TestChart(t *testing.T) {
	c := newChart(sample(t).Tables[0])
	require.Len(t, c.Bars, 24)
	assert.True(t, c.Shown && c.Masked && c.Missing)
	assert.True(t, c.Bars[6].IsMissing)
	assert.True(t, c.Bars[11].IsMasked)
	assert.InDelta(t, stubHeight, c.Bars[11].Height, 0)
	assert.InDelta(t, 1200./1240., c.Bars[0].Height/c.Bars[1].Height, 0.01)
	assert.LessOrEqual(t, c.Bars[23].X+c.Bars[23].Width, chartWidth)
	assert.GreaterOrEqual(t, c.Bars[23].Y, chartTop)
	assert.Equal(t, []string{"2021", "2022"}, []string{c.Ticks[len(c.Ticks)-2].Year, c.Ticks[len(c.Ticks)-1].Year})
	assert.Equal(t, "0 600 1.2k 1.8k 2.4k", strings.Join(labels(newChartOf(t, 2_300)), " "))
	assert.Equal(t, "0 1 2 3 4", strings.Join(labels(newChartOf(t, 0)), " "))
	assert.Equal(t, "0 1M 2M 3M 4M", strings.Join(labels(newChartOf(t, 3_900_000)), " "))
}

func newChartOf(t testing.TB, most int64) chart {
	return newChart(quality.Table{Months: []quality.Month{{Month: "2021-01", Rows: profile(t).Cell(disclosure.CountOf(most))}}})
}

func labels(c chart) []string {
	var list []string
	for _, line := range c.Grid {
		list = append(list, line.Label)
	}
	return list
}

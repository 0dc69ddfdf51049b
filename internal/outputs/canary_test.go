package outputs_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/outputs"
)

// canaries are folders that give low counts away in every way that a check knows.
// Numbers below the threshold of 10 stand in them only as 7, shown or hidden, and
// every other number has at least two digits without one.
var canaries = map[string]map[string]string{
	"a low count":             {"t.csv": "group,people\nA,7\nB,40\n"},
	"a low count as a header": {"t.csv": "A,7\nB,40\nC,55\n"},
	"a low count as a label":  {"t.csv": "people,note\n7,few\n40,many\n"},
	"a size in a header":      {"t.csv": "Characteristic,Cases (n=7),\"Controls, N = 40\"\nAge,40.1,39.2\n"},
	"a size in a label":       {"t.csv": "group,median age\nwomen (n = 7),40.1\nmen (n = 40),39.2\n"},
	"a size in a cell":        {"t.csv": "group,age\nA,40.2 (n = 7)\nB,41.0 (n = 40)\n"},
	"a total":                 {"t.csv": "group,people\nA,<10\nB,40\nC,50\nTotal,97\n"},
	"an unnamed total":        {"t.csv": "group,people\nA,<10\nB,40\nC,50\nD,60\nHere,157\n"},
	"a missing person":        {"t.csv": "group,people\nA,40\nB,50\nTotal,97\n"},
	"a grid":                  {"t.csv": "row,a,b,Total\nx,<10,40,47\ny,50,60,110\nTotal,57,100,157\n"},
	"a percentage":            {"t.csv": "group,n,total,%\nA,<10,50,14.0\nB,40,50,80.0\n"},
	"a denominator":           {"t.csv": "group,patients,% readmitted\nA,50,14.0\nB,60,50.0\n"},
	"a complement":            {"t.csv": "group,cases,total\nA,43,50\nB,30,80\n"},
	"a superset":              {"t.csv": "study,main,care,coded\nA,105,94,91\nB,47,40,39\nC,66,59,54\n"},
	"two files":               {"a.csv": "v,w,n\na,b,57\n", "b.csv": "v,w,n\na,b,50\n"},
	"a mask that is shown":    {"a.csv": "s,n\na,40\nb,50\nc,<10\nd,*\n", "b.csv": "s,n\na,40\nb,50\nc,7\nd,47\n"},
	"a margin":                {"r.csv": "region,n\nN,50\nS,67\n", "s.csv": "region,area,n\nN,a,20\nN,b,30\nS,c,<10\nS,d,60\n"},
	"codes":                   {"a.csv": "code,n\nA01,57\n", "b.csv": "code,n\nA011,50\nA012,<10\n"},
	"a title":                 {"t.csv": "Everybody (N=97)\n\ngroup,n\nA,<10\nB,90\n"},
	"prose":                   {"t.txt": "There were 7 people in the group.\n"},
	"a page's source":         {"t.html": `<table><tr><th>g<th>people<tr><td>A<td data-value="7">&lt;10<tr><td>B<td>40</table>`},
	"a rate":                  {"t.csv": "area,n,population,rate_per_1000\nA,<10,1000,7.0\nB,40,2000,20.0\n"},
	"a mean of few":           {"t.csv": "group,n,mean,sd\nA,<10,17.57,0.98\nB,40,20.10,1.20\n"},
	"degrees of freedom":      {"m.csv": "term,value\nresidual df,7\n"},
}

var numberPattern = regexp.MustCompile(`[0-9]+(?:\.[0-9]+)?`)

// Without certificates a report may be released: nothing that it says of a file
// holds the low count. Places (lines, tables), counts of findings and the numbers
// of the rules are what else it says, and are none of them 7.
func TestAReportWithoutCertificatesGivesNothingAway(t *testing.T) {
	for name, files := range canaries {
		for _, ruleName := range []string{"ukllc-metrics", "ukllc-researcher", "sdc-handbook", "acro"} {
			t.Run(name+" "+ruleName, func(t *testing.T) {
				report := check(t, ruleName, files)
				require.NotEmpty(t, report.Findings)
				kept := report.WithoutCertificates()
				assert.False(t, kept.Disclosive)
				assert.Empty(t, kept.Hidden)
				assert.Equal(t, report.Verdict, kept.Verdict)
				assert.Equal(t, checksOf(report), checksOf(kept))
				for i := range kept.Findings {
					kept.Findings[i].Line = 0
				}
				for i := range kept.Files {
					kept.Files[i].Rows, kept.Files[i].Bytes = 0, 0
				}
				for i := range kept.Guesses {
					kept.Guesses[i].Places, kept.Guesses[i].Sums = 0, 0
				}
				text, err := json.Marshal(kept)
				require.NoError(t, err)
				for _, found := range numberPattern.FindAllString(string(text), -1) {
					n, err := strconv.ParseFloat(found, 64)
					require.NoError(t, err)
					assert.NotEqual(t, 7.0, n, "%s", text)
				}
			})
		}
	}
}

// With certificates the same folders are proven, which shows that the test above
// can fail.
func TestCertificatesHoldWhatTheyProve(t *testing.T) {
	proven := 0
	for _, files := range canaries {
		report := check(t, "ukllc-researcher", files)
		if slices.ContainsFunc(report.Findings, func(f outputs.Finding) bool {
			return slices.Contains(numberPattern.FindAllString(f.Certificate, -1), "7")
		}) {
			assert.True(t, report.Disclosive)
			proven++
		}
	}
	assert.Greater(t, proven, len(canaries)/2, fmt.Sprint(proven))
}

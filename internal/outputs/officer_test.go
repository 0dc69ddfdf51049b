package outputs_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/outputs"
)

// ruling is a file as a disclosure officer gets it, and what the answer must be
// under some rules.
type ruling struct {
	name    string
	file    string // its content, as CSV
	rules   string
	verdict outputs.Verdict
	check   string // that must be among the findings, or none
}

func judge(t *testing.T, rulings []ruling) {
	t.Helper()
	for _, r := range rulings {
		t.Run(r.name+" "+r.rules, func(t *testing.T) {
			report := check(t, r.rules, csv(r.file))
			assert.Equal(t, r.verdict, report.Verdict, "%+v", report.Findings)
			if r.check != "" {
				assert.Contains(t, checksOf(report), r.check)
			}
		})
	}
}

// One study is masked and the others add up to 820. The rules ask for the sum of
// what is shown; every other total breaks them, and 821 to 829 give the number
// away.
func TestTotalsOfOneMaskedStudy(t *testing.T) {
	for total := 815; total <= 835; total++ {
		report := check(t, "ukllc-metrics", csv(fmt.Sprintf("cohort,participants\nALSPAC,<10\nBCS70,15\nFENLAND,11\nGLAD,794\nTotal,%d\n", total)))
		hidden := total - 820
		switch {
		case hidden == 0:
			assert.Equal(t, outputs.Safe, report.Verdict, total)
		case hidden > 0 && hidden < 10:
			assert.Equal(t, []string{"TOT001"}, checksOf(report), total)
			assert.Equal(t, [2]int64{int64(hidden), int64(hidden)}, intervalOf(report, "ALSPAC|participants"), total)
		default:
			assert.Equal(t, outputs.Fail, report.Verdict, total)
			assert.Equal(t, []string{"TOT002"}, checksOf(report), total)
		}
	}
}

// Two studies are masked beside 40: a total of 41 needs less than two people, 59
// more than eighteen.
func TestTotalsOfTwoMaskedStudies(t *testing.T) {
	for total := 40; total <= 60; total++ {
		report := check(t, "ukllc-metrics", csv(fmt.Sprintf("cohort,participants\nA,<10\nB,<10\nC,40\nTotal,%d\n", total)))
		both := int64(total - 40)
		switch {
		case both == 0:
			assert.Equal(t, outputs.Safe, report.Verdict, total)
		case both >= 2 && both <= 18:
			assert.Equal(t, []string{"TOT001"}, checksOf(report), total)
			assert.Equal(t, [2]int64{max(1, both-9), min(9, both-1)}, intervalOf(report, "A|participants"), total)
		default:
			assert.Equal(t, []string{"TOT002"}, checksOf(report), total)
		}
	}
}

// A proof is a sum to repeat and a sentence to read.
func TestProofsReadForAPerson(t *testing.T) {
	for file, want := range map[string]string{
		"cohort,n\nA,<10\nB,15\nC,20\nTotal,42\n":                     "42 - 15 - 20 = 7: total 42 minus 35 shown = 7 people in A",
		"cohort,n\nA,<10\nB,15\nC,20\nTotal,36\n":                     "36 - 15 - 20 = 1: total 36 minus 35 shown = 1 person in A",
		"cohort,n\nA,<10\nB,<10\nC,40\nTotal,58\n":                    "58 - 40 = 18: total 58 minus 40 shown = 18 people in A and B; A is 9; B is 9",
		"cohort,M,F,Total\nA,<10,20,27\nB,30,40,70\nTotal,30,60,97\n": "27 - 20 = 7: total 27 minus 20 shown = 7 people in A, M",
	} {
		found := ofCheck(check(t, "ukllc-metrics", csv(file)), "TOT001")
		require.NotEmpty(t, found, file)
		assert.Equal(t, want, found[0].Certificate)
	}
	found := ofCheck(check(t, "ukllc-researcher", csv("cohort,n\nA,*\nB,15\nC,20\nTotal,42\n")), "AUD001")
	require.Len(t, found, 1)
	assert.Equal(t, "42 - 15 - 20 = 7: total 42 minus 35 shown = 7 people in A", found[0].Certificate)
}

// One mark hides the low cells and those that protect them: a star is then no
// promise that a number is low, and the auditor must not say that the table
// contradicts itself.
func TestOneMarkForPrimaryAndSecondaryCells(t *testing.T) {
	protected := "region,X1,X2,X3,Total\nA,*,*,30,57\nB,*,*,44,62\nC,40,33,20,93\nTotal,60,58,94,212\n"
	for _, ruleName := range []string{"sdc-handbook", "ukllc-researcher"} {
		report := check(t, ruleName, csv(protected))
		assert.NotContains(t, checksOf(report), "AUD003", ruleName)
		assert.NotContains(t, checksOf(report), "AUD001", ruleName)
		assert.Equal(t, [2]int64{2, 20}, intervalOf(report, "A|X1"), ruleName)
	}
	// The 4x4 table of sdcTable's simple heuristic: one cell is known exactly.
	report := check(t, "ukllc-researcher", csv("row,a,b,c,d,Total\nw,*,*,*,89,230\nx,*,124,*,31,250\ny,92,*,59,*,336\nz,800,*,651,*,3127\nTotal,1012,1262,779,890,3943\n"))
	assert.Equal(t, outputs.Fail, report.Verdict)
	assert.Equal(t, [2]int64{47, 47}, intervalOf(report, "w|b"))
	assert.Equal(t, [2]int64{25, 94}, intervalOf(report, "w|a"))
	assert.Equal(t, [2]int64{906, 1091}, intervalOf(report, "z|b"))
	// A mark that states its bounds keeps them.
	contradiction := check(t, "ukllc-researcher", csv("cohort,n\nA,<10\nB,40\nC,50\nTotal,120\n"))
	assert.Contains(t, checksOf(contradiction), "AUD003")
}

// ACRO writes hidden cells as blanks. A column in which every cell is hidden is a
// column of counts all the same, and the margins of 1.0.1 give each away.
func TestACROMargins(t *testing.T) {
	rows := func(cell, total string) string {
		table := "year,G,N,R,R/G,All\n"
		for year := 2010; year < 2016; year++ {
			table += fmt.Sprintf("%d,15,59,71,%s,%s\n", year, cell, total)
		}
		return table
	}
	judge(t, []ruling{
		{"margins with hidden cells in them", rows("", "153") + "All,90,354,426,,918\n", "acro", outputs.Fail, "TOT001"},
		{"margins made again", rows("", "145") + "All,90,354,426,,870\n", "acro", outputs.Safe, ""},
		{"the cells themselves", rows("8", "153") + "All,90,354,426,48,918\n", "acro", outputs.Fail, "LOW001"},
		{"whole numbers as floats", "year,G,R/G\n2010,15.0,8.0\n2011,15.0,12.0\n", "acro", outputs.Fail, "LOW001"},
		{"columns coded 0 and 1", "survivor,0,1\nDead,15,59\nAlive,71,88\n", "acro", outputs.Safe, ""},
		{"a model's summary", ",R-squared:,0.894\nNo. Observations:,811,\nDf Residuals:,807,\nDf Model:,3,\n", "acro", outputs.Safe, ""},
		{"a model of too few", ",R-squared:,0.894\nNo. Observations:,12,\nDf Residuals:,8,\nDf Model:,3,\n", "acro", outputs.Fail, "STA002"},
	})
}

func TestCountsAndPercentagesInOneCell(t *testing.T) {
	judge(t, []ruling{
		{"n (%)", "group,n (%)\nA,7 (14.0%)\nB,43 (86.0%)\n", "ukllc-metrics", outputs.Fail, "LOW001"},
		{"Cases, N (%)", "group,\"Cases, N (%)\",\"Controls, N (%)\"\nA,7 (14.0%),20 (40%)\nB,43 (86.0%),30 (60%)\n", "ukllc-metrics", outputs.Fail, "LOW001"},
		{"n (col %)", "group,n (col %)\nA,7 (14.0)\nB,43 (86.0)\n", "ukllc-metrics", outputs.Fail, "LOW001"},
		{"the percentage of a masked count", "group,n (%)\nA,<10 (12.0%)\nB,44 (88.0%)\nTotal,50 (100%)\n", "ukllc-metrics", outputs.Fail, "PCT001"},
		{"N in the header", "Characteristic,N = 180\nAge group,\n<18,<10 (<5.6%)\n18+,177 (98.3%)\n", "ukllc-metrics", outputs.Fail, "AUD001"},
		{"N in the title", "\"Table 1. Patients (N = 180)\"\nage,n\n<18,<10\n18+,177\n", "ukllc-metrics", outputs.Fail, "AUD001"},
		{"large ones", "group,n (%)\nA,17 (14.2%)\nB,103 (85.8%)\n", "ukllc-researcher", outputs.Safe, ""},
	})
}

func TestProportionsAndMeasures(t *testing.T) {
	measures := "measure,interval_start,interval_end,ratio,numerator,denominator,sex\nprev,2020-01-01,2020-01-31,%s,40,female\nprev,2020-01-01,2020-01-31,0.5,20,40,male\n"
	judge(t, []ruling{
		{"the ratio of a redacted numerator", fmt.Sprintf(measures, "0.1,[REDACTED]"), "opensafely", outputs.Fail, "PCT001"},
		{"a ratio of what is shown", fmt.Sprintf(measures, "0.25,10"), "opensafely", outputs.Safe, ""},
		{"a ratio of exact counts", fmt.Sprintf(measures, "0.225,10"), "opensafely", outputs.Fail, "PCT002"},
		{"percentages of what is shown", "group,n,total,pct\nA,10,40,25.0%\nB,15,40,37.5%\n", "opensafely", outputs.Safe, ""},
	})
	report := check(t, "ukllc-metrics", csv("group,n,total,proportion\nA,<10,50,0.12\nB,44,50,0.88\n"))
	assert.Equal(t, [2]int64{6, 6}, intervalOf(report, "A|n"), "0.12 of 50, and not 0.12%%")
}

// Statistics need people behind them, whether their count is masked or shown.
func TestStatisticsOfFewPeople(t *testing.T) {
	profile := rules(t, "ukllc-metrics", func(r *disclosure.Rules) {
		r.Threshold.Value, r.Marks.Value, r.StatisticPeople.Value = 5, []string{"<5"}, 10
	})
	for content, want := range map[string][]string{
		"group,n,mean age\nA,7,40.2\nB,20,39.1\n":  {"LOW003"},
		"group,n,mean age\nA,<5,40.2\nB,20,39.1\n": {"LOW003"},
		"group,mean age,n\nA,40.2,7\nB,39.1,20\n":  {"LOW003"},
		"group,n,mean age\nA,17,40.2\nB,20,39.1\n": {},
		"group,n,mean age\nA,7,\nB,20,39.1\n":      {},
	} {
		report, err := outputs.Check(t.Context(), []string{write(t, csv(content))}, outputs.Options{Profile: profile})
		require.NoError(t, err)
		assert.Subset(t, checksOf(report), want, content)
		assert.Equal(t, len(want) == 0, report.Verdict == outputs.Safe, content)
	}
	judge(t, []ruling{
		{"a midpoint that is too few", "group,n_midpoint6,mean_age\nA,3,40.2\nB,21,39.1\n", "opensafely-midpoint6", outputs.Fail, "LOW003"},
		{"a midpoint that may be enough", "group,n_midpoint6,mean_age\nA,9,40.2\nB,21,39.1\n", "opensafely-midpoint6", outputs.Safe, ""},
	})
}

func TestHierarchiesInOneTable(t *testing.T) {
	judge(t, []ruling{
		{"indented", "area,n\nEngland,150\n  North,57\n    N1,20\n    N2,<10\n    N3,30\n  South,93\n", "ukllc-metrics", outputs.Fail, "TOT001"},
		{"indented with hard blanks", "area,n\nNorth,57\n\u00a0\u00a0N1,20\n\u00a0\u00a0N2,<10\n\u00a0\u00a0N3,30\nSouth,93\n\u00a0\u00a0S1,40\n\u00a0\u00a0S2,53\n", "ukllc-researcher", outputs.Fail, "AUD001"},
		{"a column of levels", "level,name,n\nregion,North,50\narea,N1,20\narea,N2,<10\narea,N3,23\n", "ukllc-metrics", outputs.Fail, "TOT001"},
		{"subtotals", "area,n\nN1,20\nN2,<10\nNorth subtotal,27\nS1,30\nS2,40\nSouth subtotal,70\nTotal,97\n", "ukllc-metrics", outputs.Fail, "TOT001"},
		{"indented, sums of what is shown", "area,n\nNorth,50\n  N1,20\n  N2,<10\n  N3,30\nSouth,93\n  S1,40\n  S2,53\n", "ukllc-metrics", outputs.Safe, ""},
		{"subtotals of what is shown", "area,n\nN1,20\nN2,<10\nNorth total,20\nS1,30\nS2,40\nSouth total,70\nTotal,90\n", "ukllc-metrics", outputs.Safe, ""},
		{"people with several conditions", "condition,n\nAny disorder,50\n  depression,40\n  anxiety,30\nOther,60\n", "ukllc-researcher", outputs.Safe, ""},
		{"total and subtotal hysterectomies", "hysterectomy,n\nTotal,20\nSubtotal,30\nNone,150\n", "ukllc-metrics", outputs.Safe, "TOT002"},
		{"the country first, rounded", "org,referrals\nEngland,25\nA,10\nB,10\nC,*\n", "nhs-talking-therapies", outputs.Fail, "TOT003"},
	})
}

func TestClassDisclosure(t *testing.T) {
	judge(t, []ruling{
		{"a row in one class", "region,yes,no\nA,50,0\nB,40,60\n", "sdc-handbook", outputs.Review, "CLS001"},
		{"none of a group", "group,N,% with condition\nA,50,0.0\nB,60,50.0\n", "sdc-handbook", outputs.Review, "CLS001"},
		{"nothing is missing", "variable,missing %\nsex,0.0\nage,3.2\n", "sdc-handbook", outputs.Safe, ""},
	})
}

// What is no count of people, under every kind of rules.
func TestNumbersThatCountNobody(t *testing.T) {
	for name, file := range map[string]string{
		"practices":         "region,number of practices,patients\nNorth,3,2000\nSouth,5,3000\n",
		"hospitals":         "region,n_hospitals,patients\nNorth,3,2000\nSouth,5,3000\n",
		"children at home":  "number of children,n\n0,20\n1,30\n2,40\n3+,44\n",
		"changes":           "group,change\nA,-5\nB,+3\nC,-2.5e3\n",
		"lengths":           "variable,type,length\nsex,char,1\nage,num,3\n",
		"settings":          "rule,value\nthreshold,10\nbase,5\n",
		"labels such as 18": "age,n\n<18,20\n18-24,30\n>=25,40\n",
		"sums of parts":     "area,n\nN1,20\nN2,30\nNorth total,50\nS1,30\nS2,40\nSouth total,70\nTotal,120\n",
		"waves":             "study,wave,n\nA,1,200\nA,2,150\nB,1,120\nB,2,100\n",
		"two header rows":   ",2020,2020,2021,2021\nstudy,men,women,men,women\nA,20,30,40,50\nB,12,33,44,55\n",
	} {
		for _, ruleName := range []string{"ukllc-metrics", "ukllc-researcher", "sdc-handbook", "acro"} {
			report := check(t, ruleName, csv(file))
			assert.Equal(t, outputs.Safe, report.Verdict, "%s under %s: %+v", name, ruleName, report.Findings)
		}
	}
	judge(t, []ruling{
		{"patients of practices", "region,number of patients,practices\nNorth,3,2000\nSouth,50,3000\n", "ukllc-metrics", outputs.Fail, "LOW001"},
		{"hospitals as a place", "place of death,n\nHospitals,3\nHome,20\n", "ukllc-metrics", outputs.Fail, "LOW001"},
	})
}

// Some spreadsheets read the full-width signs as the plain ones.
func TestFullWidthFormulas(t *testing.T) {
	assert.Equal(t, []string{"FIL005"}, checksOf(check(t, "ukllc-metrics", csv("label,n\n＝1+1,20\nplain,30\n"))))
}

// A page carries files in its links and numbers in its lists; what a program
// printed is no program.
func TestWhatAPageCarries(t *testing.T) {
	table := "<table><tr><th>cohort<th>n<tr><td>A<td>&lt;10<tr><td>B<td>40</table>"
	for name, more := range map[string]string{
		"a linked file":         `<a href="data:text/csv;charset=utf-8,cohort%2Cn%0AA%2C7%0AB%2C40">CSV</a>`,
		"a linked file, packed": `<a href="data:text/csv;base64,Y29ob3J0LG4KQSw3CkIsNDAK">CSV</a>`,
		"a list of names":       "<dl><dt>ALSPAC</dt><dd>7</dd><dt>BCS70</dt><dd>20</dd></dl>",
	} {
		report := check(t, "ukllc-metrics", map[string]string{"t.html": table + more})
		assert.Contains(t, checksOf(report), "LOW001", name)
		assert.Equal(t, outputs.Fail, report.Verdict, name)
	}
	for name, file := range map[string]string{
		"printed by a program": "| a | n |\n|---|---|\n| x | 20 |\n\n```r\n## ALSPAC 7\n## BCS70 20\n```\n",
		"numbers in a block":   "| a | n |\n|---|---|\n| x | 20 |\n\n```\nALSPAC: 7\nBCS70: 20\n```\n",
		"a table in a block":   "| a | n |\n|---|---|\n| x | 20 |\n\n```csv\ncohort,n\nALSPAC,7\nBCS70,20\n```\n",
	} {
		assert.NotEqual(t, outputs.Safe, check(t, "ukllc-metrics", map[string]string{"t.md": file}).Verdict, name)
	}
	assert.NotEqual(t, outputs.Safe, check(t, "ukllc-metrics", map[string]string{"t.html": table + "<pre><code>A 7\nB 20</code></pre>"}).Verdict)
	assertSafe(t, "t.md", map[string]string{
		"programs":  "| a | n |\n|---|---|\n| x | 20 |\n\n```r\nkeys <- c(\"id\")\nlatest <- rows[rows$month < 4, ]\n```\n\n```sql\nSELECT 1 AS n\nWHERE recency = 1;\n```\n",
		"sentences": "# Results\n\nVersion 3 of 2024-04-26. Counts below 10 are masked.\n\n- 2 tables\n- see section 4\n",
	})
	assertSafe(t, "t.ris", map[string]string{"a citation": "TY  - DATA\nT1  - Talking therapies\nPY  - 2024\nET  - 3\nDO  - 10.71760/a-03\nER  - \n"})
	assertSafe(t, "t.bib", map[string]string{"a citation": "@dataset{a_3,\n  title = {Talking therapies},\n  year = {2024},\n  version = {3}\n}\n"})
}

package document_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"tre-toolkit/internal/outputs/document"
)

// written shows a table as lines of cells.
func written(t *document.Table) string {
	lines := []string{strings.Join(t.Header, " | ")}
	for _, row := range t.Rows {
		lines = append(lines, strings.Join(row.Cells, " | "))
	}
	return strings.Join(lines, "\n")
}

// TestTablesThatProgramsPrint reads what Stata, R and pandas print, as they
// print it.
func TestTablesThatProgramsPrint(t *testing.T) {
	for name, c := range map[string]struct{ text, table string }{
		"Stata, two-way": {`. tabulate rep78 foreign

           |        foreign
     rep78 |  Domestic    Foreign |     Total
-----------+----------------------+----------
         1 |        12          0 |        12
         2 |        18         10 |        28
-----------+----------------------+----------
     Total |        30         10 |        40
`, "rep78 | Domestic | Foreign | Total\n1 | 12 | 0 | 12\n2 | 18 | 10 | 28\nTotal | 30 | 10 | 40"},
		"Stata, summarize": {`. summarize price mpg

    Variable |        Obs        Mean    Std. dev.       Min        Max
-------------+---------------------------------------------------------
       price |         74    6165.257    2949.496       3291      15906
         mpg |         74     21.2973    5.785503         12         41
`, "Variable | Obs | Mean | Std. dev. | Min | Max\nprice | 74 | 6165.257 | 2949.496 | 3291 | 15906\nmpg | 74 | 21.2973 | 5.785503 | 12 | 41"},
		"R, table": {`> table(d$sex)

 F  M 
12 40 
`, "F | M\n12 | 40"},
		"R, model": {`> summary(m)$coefficients
             Estimate Std. Error t value Pr(>|t|)
(Intercept)  37.22727    1.59879  23.285  < 2e-16
wt           -3.87783    0.63273  -6.129 1.12e-06
---
Signif. codes:  0 '***' 0.001
`, " | Estimate | Std. Error | t value | Pr(>|t|)\n(Intercept) | 37.22727 | 1.59879 | 23.285 | < 2e-16\nwt | -3.87783 | 0.63273 | -6.129 | 1.12e-06"},
		"pandas, series": {`>>> d.cohort.value_counts()
GLAD      1794
BCS70       15
ALSPAC      12
Name: count, dtype: int64
`, " | column 2\nGLAD | 1794\nBCS70 | 15\nALSPAC | 12"},
		"knitr": {`Table: Counts

cohort      n
-------  ----
ALSPAC     12
BCS70      15
`, "cohort | n\nALSPAC | 12\nBCS70 | 15"},
		"SAS": {`                    The FREQ Procedure

                                  Cumulative
     sex    Frequency     Percent     Frequency
     F            12       23.08            12
     M            40       76.92            52
`, "sex | Frequency | Percent | Frequency\nF | 12 | 23.08 | 12\nM | 40 | 76.92 | 52"},
	} {
		doc := document.Read("run.log", []byte(c.text), document.DefaultLimits)
		if assert.Len(t, doc.Tables, 1, "%s: %+v", name, doc.Prose) {
			assert.Equal(t, c.table, written(doc.Tables[0]), name)
		}
	}
}

// TestSentencesAreNoTables reads text in which nothing is a table.
func TestSentencesAreNoTables(t *testing.T) {
	for _, text := range []string{
		"Participants were invited in waves.\nThe second wave was in 2012.\nNobody was asked twice.\n",
		"library(dplyr)\nx <- read(path)\nsummary(x)\n",
		"1. First point\n\n2. Second point\n",
		"> x <- 1\n> y <- 2\n> z <- 3\n",
	} {
		doc := document.Read("notes.txt", []byte(text), document.DefaultLimits)
		assert.Empty(t, doc.Tables, "%q", text)
		assert.NotEmpty(t, doc.Prose, "%q", text)
	}
}

// TestLinesAreThoseOfTheFile finds a table's rows where they stand.
func TestLinesAreThoseOfTheFile(t *testing.T) {
	for name, text := range map[string]string{
		"t.csv": "title\n\ncohort,n\nA,4\n", "t.txt": "A title.\n\ncohort    n\nA         4\n", "t.tex": "x\n\\begin{tabular}{lr}\ncohort & n \\\\\nA & 4 \\\\\n\\end{tabular}\n",
		"t.ndjson": "\n\n{\"cohort\":\"B\",\"n\":40}\n{\"cohort\":\"A\",\"n\":4}\n", "t.yaml": "a: b\nn:\n  B: 40\n  A: 4\n",
	} {
		doc := document.Read(name, []byte(text), document.DefaultLimits)
		if assert.Len(t, doc.Tables, 1, name) {
			rows := doc.Tables[0].Rows
			assert.Equal(t, 4, rows[len(rows)-1].Line, name)
		}
	}
}

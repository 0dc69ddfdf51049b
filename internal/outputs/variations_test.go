package outputs_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"tre-toolkit/internal/outputs"
)

// TestTheSameLeakInOtherWords writes leaks as other people and programs do. Each has
// the file, the rules, the check that finds it and where.
func TestTheSameLeakInOtherWords(t *testing.T) {
	for name, f := range map[string]struct{ file, content, rules, check, at string }{
		"a German total":                 {"t.tsv", "Kohorte\tTeilnehmer\nGesamt\t827\nALSPAC\t<10\nBCS70\t15\nFENLAND\t11\nGLAD\t794\n", "ukllc-metrics", "TOT001", "Gesamt"},
		"a Welsh total":                  {"t.csv", "astudiaeth;cyfranogwyr\nALSPAC;<10\nBCS70;15\nFENLAND;11\nGLAD;794\nCyfanswm;827\n", "ukllc-metrics", "TOT001", "Cyfanswm"},
		"a Spanish total":                {"t.csv", "estudio,personas\nALSPAC,<10\nBCS70,15\nFENLAND,11\nGLAD,794\nSuma,827\n", "ukllc-metrics", "TOT001", "Suma"},
		"quarters of a year":             {"t.csv", "study,Q1 2024,Q2 2024,Q3 2024,Q4 2024\nA,7,40,30,50\n", "ukllc-metrics", "LOW001", "A"},
		"a total of quarters":            {"t.csv", "organisation,Total,Q1,Q2\nA,25,10,10\nB,45,25,20\n", "nhs-talking-therapies", "TOT003", "A"},
		"lower secondary school":         {"t.csv", "study,Lower secondary,Upper secondary,Degree\nA,7,40,80\n", "ukllc-metrics", "LOW001", "A"},
		"people by their score":          {"t.csv", "study,score 0,score 1,score 2\nA,7,400,30\n", "ukllc-metrics", "LOW001", "A"},
		"change of address":              {"t.csv", "study,Change of address,No change\nA,7,400\n", "ukllc-metrics", "LOW001", "A"},
		"tableone, printed":              {"t.txt", "                         level     Overall       \nn                                  300           \nsex (%)                  F         150 (50.0)    \n                         M         150 (50.0)    \nsmoker (%)               no        293 (97.7)    \n                         yes         7 ( 2.3)    \nage (mean (SD))                    45.10 (7.21)  \n", "ukllc-metrics", "LOW001", "smoker (%), yes"},
		"a Stata cross table":            {"t.log", ". tab sex smoker\n\n           |        smoker\n       sex |        no        yes |     Total\n-----------+----------------------+----------\n         F |       143          7 |       150 \n         M |       140         10 |       150 \n-----------+----------------------+----------\n     Total |       283         17 |       300 \n", "ukllc-metrics", "LOW001", "F"},
		"an R cross table":               {"t.out", "> table(d$sex, d$smoker)\n   \n     no yes\n  F 143   7\n  M 140  10\n", "ukllc-metrics", "LOW001", "F"},
		"a pandas cross table":           {"t.log", "smoker  no  yes\nsex            \nF      143    7\nM      140   10\n", "ukllc-metrics", "LOW001", "F, sex"},
		"a nested object":                {"t.json", `{"A":{"participants":7},"B":{"participants":700}}`, "ukllc-metrics", "LOW001", "A"},
		"a single nested number":         {"t.json", `{"results":{"ALSPAC":{"women":{"participants":7}}}}`, "ukllc-metrics", "LOW001", ""},
		"a total of nested objects":      {"t.json", `{"A":{"n":"<10"},"B":{"n":15},"C":{"n":80},"Total":{"n":102}}`, "ukllc-metrics", "TOT001", "Total"},
		"a percentage of nested objects": {"t.json", `{"A":{"n":"<10","total":50,"pct":12.0},"B":{"n":44,"total":50,"pct":88.0}}`, "ukllc-metrics", "PCT001", "A"},
		"a masked numerator too few":     {"t.csv", "sex,numerator,denominator\nM,2,100\nF,10,120\nX,8,140\n", "opensafely-measures", "LOW001", "M"},
	} {
		t.Run(name, func(t *testing.T) {
			report := check(t, f.rules, map[string]string{f.file: f.content})
			found := ofCheck(report, f.check)
			if assert.NotEmpty(t, found, "%+v", report.Findings) {
				assert.Equal(t, outputs.Failed, found[0].Severity)
				assert.Equal(t, f.at, found[0].Row)
			}
		})
	}
}

// TestNothingToMend gives files that must not fail.
func TestNothingToMend(t *testing.T) {
	for name, f := range map[string]struct{ file, content, rules string }{
		"quartiles":                       {"t.csv", "group,n,median,Q1,Q3\nA,70,7,4,9\n", "ukllc-researcher"},
		"the ends of an interval":         {"t.csv", "group,n,HR,lower 95% CI,upper CI\nA,70,2,1,4\n", "ukllc-researcher"},
		"an answer of no":                 {"t.csv", "exposure,cases,odds_ratio\nYes,70,1.9\nNo,93,1\n", "ukllc-researcher"},
		"settings":                        {"t.json", `{"config":{"max_iter":7,"n_folds":5,"seed":3},"model":{"alpha":0.1,"depth":3}}`, "ukllc-researcher"},
		"one denominator over and over":   {"t.csv", "group,n,asked\nA,41,100\nB,52,100\nC,63,100\nD,74,100\nE,86,100\nF,96,100\nG,37,100\nH,28,100\nI,19,100\nJ,33,100\nK,44,100\n", "ukllc-metrics"},
		"weeks, waits and sessions":       {"t.csv", "week,referrals,mean wait (weeks),median sessions\n1,120,7,4\n2,130,8,5\n", "ukllc-metrics"},
		"a German table":                  {"t.csv", "Kohorte,Teilnehmer\nALSPAC,<10\nBCS70,15\nGesamt,15\n", "ukllc-metrics"},
		"a blank numerator with no total": {"t.csv", "sex,numerator,denominator\nM,,100\nF,10,120\nX,,140\n", "opensafely-measures"},
	} {
		t.Run(name, func(t *testing.T) {
			report := check(t, f.rules, map[string]string{f.file: f.content})
			for _, finding := range report.Findings {
				assert.Equal(t, outputs.Told, finding.Severity, "%+v", finding)
				assert.NotEqual(t, "RND002", finding.Check, "%+v", finding)
			}
		})
	}
}

// TestAReportBesideTheFiles keeps the text of a check from failing a folder, and a
// table that pretends to be one from passing.
func TestAReportBesideTheFiles(t *testing.T) {
	saved := "REVIEW: a person must decide (rules ukllc-researcher)\n1 file: 0 to mend, 1 to decide, 0 to know.\n\n== t.csv: 0 to mend, 1 to decide, 0 to know\n\n" +
		"REVIEW MSK002  t.csv:2, row ALSPAC, column participants\n       Masked cells are marked, and no text in the folder says what the mark means.\n       fix: Say in the file what the mark means.\n\n" +
		"Read: 1 fully, 0 partly, 0 not at all.\n\nTaken to mean (a declaration overrides it; tre-check declare drafts one):\n  t.csv: labels \"study\"; counts \"participants\"; totals \"Total\"\n"
	assert.Equal(t, outputs.Review, check(t, "ukllc-researcher", map[string]string{"report.txt": saved}).Verdict)
	for name, smuggled := range map[string]string{
		"a table below it":     "\nstudy      participants\nALSPAC     7\nBCS70      150\nGLAD       1794\n",
		"a sentence below it":  "       ALSPAC has 7 participants.\n",
		"a place that tells":   "REVIEW MSK002  t.csv:2, row ALSPAC with 7 participants\n",
		"a proof that tells":   "       proof: 1816 - 15 - 1794 = 7 participants\n",
		"a fix that tells":     "       fix: leave out the 7 participants\n",
		"a heading that tells": "== 7 participants: 0 to mend, 1 to decide, 0 to know\n",
	} {
		report := check(t, "ukllc-researcher", map[string]string{"report.txt": saved + smuggled})
		assert.Equal(t, outputs.Fail, report.Verdict, "%s: %+v", name, report.Findings)
		assert.True(t, strings.Contains(strings.Join(checksOf(report), " "), "LOW001"), name)
	}
}

package outputs_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"tre-toolkit/internal/outputs"
)

const note = "Counts below ten are masked.\n"

// leak is a file that gives something away, and the check that must say so.
type leak struct{ name, file, content, check string }

// assertLeaks expects a failure of each leak's check under both UK LLC rules.
func assertLeaks(t *testing.T, leaks []leak) {
	t.Helper()
	for _, l := range leaks {
		for _, ruleName := range []string{"ukllc-metrics", "ukllc-researcher"} {
			t.Run(l.name+" "+ruleName, func(t *testing.T) {
				report := check(t, ruleName, map[string]string{l.file: l.content, "note.txt": note})
				assert.Equal(t, outputs.Fail, report.Verdict, "%+v", report.Findings)
				if l.check != "" {
					assert.Contains(t, checksOf(report), l.check)
				}
			})
		}
	}
}

// assertSafe expects nothing to be said against files, by name of the case.
func assertSafe(t *testing.T, file string, cases map[string]string) {
	t.Helper()
	for name, content := range cases {
		for _, ruleName := range []string{"ukllc-metrics", "ukllc-researcher"} {
			t.Run(name+" "+ruleName, func(t *testing.T) {
				report := check(t, ruleName, map[string]string{file: content, "masks.md": note})
				assert.Equal(t, outputs.Safe, report.Verdict, "%+v", report.Findings)
			})
		}
	}
}

func TestCountsAmongStatistics(t *testing.T) {
	assertLeaks(t, []leak{
		{"a row of counts over a row of means", "t.csv", "measure,A,B\nn,7,20\nmean age,40.2,39.1\n", "LOW001"},
		{"a long table of measures", "t.csv", "study,measure,value\nA,n,7\nA,mean_age,40.2\nB,n,20\nB,mean_age,38.1\n", "LOW001"},
		{"one statistic a row", "t.csv", "stat,value\nn,7\nmean,40.2\n", "LOW001"},
		{"women beside a mean", "t.csv", "measure,A,B\nwomen,7,20\nmean age,40.2,39.1\n", "LOW001"},
		{"objects of statistics", "t.json", `{"A":{"n":7,"mean":4.5},"B":{"n":15,"mean":3.5}}`, "LOW001"},
	})
	assertSafe(t, "t.csv", map[string]string{
		"means of groups":    "sex,phq9\nwomen,9\nmen,8.5\nOverall,8.7\n",
		"named as means":     "sex,mean_phq9\nwomen,9\nmen,8\n",
		"a whole-number sd":  "measure,A,B\nn,70,20\nmean_age,40.2,39.1\nsd age,7,6\n",
		"n among statistics": "stat,value\nn,70\nmean,4.2\nmin,1\n",
	})
}

func TestALineAboveTheTableIsNoHeader(t *testing.T) {
	assertLeaks(t, []leak{
		{"a remark with a comma", "t.csv", "# People of each study, by rank\nstudy,participants\nALSPAC,5\nBCS70,7\nGLAD,4\n", "LOW001"},
		{"two remarks", "t.csv", "# People, by study\n#made by hand, twice\nstudy,participants\nALSPAC,50\nBCS70,7\n", "LOW001"},
		{"a title with a comma", "t.csv", "People of each study, by rank\nstudy,participants\nALSPAC,50\nBCS70,7\n", "LOW001"},
		{"blanks after every comma", "t.csv", "study, participants\nALSPAC, 50\nBCS70, 7\n", "LOW001"},
	})
}

func TestCountsInsideText(t *testing.T) {
	assertLeaks(t, []leak{
		{"N in a header", "t.csv", "Characteristic,\"A, N = 7\",\"B, N = 20\"\nAge,\"40 (35, 44)\",\"39 (30, 41)\"\n", "LOW001"},
		{"n in a Markdown header", "t.md", "| Characteristic | Cases (n=7) | Controls (n=40) |\n|---|---|---|\n| Age | 40.1 | 39.2 |\n", "LOW001"},
		{"n in a cell", "t.csv", "group,age\nA,40.2 (n = 7)\nB,41.0 (n = 40)\n", "LOW001"},
		{"fractions", "t.csv", "group,cases\nA,3/50\nB,20/60\n", "LOW001"},
		{"fractions and percentages", "t.csv", "group,cases\nA,3/50 (6%)\nB,20/60 (33%)\n", "LOW001"},
		{"fractions in words", "t.csv", "group,cases\nA,3 of 50\nB,20 of 60\n", "LOW001"},
		{"semicolons", "t.csv", "group,cases\nA,3; 6%\nB,20; 33%\n", "LOW001"},
		{"a statistic and its n", "t.csv", "group,median (n)\nA,41 (7)\nB,40 (20)\n", "LOW001"},
		{"a percentage and its n", "t.csv", "group,% (n)\nA,6% (3)\nB,30% (20)\n", "LOW001"},
	})
	assertSafe(t, "t.csv", map[string]string{
		"large N in headers": "Characteristic,\"A, N = 70\",\"B, N = 1,020\"\nAge,\"40 (35, 44)\",\"39 (30, 41)\"\nOR,1.2 (1.1-1.4),1.3 (1.0-1.6)\n",
		"large fractions":    "group,cases\nA,30/50 (60%)\nB,20/60 (33%)\n",
		"a median and its n": "group,median (n)\nA,4 (70)\nB,5 (20)\n",
		"ranges and years":   "group,n,median (IQR),years\nA,70,41 (35-44),2020/21\nB,30,40 (20-50),2021/22\n",
	})
	strange := check(t, "ukllc-metrics", map[string]string{"t.csv": "group,cases\nA,3 in 50 in 2 places\nB,20 in 60 in 3 places\n"})
	assert.Equal(t, outputs.Review, strange.Verdict)
	assert.Equal(t, []string{"FIL002"}, checksOf(strange))
}

func TestTotalsByOtherNames(t *testing.T) {
	var leaks []leak
	for _, label := range []string{"All LPS", "N", "England", "Study total", "Combined", "Whole sample", "Cohorts (all)", "Sum of all", ""} {
		leaks = append(leaks, leak{"label " + label, "t.csv", "cohort,participants\nALSPAC,<10\nBCS70,15\nFENLAND,11\nGLAD,794\n" + label + ",827\n", ""})
	}
	assertLeaks(t, leaks)
	for name, content := range map[string]string{
		"last row":    "cohort,participants\nALSPAC,<10\nBCS70,15\nFENLAND,11\nGLAD,794\nHere,827\n",
		"first row":   "cohort,participants\nHere,827\nALSPAC,<10\nBCS70,15\nFENLAND,11\nGLAD,794\n",
		"last column": "cohort,M,F,X,People\nA,<10,15,30,49\nB,12,20,40,72\nC,40,30,20,90\n",
	} {
		report := check(t, "ukllc-metrics", map[string]string{"t.csv": content})
		assert.Equal(t, outputs.Review, report.Verdict, name)
		assert.Equal(t, []string{"TOT001"}, checksOf(report), name)
	}
	assertSafe(t, "t.csv", map[string]string{
		"no total":            "cohort,participants\nALSPAC,<10\nBCS70,15\nFENLAND,11\nGLAD,794\nTEDS,400\n",
		"chance in two rows":  "cohort,participants\nA,<10\nB,15\nC,20\n",
		"a total of shown":    "cohort,participants\nALSPAC,<10\nBCS70,15\nFENLAND,11\nGLAD,794\nWhole sample,820\n",
		"total as a word":     "operation,people\nTotal hip replacement,100\nKnee,<10\nFoot,15\nHand,11\nEye,794\n",
		"one column does not": "cohort,enrolled,linked\nA,50,<10\nB,60,15\nC,70,11\nD,80,794\nE,20,827\n",
	})
}

func TestWeightedCounts(t *testing.T) {
	assertLeaks(t, []leak{
		{"beside the count", "t.csv", "study,n,weighted n\nA,20,7.3\nB,30,28.8\n", "LOW003"},
		{"alone", "t.csv", "study,weighted_count\nA,7.3\nB,28.8\n", "LOW003"},
	})
	assertSafe(t, "t.csv", map[string]string{
		"large":           "study,n,weighted n\nA,20,17.3\nB,30,28.8\n",
		"a weighted mean": "study,n,weighted mean\nA,20,7.3\nB,30,8.8\n",
	})
}

func TestRowKeysAreNoCounts(t *testing.T) {
	assertSafe(t, "t.csv", map[string]string{
		"sessions first":   "Number of sessions,Patients\n1,20\n2,30\n3,40\n",
		"sessions by sex":  "sex,sessions,n\nM,1,20\nM,2,30\nF,1,33\nF,2,20\n",
		"a flag":           "sex,recovered,n\nMale,0,20\nMale,1,30\nFemale,0,25\nFemale,1,31\n",
		"a change":         "phq9_change,n\n-1,40\n0,55\n1,30\n",
		"codes of SNOMED":  "snomed_code,n\n100000001,20\n100000002,30\n100000003,30\n100000004,30\n100000005,30\n",
		"sessions and sex": "sessions,sex,n\n1,M,20\n1,F,30\n2,M,33\n2,F,20\n",
	})
	hash := "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde"
	files := "["
	for _, digit := range []string{"1", "2", "3", "4", "5"} {
		files += `{"path":"` + digit + `.csv","sha256":"` + hash + digit + `"},`
	}
	assertSafe(t, "t.json", map[string]string{"checksums": files[:len(files)-1] + "]"})
	assertLeaks(t, []leak{
		{"cases of n", "t.csv", "sex,cases,n\nM,7,20\nF,8,30\n", "LOW001"},
		{"recovered of n", "t.csv", "group,recovered,n\nA,7,20\nB,12,40\n", "LOW001"},
		{"number of patients", "t.csv", "Number of patients,n\n7,20\n12,40\n", "LOW001"},
		{"long numbers of people", "t.csv", "person_code,n\n100000001,20\n100000002,30\n100000003,30\n100000004,30\n100000005,30\n", "FIL003"},
	})
}

func TestPercentagesAndRatesOfTheRest(t *testing.T) {
	assertLeaks(t, []leak{
		{"complement", "t.csv", "group,n,pct\nA,<10,<10\nB,93,93.0%\n", "PCT001"},
		{"complement of three", "t.csv", "group,n,pct\nA,<10,<10\nB,43,43.0%\nC,50,50.0%\n", "PCT001"},
		{"rate", "t.csv", "area,n,population,rate_per_1000\nA,<10,1000,7.0\nB,40,2000,20.0\n", "PCT001"},
		{"percentage of a named column", "t.csv", "study,Male,Female,% male\nA,<10,93,7.0%\nB,20,30,40.0%\n", "PCT001"},
	})
	assertSafe(t, "t.csv", map[string]string{
		"coarse percentages":    "group,n,pct\nA,<10,<10\nB,9300,100%\n",
		"of what is shown":      "group,n,pct\nA,<10,<10\nB,40,40.0%\nC,60,60.0%\n",
		"each of its own":       "group,n,pct\nA,<10,<10\nB,40,93.0%\nC,60,71.0%\n",
		"the rate is masked":    "area,n,population,rate_per_1000\nA,<10,1000,<10\nB,40,2000,20.0\n",
		"the named one is open": "study,Male,Female,% male\nA,20,30,40.0%\nB,30,30,50.0%\n",
	})
}

func TestTablesUnderEachOther(t *testing.T) {
	content := "study,n\nA,20\nB,30\n\nsex,mean age,n\nM,40.1,7\nF,30.2,30\n"
	report := check(t, "ukllc-metrics", map[string]string{"t.csv": content})
	assert.Equal(t, []string{"LOW001", "LOW003"}, checksOf(report), "the count, and the mean beside it")
	assert.Equal(t, "table 2", report.Findings[0].Table)
	assert.Equal(t, 2, report.Files[0].Tables)
	assertSafe(t, "t.csv", map[string]string{
		"two tables":        "study,n\nA,20\nB,30\nTotal,50\n\nsex,mean age,n\nM,4.1,27\nF,3.2,30\n",
		"titles":            "Table 1\n\nstudy,n\nA,20\nB,30\n\nTable 2\nsex,mean age,n\nM,4.1,27\nF,3.2,30\n",
		"rows of commas":    "study,n,\nA,20,\nB,30,\n,,\nsex,mean age,n\nM,4.1,27\nF,3.2,30\n",
		"only a blank line": "study,n\nA,20\n\nB,30\nTotal,50\n",
	})
}

func TestNotesOfTheirOwn(t *testing.T) {
	table := "study,participants\nA,*\nB,40\n"
	for _, file := range []string{"note.txt", "note.md"} {
		report := check(t, "ukllc-researcher", map[string]string{"t.csv": table,
			file: "A star stands for fewer than 10 people, zero included.\nThe studies are described elsewhere.\n"})
		assert.Equal(t, outputs.Safe, report.Verdict, "%+v", report.Findings)
		for name, text := range map[string]string{
			"a number":        "Counts below 10 are masked. Study A has 7.\n",
			"aligned columns": "Counts are masked.\nstudy   people\nA       seven\n",
		} {
			report := check(t, "ukllc-researcher", map[string]string{"t.csv": table, file: text})
			assert.Contains(t, checksOf(report), "FIL002", name)
		}
	}
}

func TestNumbersInTheSourceOfAPage(t *testing.T) {
	page := func(cell, more string) string {
		return "<table><tr><th>cohort<th>participants<tr><td>A" + cell + "<tr><td>B<td>40</table>" + more
	}
	assertLeaks(t, []leak{
		{"data", "t.html", page(`<td data-value="7">&lt;10`, ""), "LOW001"},
		{"title", "t.html", page(`<td title="7">&lt;10`, ""), "LOW001"},
		{"sort key", "t.html", page(`<td sorttable_customkey="7">&lt;10`, ""), "LOW001"},
		{"label inside", "t.html", page(`<td><span aria-label="7">&lt;10</span>`, ""), "LOW001"},
		{"field", "t.html", page(`<td><input value="7">`, ""), "LOW001"},
		{"a secondary cell", "t.html", page(`<td data-order="47">*`, ""), "AUD001"},
		{"on the row", "t.html", "<table><tr><th>cohort<th>participants<tr data-n=7><td>A<td>&lt;10<tr><td>B<td>40</table>", "LOW001"},
	})
	assertSafe(t, "t.html", map[string]string{
		"places":          page(`<td data-row="3" data-col="2">&lt;10`, ""),
		"the mark's name": page(`<td title="fewer than 10">&lt;10`, ""),
		"sort keys shown": page(`<td data-value="20">20`, ""),
		"sentences":       page("<td>20", "<h1>Table 1</h1><p>Version 3 (2024-04-26, DOI 10.71760/ukllc-dataset-00360-03), freeze 16.</p><li>Counts below 10 are masked.</li>"),
	})
	for name, more := range map[string]string{
		"preformatted": "<pre>A 20\nB 7</pre>", "a box": "<div>B: 7</div>", "a list": "<ul><li>B 7</ul>", "a comment": "<!-- B 7 -->",
	} {
		report := check(t, "ukllc-metrics", map[string]string{"t.html": page("<td>20", more)})
		assert.Equal(t, outputs.Review, report.Verdict, name)
		assert.Equal(t, []string{"FIL002"}, checksOf(report), name)
	}
}

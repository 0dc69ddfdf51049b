package outputs_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/outputs"
)

// explained is a note that says whom tables count and what their marks mean.
const explained = "Counts of participants below 10, including zero, are masked.\n"

// TestEachCheckFinds lists a folder for each check, and one beside it that is
// nearly the same and of which the check must say nothing.
func TestEachCheckFinds(t *testing.T) {
	for _, one := range []struct {
		check, rules string
		found        map[string]string
		silent       map[string]string
	}{
		{"LOW002", "opensafely", csv("group,a,b\nA,50,0\nB,100,10\n"), csv("group,a,b\nA,50,15\nB,100,10\n")},
		{"LOW003", "ukllc-researcher", csv("measure,A,B\nn,<10,20\nmean age,40.2,39.1\n"), csv("measure,A,B\nn,40,20\nmean age,40.2,39.1\n")},
		{"MSK004", "ukllc-metrics", csv("cat,n\na,<10\nb,*\nc,40\nTotal,52\n"), csv("cat,n\na,<10\nb,<10\nc,40\nTotal,52\n")},
		{"PCT002", "ukllc-researcher", csv("group,patients,% readmitted\nA,50,14.0\nB,60,50.0\n"), csv("group,patients,row %\nA,50,14.0\nB,60,50.0\n")},
		{"PCT003", "ukllc-researcher", csv("group,cases,total\nA,44,50\nB,30,80\n"), csv("group,cases,total\nA,34,50\nB,30,80\n")},
		{"PCT004", "ukllc-researcher", csv("group,n,total,pct\nA,10,50,20.0\nB,20,50,40.0\nC,30,60,55.0\n"), csv("group,n,total,pct\nA,10,50,20.0\nB,20,50,40.0\nC,30,60,50.0\n")},
		{"RND001", "opensafely", csv("group,n\nA,12\nB,40\n"), csv("group,n\nA,10\nB,40\n")},
		{"RND001", "opensafely", csv("group,n_midpoint6\nA,10\nB,45\n"), csv("group,n_midpoint6\nA,9\nB,3\nC,0\n")},
		{"RND002", "opensafely", csv("group,n_midpoint6,all\na,9,10\nb,15,20\nc,15,35\nd,21,40\ne,21,25\nf,9,15\ng,15,20\nh,9,10\ni,21,25\nj,33,40\n"), csv("group,n_midpoint6,all_midpoint6\na,9,15\nb,15,21\n")},
		{"RND003", "opensafely", csv("group,n\nA,9\nB,15\nC,21\nD,45\nE,9\n"), csv("group,n_midpoint6\nA,9\nB,15\nC,21\nD,45\nE,9\n")},
		{"CLS001", "sdc-handbook", csv("region,smokers %,others %\nA,100%,0%\nB,40%,60%\n"), csv("region,smokers %,others %\nA,90%,10%\nB,40%,60%\n")},
		{"CLS001", "sdc-handbook", csv("region,yes,no,Total\nA,50,0,50\nB,40,60,100\n"), csv("region,yes,no,Total\nA,50,20,70\nB,40,60,100\n")},
		{"STA001", "opensafely", csv("group,n,min_age\nA,50,18.0\nB,100,19.5\n"), csv("group,n,mean_age\nA,50,18.0\nB,100,19.5\n")},
		{"STA001", "ukllc-researcher", csv("measure,value\nn,50\nmaximum age,97.5\n"), csv("measure,value\nn,50\nmean age,57.5\n")},
		{"STA002", "ukllc-researcher", csv("term,value\nresidual df,4\n"), csv("term,value\nresidual df,40\n")},
		{"STA002", "acro", text("Df Residuals:                      4\n"), text("Df Residuals:                      807\n")},
		{"STA002", "acro", text("Residual standard error: 3.2 on 8 degrees of freedom\n"), text("Residual standard error: 3.2 on 80 degrees of freedom\n")},
		{"STA002", "acro", text("R-squared:   1.000\n"), text("R-squared:   1.050\n")},
		{"STA003", "ukllc-researcher", csv("code,n,median,mean\nA,<10,1,1.11\nB,20,2,2.5\n"), csv("code,n,median,mean\nA,<10,1,1.5\nB,20,2,2.5\n")},
		{"STA003", "ukllc-researcher", csv("code,n,mean,sd\nA,40,3.0,0.0\nB,20,2.5,1.1\n"), csv("code,n,mean,sd\nA,40,3.0,0.1\nB,20,2.5,1.1\n")},
		{"DIF003", "ukllc-researcher", csv("study,main,care,coded\nA,1050,940,910\nB,470,410,390\nNSHD46,66,58,54\n"), csv("study,main,care,coded\nA,1050,940,910\nB,470,410,390\nNSHD46,66,48,44\n")},
		{"DIF003", "ukllc-researcher", csv("study,table,n\nA,main,1050\nA,care,940\nA,coded,910\nB,main,470\nB,care,410\nB,coded,390\nC,main,66\nC,care,58\nC,coded,50\n"), csv("sex,region,n\nF,N,30\nF,S,40\nF,W,35\nM,N,45\nM,S,20\nM,W,36\nX,N,31\nX,S,28\nX,W,50\n")},
		{"CTX001", "ukllc-researcher", map[string]string{"t.csv": "year,n\n2020,120\n2021,140\n"}, csv("year,n\n2020,120\n2021,140\n")},
		{"CTX002", "ukllc-researcher", csv("year,phq9_b\n2020,120\n2021,140\n"), map[string]string{"t.csv": "year,phq9_b\n2020,120\n2021,140\n", "n.txt": "phq9_b: patients with a score\n"}},
		{"FIL030", "opensafely", map[string]string{"t.tsv": "group\tn\nA\t40\n"}, csv("group,n\nA,40\n")},
		{"AUD001", "ukllc-researcher", csv("code,n\nA01,50\nA011,20\nA012,<10\nA013,23\n"), csv("code,n\nA01,50\nA011,20\nA012,<10\nB013,23\n")},
		{"AUD001", "ukllc-researcher", csv("People by age (N=180)\n\nage,n\n<18,<10\n18+,177\n"), csv("People by age (N=980)\n\nage,n\n<18,<10\n18+,177\n")},
	} {
		t.Run(one.check+" "+one.rules, func(t *testing.T) {
			assert.Contains(t, checksOf(check(t, one.rules, one.found)), one.check)
			assert.NotContains(t, checksOf(check(t, one.rules, one.silent)), one.check)
		})
	}
}

func csv(content string) map[string]string {
	return map[string]string{"t.csv": content, "note.txt": explained}
}

func text(content string) map[string]string { return map[string]string{"model.txt": content} }

// The joint audit: no file gives its mask away alone.
func TestFilesTogetherGiveMasksAway(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"regions of areas":    {"r.csv": "region,n\nNorth,50\nSouth,60\n", "s.csv": "region,area,n\nNorth,N1,20\nNorth,N2,30\nSouth,S1,<10\nSouth,S2,55\n"},
		"men and women":       {"male.csv": "study,n\nA,20\nB,30\nC,44\n", "female.csv": "study,n\nA,<10\nB,35\nC,33\n", "all.csv": "study,n\nA,25\nB,65\nC,77\n"},
		"by numbers alone":    {"x.csv": "study,n\nA,20\nB,30\nC,44\n", "y.csv": "study,n\nA,<10\nB,35\nC,33\n", "z.csv": "study,n\nA,25\nB,65\nC,77\n"},
		"margins elsewhere":   {"grid.csv": "study,Male,Female\nA,20,<10\nB,30,40\nC,33,22\n", "by_study.csv": "study,n\nA,25\nB,70\nC,55\n"},
		"groups of codes":     {"atc4.csv": "year,sex,code,n\n1996,F,A01X,25\n", "atc7.csv": "year,sex,code,n\n1996,F,A01XYZA,20\n1996,F,A01XYZB,<10\n"},
		"a cut the other way": {"a.csv": "sex,age,n\nF,young,20\nF,old,<10\nM,young,30\nM,old,40\n", "b.csv": "age,n\nyoung,50\nold,45\n"},
	} {
		t.Run(name, func(t *testing.T) {
			report := check(t, "ukllc-metrics", files)
			assert.Equal(t, outputs.Fail, report.Verdict, "%+v", report.Findings)
			found := ofCheck(report, "LNK001")
			require.Len(t, found, 1)
			assert.Contains(t, found[0].Certificate, "= 5")
			require.Len(t, report.Hidden, 1)
			assert.Equal(t, int64(5), report.Hidden[0].Lower)
			assert.Equal(t, int64(5), *report.Hidden[0].Upper)
		})
	}
	guess := map[string]string{"age.csv": "age,n\nyoung,20\nold,27\nTotal,47\n", "sex.csv": "sex,n\nwomen,<10\nmen,40\n"}
	assert.Equal(t, outputs.Review, check(t, "ukllc-metrics", guess).Verdict, "that both are of the same people is a guess")
}

// Folders in which a joint audit must see no more than the tables alone.
func TestFilesOfOtherPeopleAreLeftAlone(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"other regions":        {"a.csv": "study,n\nA,20\nB,<10\nC,44\n", "b.csv": "region,n\nNorth,500\nSouth,<10\nTotal,500\n"},
		"tables of a dataset":  {"a.csv": "study,n\nA,<10\nB,15\nC,794\nTotal,809\n", "b.csv": "study,n\nA,32\nB,<10\nC,890\nTotal,922\n"},
		"one number in common": {"a.csv": "study,n\nA,<10\nB,15\nC,794\n", "b.csv": "study,n\nA,120\nB,<10\nC,794\n"},
		"codes listed in part": {"a.csv": "code,n\nA01,500\nB01,60\n", "b.csv": "code,n\nA011,20\nA012,<10\nB011,<10\n"},
		"margins that differ":  {"r.csv": "region,n\nNorth,500\nSouth,600\n", "s.csv": "region,area,n\nNorth,N1,20\nNorth,N2,30\nSouth,S1,<10\nSouth,S2,55\n"},
		"sums of shown":        {"r.csv": "region,n\nNorth,50\nSouth,55\n", "s.csv": "region,area,n\nNorth,N1,20\nNorth,N2,30\nNorth,Total,50\nSouth,S1,<10\nSouth,S2,55\nSouth,Total,55\n"},
	} {
		t.Run(name, func(t *testing.T) {
			report := check(t, "ukllc-metrics", files)
			assert.Equal(t, outputs.Safe, report.Verdict, "%+v", report.Findings)
		})
	}
}

// The rows that label, rank and describe are no counts.
func TestLabelsAndStatisticsAreNoCounts(t *testing.T) {
	assertSafe(t, "t.csv", map[string]string{
		"ages":              "age,n\n<18,20\n18-24,30\n1-4,25\n>=50,40\n",
		"years and ranks":   "year,rank,icd10,n\n2012,1,A01,20\n2013,2,B02,30\n2014,3,C03,44\n",
		"means":             "group,n,mean phq9,sd\nA,20,9,4\nB,30,8,3\n",
		"percentages":       "group,n,%\nA,20,4.0\nB,480,96.0\n",
		"a row of settings": "Version,2,3\nVersion Date,13 Apr 2023,26 Apr 2024\nNumber of Variables (main),192,226\nNumber of Variables (care),7,8\nDOI,10.71760/a,10.71760/b\n",
		"two header rows":   "Table,Version 2,Version 2,Version 3,Version 3\nTable,Variables,Observations,Variables,Observations\ncare,47,508000,52,1016000\nmain,12,45700,13,91300\n",
		"freezes":           "Dataset version,Freeze\nNHSE_IAPT@3,16 (01 May 2026)\n",
	})
}

// Our own page of a dataset, as another room writes it: it lets a reader see that
// 8 people of one study have no care activity, which its rules tell of and
// accept.
func TestThePublishedPage(t *testing.T) {
	for _, name := range []string{"seed.html", "seed.md"} {
		content, err := os.ReadFile(filepath.Join("..", "page", "testdata", name))
		require.NoError(t, err)
		page := check(t, "ukllc-metrics", map[string]string{name: string(content)})
		assert.Equal(t, outputs.Safe, page.Verdict, "%+v", page.Findings)
		for _, file := range page.Files {
			assert.Equal(t, outputs.Fully, file.Read, "%s: %s", file.Path, file.Reason)
		}
		told := ofCheck(check(t, "ukllc-metrics", map[string]string{name: string(content)}), "DIF003")
		require.NotEmpty(t, told)
		assert.Equal(t, outputs.Told, told[0].Severity)
		asked := ofCheck(check(t, "ukllc-researcher", map[string]string{name: string(content)}), "DIF003")
		require.NotEmpty(t, asked)
		assert.Equal(t, outputs.ForReview, asked[0].Severity)
		assert.Equal(t, "66 - 58 = 8", asked[0].Certificate)
	}
}

// The published rule of NHS Talking Therapies accepts that percentages of exact
// counts narrow rounded ones; other rules that round do not.
func TestPercentagesOfExactCountsNarrowRoundedOnes(t *testing.T) {
	files := csv("org,n,total,pct\nA,5,20,23%\nB,5,40,14%\nC,10,40,22%\n")
	report := check(t, "nhs-talking-therapies", files)
	assert.Equal(t, outputs.Safe, report.Verdict)
	require.Len(t, ofCheck(report, "PCT002"), 1)
	assert.Equal(t, "23% of 20: only 5 of 22; 14% of 40: only 6 of 42; 22% of 40: only 9", ofCheck(report, "PCT002")[0].Certificate)
	assert.Equal(t, outputs.Fail, check(t, "opensafely", csv("org,n,total,pct\nA,10,40,22%\nB,15,40,35%\nC,20,40,49%\n")).Verdict)
}

func TestRulesOfFiles(t *testing.T) {
	profile := rules(t, "opensafely", func(r *disclosure.Rules) { r.FileBytes.Value, r.FileRows.Value = 40, 3 })
	folder := write(t, map[string]string{"long.csv": "g,n\nA,40\nB,40\nC,40\nD,40\n", "large.txt": "There is nothing but a sentence in this file.\n", "cohort.rds": "x"})
	report, err := outputs.Check(context.Background(), []string{folder}, outputs.Options{Profile: profile})
	require.NoError(t, err)
	assert.Equal(t, "large.txt", ofCheck(report, "FIL031")[0].File)
	assert.Equal(t, "long.csv", ofCheck(report, "FIL032")[0].File)
	assert.Equal(t, "cohort.rds", ofCheck(report, "FIL030")[0].File)
}

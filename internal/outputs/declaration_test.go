package outputs_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/outputs"
)

// declared runs a check of files with a declaration.
func declared(t *testing.T, ruleName, declaration string, files map[string]string) outputs.Report {
	t.Helper()
	d, err := outputs.ParseDeclaration(strings.NewReader(declaration))
	require.NoError(t, err)
	report, err := outputs.Check(context.Background(), []string{write(t, files)}, outputs.Options{
		Profile: rules(t, ruleName, nil), Declaration: d,
		Profiles: func(name string) (disclosure.Profile, error) { return rules(t, name, nil), nil },
	})
	require.NoError(t, err)
	return report
}

func TestDeclarationsOverrideTheGuess(t *testing.T) {
	score := map[string]string{"t.csv": "group,grade\nA,7\nB,8\nC,9\n"}
	assert.Contains(t, checksOf(check(t, "ukllc-metrics", map[string]string{"t.csv": "group,items\nA,7\nB,8\n"})), "LOW001")
	safe := declared(t, "ukllc-metrics", "[[file]]\npath = \"t.csv\"\nkeys = [\"group\"]\nother = [\"items\"]\n", map[string]string{"t.csv": "group,items\nA,7\nB,8\n"})
	assert.Equal(t, outputs.Safe, safe.Verdict, "%+v", safe.Findings)
	low := declared(t, "ukllc-metrics", "[[file]]\npath = \"*.csv\"\ncounts = [\"grade\"]\n", score)
	assert.Contains(t, checksOf(low), "LOW001")

	total := map[string]string{"t.csv": "country,n\nNorth,<10\nSouth,40\nWest,50\nAtlantis,97\n"}
	assert.Contains(t, checksOf(declared(t, "ukllc-metrics", "[[file]]\npath = \"t.csv\"\ntotals = [\"Atlantis\"]\n", total)), "TOT001")
	level := map[string]string{"t.csv": "area,n\nUpper,97\nNorth,<10\nSouth,90\nElsewhere,300\n"}
	report := declared(t, "ukllc-researcher", "[[file]]\npath = \"t.csv\"\nlevels = [{ parent = \"Upper\", children = [\"North\", \"South\"] }]\n", level)
	assert.Contains(t, checksOf(report), "AUD001")
	assert.True(t, report.Guesses[0].Declared)

	pair := map[string]string{"t.csv": "group,a,b,rate %\nX,20,50,40.0\nY,10,50,30.0\n"}
	assert.Contains(t, checksOf(declared(t, "ukllc-metrics", "[[file]]\npath = \"t.csv\"\npairs = [{ percentage = \"rate %\", count = \"a\", whole = \"b\" }]\n", pair)), "PCT004")
}

func TestDeclarationsNameRulesAndPopulations(t *testing.T) {
	files := map[string]string{"a.csv": "group,n\nA,[REDACTED]\nB,40\n", "b.csv": "group,n\nA,<10\nC,40\n"}
	report := declared(t, "ukllc-metrics", "[[file]]\npath = \"a.csv\"\nprofile = \"opensafely\"\n", files)
	assert.NotContains(t, checksOf(report), "MSK001")

	people := map[string]string{"age.csv": "age,n\nyoung,20\nold,27\nTotal,47\n", "sex.csv": "sex,n\nwomen,<10\nmen,40\n"}
	assert.Equal(t, outputs.Review, check(t, "ukllc-metrics", people).Verdict)
	same := declared(t, "ukllc-metrics", "[[file]]\npath = \"*.csv\"\npopulation = \"adults\"\n", people)
	require.Contains(t, checksOf(same), "LNK001")
	assert.Equal(t, outputs.Fail, same.Verdict)
}

func TestSupportingFilesAreReadAndNotReleased(t *testing.T) {
	files := map[string]string{
		"totals.csv":        "region,turnover\nNorth,110000\nSouth,90000\n",
		"support/units.csv": "region,turnover,surname\nNorth,52000,x\nNorth,50000,y\nNorth,8000,z\nSouth,30000,p\nSouth,30000,q\nSouth,30000,r\n",
	}
	declaration := "[[file]]\npath = \"totals.csv\"\nkeys = [\"region\"]\ncounts = [\"turnover\"]\ncontributors = { file = \"support/units.csv\", value = \"turnover\" }\n" +
		"[[file]]\npath = \"support/*\"\nsupporting = true\n"
	report := declared(t, "acro", declaration, files)
	assert.Len(t, ofCheck(report, "DOM001"), 1)
	assert.Empty(t, ofCheck(report, "DOM002"), "8,000 is 10% of 52,000 and more")
	assert.Empty(t, ofCheck(report, "FIL003"))
	assert.Len(t, ofCheck(report, "FIL033"), 1)
	columns := declared(t, "acro", "[[file]]\npath = \"t.csv\"\nkeys = [\"r\"]\ncounts = [\"v\"]\nother = [\"x1\", \"x2\"]\ncontributors = { value = \"v\", largest = [\"x1\", \"x2\"] }\n",
		map[string]string{"t.csv": "r,v,x1,x2\nNorth,110000,55000,52000\n"})
	assert.Len(t, ofCheck(columns, "DOM001"), 1)
	assert.Len(t, ofCheck(columns, "DOM002"), 1)
}

func TestDeclarationsOfOtherFilesAreTold(t *testing.T) {
	report := declared(t, "ukllc-metrics", "[[file]]\npath = \"tabels.csv\"\ncounts = [\"n\"]\n", map[string]string{"tables.csv": "g,n\nA,40\n"})
	assert.Equal(t, []string{"FIL034"}, checksOf(report))
}

func TestFaultsOfADeclarationHaveTheirLines(t *testing.T) {
	for fault, want := range map[string]string{
		"[[file]]\npath = \"/etc/passwd\"\n":                                              "declaration:2: path is",
		"[[file]]\npath = \"../t.csv\"\n":                                                 "declaration:2: path is",
		"[[file]]\npath = \"t.csv\"\nstatbarn = \"Histogram\"\n":                          "declaration:3: statbarn",
		"[[file]]\npath = \"t.csv\"\n\nunit = \"cats\"\n":                                 "declaration:4: unit",
		"[[file]]\ncounts = [\"n\"]\n":                                                    "declaration:1: a file has no path",
		"[[file]]\npath = \"t.csv\"\ncounts = [\"n\"]\nkeys = [\"n\"]\n":                  "two roles",
		"[[file]]\npath = \"t.csv\"\n[[file]]\npath = \"t.csv\"\n":                        "declaration:4: \"t.csv\" is declared twice",
		"[[file]]\npath = \"t.csv\"\ncolums = [\"n\"]\n":                                  "declaration:3: unknown key",
		"[[file]]\npath = 7\n":                                                            "declaration:2: file.path",
		"[[file]]\npath = \"t.csv\"\nlevels = [{ parent = \"A\", children = [\"A\"] }]\n": "declaration:3: a level",
		"[[file]]\npath = \"t.csv\"\npairs = [{ count = \"n\" }]\n":                       "declaration:3: a pair",
		"[[file]]\npath = \"t.csv\"\ncontributors = { value = \"v\" }\n":                  "declaration:3: contributors",
		"[[file]\n": "declaration:2",
	} {
		_, err := outputs.ParseDeclaration(strings.NewReader(fault))
		assert.ErrorContains(t, err, want, fault)
	}
}

// TestADraftIsADeclarationThatChangesNothing drafts what was guessed and checks
// again with it.
func TestADraftIsADeclarationThatChangesNothing(t *testing.T) {
	files := map[string]string{
		"a.csv":      "group,n,total,pct\nA,<10,50,\nB,44,80,55.0\nTotal,44,130,\n",
		"b [1].csv":  "sex,\"n \"\"all\"\"\",mean age\nF,20,41.2\nM,30,40.1\n",
		"deep/c.csv": "study,n\nA,20\nB,30\n\nsex,mean,n\nM,4.1,27\nF,3.2,30\n",
	}
	folder := write(t, files)
	options := outputs.Options{Profile: rules(t, "ukllc-metrics", nil)}
	before, err := outputs.Check(context.Background(), []string{folder}, options)
	require.NoError(t, err)
	var draft bytes.Buffer
	require.NoError(t, outputs.Draft(context.Background(), []string{folder}, options, &draft))
	options.Declaration, err = outputs.ParseDeclaration(&draft)
	require.NoError(t, err)
	after, err := outputs.Check(context.Background(), []string{folder}, options)
	require.NoError(t, err)
	assert.Equal(t, checksOf(before), checksOf(after))
	for i := range before.Guesses {
		assert.Equal(t, before.Guesses[i].Columns, after.Guesses[i].Columns)
	}
}

// FuzzDeclaration reads whatever comes: an answer or faults, never a panic, and
// what is read can be asked for any file.
func FuzzDeclaration(f *testing.F) {
	f.Add("profile = \"acro\"\n[[file]]\npath = \"t.csv\"\nkeys = [\"a\"]\n", "t.csv")
	f.Add("[[file]]\npath = \"[\"\n", "[")
	f.Add("[[file]]\npath = \"*\"\nlevels = [{ parent = \"A\", children = [\"B\"] }]\n", "x/y")
	f.Fuzz(func(t *testing.T, text, file string) {
		d, err := outputs.ParseDeclaration(strings.NewReader(text))
		if err != nil {
			require.NotEmpty(t, err.Error())
			return
		}
		said := d.For(file, "")
		require.True(t, said.Path == "" || said.Table == "")
	})
}

// The people of one table are some of those of another: what is left out is told,
// totals included, a masked count is bounded by the larger or the smaller one, and
// equal numbers are not taken for the same people.
func TestSubsetsLeaveFewPeopleOut(t *testing.T) {
	const subset = "[[file]]\npath = \"women.csv\"\nsubset_of = \"all.csv\"\n"
	files := func(all, women string) map[string]string {
		return map[string]string{"all.csv": "age,n\n" + all, "women.csv": "age,n\n" + women, "notes.txt": "All participants; ~ counts below 10.\n"}
	}
	residual := declared(t, "ukllc-researcher", subset, files("young,40\nold,66\nTotal,106\n", "young,25\nold,58\nTotal,83\n"))
	require.Equal(t, []string{"DIF003"}, checksOf(residual))
	assert.Equal(t, "66 - 58 = 8", residual.Findings[0].Certificate)
	assert.Equal(t, "women.csv", residual.Findings[0].File)

	safe := declared(t, "ukllc-researcher", subset, files("young,40\nold,66\n", "young,25\nold,66\n"))
	assert.Empty(t, safe.Findings, "nobody is left out, or enough people are")

	found := declared(t, "ukllc-metrics", subset, files("young,40\nold,<10\nmiddle,70\nTotal,111\n", "young,25\nold,<10\nmiddle,30\n"))
	assert.Contains(t, checksOf(found), "LNK001", "of the 1 who is old in all, the women are 1: %+v", found.Findings)

	wrong := declared(t, "ukllc-researcher", subset, files("young,40\nold,66\n", "young,25\nold,76\n"))
	assert.Equal(t, []string{"FIL034"}, checksOf(wrong))
	missing := declared(t, "ukllc-researcher", subset, map[string]string{"women.csv": "age,n\nyoung,25\nold,76\n", "notes.txt": "All participants."})
	assert.Equal(t, []string{"FIL034"}, checksOf(missing))
}

package outputs

import (
	"testing"

	"github.com/BurntSushi/toml"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/outputs/layout"
)

// TestAFaultCostsOneFile lets the work on one file of three break off with what
// it read in its mouth: the others are checked as ever, the file is told of, and
// nothing of what the fault said is in the report.
func TestAFaultCostsOneFile(t *testing.T) {
	var of disclosure.Rules
	_, err := toml.DecodeFile("../../specs/rules/ukllc-metrics.toml", &of)
	require.NoError(t, err)
	profile, err := disclosure.NewProfile(of)
	require.NoError(t, err)
	run := &check{options: Options{Profile: profile}, policy: layout.NewPolicy(profile)}
	require.NoError(t, run.prepare())

	run.source("a.csv", []byte("cohort,participants\nA,40\n"), 25)
	run.crew.add(run.child(), func(part *check) {
		content := []byte("cohort,participants\nA,4\nB,50\n")
		part.guard("b.csv", content, 29, func() {
			part.read("b.csv", content, 29)
			panic("cohort A has 4 participants")
		})
	})
	run.source("c.csv", []byte("cohort,participants\nB,60\n"), 25)
	run.folder()

	report := run.report()
	for i := range report.Files {
		assert.Len(t, report.Files[i].SHA256, 64)
		report.Files[i].SHA256, report.Files[i].looked = "", 0
	}
	assert.Equal(t, []File{
		{Path: "a.csv", Kind: "csv", Read: Fully, Tables: 1, Rows: 1, Bytes: 25},
		{Path: "b.csv", Kind: "csv", Read: NotAll, Reason: "the reader stopped at a fault of its own", Bytes: 29},
		{Path: "c.csv", Kind: "csv", Read: Fully, Tables: 1, Rows: 1, Bytes: 25},
	}, report.Files)
	var checks []string
	for _, finding := range report.Findings {
		checks = append(checks, finding.Check+" "+finding.File)
		assert.NotContains(t, finding.Message, "cohort A has")
	}
	assert.Equal(t, []string{"LOW001 b.csv", "FIL002 b.csv"}, checks, "what was found before the fault stays")
	assert.Equal(t, Fail, report.Verdict)
	assert.Len(t, run.models, 2, "half of a file takes no part in comparisons")
}

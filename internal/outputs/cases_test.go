package outputs_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/outputs"
)

// sharedCase is one case of the shared set of disclosure cases.
type sharedCase struct {
	ID      string            `json:"id"`
	Profile string            `json:"profile"`
	Files   map[string]string `json:"files"`
	Expect  json.RawMessage   `json:"expect"`
}

// expectation is the part of a case's expectation that the checker answers.
type expectation struct {
	Verdict   string              `json:"verdict"`
	Rule      string              `json:"rule"`
	Exact     map[string]any      `json:"exact"`
	Intervals map[string][2]int64 `json:"intervals"`
	Unknown   map[string][2]int64 `json:"intervals_star_unknown"`
	Valid     []string            `json:"valid"`
	Flag      []string            `json:"flag"`
	LowCells  []string            `json:"low_cells"`
	Cells     [][2]int            `json:"cells"`
}

// notYet says why a shared case is not run here.
var notYet = map[string]string{
	"conception17":        "needs the hierarchy of codes across files",
	"nhs_round_map":       "a map of values, not a file: package disclosure",
	"os_midpoint6_map":    "a map of values, and midpoint rounding: package disclosure",
	"opensafely_rounding": "a transformation of one file into another",
	"ehrql_measure":       "a rule for masking, not a file",
	"jj_microdata1":       "JJ files are not read yet",
}

// checkNames maps the rules that the cases name to the checks that find them.
var checkNames = map[string]string{
	"total_includes_masked":    "TOT001",
	"total_not_sum_of_rounded": "TOT003",
	"percentage_of_masked":     "PCT001",
}

// profileOf returns the rules that a case is to be judged by.
func profileOf(t *testing.T, c sharedCase) disclosure.Profile {
	switch c.Profile {
	case "nhs5":
		return rules(t, "nhs-talking-therapies", nil)
	case "audit":
		return rules(t, "ukllc-metrics", func(r *disclosure.Rules) {
			r.Threshold.Value, r.Totals.Value, r.Marks.Value, r.SecondaryMark.Value = 1, disclosure.TrueTotals, []string{"<1"}, "*"
		})
	case "lt6":
		return rules(t, "ukllc-metrics", func(r *disclosure.Rules) {
			r.Threshold.Value, r.Marks.Value, r.Totals.Value = 6, []string{"<6"}, disclosure.NoTotals
		})
	case "opensafely7":
		return rules(t, "ukllc-metrics", func(r *disclosure.Rules) {
			r.Threshold.Value, r.Marks.Value = 8, []string{"[REDACTED]"}
		})
	}
	if c.ID == "label_kind_narrowing" {
		return rules(t, "ukllc-metrics", func(r *disclosure.Rules) { r.Zero.Value = disclosure.MaskZero })
	}
	return rules(t, "ukllc-metrics", nil)
}

func TestSharedCases(t *testing.T) {
	shared := os.Getenv("TRE_SHARED")
	if shared == "" {
		t.Skip("TRE_SHARED does not name the shared folder")
	}
	content, err := os.ReadFile(filepath.Join(shared, "data", "disclosure_cases.json"))
	require.NoError(t, err)
	var cases []sharedCase
	require.NoError(t, json.Unmarshal(content, &cases))
	for _, c := range cases {
		if why := notYet[c.ID]; why != "" {
			t.Logf("%s is not run: %s", c.ID, why)
			continue
		}
		t.Run(c.ID, func(t *testing.T) { runCase(t, c) })
	}
}

func runCase(t *testing.T, c sharedCase) {
	folder := write(t, c.Files)
	report, err := outputs.Check(context.Background(), []string{folder}, outputs.Options{Profile: profileOf(t, c)})
	require.NoError(t, err)
	var expect expectation
	_ = json.Unmarshal(c.Expect, &expect) // expectations of other shapes leave their fields empty
	t.Logf("verdict %s, findings %+v, hidden %+v", report.Verdict, report.Findings, report.Hidden)
	switch expect.Verdict {
	case "pass":
		assert.Equal(t, outputs.Safe, report.Verdict)
	case "review":
		assert.Equal(t, outputs.Review, report.Verdict)
	case "":
	default:
		assert.Equal(t, outputs.Fail, report.Verdict)
	}
	if check := checkNames[expect.Rule]; check != "" {
		assert.Contains(t, checksOf(report), check)
	}
	for _, wanted := range []map[string][2]int64{expect.Intervals, expect.Unknown} {
		for cell, interval := range wanted {
			assert.Equal(t, interval, intervalOf(report, cell), cell)
		}
	}
	for cell, n := range expect.Exact {
		interval := intervalOf(report, cell)
		if pair, isPair := n.([]any); isPair {
			n = pair[0]
		}
		assert.Equal(t, fmt.Sprint(n), fmt.Sprint(interval[0]), cell)
		assert.Equal(t, interval[0], interval[1], cell)
	}
	if expect.Flag != nil {
		assert.Len(t, ofCheck(report, "FIL005"), len(expect.Flag))
	}
	if expect.Valid != nil {
		// The case calls 9991234560 valid. Its weighted sum is 320, which leaves 1
		// by 11, and a check digit of 10 is never issued: it is not counted here.
		assert.Len(t, ofCheck(report, "FIL004"), len(expect.Valid)-1)
	}
	if expect.LowCells != nil || expect.Cells != nil {
		assert.Len(t, ofCheck(report, "LOW001"), len(expect.LowCells)+len(expect.Cells))
	}
}

// intervalOf finds a masked cell by "row|column" or by its row alone. A number
// that is missing altogether is the certificate of a total.
func intervalOf(report outputs.Report, name string) [2]int64 {
	for _, cell := range report.Hidden {
		if (name == cell.Row+"|"+cell.Column || name == cell.Row) && cell.Upper != nil && cell.Proven {
			return [2]int64{cell.Lower, *cell.Upper}
		}
	}
	return [2]int64{-1, -1}
}

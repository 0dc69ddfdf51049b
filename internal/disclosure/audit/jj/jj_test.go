package jj_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tre-toolkit/internal/disclosure/audit"
	"tre-toolkit/internal/disclosure/audit/jj"
)

// A table of two rows and two columns; 4 is the total of all. Cells 0 and 3 are
// hidden for their own sake, 1 and 2 to protect them.
const square = `0
9
0 3 1 u 0 100 1 1 0
1 4 1 x 0 100 0 0 0
2 5 1 x 0 100 0 0 0
3 2 1 u 0 100 2 5 7
4 14 1 s 0 100 0 0 0
5 7 1 s 0 100 0 0 0
6 7 1 z 0 100 0 0 0
7 8 1 s 0 100 0 0 0
8 6 1 s 0 100 0 0 0
6
0 3 : 5 (-1) 0 (1) 1 (1)
0 3 : 6 (-1) 2 (1) 3 (1)
0.0 3 : 7(-1) 0(1) 2(1)
0.0 3 : 8(-1) 1(1) 3(1)
0 3 : 4 (-1) 5 (1) 6 (1)
0 3 : 4 (-1.0) 7 (1.0) 8 (+1)
`

func read(t *testing.T, text string) jj.File {
	t.Helper()
	file, err := jj.Read(strings.NewReader(text))
	require.NoError(t, err)
	return file
}

func answers(t *testing.T, text string) map[int]jj.Answer {
	t.Helper()
	report, err := read(t, text).Audit(context.Background())
	require.NoError(t, err)
	found := map[int]jj.Answer{}
	for _, answer := range report.Answers {
		found[answer.Index] = answer
	}
	return found
}

func TestIntervalsAndLevels(t *testing.T) {
	found := answers(t, square)
	require.Len(t, found, 4)
	interval := func(index int) [2]string {
		assert.True(t, found[index].Proven)
		return [2]string{found[index].Lower.String(), found[index].Upper.String()}
	}
	assert.Equal(t, [2]string{"1", "7"}, interval(0))
	assert.Equal(t, [2]string{"0", "6"}, interval(1))
	assert.Equal(t, [2]string{"1", "7"}, interval(2))
	assert.Equal(t, [2]string{"0", "6"}, interval(3))
	assert.Equal(t, "cell 0 at least 7 + 0 - 6 = 1; cell 0 at most 7 - 0 = 7", found[0].Certificate)

	assert.Equal(t, jj.Met, found[0].LowerLevel)
	assert.Equal(t, jj.Met, found[0].UpperLevel)
	assert.Equal(t, jj.Met, found[3].LowerLevel)
	assert.Equal(t, jj.NotMet, found[3].UpperLevel, "6 is not 5 above 2")
	assert.Equal(t, jj.NotMet, found[3].SlidingLevel, "0 to 6 is narrower than 7")
	assert.Equal(t, jj.NotAsked, found[1].LowerLevel)
}

func TestDecimalsAreExact(t *testing.T) {
	text := `0
3
0 0.30 1 u 0 9.99999 0.1 0.1 0.25
1 0.1 1 s 0 10 0 0 0
2 0.4 1 s 0 1e+01 0 0 0
1
0 3 : 2 (-1) 0 (1) 1 (1)
`
	found := answers(t, text)
	assert.True(t, found[0].Exact())
	assert.Equal(t, "0.3", found[0].Lower.String())
	assert.Equal(t, "0.4 - 0.1 = 0.3", found[0].Certificate)
	assert.Equal(t, jj.NotMet, found[0].LowerLevel)

	encoded, err := json.Marshal(found[0].Upper)
	require.NoError(t, err)
	assert.Equal(t, "0.3", string(encoded))
}

func TestCoefficientsNeedNotBeOne(t *testing.T) {
	text := "0\n2\n0 5 1 u 0 100 0 0 0\n1 7.5 1 s 0 100 0 0 0\n1\n0 2 : 0 (1.5) 1 (-1)\n"
	assert.Equal(t, "5", answers(t, text)[0].Lower.String())
}

func TestNumbersThatCannotBeScaledAreNotProven(t *testing.T) {
	text := "0\n2\n0 1e-17 1 u 0 1e+300 1 1 0\n1 123456 1 s 0 1e+300 0 0 0\n1\n0 2 : 0 (1) 1 (-1)\n"
	answer := answers(t, text)[0]
	assert.False(t, answer.Proven)
	assert.Equal(t, jj.NotProven, answer.LowerLevel)
}

func TestACellWithoutAnyRealBoundIsNotProven(t *testing.T) {
	text := "0\n3\n0 5 1 u 0 1e+300 1 1 0\n1 7 1 x 0 1e+300 0 0 0\n2 2 1 s 0 100 0 0 0\n1\n0 3 : 0 (1) 1 (-1) 2 (1)\n"
	for _, answer := range answers(t, text) {
		assert.False(t, answer.Proven)
	}
}

func TestConstraintsThatNothingFits(t *testing.T) {
	report, err := read(t, strings.Replace(square, "4 14 1 s", "4 15 1 s", 1)).Audit(context.Background())
	require.NoError(t, err)
	assert.NotEmpty(t, report.Contradictions)
}

func TestAnAuditCanBeCalledOff(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := read(t, square).Audit(ctx)
	assert.ErrorIs(t, err, context.Canceled)
}

func TestFaultsAreNamedByLine(t *testing.T) {
	for text, message := range map[string]string{
		"":                            "line 0: a JJ file begins with a line 0",
		"1\n":                         "line 1: a JJ file begins with a line 0",
		"0\n":                         "line 1: the file ends before the number of cells",
		"0\n-1\n":                     `line 2: "-1" is no number of cells from 0 to 2000000`,
		"0\n99999999999\n":            `line 2: "99999999999" is no number of cells from 0 to 2000000`,
		"0\n2\n0 1 1 s 0 9 0 0 0\n":   "line 3: the file ends before its last cell",
		"0\n1\n\n0 1 1 s 0 9 0 0\n":   "line 4: a cell has 9 fields, this line 8",
		"0\n1\n0 1 1 q 0 9 0 0 0\n":   `line 3: "q" is no status: u, x, s or z`,
		"0\n1\n0 1 1 s 0 NaN 0 0 0\n": `line 3: the upper bound "NaN" is no number`,
		"0\n1\n0 1 1 s 9 0 0 0 0\n":   "line 3: the lower bound is above the upper bound",
		"0\n2\n0 1 1 s 0 9 0 0 0\n0 1 1 s 0 9 0 0 0\n":                        "line 4: cell 0 is there already",
		"0\n1\n0 1 1 s 0 9 0 0 0\n1\n":                                        "line 4: the file ends before its last constraint",
		"0\n1\n0 1 1 s 0 9 0 0 0\n1\n0 1 0 (1)\n":                             "line 5: a constraint begins with its sum, its number of cells and a colon",
		"0\n1\n0 1 1 s 0 9 0 0 0\n1\n0 1 : 7 (1)\n":                           `line 5: there is no cell "7"`,
		"0\n1\n0 1 1 s 0 9 0 0 0\n1\n0 2 : 0 (1)\n":                           "line 5: 2 cells are announced, 1 are there",
		"0\n1\n0 1 1 s 0 9 0 0 0\n1\n0 1 : 0 (a)\n":                           `line 5: the coefficient "a" is no number`,
		"0\n1\n0 1 1 s 0 9 0 0 0\n1\n0 1 : 0 1\n":                             `line 5: a term is an index and a coefficient in brackets, not "0 1"`,
		"0\n1\n0 1 1 s 0 9 0 0 0\n0\n0 1 : 0 (1)\n":                           "line 5: there are more than the 0 constraints announced",
		"0\n1\n0 1 1 s 0 9 0 0 0\n1\nx 1 : 0 (1)\n":                           `line 5: the sum "x" is no number`,
		"0\n1\n0 1 1 s 0 9 0 0 0\n1\n" + strings.Repeat(" ", 1<<24) + "0 1\n": "line 5: the line is longer than 16 MB",
	} {
		_, err := jj.Read(strings.NewReader(text))
		var fault *jj.SyntaxError
		if assert.ErrorAs(t, err, &fault, "%.60q", text) {
			assert.Equal(t, message, err.Error())
		}
	}
}

func TestLinesMayEndInTwoWays(t *testing.T) {
	assert.Equal(t, read(t, square), read(t, strings.ReplaceAll(square, "\n", "\r\n")))
}

// The open cases of the disclosure facts, among them the table that sdcTable's
// own tests write.
func TestOpenCases(t *testing.T) {
	shared := os.Getenv("TRE_SHARED")
	if shared == "" {
		t.Skip("TRE_SHARED is not set")
	}
	text, err := os.ReadFile(filepath.Join(shared, "data", "disclosure_cases.json"))
	require.NoError(t, err)
	var cases []struct {
		ID     string
		Files  map[string]string
		Expect json.RawMessage
	}
	require.NoError(t, json.Unmarshal(text, &cases))
	tried := 0
	for _, one := range cases {
		content, is := one.Files["t.jj"]
		if !is {
			continue
		}
		tried++
		var expect struct {
			Cells, Constraints int
			Exact              map[int]json.Number
		}
		require.NoError(t, json.Unmarshal(one.Expect, &expect))
		file := read(t, content)
		assert.Len(t, file.Cells, expect.Cells, one.ID)
		assert.Len(t, file.Constraints, expect.Constraints, one.ID)
		exact := map[int]json.Number{}
		for index, answer := range answers(t, content) {
			if answer.Exact() {
				exact[index] = json.Number(answer.Lower.String())
			}
		}
		assert.Equal(t, expect.Exact, exact, one.ID)
	}
	assert.NotZero(t, tried)
}

// A number read and written is the same number.
func TestNumbersKeepTheirValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`-?[1-9][0-9]{0,8}(\.[0-9]{0,6}[1-9])?`).Draw(t, "number")
		file, err := jj.Read(strings.NewReader("0\n1\n0 " + text + " 1 s 0 0 0 0 0\n0\n"))
		require.NoError(t, err)
		assert.Equal(t, text, file.Cells[0].Value.String())
	})
}

// A table in tenths has the intervals of the same table in whole numbers, divided
// by ten.
func TestScalingChangesNothing(t *testing.T) {
	whole, tenths := answers(t, square), answers(t, inTenths(square))
	for index, answer := range whole {
		assert.Equal(t, answer.Proven, tenths[index].Proven)
		assert.Equal(t, tenth(answer.Lower.String()), tenths[index].Lower.String())
		assert.Equal(t, tenth(answer.Upper.String()), tenths[index].Upper.String())
		assert.Equal(t, answer.UpperLevel, tenths[index].UpperLevel)
	}
}

func inTenths(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		fields := strings.Fields(line)
		if len(fields) != 9 || strings.Contains(line, ":") {
			continue
		}
		for _, k := range []int{1, 4, 5, 6, 7, 8} {
			fields[k] = tenth(fields[k])
		}
		lines[i] = strings.Join(fields, " ")
	}
	return strings.Join(lines, "\n")
}

func tenth(n string) string {
	if n == "0" {
		return n
	}
	if len(n) == 1 {
		n = "0" + n
	}
	return strings.TrimSuffix(n[:len(n)-1]+"."+n[len(n)-1:], ".0")
}

func FuzzRead(f *testing.F) {
	f.Add(square)
	f.Add("0\n1\n0 1e-3 1 m -.5 1e+999 0 0 0\n1\n0.5 1 : 0(-1.50)\n")
	f.Fuzz(func(t *testing.T, text string) {
		file, err := jj.Read(strings.NewReader(text))
		if err != nil {
			return
		}
		problem, err := file.Problem()
		if err != nil {
			return
		}
		problem.Limit = 10_000
		for _, interval := range audit.Solve(problem).Intervals {
			cell := problem.Cells[interval.Cell]
			if interval.Lower < cell.Lower || interval.Upper > cell.Upper {
				t.Fatalf("an interval is wider than what was known of %s", cell.Label)
			}
		}
	})
}

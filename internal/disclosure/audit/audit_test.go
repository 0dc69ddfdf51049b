package audit_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/disclosure/audit"
)

func shown(label string, n int64) audit.Cell { return audit.Cell{Label: label, Lower: n, Upper: n} }

func masked(label string, low, high int64) audit.Cell {
	return audit.Cell{Label: label, Lower: low, Upper: high, Hidden: true}
}

// grid makes a two-way table with both margins; a value below 0 is hidden. The
// last row and the last column are the totals.
func grid(values [][]int64, low, high int64) audit.Problem {
	var problem audit.Problem
	for r, row := range values {
		for c, value := range row {
			cell := shown(fmt.Sprintf("%d|%d", r, c), value)
			if value < 0 {
				cell = masked(cell.Label, low, high)
			}
			problem.Cells = append(problem.Cells, cell)
		}
	}
	wide, tall := len(values[0]), len(values)
	for r := range tall {
		var parts []int
		for c := range wide - 1 {
			parts = append(parts, r*wide+c)
		}
		problem.Relations = append(problem.Relations, audit.Sum(r*wide+wide-1, parts...))
	}
	for c := range wide {
		var parts []int
		for r := range tall - 1 {
			parts = append(parts, r*wide+c)
		}
		problem.Relations = append(problem.Relations, audit.Sum((tall-1)*wide+c, parts...))
	}
	return problem
}

func intervals(t *testing.T, problem audit.Problem) map[string][2]int64 {
	t.Helper()
	result := audit.Solve(problem)
	require.Empty(t, result.Contradictions)
	found := map[string][2]int64{}
	for _, interval := range result.Intervals {
		require.True(t, interval.Proven)
		found[problem.Cells[interval.Cell].Label] = [2]int64{interval.Lower, interval.Upper}
	}
	return found
}

func TestTotalThatIncludesAMaskedCellGivesItAway(t *testing.T) {
	problem := audit.Problem{
		Cells: []audit.Cell{
			masked("ALSPAC", 1, 9), shown("BCS70", 15), shown("FENLAND", 11), shown("GLAD", 794), shown("Total", 827),
		},
		Relations: []audit.Relation{audit.Sum(4, 0, 1, 2, 3)},
	}
	result := audit.Solve(problem)
	require.Len(t, result.Intervals, 1)
	assert.True(t, result.Intervals[0].Exact())
	assert.Equal(t, "827 - 15 - 11 - 794 = 7", result.Intervals[0].Certificate().String())
}

func TestLabelsAreBoundsAndBoundsLeak(t *testing.T) {
	problem := audit.Problem{
		Cells:     []audit.Cell{masked("A", 1, 9), masked("B", 1, 9), shown("C", 40), shown("Total", 58)},
		Relations: []audit.Relation{audit.Sum(3, 0, 1, 2)},
	}
	result := audit.Solve(problem)
	for _, interval := range result.Intervals {
		assert.True(t, interval.Exact())
		assert.Equal(t, int64(9), interval.Lower)
	}
	assert.Equal(t, "A at least 58 - 9 - 40 = 9", result.Intervals[0].Certificate().String())
}

// ESS handbook on disclosure control, chapter 4, example 3 (Geurts).
func TestTwoWayTableOfTheHandbook(t *testing.T) {
	found := intervals(t, grid([][]int64{{-1, -1, 7}, {-1, -1, 3}, {6, 4, 10}}, 0, audit.Unbounded))
	assert.Equal(t, map[string][2]int64{"0|0": {3, 6}, "0|1": {1, 4}, "1|0": {0, 3}, "1|1": {0, 3}}, found)
}

// The 4x4 table of sdcTable's tests: propagation alone does not see that 0|1
// is known, the flow does, and its proof is one sum of published numbers.
func TestTwoWayTableOfSdcTable(t *testing.T) {
	problem := grid([][]int64{
		{-1, -1, -1, 89, 230},
		{-1, 124, -1, 31, 250},
		{92, -1, 59, -1, 336},
		{800, -1, 651, -1, 3127},
		{1012, 1262, 779, 890, 3943},
	}, 0, audit.Unbounded)
	assert.Equal(t, map[string][2]int64{
		"0|0": {25, 94}, "0|1": {47, 47}, "0|2": {0, 69},
		"1|0": {26, 95}, "1|2": {0, 69},
		"2|1": {0, 185}, "2|3": {0, 185},
		"3|1": {906, 1091}, "3|3": {585, 770},
	}, intervals(t, problem))
	for _, interval := range audit.Solve(problem).Intervals {
		if interval.Exact() {
			assert.Equal(t, "1262 + 800 + 651 + 890 + 92 + 59 - 124 - 3127 - 89 - 31 - 336 = 47",
				interval.Certificate().String())
		}
	}
}

func TestPercentageOfAMaskedCell(t *testing.T) {
	problem := audit.Problem{
		Cells:     []audit.Cell{masked("A", 1, 9), shown("A total", 50)},
		Relations: audit.Percentage(0, 1, 120, 1, "12.0% of 50"),
	}
	result := audit.Solve(problem)
	assert.True(t, result.Intervals[0].Exact())
	assert.Equal(t, "12.0% of 50 = 6", result.Intervals[0].Certificate().String())
}

func TestChainOfProofs(t *testing.T) {
	problem := audit.Problem{
		Cells:     []audit.Cell{masked("A", 0, 99), masked("B", 0, 99), shown("C", 30), shown("B and C", 37), shown("All", 50)},
		Relations: []audit.Relation{audit.Sum(3, 1, 2), audit.Sum(4, 0, 1, 2)},
	}
	result := audit.Solve(problem)
	assert.Equal(t, "B is 37 - 30 = 7; A is 50 - 7 - 30 = 13", result.Intervals[0].Certificate().String())
}

func TestContradictionIsAFindingAndNotACrash(t *testing.T) {
	one := audit.Problem{
		Cells:     []audit.Cell{masked("A", 1, 9), shown("B", 40), shown("Total", 90)},
		Relations: []audit.Relation{audit.Sum(2, 0, 1)},
	}
	result := audit.Solve(one)
	require.Len(t, result.Contradictions, 1)
	assert.Equal(t, []int{0}, result.Contradictions[0].Relations)
	assert.False(t, result.Intervals[0].Proven)

	joint := grid([][]int64{{-1, -1, 7}, {-1, -1, 3}, {6, 5, 11}}, 0, audit.Unbounded)
	assert.NotEmpty(t, audit.Solve(joint).Contradictions)
}

func TestOutOfStepsIsNotProven(t *testing.T) {
	problem := grid([][]int64{{-1, -1, 7}, {-1, -1, 3}, {6, 4, 10}}, 0, audit.Unbounded)
	problem.Limit = 1
	for _, interval := range audit.Solve(problem).Intervals {
		assert.False(t, interval.Proven)
		assert.False(t, interval.Exact())
	}
}

func TestNothingIsKnownOfACellInNoRelation(t *testing.T) {
	result := audit.Solve(audit.Problem{Cells: []audit.Cell{masked("A", 1, 9)}})
	require.Len(t, result.Intervals, 1)
	assert.True(t, result.Intervals[0].Proven)
	assert.Equal(t, int64(9), result.Intervals[0].Upper)
	assert.Empty(t, result.Intervals[0].Certificate().String())
}

package audit_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tre-toolkit/internal/disclosure/audit"
)

// Three tables that each give the sum of two of three hidden cells: no network,
// since the cells go round in a circle of odd length.
func pairSums(ab, bc, ac int64) audit.Problem {
	return audit.Problem{
		Cells: []audit.Cell{
			masked("A", 0, 99), masked("B", 0, 99), masked("C", 0, 99),
			shown("A and B", ab), shown("B and C", bc), shown("A and C", ac),
		},
		Relations: []audit.Relation{audit.Sum(3, 0, 1), audit.Sum(4, 1, 2), audit.Sum(5, 0, 2)},
	}
}

func TestProofOfTheSimplexIsASumOfPublishedNumbers(t *testing.T) {
	result := audit.Solve(pairSums(9, 7, 8))
	for i, certificate := range []string{"(9 + 8 - 7) / 2 = 5", "(9 + 7 - 8) / 2 = 4", "(8 + 7 - 9) / 2 = 3"} {
		assert.True(t, result.Intervals[i].Exact())
		assert.Equal(t, certificate, result.Intervals[i].Certificate().String())
		assert.Equal(t, []int{0, 1, 2}, result.Intervals[i].Certificate().Upper[0].Relations)
	}
}

// (9 + 8 - 6) / 2 is no whole number: the simplex alone would leave it at that.
func TestHalvesOfPeopleAreAContradiction(t *testing.T) {
	assert.NotEmpty(t, audit.Solve(pairSums(9, 6, 8)).Contradictions)
}

func TestSumsThatOnlyTogetherContradict(t *testing.T) {
	problem := pairSums(9, 7, 8)
	problem.Cells = append(problem.Cells, shown("All", 13))
	problem.Relations = append(problem.Relations, audit.Sum(6, 0, 1, 2))
	result := audit.Solve(problem)
	require.NotEmpty(t, result.Contradictions)
	for _, interval := range result.Intervals {
		assert.False(t, interval.Proven)
	}
}

func TestDecimalsAreWrittenAsSuch(t *testing.T) {
	problem := pairSums(905, 700, 805)
	problem.Cells[0].Upper, problem.Cells[1].Upper, problem.Cells[2].Upper = 9999, 9999, 9999
	problem.Decimals = 2
	assert.Equal(t, "(9.05 + 8.05 - 7) / 2 = 5.05", audit.Solve(problem).Intervals[0].Certificate().String())
}

// Percentages, where the whole is masked too, keep ranges open that only all
// relations together settle.
func TestTablesLinkedByPercentagesAgreeWithExhaustiveSearch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var problem audit.Problem
		var parts [2][]int
		for range 2 {
			part := rapid.Int64Range(0, 9).Draw(t, "part")
			whole := part + rapid.Int64Range(1, 9).Draw(t, "rest")
			digits := (2000*part + whole) / (2 * whole) // rounded to the nearest tenth of a percent
			first := len(problem.Cells)
			problem.Cells = append(problem.Cells, masked("part", 0, 9), masked("whole", 0, 19))
			problem.Relations = append(problem.Relations, audit.Percentage(first, first+1, digits, 1, "a percentage")...)
			parts[0], parts[1] = append(parts[0], first), append(parts[1], first+1)
		}
		for _, both := range parts {
			if rapid.Bool().Draw(t, "total") {
				total := rapid.Int64Range(0, 30).Draw(t, "sum")
				problem.Cells = append(problem.Cells, shown("total", total))
				problem.Relations = append(problem.Relations, audit.Sum(len(problem.Cells)-1, both...))
			}
		}
		agrees(t, problem)
	})
}

// Two tables of the same people by different groupings share their totals, some
// of which are hidden.
func TestLinkedTablesAgreeWithExhaustiveSearch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var problem audit.Problem
		add := func(value int64, hide bool) int {
			cell := shown(fmt.Sprint(len(problem.Cells)), value)
			if hide {
				cell = masked(cell.Label, 0, 5)
			}
			problem.Cells = append(problem.Cells, cell)
			return len(problem.Cells) - 1
		}
		hides := func(value int64) bool { return value <= 5 && rapid.Bool().Draw(t, "hide") }
		const rows = 2
		var totals []int
		sums := make([]int64, rows)
		split := make([][]int64, rows) // of each row, its cells by the first grouping
		for r := range rows {
			for range 2 {
				value := rapid.Int64Range(0, 3).Draw(t, "value")
				split[r], sums[r] = append(split[r], value), sums[r]+value
			}
			totals = append(totals, add(sums[r], hides(sums[r])))
		}
		for table := range 2 {
			columns := make([][]int, 2)
			down := make([]int64, 2)
			for r := range rows {
				values := split[r]
				if table == 1 {
					first := rapid.Int64Range(0, sums[r]).Draw(t, "first")
					values = []int64{first, sums[r] - first}
				}
				var parts []int
				for c, value := range values {
					parts = append(parts, add(value, hides(value)))
					columns[c], down[c] = append(columns[c], parts[c]), down[c]+value
				}
				problem.Relations = append(problem.Relations, audit.Sum(totals[r], parts...))
			}
			for c, parts := range columns {
				problem.Relations = append(problem.Relations, audit.Sum(add(down[c], hides(down[c])), parts...))
			}
		}
		problem.Relations = append(problem.Relations, audit.Sum(add(sums[0]+sums[1], false), totals...))
		agrees(t, problem)
	})
}

// Where numbers outgrow the simplex, searching still gives exact answers.
func TestLargeCoefficientsAgreeWithExhaustiveSearch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		problem := drawProblem(t)
		large := rapid.Int64Range(1<<45, 1<<46)
		for r := range problem.Relations {
			for k := range problem.Relations[r].Terms {
				problem.Relations[r].Terms[k].Coefficient *= large.Draw(t, "large")
			}
			problem.Relations[r].Upper = problem.Relations[r].Lower + rapid.Int64Range(0, 1<<47).Draw(t, "room")
		}
		agrees(t, problem)
	})
}

// The intervals of tables too large for exhaustive search, by network or not, lie
// inside those of the linear relaxation, and are the same where it has whole ends
// that are reached.
func TestHierarchiesAgreeWithTheLinearRelaxation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		made := newTable(func() int64 { return rapid.Int64Range(0, 20).Draw(t, "value") }, levels(2, 3), flat(3))
		problem := made.publish(func(int) bool { return rapid.IntRange(0, 9).Draw(t, "hide") < 6 }, 0, audit.Unbounded)
		relaxed, ok := audit.Relaxed(problem)
		require.True(t, ok)
		for k, interval := range audit.Solve(problem).Intervals {
			require.True(t, interval.Proven)
			require.Equal(t, relaxed[k], [2]float64{float64(interval.Lower), float64(interval.Upper)})
		}
	})
}

func TestOutOfStepsTheSimplexLeavesATrueInterval(t *testing.T) {
	made := newTable(sameValues(), flat(5), flat(5), flat(5))
	problem := made.hideSome(60, 10, audit.Unbounded)
	unproven := 0
	for _, limit := range []int{1, 1000, 20_000, 100_000, 1_000_000} {
		problem.Limit = limit
		for _, interval := range audit.Solve(problem).Intervals {
			assert.LessOrEqual(t, interval.Lower, made.values[interval.Cell])
			assert.GreaterOrEqual(t, interval.Upper, made.values[interval.Cell])
			if !interval.Proven {
				unproven++
			}
		}
	}
	assert.NotZero(t, unproven)
}

func TestSameProblemSameAnswer(t *testing.T) {
	for _, dimensions := range [][]dimension{
		{flat(5), flat(5), flat(5)},
		{levels(3, 3, 3), flat(4)},
	} {
		problem := newTable(sameValues(), dimensions...).hideSome(60, 30, audit.Unbounded)
		problem.Limit = 3_000_000
		first := audit.Solve(problem)
		for range 3 {
			again := audit.Solve(problem)
			assert.Equal(t, first.Steps, again.Steps)
			for k, interval := range again.Intervals {
				assert.Equal(t, first.Intervals[k].Proven, interval.Proven)
				assert.Equal(t, first.Intervals[k].Certificate(), interval.Certificate())
			}
		}
	}
}

func TestACallThatNobodyWaitsForEnds(t *testing.T) {
	problem := newTable(sameValues(), flat(8), flat(8), flat(8)).hideSome(60, 10, audit.Unbounded)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	result, err := audit.SolveContext(ctx, problem)
	assert.ErrorIs(t, err, context.Canceled)
	assert.Empty(t, result.Intervals)
}

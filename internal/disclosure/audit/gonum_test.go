package audit_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize/convex/lp"

	"tre-toolkit/internal/disclosure/audit"
)

// standard is a table in the form that gonum's simplex takes: hidden cells and
// the room above them, none below zero.
type standard struct {
	hidden []int
	matrix *mat.Dense
	right  []float64
}

// newStandard writes the equations of the hidden cells, without those that
// follow from others, then one for each upper bound.
func newStandard(problem audit.Problem) standard {
	var s standard
	column := map[int]int{}
	for i, cell := range problem.Cells {
		if cell.Hidden {
			column[i] = len(s.hidden)
			s.hidden = append(s.hidden, i)
		}
	}
	n := len(s.hidden)
	var rows [][]float64
	for _, relation := range problem.Relations {
		row := make([]float64, 2*n+1)
		for _, term := range relation.Terms {
			if k, open := column[term.Cell]; open {
				row[k] += float64(term.Coefficient)
			}
			row[2*n] -= float64(term.Coefficient * problem.Cells[term.Cell].Lower)
		}
		rows = append(rows, row)
	}
	rows = independent(rows)
	for k, cell := range s.hidden {
		row := make([]float64, 2*n+1)
		row[k], row[n+k] = 1, 1
		row[2*n] = float64(problem.Cells[cell].Upper - problem.Cells[cell].Lower)
		rows = append(rows, row)
	}
	s.matrix = mat.NewDense(len(rows), 2*n, nil)
	for r, row := range rows {
		s.matrix.SetRow(r, row[:2*n])
		s.right = append(s.right, row[2*n])
	}
	return s
}

// independent is Gauss and Jordan's elimination; rows that vanish are left out.
func independent(rows [][]float64) [][]float64 {
	var kept [][]float64
	for _, row := range rows {
		for _, other := range kept {
			lead := leading(other)
			if times := row[lead] / other[lead]; times != 0 {
				for k := range row {
					row[k] -= times * other[k]
				}
			}
		}
		if leading(row) < len(row)-1 {
			kept = append(kept, row)
		}
	}
	return kept
}

func leading(row []float64) int {
	for k, a := range row {
		if math.Abs(a) > 1e-9 {
			return k
		}
	}
	return len(row)
}

// end returns the least (sign 1) or greatest (sign -1) value of a hidden cell.
func (s standard) end(problem audit.Problem, k int, sign float64) (float64, error) {
	costs := make([]float64, 2*len(s.hidden))
	costs[k] = sign
	best, _, err := lp.Simplex(costs, s.matrix, s.right, 1e-10, nil)
	return sign*best + float64(problem.Cells[s.hidden[k]].Lower), err
}

// compareWithGonum solves so many random tables both ways.
func compareWithGonum(t *testing.T, tables int, draw func(*rand.Rand) audit.Problem, compare func(problem audit.Problem, bounds [][2]float64)) {
	t.Helper()
	random := rand.New(rand.NewPCG(3, 4))
	compared := 0
	for range tables {
		problem := draw(random)
		s := newStandard(problem)
		if len(s.hidden) == 0 {
			continue
		}
		bounds := make([][2]float64, len(s.hidden))
		solved := true
		for k := range s.hidden {
			for end, sign := range []float64{1, -1} {
				value, err := s.end(problem, k, sign)
				bounds[k][end], solved = value, solved && err == nil
			}
		}
		if solved { // gonum gives up on a few, as singular
			compared++
			compare(problem, bounds)
		}
	}
	assert.Greater(t, compared, tables*8/10)
}

func drawOpenTable(random *rand.Rand, hidden int, dimensions ...dimension) audit.Problem {
	made := newTable(func() int64 { return random.Int64N(12) }, dimensions...)
	return made.publish(func(cell int) bool {
		return made.values[cell] <= 15 && random.IntN(100) < hidden
	}, 0, 15)
}

// A two-way table has whole-number ends, so rounding the linear bounds inwards
// gives the exact intervals.
func TestTwoWayTablesAgreeWithGonum(t *testing.T) {
	compareWithGonum(t, 500, func(random *rand.Rand) audit.Problem {
		return drawOpenTable(random, 50, flat(2+random.IntN(4)), flat(2+random.IntN(4)))
	}, func(problem audit.Problem, bounds [][2]float64) {
		compareWholeNumbers(t, problem, bounds)
	})
}

func TestHierarchiesAgreeWithGonum(t *testing.T) {
	compareWithGonum(t, 100, func(random *rand.Rand) audit.Problem {
		return drawOpenTable(random, 50, levels(2, 2), flat(2+random.IntN(2)))
	}, func(problem audit.Problem, bounds [][2]float64) {
		compareWholeNumbers(t, problem, bounds)
	})
}

func compareWholeNumbers(t *testing.T, problem audit.Problem, bounds [][2]float64) {
	t.Helper()
	result := audit.Solve(problem)
	require.Empty(t, result.Contradictions)
	for k, interval := range result.Intervals {
		require.True(t, interval.Proven)
		require.InDelta(t, bounds[k][0], interval.Lower, 1e-6)
		require.InDelta(t, bounds[k][1], interval.Upper, 1e-6)
	}
}

// A table of three dimensions may have ends that are no whole numbers: the
// simplex is compared with gonum's, and the intervals have to be inside.
func TestThreeWayTablesAgreeWithGonum(t *testing.T) {
	compareWithGonum(t, 60, func(random *rand.Rand) audit.Problem {
		return drawOpenTable(random, 60, flat(3), flat(2+random.IntN(2)), flat(3))
	}, func(problem audit.Problem, bounds [][2]float64) {
		relaxed, ok := audit.Relaxed(problem)
		require.True(t, ok)
		for k, interval := range audit.Solve(problem).Intervals {
			require.InDelta(t, bounds[k][0], relaxed[k][0], 1e-6)
			require.InDelta(t, bounds[k][1], relaxed[k][1], 1e-6)
			require.True(t, interval.Proven)
			require.GreaterOrEqual(t, float64(interval.Lower), bounds[k][0]-1e-6)
			require.LessOrEqual(t, float64(interval.Upper), bounds[k][1]+1e-6)
		}
	})
}

package protect_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/disclosure/audit"
	"tre-toolkit/internal/disclosure/protect"
)

const threshold = 10

// known is what the reader whom the package protects against knows of a cell
// under UK LLC's threshold with zeros shown: the test's own reading of the
// package comment.
func known(number int64, hidden, total bool) (lower, upper int64) {
	switch {
	case !hidden:
		return number, number
	case total && number < threshold:
		return 0, audit.Unbounded
	case number < threshold:
		return 1, threshold - 1
	}
	return threshold, audit.Unbounded
}

func totals(table protect.Table) []bool {
	is := make([]bool, len(table.Cells))
	for _, sum := range table.Sums {
		is[sum.Total] = true
	}
	return is
}

func lowCells(numbers []int64) []bool {
	low := make([]bool, len(numbers))
	for i, n := range numbers {
		low[i] = n > 0 && n < threshold
	}
	return low
}

// safe reports whether no low count is narrowed when those cells are hidden, as
// the attacker sees it.
func safe(table protect.Table, numbers []int64, hidden []bool) bool {
	is := totals(table)
	problem := audit.Problem{}
	for i, n := range numbers {
		lower, upper := known(n, hidden[i], is[i])
		problem.Cells = append(problem.Cells, audit.Cell{Lower: lower, Upper: upper, Hidden: n > 0 && n < threshold})
	}
	least := audit.Problem{Cells: slices.Clone(problem.Cells)}
	for i := range numbers {
		least.Cells[i].Lower, least.Cells[i].Upper = known(numbers[i], true, is[i])
		if numbers[i] == 0 {
			least.Cells[i].Lower, least.Cells[i].Upper = 0, 0
		}
	}
	for _, sum := range table.Sums {
		problem.Relations = append(problem.Relations, audit.Sum(sum.Total, sum.Parts...))
	}
	least.Relations = problem.Relations
	marks := audit.Solve(least).Intervals
	for k, interval := range audit.Solve(problem).Intervals {
		lowest, highest := max(1, marks[k].Lower), int64(threshold-1)
		if is[interval.Cell] {
			highest = threshold // its mark does not say that it is low
		}
		if !interval.Proven || interval.Lower > lowest || interval.Upper < min(highest, marks[k].Upper) || interval.Lower == interval.Upper && marks[k].Lower < marks[k].Upper {
			return false
		}
	}
	return true
}

// cost is the package's usual cost: one a cell, one more than its parts a total.
func cost(table protect.Table, i int) int {
	most := 1
	for _, sum := range table.Sums {
		if sum.Total == i {
			most = max(most, 1+len(sum.Parts))
		}
	}
	return most
}

// cheaper looks for a choice of further masks that is safe and costs less than a
// limit, by trying all of them.
func cheaper(table protect.Table, numbers []int64, limit int) bool {
	hidden := lowCells(numbers)
	var try func(from, spent int) bool
	try = func(from, spent int) bool {
		if safe(table, numbers, hidden) {
			return true
		}
		for i := from; i < len(numbers); i++ {
			if numbers[i] < threshold || spent+cost(table, i) >= limit {
				continue
			}
			hidden[i] = true
			if try(i+1, spent+cost(table, i)) {
				return true
			}
			hidden[i] = false
		}
		return false
	}
	return limit > 0 && try(0, 0)
}

func costOf(table protect.Table, numbers []int64, result protect.Result) int {
	sum := 0
	for i, cell := range result.Cells {
		if cell.Masked() && !lowCells(numbers)[i] {
			sum += cost(table, i)
		}
	}
	return sum
}

func masked(result protect.Result) []bool {
	hidden := make([]bool, len(result.Cells))
	for i, cell := range result.Cells {
		hidden[i] = cell.Masked()
	}
	return hidden
}

// shapes are small tables of each kind, drawn at random.
var shapes = map[string]func(random *rand.Rand) (protect.Table, []int64){
	"two-way":   func(random *rand.Rand) (protect.Table, []int64) { return cube([]int{3, 3}, few(random, 9)) },
	"three-way": func(random *rand.Rand) (protect.Table, []int64) { return cube([]int{2, 2, 2}, few(random, 8)) },
	"hierarchy": func(random *rand.Rand) (protect.Table, []int64) {
		return tree([]int{2 + random.IntN(2), 3}, func() int64 { return small(random) })
	},
}

func small(random *rand.Rand) int64 {
	switch random.IntN(4) {
	case 0:
		return 1 + random.Int64N(9)
	case 1:
		return 10 + random.Int64N(8)
	}
	return random.Int64N(80) * min(1, random.Int64N(8))
}

func few(random *rand.Rand, n int) []int64 {
	values := make([]int64, n)
	for i := range values {
		values[i] = small(random)
	}
	return values
}

// Nothing less than what Protect hides beside the low counts would do.
func TestNoChoiceOfMasksCostsLess(t *testing.T) {
	for name, shape := range shapes {
		t.Run(name, func(t *testing.T) {
			random := rand.New(rand.NewPCG(11, 7))
			for range 25 {
				table, numbers := shape(random)
				result, err := protect.Protect(table, trueTotals(t))
				require.NoError(t, err, "%v", numbers)
				assert.True(t, safe(table, numbers, masked(result)), "%v", numbers)
				spent := costOf(table, numbers, result)
				if !result.Least || spent > 9 {
					continue
				}
				assert.False(t, cheaper(table, numbers, spent), "%v", numbers)
			}
		})
	}
}

package audit_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tre-toolkit/internal/disclosure/audit"
)

// dimension is a tree of categories: node 0 is the total of all, parts lists the
// nodes that a node is the sum of.
type dimension struct{ parts [][]int }

// flat is a dimension of so many categories and their total.
func flat(n int) dimension { return levels(n) }

// levels is a hierarchy of which each node has so many parts, level by level.
func levels(fan ...int) dimension {
	d := dimension{parts: [][]int{nil}}
	level := []int{0}
	for _, n := range fan {
		var next []int
		for _, node := range level {
			for range n {
				d.parts[node] = append(d.parts[node], len(d.parts))
				next = append(next, len(d.parts))
				d.parts = append(d.parts, nil)
			}
		}
		level = next
	}
	return d
}

// table is a table of any number of dimensions with all its margins.
type table struct {
	dimensions []dimension
	values     []int64
	leaf       []bool
	problem    audit.Problem
}

// newTable fills the innermost cells and adds up the rest.
func newTable(value func() int64, dimensions ...dimension) *table {
	t := &table{dimensions: dimensions}
	size := 1
	for _, d := range dimensions {
		size *= len(d.parts)
	}
	t.values, t.leaf = make([]int64, size), make([]bool, size)
	for cell := range size {
		t.leaf[cell] = true
		var label []string
		for k, node := range t.nodes(cell) {
			t.leaf[cell] = t.leaf[cell] && len(dimensions[k].parts[node]) == 0
			label = append(label, fmt.Sprint(node))
		}
		t.problem.Cells = append(t.problem.Cells, audit.Cell{Label: strings.Join(label, "|")})
		if t.leaf[cell] {
			t.values[cell] = value()
		}
	}
	t.relate()
	t.addUp()
	return t
}

// nodes returns the node of each dimension that a cell is of.
func (t *table) nodes(cell int) []int {
	nodes := make([]int, len(t.dimensions))
	for k := len(nodes) - 1; k >= 0; k-- {
		n := len(t.dimensions[k].parts)
		nodes[k], cell = cell%n, cell/n
	}
	return nodes
}

func (t *table) cell(nodes []int) int {
	cell := 0
	for k, node := range nodes {
		cell = cell*len(t.dimensions[k].parts) + node
	}
	return cell
}

func (t *table) relate() {
	for cell := range t.values {
		nodes := t.nodes(cell)
		for k, node := range nodes {
			var parts []int
			for _, part := range t.dimensions[k].parts[node] {
				nodes[k] = part
				parts = append(parts, t.cell(nodes))
			}
			nodes[k] = node
			if parts != nil {
				t.problem.Relations = append(t.problem.Relations, audit.Sum(cell, parts...))
			}
		}
	}
}

// addUp computes every total from its parts; parts have higher numbers.
func (t *table) addUp() {
	for cell := len(t.values) - 1; cell >= 0; cell-- {
		if t.leaf[cell] {
			continue
		}
		nodes := t.nodes(cell)
		for k, node := range nodes {
			if parts := t.dimensions[k].parts[node]; parts != nil {
				for _, part := range parts {
					nodes[k] = part
					t.values[cell] += t.values[t.cell(nodes)]
				}
				break
			}
		}
	}
}

// publish shows every cell but those that hide says, of which a reader knows two
// bounds.
func (t *table) publish(hide func(cell int) bool, low, high int64) audit.Problem {
	for cell, value := range t.values {
		t.problem.Cells[cell].Lower, t.problem.Cells[cell].Upper = value, value
		if hide(cell) {
			t.problem.Cells[cell].Lower, t.problem.Cells[cell].Upper = low, high
			t.problem.Cells[cell].Hidden = true
		}
	}
	return t.problem
}

// drawTable makes a small table of which at most so many cells are hidden.
func drawTable(t *rapid.T, most int, dimensions ...dimension) audit.Problem {
	made := newTable(func() int64 { return rapid.Int64Range(0, 4).Draw(t, "value") }, dimensions...)
	hidden := 0
	problem := made.publish(func(cell int) bool {
		hides := hidden < most && made.values[cell] <= 4 && rapid.IntRange(0, 9).Draw(t, "hide") < 7
		if hides {
			hidden++
		}
		return hides
	}, 0, 4)
	if rapid.IntRange(0, 9).Draw(t, "spoil") == 0 {
		cell := rapid.IntRange(0, len(problem.Cells)-1).Draw(t, "spoiled")
		if !problem.Cells[cell].Hidden {
			problem.Cells[cell].Lower++
			problem.Cells[cell].Upper++
		}
	}
	return problem
}

func TestThreeWayTablesAgreeWithExhaustiveSearch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		side := rapid.IntRange(2, 3)
		agrees(t, drawTable(t, 8, flat(side.Draw(t, "rows")), flat(side.Draw(t, "columns")), flat(2)))
	})
}

func TestHierarchiesAgreeWithExhaustiveSearch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		agrees(t, drawTable(t, 8, levels(2, 2), flat(rapid.IntRange(1, 3).Draw(t, "columns"))))
	})
}

func TestCrossingHierarchiesAgreeWithExhaustiveSearch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		agrees(t, drawTable(t, 8, levels(2, 2), levels(2, 2)))
	})
}

// Sums of any cells and of other sums, in no order, some of them hidden.
func TestSumsOfSumsAgreeWithExhaustiveSearch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var problem audit.Problem
		var values []int64
		hidden := 0
		add := func(value int64) int {
			cell := shown(fmt.Sprint(len(values)), value)
			if hidden < 6 && value <= 6 && rapid.IntRange(0, 9).Draw(t, "hide") < 7 {
				cell, hidden = masked(cell.Label, 0, 6), hidden+1
			}
			problem.Cells, values = append(problem.Cells, cell), append(values, value)
			return len(values) - 1
		}
		for range rapid.IntRange(3, 6).Draw(t, "cells") {
			add(rapid.Int64Range(0, 3).Draw(t, "value"))
		}
		for range rapid.IntRange(2, 6).Draw(t, "sums") {
			var parts []int
			var sum int64
			for cell, value := range values {
				if rapid.IntRange(0, 9).Draw(t, "in") < 4 {
					parts, sum = append(parts, cell), sum+value
				}
			}
			problem.Relations = append(problem.Relations, drawSum(t, values, parts, sum, add))
		}
		agrees(t, problem)
	})
}

// drawSum says what parts add up to: a new cell, a number, or a cell that happens
// to have that value, with either sign.
func drawSum(t *rapid.T, values []int64, parts []int, sum int64, add func(int64) int) audit.Relation {
	var terms []audit.Term
	sign := rapid.SampledFrom([]int64{1, -1}).Draw(t, "sign")
	for _, part := range parts {
		terms = append(terms, audit.Term{Cell: part, Coefficient: sign})
	}
	total := rapid.IntRange(0, 3*len(values)).Draw(t, "total")
	switch {
	case total < len(values) && values[total] == sum && !slices.Contains(parts, total):
	case total < len(values):
		return audit.Relation{Terms: terms, Lower: sign * sum, Upper: sign * sum}
	default:
		total = add(sum)
	}
	return audit.Relation{Terms: append(terms, audit.Term{Cell: total, Coefficient: -sign})}
}

// hideSome hides about so many of a hundred innermost cells, and as many of the
// totals, always the same ones.
func (t *table) hideSome(leaves, totals int, high int64) audit.Problem {
	random := rand.New(rand.NewPCG(7, 7))
	return t.publish(func(cell int) bool {
		share := totals
		if t.leaf[cell] {
			share = leaves
		}
		return random.IntN(100) < share
	}, 0, high)
}

func sameValues() func() int64 {
	random := rand.New(rand.NewPCG(1, 2))
	return func() int64 { return random.Int64N(60) }
}

// The bars are measured by
//
//	go test -run '^$' -bench . -benchtime 3x ./internal/disclosure/audit
//
// which prints, beside the time, how many cells were hidden and how many of their
// intervals were proven.
func benchmark(b *testing.B, problem audit.Problem) {
	proven, hidden := 0, 0
	var steps int
	b.ReportAllocs()
	for b.Loop() {
		result := audit.Solve(problem)
		proven, hidden, steps = 0, len(result.Intervals), result.Steps
		for _, interval := range result.Intervals {
			if interval.Proven {
				proven++
			}
		}
	}
	b.ReportMetric(float64(hidden), "hidden")
	b.ReportMetric(float64(proven), "proven")
	b.ReportMetric(float64(steps), "steps")
}

func BenchmarkTwoWay(b *testing.B) {
	for _, size := range []int{40, 100, 200} {
		for name, high := range map[string]int64{"below60": 60, "any": audit.Unbounded} {
			b.Run(fmt.Sprintf("%dx%d/%s", size, size, name), func(b *testing.B) {
				benchmark(b, newTable(sameValues(), flat(size), flat(size)).hideSome(15, 0, high))
			})
		}
		b.Run(fmt.Sprintf("%dx%d/totals", size, size), func(b *testing.B) {
			benchmark(b, newTable(sameValues(), flat(size), flat(size)).hideSome(15, 15, audit.Unbounded))
		})
	}
}

func BenchmarkThreeWay(b *testing.B) {
	for _, size := range []int{6, 10, 15} {
		for _, hidden := range []int{15, 30, 50} {
			b.Run(fmt.Sprintf("%dx%dx%d/%d%%", size, size, size, hidden), func(b *testing.B) {
				benchmark(b, newTable(sameValues(), flat(size), flat(size), flat(size)).hideSome(hidden, 0, audit.Unbounded))
			})
		}
	}
	b.Run("10x10x10/totals", func(b *testing.B) {
		benchmark(b, newTable(sameValues(), flat(10), flat(10), flat(10)).hideSome(15, 15, audit.Unbounded))
	})
}

func BenchmarkHierarchy(b *testing.B) {
	for _, one := range []struct {
		name       string
		dimensions []dimension
	}{
		{"one", []dimension{levels(6, 7, 9, 12)}},
		{"by_flat", []dimension{levels(5, 5, 5, 4), flat(7)}},
		{"by_hierarchy", []dimension{levels(3, 3, 3, 3), levels(3, 3, 3)}},
	} {
		for _, hidden := range [][2]int{{15, 0}, {15, 15}, {30, 15}, {50, 15}} {
			b.Run(fmt.Sprintf("%s/%d%%/totals%d%%", one.name, hidden[0], hidden[1]), func(b *testing.B) {
				made := newTable(sameValues(), one.dimensions...)
				benchmark(b, made.hideSome(hidden[0], hidden[1], audit.Unbounded))
				b.ReportMetric(float64(len(made.values)), "cells")
			})
		}
	}
}

func BenchmarkManyComponents(b *testing.B) {
	for _, n := range []int{1000, 10000, 100000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			var problem audit.Problem
			for range n {
				first := len(problem.Cells)
				one := grid([][]int64{{-1, -1, 7}, {-1, -1, 3}, {6, 4, 10}}, 0, audit.Unbounded)
				problem.Cells = append(problem.Cells, one.Cells...)
				for _, relation := range one.Relations {
					moved := audit.Relation{}
					for _, term := range relation.Terms {
						moved.Terms = append(moved.Terms, audit.Term{Cell: term.Cell + first, Coefficient: term.Coefficient})
					}
					problem.Relations = append(problem.Relations, moved)
				}
			}
			benchmark(b, problem)
		})
	}
}

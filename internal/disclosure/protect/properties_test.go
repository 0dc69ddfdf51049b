package protect_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/disclosure/protect"
)

// drawTable draws a small table of any kind.
func drawTable(t *rapid.T) (protect.Table, []int64) {
	value := rapid.OneOf(rapid.Int64Range(0, 12), rapid.Int64Range(0, 60), rapid.Just(int64(0)))
	switch rapid.SampledFrom([]string{"one-way", "two-way", "three-way", "hierarchy"}).Draw(t, "kind") {
	case "one-way":
		n := rapid.IntRange(1, 6).Draw(t, "cells")
		return cube([]int{n}, rapid.SliceOfN(value, n, n).Draw(t, "values"))
	case "two-way":
		rows, columns := rapid.IntRange(1, 4).Draw(t, "rows"), rapid.IntRange(1, 4).Draw(t, "columns")
		return cube([]int{rows, columns}, rapid.SliceOfN(value, rows*columns, rows*columns).Draw(t, "values"))
	case "three-way":
		return cube([]int{2, 2, 3}, rapid.SliceOfN(value, 12, 12).Draw(t, "values"))
	}
	fans := rapid.SliceOfN(rapid.IntRange(1, 3), 1, 3).Draw(t, "fans")
	return tree(fans, func() int64 { return value.Draw(t, "value") })
}

// attempt protects a table; a refusal is an answer, any other error a fault.
func attempt(t *rapid.T, table protect.Table, profile disclosure.Profile) (protect.Result, bool) {
	result, err := protect.Quickly(table, profile)
	var refusal *protect.Refusal
	if errors.As(err, &refusal) {
		return result, false
	}
	if err != nil {
		t.Fatal(err)
	}
	return result, true
}

func TestNoLowCountIsShownOrNarrowed(t *testing.T) {
	profile := trueTotals(t)
	rapid.Check(t, func(t *rapid.T) {
		table, numbers := drawTable(t)
		result, protected := attempt(t, table, profile)
		if !protected {
			t.Fatalf("refused: %v", numbers)
		}
		for i, cell := range result.Cells {
			value, shown := cell.Value()
			if shown && (value != float64(numbers[i]) || value > 0 && value < threshold) {
				t.Fatalf("%s of %d shows %v", table.Cells[i].Name, numbers[i], value)
			}
		}
		if !safe(table, numbers, masked(result)) {
			t.Fatalf("narrowed: %v hidden %v", numbers, masked(result))
		}
	})
}

// The answer does not depend on the order in which cells and sums are given.
func TestOrderDoesNotMatter(t *testing.T) {
	profile := trueTotals(t)
	rapid.Check(t, func(t *rapid.T) {
		table, _ := drawTable(t)
		result, _ := attempt(t, table, profile)
		order := rapid.Permutation(indexes(len(table.Cells))).Draw(t, "cells")
		var other protect.Table
		place := make([]int, len(order))
		for to, from := range order {
			place[from] = to
			other.Cells = append(other.Cells, table.Cells[from])
		}
		for _, s := range rapid.Permutation(indexes(len(table.Sums))).Draw(t, "sums") {
			sum := protect.Sum{Total: place[table.Sums[s].Total]}
			for _, k := range rapid.Permutation(table.Sums[s].Parts).Draw(t, "parts") {
				sum.Parts = append(sum.Parts, place[k])
			}
			other.Sums = append(other.Sums, sum)
		}
		again, _ := attempt(t, other, profile)
		if len(again.Cells) != len(result.Cells) {
			t.Fatal("one order is refused")
		}
		for from := range result.Cells {
			if result.Cells[from] != again.Cells[place[from]] {
				t.Fatalf("%s is %v in one order and %v in another", table.Cells[from].Name, result.Cells[from], again.Cells[place[from]])
			}
		}
	})
}

func indexes(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

// A higher threshold never takes a mask for a low count away.
func TestAHigherThresholdHidesMore(t *testing.T) {
	var profiles []disclosure.Profile
	for _, n := range []int64{2, 5, 10, 20} {
		profiles = append(profiles, rules(t, "ukllc-metrics", func(r *disclosure.Rules) {
			r.Totals.Value, r.Threshold.Value = disclosure.TrueTotals, n
		}))
	}
	rapid.Check(t, func(t *rapid.T) {
		table, numbers := drawTable(t)
		before := 0
		for _, profile := range profiles {
			result, protected := attempt(t, table, profile)
			if !protected {
				t.Fatalf("refused: %v", numbers)
			}
			if result.Low < before {
				t.Fatalf("%d low counts are masked, and %d with a lower threshold", result.Low, before)
			}
			before = result.Low
		}
	})
}

// Under rules that add up what is shown, every total is the sum of its parts'
// cells, and no mask beside those of low counts is needed in a plain table.
func TestTotalsOfWhatIsShown(t *testing.T) {
	for _, name := range []string{"ukllc-metrics", "ukllc-researcher", "nhs-talking-therapies", "acro", "hes", "opensafely"} {
		profile := rules(t, name, nil)
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				table, numbers := drawTable(t)
				result, protected := attempt(t, table, profile)
				if !protected || !result.TotalsAsShown {
					t.Fatalf("refused: %v", numbers)
				}
				is := totals(table)
				for i, cell := range result.Cells {
					if !is[i] && cell != profile.Cell(table.Cells[i].Count) {
						t.Fatalf("%s is %v", table.Cells[i].Name, cell)
					}
				}
				for _, sum := range table.Sums {
					var parts []disclosure.Cell
					for _, part := range sum.Parts {
						parts = append(parts, result.Cells[part])
					}
					if total := result.Cells[sum.Total]; !total.Masked() && total != profile.Total(parts) {
						t.Fatalf("%s is %v over %v", table.Cells[sum.Total].Name, total, parts)
					}
				}
			})
		})
	}
}

// Every world is tried: tables of two by two with a threshold of 3, in which each
// number is 0 to 6, in worlds of numbers up to 15.
func TestEveryWorldIsTried(t *testing.T) {
	profile := rules(t, "ukllc-metrics", func(r *disclosure.Rules) {
		r.Totals.Value, r.Threshold.Value = disclosure.TrueTotals, 3
	})
	rapid.Check(t, func(t *rapid.T) {
		table, numbers := cube([]int{2, 2}, rapid.SliceOfN(rapid.Int64Range(0, 6), 4, 4).Draw(t, "values"))
		result, protected := attempt(t, table, profile)
		if !protected {
			t.Fatalf("refused: %v", numbers)
		}
		least, most := append([]int64(nil), numbers...), append([]int64(nil), numbers...)
		var inner [4]int64
		for world := range 16 * 16 * 16 * 16 {
			for k := range inner {
				inner[k] = int64(world) % 16
				world /= 16
			}
			same := fits(numbers, inner, result)
			for i := range same {
				least[i], most[i] = min(least[i], same[i]), max(most[i], same[i])
			}
		}
		for i, n := range numbers {
			inside := i%3 != 2 && i < 6
			if inside && n > 0 && n < 3 && (least[i] > 1 || most[i] < 2) {
				t.Fatalf("%v: %s is %d to %d in %v", numbers, table.Cells[i].Name, least[i], most[i], result.Cells)
			}
		}
	})
}

// fits returns the numbers of a world if they print as the true ones do and no
// mask tells another size, or nothing.
func fits(numbers []int64, inner [4]int64, result protect.Result) []int64 {
	world := []int64{
		inner[0], inner[1], inner[0] + inner[1],
		inner[2], inner[3], inner[2] + inner[3],
		inner[0] + inner[2], inner[1] + inner[3], inner[0] + inner[1] + inner[2] + inner[3],
	}
	for i, n := range world {
		inside := i%3 != 2 && i < 6
		low := numbers[i] < 3
		switch {
		case !result.Cells[i].Masked() && n != numbers[i]:
			return nil
		case result.Cells[i].Masked() && inside && (low != (n < 3) || n == 0):
			return nil
		case result.Cells[i].Masked() && !inside && !low && n < 3:
			return nil
		}
	}
	return world
}

func counts(names []string, numbers ...int64) []protect.Cell {
	cells := make([]protect.Cell, len(names))
	for i, name := range names {
		cells[i] = protect.Cell{Name: name, Count: disclosure.CountOf(numbers[i])}
	}
	return cells
}

func show(result protect.Result) string {
	text := ""
	for i, cell := range result.Cells {
		if i > 0 {
			text += " "
		}
		text += cell.String()
	}
	return text
}

// The tables of the facts, and others that a person can follow.
func TestTablesThatAPersonCanFollow(t *testing.T) {
	metrics, shown := trueTotals(t), rules(t, "ukllc-metrics", nil)
	line := func(parts ...int) []protect.Sum { return []protect.Sum{{Total: 0, Parts: parts}} }
	cases := []struct {
		name    string
		table   protect.Table
		profile disclosure.Profile
		want    string
	}{
		{"one low count takes the first that is large enough with it",
			protect.Table{Cells: counts([]string{"Total", "A", "B", "C"}, 58, 3, 15, 40), Sums: line(1, 2, 3)}, metrics, "58 <10 15 *"},
		{"15 would say that the low one is at most 8",
			protect.Table{Cells: counts([]string{"Total", "A", "B", "C"}, 33, 3, 15, 15), Sums: line(1, 2, 3)}, metrics, "33 <10 * *"},
		{"a total that adds up what is shown needs no other mask",
			protect.Table{Cells: counts([]string{"Total", "A", "B", "C"}, 58, 3, 15, 40), Sums: line(1, 2, 3)}, shown, "55 <10 15 40"},
		{"a low total makes no claim on its size",
			protect.Table{Cells: counts([]string{"Total", "A", "B"}, 7, 3, 4), Sums: line(1, 2)}, metrics, "* <10 <10"},
		{"a zero protects nothing",
			protect.Table{Cells: counts([]string{"Total", "A", "B", "C"}, 43, 3, 0, 40), Sums: line(1, 2, 3)}, metrics, "43 <10 0 *"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			result, err := protect.Protect(c.table, c.profile)
			require.NoError(t, err)
			assert.Equal(t, c.want, show(result))
		})
	}
}

// A total printed in one table as the sum of what is shown is the true total in
// another that shows all of its parts: the two together give a mask away.
func TestTablesThatShareTheirTotal(t *testing.T) {
	table := protect.Table{
		Cells: counts([]string{"all", "women", "men", "young", "middle", "old"}, 90, 50, 40, 5, 45, 40),
		Sums:  []protect.Sum{{Total: 0, Parts: []int{1, 2}}, {Total: 0, Parts: []int{3, 4, 5}}},
	}
	result, err := protect.Protect(table, rules(t, "ukllc-metrics", nil))
	require.NoError(t, err)
	assert.Equal(t, 1, result.Low)
	others := 0
	for _, i := range []int{1, 2, 4, 5} {
		if result.Cells[i].Masked() {
			others++
		}
	}
	assert.Equal(t, 1, others, "%v", result.Cells)
	assert.True(t, result.Least)
}

func TestWhatIsPublishedAlreadyCannotBeHidden(t *testing.T) {
	table := protect.Table{Cells: counts([]string{"Total", "A", "B"}, 43, 3, 40), Sums: []protect.Sum{{Total: 0, Parts: []int{1, 2}}}}
	table.Cells[0].Published, table.Cells[2].Published = true, true
	_, err := protect.Protect(table, trueTotals(t))
	var refusal *protect.Refusal
	require.ErrorAs(t, err, &refusal)
	assert.Equal(t, "A", refusal.Cell)
	assert.NotRegexp(t, `\d`, err.Error())
}

func TestTablesThatContradictThemselves(t *testing.T) {
	wrong := map[string]protect.Table{
		"Total is not the sum of its parts": {Cells: counts([]string{"Total", "A"}, 5, 4), Sums: []protect.Sum{{Total: 0, Parts: []int{1}}}},
		`two cells are named "A"`:           {Cells: counts([]string{"A", "A"}, 5, 4)},
		"A is a part of itself":             {Cells: counts([]string{"A"}, 5), Sums: []protect.Sum{{Total: 0, Parts: []int{0}}}},
		"a sum names cell 3 of 1":           {Cells: counts([]string{"A"}, 5), Sums: []protect.Sum{{Total: 0, Parts: []int{3}}}},
	}
	for message, table := range wrong {
		_, err := protect.Protect(table, trueTotals(t))
		assert.EqualError(t, err, message)
	}
}

// Percentages of exact counts say how large a whole is that counts a masked
// part; those that do are withheld, and no more.
func TestPercentagesOfExactCounts(t *testing.T) {
	table := protect.Table{
		Cells:  counts([]string{"Total", "A", "B", "C"}, 28, 12, 13, 3),
		Sums:   []protect.Sum{{Total: 0, Parts: []int{1, 2, 3}}},
		Shares: []protect.Share{{Part: 1, Whole: 0}, {Part: 2, Whole: 0}, {Part: 3, Whole: 0}},
	}
	result, err := protect.Protect(table, rules(t, "nhs-talking-therapies", nil))
	require.NoError(t, err)
	assert.Equal(t, "25 10 15 ", show(result))
	assert.True(t, result.Shares[2].Masked())
	assert.True(t, result.Shares[0].Masked() || result.Shares[1].Masked(), "43 and 46 percent leave 11 for the third")
}

func TestPercentagesOfPrintedNumbers(t *testing.T) {
	table := protect.Table{
		Cells:  counts([]string{"Total", "A", "B", "C"}, 28, 12, 13, 3),
		Sums:   []protect.Sum{{Total: 0, Parts: []int{1, 2, 3}}},
		Shares: []protect.Share{{Part: 1, Whole: 0}, {Part: 3, Whole: 0}},
	}
	result, err := protect.Protect(table, rules(t, "ukllc-metrics", nil))
	require.NoError(t, err)
	assert.Equal(t, "25 12 13 <10", show(result))
	assert.Equal(t, "48.0", result.Shares[0].String(), "of 25, which is printed, not of 28")
	assert.True(t, result.Shares[1].Masked())
}

func TestStatisticsGoWithTheirCounts(t *testing.T) {
	table := protect.Table{
		Cells: counts([]string{"Total", "A", "B", "C"}, 94, 50, 40, 4),
		Sums:  []protect.Sum{{Total: 0, Parts: []int{1, 2, 3}}},
	}
	for i := range table.Cells {
		table.Statistics = append(table.Statistics,
			protect.Statistic{Name: "mean", Of: []int{i}, Averages: true}, protect.Statistic{Name: "median", Of: []int{i}})
	}
	result, err := protect.Protect(table, rules(t, "ukllc-metrics", nil))
	require.NoError(t, err)
	assert.Equal(t, "[false true true true true true false false]", fmt.Sprint(result.Statistics),
		"the mean of all and of two groups gives that of the third; a median does not")
}

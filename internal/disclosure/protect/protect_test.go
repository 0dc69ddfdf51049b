package protect_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/disclosure/protect"
	"tre-toolkit/internal/spec"
	"tre-toolkit/specs"
)

// rules returns a shipped profile, changed as a test needs it.
func rules(t testing.TB, name string, change func(*disclosure.Rules)) disclosure.Profile {
	t.Helper()
	profile, err := spec.LoadRules(specs.Files, name)
	require.NoError(t, err)
	changed := profile.Rules()
	if change != nil {
		change(&changed)
	}
	profile, err = disclosure.NewProfile(changed)
	require.NoError(t, err)
	return profile
}

// trueTotals are UK LLC's rules for an owner who prints true totals: 1 to 9 are
// masked, zeros are shown, other masks are stars.
func trueTotals(t testing.TB) disclosure.Profile {
	return rules(t, "ukllc-metrics", func(r *disclosure.Rules) { r.Totals.Value = disclosure.TrueTotals })
}

// cube is a table of any number of dimensions with all its margins. Values run
// through the last dimension first.
func cube(sizes []int, values []int64) (protect.Table, []int64) {
	var table protect.Table
	var numbers []int64
	index := map[string]int{}
	name := func(at []int) string {
		words := make([]string, len(at))
		for d, i := range at {
			words[d] = fmt.Sprintf("%03d", i)
			if i == sizes[d] {
				words[d] = "Total"
			}
		}
		return strings.Join(words, "|")
	}
	each(sizes, 1, func(at []int) {
		index[name(at)] = len(table.Cells)
		table.Cells = append(table.Cells, protect.Cell{Name: name(at)})
		numbers = append(numbers, 0)
	})
	next := 0
	each(sizes, 0, func(at []int) {
		for corner := range 1 << len(sizes) {
			margin := append([]int(nil), at...)
			for d := range sizes {
				if corner>>d&1 == 1 {
					margin[d] = sizes[d]
				}
			}
			numbers[index[name(margin)]] += values[next]
		}
		next++
	})
	for d := range sizes {
		each(sizes, 1, func(at []int) {
			if at[d] != sizes[d] {
				return
			}
			sum := protect.Sum{Total: index[name(at)]}
			for i := range sizes[d] {
				part := append([]int(nil), at...)
				part[d] = i
				sum.Parts = append(sum.Parts, index[name(part)])
			}
			table.Sums = append(table.Sums, sum)
		})
	}
	for i, n := range numbers {
		table.Cells[i].Count = disclosure.CountOf(n)
	}
	return table, numbers
}

// each walks through the places of a cube, with that many margins a dimension.
func each(sizes []int, margins int, visit func([]int)) {
	at := make([]int, len(sizes))
	for {
		visit(at)
		d := len(at) - 1
		for ; d >= 0; d-- {
			if at[d]++; at[d] < sizes[d]+margins {
				break
			}
			at[d] = 0
		}
		if d < 0 {
			return
		}
	}
}

// tree is a hierarchy with that many children a node, level by level.
func tree(fans []int, value func() int64) (protect.Table, []int64) {
	var table protect.Table
	var numbers []int64
	var grow func(name string, level int) int
	grow = func(name string, level int) int {
		me := len(table.Cells)
		table.Cells = append(table.Cells, protect.Cell{Name: name})
		numbers = append(numbers, 0)
		if level == len(fans) {
			numbers[me] = value()
		} else {
			sum := protect.Sum{Total: me}
			for i := range fans[level] {
				part := grow(fmt.Sprintf("%s.%02d", name, i), level+1)
				sum.Parts = append(sum.Parts, part)
				numbers[me] += numbers[part]
			}
			table.Sums = append(table.Sums, sum)
		}
		return me
	}
	grow("all", 0)
	for i, n := range numbers {
		table.Cells[i].Count = disclosure.CountOf(n)
	}
	return table, numbers
}

// skewed draws counts of which about that share is from 1 to 9.
func skewed(random *rand.Rand, lowShare float64) int64 {
	if random.Float64() < lowShare {
		return 1 + random.Int64N(9)
	}
	return 10 + random.Int64N(10) + int64(random.ExpFloat64()*60)
}

func drawn(seed uint64, n int, lowShare float64) []int64 {
	random := rand.New(rand.NewPCG(seed, 1))
	values := make([]int64, n)
	for i := range values {
		values[i] = skewed(random, lowShare)
	}
	return values
}

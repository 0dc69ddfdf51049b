package protect_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/disclosure/protect"
)

func benchmark(b *testing.B, table protect.Table) {
	profile := trueTotals(b)
	for b.Loop() {
		result, err := protect.Protect(table, profile)
		require.NoError(b, err)
		b.ReportMetric(float64(len(table.Cells)), "cells")
		b.ReportMetric(float64(result.Low), "low")
		b.ReportMetric(float64(result.Others), "others")
	}
}

func BenchmarkTwoWay20x20(b *testing.B) {
	table, _ := cube([]int{20, 20}, drawn(1, 400, 0.1))
	benchmark(b, table)
}

func BenchmarkTwoWay40x40(b *testing.B) {
	table, _ := cube([]int{40, 40}, drawn(1, 1600, 0.1))
	benchmark(b, table)
}

func BenchmarkTwoWay100x100(b *testing.B) {
	table, _ := cube([]int{100, 100}, drawn(1, 10_000, 0.1))
	benchmark(b, table)
}

func BenchmarkThreeWay5x5x5(b *testing.B) {
	table, _ := cube([]int{5, 5, 5}, drawn(1, 125, 0.1))
	benchmark(b, table)
}

func BenchmarkThreeWay10x10x10(b *testing.B) {
	table, _ := cube([]int{10, 10, 10}, drawn(1, 1000, 0.1))
	benchmark(b, table)
}

func BenchmarkHierarchy5000(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 1))
	table, _ := tree([]int{16, 17, 17}, func() int64 { return skewed(random, 0.1) })
	benchmark(b, table)
}

// BenchmarkOverSuppression says how much more the way of large tables costs than
// the least, in percent over 300 small tables of each kind.
func BenchmarkOverSuppression(b *testing.B) {
	for _, name := range []string{"two-way", "three-way", "hierarchy"} {
		b.Run(name, func(b *testing.B) {
			profile := trueTotals(b)
			for b.Loop() {
				random := rand.New(rand.NewPCG(3, 9))
				least, quick, same, tables, unsettled := 0, 0, 0, 0, 0
				for range 300 {
					table, numbers := shapes[name](random)
					best, err := protect.Protect(table, profile)
					require.NoError(b, err)
					fast, err := protect.Quickly(table, profile)
					require.NoError(b, err)
					if !best.Least {
						unsettled++
						continue
					}
					one, other := costOf(table, numbers, best), costOf(table, numbers, fast)
					least, quick, tables = least+one, quick+other, tables+1
					if one == other {
						same++
					}
				}
				b.ReportMetric(100*float64(quick-least)/float64(least), "%more")
				b.ReportMetric(100*float64(same)/float64(tables), "%least")
				b.ReportMetric(float64(unsettled), "unsettled")
			}
		})
	}
}

package quality_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/quality"
)

// One assessment of a hub and its visits, at growing sizes: the time to a row must
// not grow.
func BenchmarkAssess(b *testing.B) {
	for _, people := range []int{1_000, 4_000, 16_000} {
		b.Run(fmt.Sprint(people), func(b *testing.B) {
			bench, rules := newBench(b), profile(b, "ukllc-metrics", 10)
			tables := map[string]table{
				"referrals": rowsWith(people, func(i int, one row) { one["month_id"] = monthID(i % 3) }),
				"visits": rowsWith(4*people, func(i int, one row) {
					one["pathway"], one["day_of_visit"], one["tool"], one["score"], one["attended"] = pathway(i/4), "2021-02-05", "A", fmt.Sprint(i%5), "Y"
					for _, other := range []string{"month_id", "opened", "reason", "closed", "agreement"} {
						delete(one, other)
					}
				}),
			}
			question := bench.fill(b, tables, rules)
			for b.Loop() {
				_, err := quality.Assess(b.Context(), bench.Warehouse, question)
				require.NoError(b, err)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(5*people), "ns/row")
		})
	}
}

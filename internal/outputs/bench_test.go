package outputs_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/outputs"
)

// longTable writes a table of studies by tables with totals, as long as asked.
func longTable(rows int) string {
	var b strings.Builder
	b.WriteString("study,table,participants\n")
	const studies = 100
	for table := range rows / studies {
		total := 0
		for study := range studies {
			n := 10 + (study*7919+table*104729)%5000
			if n%50 == 0 {
				fmt.Fprintf(&b, "study_%d,table_%d,<10\n", study, table)
				continue
			}
			total += n
			fmt.Fprintf(&b, "study_%d,table_%d,%d\n", study, table, n)
		}
		fmt.Fprintf(&b, "Total,table_%d,%d\n", table, total)
	}
	return b.String()
}

func BenchmarkCheck(b *testing.B) {
	for _, rows := range []int{10_000, 100_000} {
		b.Run(fmt.Sprintf("%d rows", rows), func(b *testing.B) {
			folder := write(b, map[string]string{"t.csv": longTable(rows)})
			profile := rules(b, "ukllc-metrics", nil)
			b.ResetTimer()
			for b.Loop() {
				report, err := outputs.Check(context.Background(), []string{folder}, outputs.Options{Profile: profile})
				require.NoError(b, err)
				require.Equal(b, outputs.Safe, report.Verdict)
			}
		})
	}
}

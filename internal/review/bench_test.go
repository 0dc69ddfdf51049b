package review_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/review/states"
)

// BenchmarkOverview tells how a review of 1,000 files stands on which both have
// decided: what the first page needs after the check.
func BenchmarkOverview(b *testing.B) {
	files := map[string]string{}
	for i := range 1000 {
		var table strings.Builder
		table.WriteString("study,participants\n")
		for row := range 50 {
			fmt.Fprintf(&table, "s%d,%d\n", row, 1000+i+row)
		}
		files[fmt.Sprintf("t%04d.csv", i)] = table.String()
	}
	d := newDesk(b, files)
	for _, name := range []string{"ada", "bob"} {
		r := d.opens(name)
		d.decides(r, states.Reject, slices.Sorted(maps.Keys(files))...)
	}
	r := d.opens("ada")
	for b.Loop() {
		_, err := r.Overview(b.Context())
		require.NoError(b, err)
	}
}

// BenchmarkContent reads a table of 100,000 rows with its findings.
func BenchmarkContent(b *testing.B) {
	var table strings.Builder
	table.WriteString("region,year,participants\n")
	for row := range 100_000 {
		fmt.Fprintf(&table, "r%d,%d,%d\n", row, 2000+row%20, 3+row%5000)
	}
	d := newDesk(b, map[string]string{"large.csv": table.String()})
	r := d.opens("ada")
	for b.Loop() {
		_, err := r.Content(b.Context(), "large.csv")
		require.NoError(b, err)
	}
}

// BenchmarkDecide records a decision on one of 1,000 files, on the disk.
func BenchmarkDecide(b *testing.B) {
	files := map[string]string{}
	for i := range 1000 {
		files[fmt.Sprintf("t%04d.csv", i)] = "study,participants\nA,40\n"
	}
	d := newDesk(b, files)
	r := d.opens("ada")
	for b.Loop() {
		require.NoError(b, r.Decide(b.Context(), choices(states.Reject, "no", "t0500.csv")...))
	}
}

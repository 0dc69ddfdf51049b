package release_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/release"
)

// BenchmarkCompare holds a release of 300 tables of 100 counts against ten
// earlier ones whose tables have the same labels.
func BenchmarkCompare(b *testing.B) {
	files := map[string]string{}
	for i := range 300 {
		var table strings.Builder
		table.WriteString("study,participants\n")
		for row := range 100 {
			fmt.Fprintf(&table, "s%d,%d\n", row, 1000+100*i+row)
		}
		files[fmt.Sprintf("t%03d.csv", i)] = table.String()
	}
	now := left(b, b.TempDir(), "now", "ukllc-metrics", files)
	earlier := make([]release.Release, 10)
	for i := range earlier {
		earlier[i] = now
		earlier[i].Name = release.Name(fmt.Sprintf("r%d", i))
	}
	for b.Loop() {
		_, err := release.Compare(b.Context(), rules(b, "ukllc-metrics"), now, earlier)
		require.NoError(b, err)
	}
}

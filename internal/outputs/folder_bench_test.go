package outputs_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"testing"

	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/outputs"
)

// BenchmarkFolder checks folders of tables of 100 kB each. The time should grow
// with the number of files, and the memory not.
func BenchmarkFolder(b *testing.B) {
	content := []byte(longTable(4200))
	for _, files := range []int{100, 250, 500, 1000} {
		b.Run(fmt.Sprintf("%d files of %d kB", files, len(content)>>10), func(b *testing.B) {
			folder := b.TempDir()
			for i := range files {
				require.NoError(b, os.WriteFile(filepath.Join(folder, fmt.Sprintf("t%04d.csv", i)), content, 0o644))
			}
			profile := rules(b, "ukllc-metrics", nil)
			runtime.GC()
			for b.Loop() {
				_, err := outputs.Check(context.Background(), []string{folder}, outputs.Options{Profile: profile})
				require.NoError(b, err)
			}
			sample := []metrics.Sample{{Name: "/memory/classes/total:bytes"}}
			metrics.Read(sample)
			b.ReportMetric(float64(sample[0].Value.Uint64())/(1<<20), "MB-held")
		})
	}
}

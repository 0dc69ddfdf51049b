package page

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The page is to be under 300 kB for nine tables and seventeen studies.
const heaviest = 300_000

func TestPageIsLight(t *testing.T) {
	m := seedModel(t)
	require.Len(t, m.Metrics.Tables, 9)
	require.Len(t, m.Metrics.Studies, 17)
	assert.Less(t, len(htmlOf(t, m)), heaviest)
	assert.Less(t, len(markdownOf(t, m)), heaviest)
}

func BenchmarkPage(b *testing.B) {
	m := seedModel(b)
	for b.Loop() {
		page, err := HTML(m)
		require.NoError(b, err)
		b.ReportMetric(float64(len(page)), "bytes/page")
	}
}

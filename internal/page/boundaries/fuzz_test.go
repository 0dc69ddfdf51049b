package boundaries

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/diagnostic"
)

// Whatever a file holds, it is refused with a diagnostic, or it is a map whose
// paths can be drawn and lie within it.
func FuzzRead(f *testing.F) {
	f.Add(collection(f, newCountry(1, 2, 5, 0.5).features(3), metres))
	f.Add(collection(f, []fileFeature{featureOf("E00001", square(0, 0, 9), square(3, 3, 3)), featureOf("E00002", square(3, 3, 3))}))
	f.Add(`{"type": "Topology"}`)
	f.Add(`{"type": "FeatureCollection", "crs": null, "features": [{"type": "Feature", "id": 1, "properties": {"a": [1, {}]}, "geometry": {"type": "MultiPolygon", "coordinates": [[[[0,0,5],[1,0],[1,1],[0,0]]]]}}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		made, err := Settings{Grid: 100}.Read(strings.NewReader(text), []string{"E00001", "1"})
		if err != nil {
			var input *diagnostic.Input
			require.True(t, errors.As(err, &input), "%v", err)
			return
		}
		require.NotEmpty(t, made.Areas)
		for _, one := range made.Areas {
			for _, line := range drawn(t, one.Path) {
				for _, p := range line {
					require.True(t, p.x >= 0 && p.y >= 0 && p.x <= float64(made.Width) && p.y <= float64(made.Height))
				}
			}
			require.True(t, one.X >= 0 && one.Y >= 0 && one.X <= made.Width && one.Y <= made.Height)
		}
	})
}

// A file like that of the 42 integrated care boards, with half a million points.
func BenchmarkRead(b *testing.B) {
	text := collection(b, newCountry(5, 8, 2049, 0.6).features(42), metres)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		made, err := Read(strings.NewReader(text), []string{"E00001"})
		require.NoError(b, err)
		length := 0
		for _, one := range made.Areas {
			length += len(one.Path)
		}
		b.ReportMetric(float64(length), "path-bytes")
	}
}

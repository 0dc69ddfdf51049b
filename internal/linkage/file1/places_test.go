package file1

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Places are those of a map and a list.
func TestPlacesAreThoseOfAMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tested, oracle := newPlaces[uint64](0), map[uint64]uint32{}
		most := rapid.SampledFrom([]uint64{3, 300, 1 << 60}).Draw(t, "most")
		for _, key := range rapid.SliceOfN(rapid.Uint64Range(0, most), 0, 2000).Draw(t, "keys") {
			want, there := oracle[key]
			if !there {
				want = uint32(len(oracle))
				oracle[key] = want
			}
			place, known := tested.of(key)
			require.Equal(t, want, place)
			require.Equal(t, there, known)
		}
	})
	grown := newPlaces[uint64](0)
	for i := range uint64(5000) {
		grown.of(i)
	}
	place, known := grown.of(4321)
	assert.True(t, known)
	assert.Equal(t, uint32(4321), place)
	assert.Greater(t, len(grown.slots), fewestSlots)
}

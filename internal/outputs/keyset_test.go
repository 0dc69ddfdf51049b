package outputs

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestAKeySetForgetsNothing holds a set against all that was put into it, and
// counts the strangers that it takes for its own.
func TestAKeySetForgetsNothing(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		keys := rapid.SliceOfN(rapid.Uint64(), 0, 300).Draw(rt, "keys")
		set := newKeySet(len(keys))
		for _, key := range keys {
			set.add(key)
		}
		for _, key := range keys {
			require.True(rt, set.has(key))
		}
	})
	set, strangers := newKeySet(100_000), 0
	for i := range uint64(100_000) {
		set.add(hashOf(string(rune('a'+i%26))) + i*0x9e3779b97f4a7c15)
	}
	for i := range uint64(100_000) {
		if set.has(i*0xbf58476d1ce4e5b9 + 7) {
			strangers++
		}
	}
	require.Less(t, strangers, 10_000, "one in ten at most")
}

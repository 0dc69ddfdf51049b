package notation_test

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tre-toolkit/internal/outputs/notation"
)

// TestPlainNamesAreNamesLikeAnyOther puts a word with an accent before a plain
// name, which has it read letter by letter, and expects the same words.
func TestPlainNamesAreNamesLikeAnyOther(t *testing.T) {
	assert.Equal(t, []string{"n", "%", "linked", "consent", "2024"}, notation.Words("n% linkedConsent_2024"))
	rapid.Check(t, func(rt *rapid.T) {
		name := rapid.StringMatching(`[ -~]{0,30}`).Draw(rt, "name")
		words := notation.Words("é " + name)
		require.Equal(rt, words[1:], append([]string{}, notation.Words(name)...), name)
	})
}

func TestSmallWhole(t *testing.T) {
	for _, cell := range []string{"", "-1", "+1", "1.0", "1 ", "1,000", "1234567890", "１"} {
		_, small := notation.SmallWhole(cell)
		assert.False(t, small, cell)
	}
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.Int32Range(0, 999_999_999).Draw(rt, "n")
		read, small := notation.SmallWhole(strconv.Itoa(int(n)))
		require.True(rt, small)
		require.Equal(rt, n, read)
		require.Equal(rt, notation.Value{Kind: notation.Number, Digits: int64(n)}, notation.ParseValue(strconv.Itoa(int(n))))
	})
}

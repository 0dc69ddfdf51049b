package outputs

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// codePattern says what isCode reads byte by byte, which is many times faster.
var codePattern = regexp.MustCompile(`^[a-z][0-9]{1,3}[a-z0-9]*(?:\.[0-9a-z]+)?$|^[0-9]+(?:\.[0-9]+)+$|^[a-z]{1,2}[0-9]{2}[a-z0-9]*$`)

func TestCodesOfClassifications(t *testing.T) {
	for label, is := range map[string]bool{
		"a01": true, "a01.1": true, "f32.1x": true, "n06ab": true, "1.2": true, "1.10.3": true, "ab12": true, "z9": true,
		"": false, "a": false, "12": false, "1.": false, ".1": false, "ab1": false, "a01.": false, "a01.1.2": false, "abc12": false, "a 01": false, "é01": false,
	} {
		require.Equal(t, is, isCode(label), label)
	}
	rapid.Check(t, func(rt *rapid.T) {
		label := rapid.StringOfN(rapid.SampledFrom([]rune("ab019.. é")), 0, 8, -1).Draw(rt, "label")
		require.Equal(rt, codePattern.MatchString(label), isCode(label), label)
	})
}

package outputs_test

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/outputs"
	"tre-toolkit/internal/outputs/document"
)

// What is kept of a file has to be what was checked, to the byte. Of a file that
// was too large to be looked at whole, that is its size and its beginning.
func TestAFileIsSealedAsItWasChecked(t *testing.T) {
	const content = "study,n\nA,40\nB,50\n"
	large := content + strings.Repeat("C,60\n", 400)
	limits := document.DefaultLimits
	limits.FileBytes, limits.FirstBytes = 1000, 100
	found, err := outputs.Check(t.Context(), []string{write(t, map[string]string{"a.csv": content, "b.csv": large})},
		outputs.Options{Profile: rules(t, "ukllc-metrics", nil), Limits: limits})
	require.NoError(t, err)
	small, part := found.Files[0], found.Files[1]
	sum := sha256.Sum256([]byte(content))
	assert.Equal(t, hex.EncodeToString(sum[:]), small.SHA256)
	beginning := sha256.Sum256([]byte(large[:100]))
	assert.Equal(t, hex.EncodeToString(beginning[:]), part.SHA256)

	for what, c := range map[string]struct {
		file    outputs.File
		content string
		changed bool
	}{
		"as it was":                  {small, content, false},
		"a number more":              {small, strings.Replace(content, "40", "41", 1), true},
		"longer":                     {small, content + "D,7\n", true},
		"gone":                       {small, "", true},
		"a large file":               {part, large, false},
		"the beginning of it":        {part, strings.Replace(large, "40", "41", 1), true},
		"a line less":                {part, large[:len(large)-5], true},
		"what nobody had looked at":  {part, large[:len(large)-5] + "C,61\n", false},
		"what is no file of its own": {outputs.File{Path: "a.zip/b.csv"}, content, false},
	} {
		seal := c.file.Seal()
		for i := 0; i < len(c.content); i += 7 {
			_, err := seal.Write([]byte(c.content[i:min(i+7, len(c.content))]))
			require.NoError(t, err)
		}
		got, size, err := seal.Sum()
		whole := sha256.Sum256([]byte(c.content))
		assert.Equal(t, hex.EncodeToString(whole[:]), got, what)
		assert.Equal(t, int64(len(c.content)), size, what)
		if c.changed {
			assert.ErrorIs(t, err, outputs.ErrChanged, what)
		} else {
			assert.NoError(t, err, what)
		}
	}
}

package outputs_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/outputs"
)

func TestEveryCheckIsExplained(t *testing.T) {
	var ids []string
	for _, info := range outputs.Checks() {
		ids = append(ids, info.ID)
		e, known := outputs.Explain(info.ID)
		require.True(t, known)
		for what, text := range map[string]string{"title": e.Title, "fix": e.Fix, "why": e.Why, "example": e.Example, "proof": e.Proof, "reference": e.Reference} {
			assert.NotEmpty(t, text, "%s has no %s", info.ID, what)
		}
	}
	assert.True(t, slices.IsSorted(ids), "%v", ids)
	assert.Len(t, slices.Compact(slices.Clone(ids)), len(ids))
	_, known := outputs.Explain("XXX001")
	assert.False(t, known)
}

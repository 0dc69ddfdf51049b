package warehouse

import (
	"errors"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// What is left in the folder that work was done in is nothing.
func TestScratchLeavesNothing(t *testing.T) {
	base := t.TempDir()
	failed := errors.New("failed")
	for _, result := range []error{nil, failed} {
		err := Scratch(t.Context(), base, Settings{}, func(*Warehouse) error {
			entries, err := os.ReadDir(base)
			require.NoError(t, err)
			require.Len(t, entries, 1)
			info, err := entries[0].Info()
			require.NoError(t, err)
			require.Zero(t, info.Mode().Perm()&0o077, "others can look into it")
			return result
		})
		require.ErrorIs(t, err, result)
		left, err := os.ReadDir(base)
		require.NoError(t, err)
		require.Empty(t, left)
	}
}

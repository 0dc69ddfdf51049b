package keys

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A researcher follows a participant from one amendment of a project to the next:
// ids, codes and shifted dates are of the project's number, whatever the letter.
func TestAnAmendmentKeepsThePseudonyms(t *testing.T) {
	root, first := rootOf(1), project(t, "llc_0042")
	for _, letter := range []string{"_a", "_b", "_z"} {
		amended := project(t, "llc_0042"+letter)
		require.NotEqual(t, first, amended)
		assert.Equal(t, root.For(first).Participant("ALSPAC", "K1"), root.For(amended).Participant("ALSPAC", "K1"))
		assert.Equal(t, root.Column(first, column(t, "provider")).Code("RX1"), root.Column(amended, column(t, "provider")).Code("RX1"))
		assert.Equal(t, root.Dates(first).Days("ALSPAC", "K1", 3650), root.Dates(amended).Days("ALSPAC", "K1", 3650))
	}
	other := project(t, "llc_0043_b")
	assert.NotEqual(t, root.For(first).Participant("ALSPAC", "K1"), root.For(other).Participant("ALSPAC", "K1"))
}

// A project is registered once, by its number: an amendment needs no registration,
// and cannot be registered under another key.
func TestAnAmendmentIsRegisteredWithItsProject(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, AddProject(dir, rootOf(1), project(t, "llc_0042_b")))
	require.NoError(t, CheckProject(dir, rootOf(1), project(t, "llc_0042")))
	require.NoError(t, CheckProject(dir, rootOf(1), project(t, "llc_0042_c")))
	require.ErrorIs(t, AddProject(dir, rootOf(1), project(t, "llc_0042")), ErrRegistered)
	require.ErrorIs(t, CheckProject(dir, rootOf(2), project(t, "llc_0042_c")), ErrOtherKey)
	require.ErrorIs(t, CheckProject(dir, rootOf(1), project(t, "llc_0043_b")), ErrUnknownProject)
	registered, err := Projects(dir)
	require.NoError(t, err)
	require.Len(t, registered, 1)
	assert.Equal(t, "llc_0042", registered[0].Project.String())
	_, err = parseRegistrations("llc_0042_b\t1\tabcd\n")
	require.ErrorIs(t, err, ErrRegistry, "a letter was not written here")
}

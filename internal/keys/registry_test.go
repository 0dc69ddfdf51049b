package keys

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tre-toolkit/internal/spec"
)

// A project is known once it was registered, and no sooner: an id that is mistyped
// is an error and not a new domain.
func TestAnUnknownProjectIsAnError(t *testing.T) {
	dir, root := t.TempDir(), rootOf(1)
	require.ErrorIs(t, CheckProject(dir, root, project(t, "llc_0042")), ErrUnknownProject)
	require.NoError(t, AddProject(dir, root, project(t, "llc_0042")))
	require.NoError(t, CheckProject(dir, root, project(t, "llc_0042")))
	require.NoError(t, CheckProject(dir, root, project(t, "LLC_0042")), "a project id has no case")

	err := CheckProject(dir, root, project(t, "llc_0024"))
	require.ErrorIs(t, err, ErrUnknownProject)
	assert.ErrorContains(t, err, "llc_0024")
}

// The ids of a project are of one key: another key would make a new domain too.
func TestAProjectKeepsItsKey(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, AddProject(dir, rootOf(1), project(t, "llc_0042")))
	require.ErrorIs(t, CheckProject(dir, rootOf(2), project(t, "llc_0042")), ErrOtherKey)
	require.ErrorIs(t, AddProject(dir, rootOf(2), project(t, "llc_0042")), ErrRegistered)
}

func TestTheRegisterIsItsOwnersAlone(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, AddProject(dir, rootOf(1), project(t, "llc_0042")))
	info, err := os.Stat(filepath.Join(dir, projectsFile))
	require.NoError(t, err)
	assert.Equal(t, fs.FileMode(0o600), info.Mode().Perm())
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, entries, 1, "no draft is left")
}

// What a killed writer left behind does not hinder the next.
func TestADraftOfTheRegisterIsReplaced(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "."+projectsFile), []byte("half"), 0o600))
	require.NoError(t, AddProject(dir, rootOf(1), project(t, "llc_0042")))
	require.NoError(t, CheckProject(dir, rootOf(1), project(t, "llc_0042")))
}

// In whatever order projects come, the register is the same file, and reads as what
// was added.
func TestTheRegisterHoldsWhatWasAdded(t *testing.T) {
	ids := rapid.StringMatching(`llc_[0-9]{4}`)
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("", "register-*")
		require.NoError(t, err)
		defer os.RemoveAll(dir)
		want := map[string]bool{}
		for _, id := range rapid.SliceOfNDistinct(ids, 0, 6, rapid.ID[string]).Draw(t, "ids") {
			project, err := spec.ParseProjectID(id)
			if err != nil {
				continue
			}
			require.NoError(t, AddProject(dir, rootOf(1), project))
			want[project.String()] = true
		}
		got, err := Projects(dir)
		require.NoError(t, err)
		require.Len(t, got, len(want))
		for i, one := range got {
			require.True(t, want[one.Project.String()])
			require.Equal(t, 1, one.KeyVersion)
			require.True(t, i == 0 || got[i-1].Project.String() < one.Project.String())
		}
	})
}

// A register that somebody has edited by hand is not guessed at.
func TestADamagedRegisterIsRefused(t *testing.T) {
	for _, text := range []string{
		"\n", "llc_0042", "llc_0042\t1\n", "llc_0042\t0\taa\n", "llc_0042\tone\taa\n", "llc_0042\t1\t\n", "llc_0042\t1\taa",
		"llc_0042\t1\taa\r\n" + "llc_0042\t1\taa\n", "llc_0042\t1\taa\nllc_0042\t1\taa\n", "llc_0043\t1\taa\nllc_0042\t1\taa\n", "not a project\t1\taa\n", "llc_0042\t01\taa\n",
	} {
		_, err := parseRegistrations(text)
		assert.ErrorIs(t, err, ErrRegistry, "%q", text)
	}
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, projectsFile), []byte("x"), 0o600))
	require.ErrorIs(t, CheckProject(dir, rootOf(1), project(t, "llc_0042")), ErrRegistry)
	require.ErrorIs(t, AddProject(dir, rootOf(1), project(t, "llc_0042")), ErrRegistry)
}

func FuzzParseRegistrations(f *testing.F) {
	f.Add("llc_0042\t1\t0123456789abcdef\n")
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		registered, err := parseRegistrations(text)
		if err == nil && writeRegistrations(registered) != text {
			t.Fatalf("%q is read as something else", text)
		}
	})
}

// A project id is the same id in every style.
func TestAProjectIDInEachStyle(t *testing.T) {
	pseudonyms := rootOf(1).For(project(t, "llc_0042"))
	id := pseudonyms.ParticipantID("ALSPAC", "K0001")
	assert.Equal(t, pseudonyms.Participant("ALSPAC", "K0001"), id.In(TextStyle))
	assert.Equal(t, id.UUID(), id.In(UUIDStyle))
	assert.Regexp(t, `^[1-9][0-9]{14}$`, id.In(IntegerStyle))
}

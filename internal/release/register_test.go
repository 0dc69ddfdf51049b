package release_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/release"
)

// filled returns a register of three releases.
func filled(t *testing.T) (dir string, register release.Register) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "releases")
	for i := range 3 {
		one := left(t, t.TempDir(), fmt.Sprintf("r%d", i+1), "ukllc-metrics", map[string]string{"t.csv": fmt.Sprintf("study,participants\nA,%d\nB,<10\n", 40+i)})
		var err error
		register, err = release.Add(t.Context(), dir, one)
		require.NoError(t, err)
	}
	return dir, register
}

// files lists the register's releases.
func files(t *testing.T, dir string) []string {
	t.Helper()
	list, err := filepath.Glob(filepath.Join(dir, "*.json"))
	require.NoError(t, err)
	return list
}

func TestARegisterReadsWhatItWrote(t *testing.T) {
	dir, register := filled(t)
	require.Len(t, register.Releases, 3)
	again, err := release.OpenRegister(dir)
	require.NoError(t, err)
	assert.Equal(t, register, again)
	assert.Equal(t, register.SHA256(1), again.Releases[2].Previous, "each is bound to the one before")
	assert.Equal(t, register.SHA256(2), register.Head())
	cells := again.Releases[0].Tables[0].Open().Cells
	require.Len(t, cells, 2)
	assert.Equal(t, int64(40), cells[0].Value)
	assert.True(t, cells[1].Masked)
	assert.Zero(t, cells[1].Value, "a masked cell has no number")
	assert.Equal(t, [2]int64{1, 9}, [2]int64{cells[1].Lower, cells[1].Upper}, "but what its mark says")
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, entries, 4, "the releases and the lock; no draft is left")
}

func TestAnAbsentRegisterIsEmpty(t *testing.T) {
	register, err := release.OpenRegister(filepath.Join(t.TempDir(), "none"))
	require.NoError(t, err)
	assert.Empty(t, register.Releases)
	assert.Empty(t, register.Head())
}

func TestAReleaseIsRecordedOnce(t *testing.T) {
	dir, _ := filled(t)
	again := left(t, t.TempDir(), "R2", "ukllc-metrics", map[string]string{"t.csv": "study,participants\nA,40\n"})
	_, err := release.Add(t.Context(), dir, again)
	require.ErrorIs(t, err, release.ErrTaken)
	assert.Len(t, files(t, dir), 3)
}

// Every way to change a register by hand is told.
func TestARegisterThatWasChangedIsRefused(t *testing.T) {
	ways := map[string]func(*testing.T, string, []string){
		"a number changed": func(t *testing.T, _ string, list []string) { replace(t, list[1], `"value":41`, `"value":99`) },
		"a space more":     func(t *testing.T, _ string, list []string) { replace(t, list[2], "\n", " \n") },
		"one removed":      func(t *testing.T, _ string, list []string) { require.NoError(t, os.Remove(list[0])) },
		"one in the middle removed": func(t *testing.T, _ string, list []string) {
			require.NoError(t, os.Remove(list[1]))
		},
		"one renamed": func(t *testing.T, _ string, list []string) {
			require.NoError(t, os.Rename(list[2], strings.Replace(list[2], "_r3_", "_r4_", 1)))
		},
		"one moved to the end": func(t *testing.T, dir string, list []string) {
			require.NoError(t, os.Rename(list[0], filepath.Join(dir, strings.Replace(filepath.Base(list[0]), "000001", "000004", 1))))
		},
		"one twice": func(t *testing.T, _ string, list []string) {
			text, err := os.ReadFile(list[1])
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(strings.Replace(list[1], "000002", "000004", 1), text, 0o600))
		},
		"a file of somebody's": func(t *testing.T, dir string, _ []string) {
			require.NoError(t, os.WriteFile(filepath.Join(dir, "notes.txt"), nil, 0o600))
		},
		"a link": func(t *testing.T, _ string, list []string) {
			require.NoError(t, os.Rename(list[2], list[2]+".away"))
			require.NoError(t, os.Symlink(list[2]+".away", list[2]))
		},
		"cut short": func(t *testing.T, _ string, list []string) { require.NoError(t, os.Truncate(list[2], 10)) },
	}
	for name, change := range ways {
		t.Run(name, func(t *testing.T) {
			dir, _ := filled(t)
			change(t, dir, files(t, dir))
			_, err := release.OpenRegister(dir)
			require.ErrorIs(t, err, release.ErrTampered)
			_, err = release.Add(t.Context(), dir, release.Release{Format: 1, Name: "r9"})
			require.ErrorIs(t, err, release.ErrTampered)
		})
	}
}

func replace(t *testing.T, path, old, with string) {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	changed := strings.Replace(string(text), old, with, 1)
	require.NotEqual(t, string(text), changed)
	require.NoError(t, os.WriteFile(path, []byte(changed), 0o600))
}

// What a killed program left unfinished is no release.
func TestADraftIsNoRelease(t *testing.T) {
	dir, register := filled(t)
	require.NoError(t, os.WriteFile(filepath.Join(dir, ".unfinished-1"), []byte("{"), 0o600))
	again, err := release.OpenRegister(dir)
	require.NoError(t, err)
	assert.Equal(t, register.Head(), again.Head())
}

// Whoever adds at the same time waits for the other.
func TestTwoWhoAddAtTheSameTime(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "releases")
	var all sync.WaitGroup
	failed := make([]error, 8)
	for i := range failed {
		one := left(t, t.TempDir(), fmt.Sprintf("r%d", i), "ukllc-metrics", map[string]string{"t.csv": "study,participants\nA,40\n"})
		all.Go(func() { _, failed[i] = release.Add(t.Context(), dir, one) })
	}
	all.Wait()
	for _, err := range failed {
		require.NoError(t, err)
	}
	register, err := release.OpenRegister(dir)
	require.NoError(t, err)
	assert.Len(t, register.Releases, len(failed))
}

func TestNamesOfReleases(t *testing.T) {
	for _, good := range []string{"2024-09-05", "a", "Release.1"} {
		_, err := release.ParseName(good)
		require.NoError(t, err, good)
	}
	for _, bad := range []string{"", ".", "..", "a/b", `a\b`, "a_b", "-a", "a b", "é", strings.Repeat("a", 65), "a\n"} {
		_, err := release.ParseName(bad)
		require.Error(t, err, bad)
	}
}

// FuzzParse reads any bytes without a panic, and what it accepts can be compared.
func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"format":1,"number":1,"release":"a","date":"2024-09-05","tables":[{"file":"t.csv","cells":[{"place":["a"],"name":"a","lower":1,"upper":9,"masked":true},{"place":["b"],"name":"b","lower":40,"upper":40,"value":40}],"relations":[{"terms":[[0,1],[1,-1]],"lower":0,"upper":0}]}]}`))
	f.Add([]byte(`{"format":1,"release":"a","date":"2024-09-05","tables":[{"cells":[],"relations":[{"terms":[[9,1]]}]}]}`))
	f.Fuzz(func(t *testing.T, content []byte) {
		one, err := release.Parse(content)
		if err != nil {
			return
		}
		_, err = json.Marshal(one)
		require.NoError(t, err)
		_, err = release.Compare(t.Context(), rules(t, "ukllc-metrics"), one, []release.Release{one})
		require.NoError(t, err)
	})
}

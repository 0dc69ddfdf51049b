package extract_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/warehouse"
)

// deadProcess returns the number of a process that has ended.
func deadProcess(t *testing.T) int {
	t.Helper()
	command := exec.Command("true")
	require.NoError(t, command.Run())
	return command.Process.Pid
}

// kill runs a project until it begins its last table and leaves the draft as a
// killed process would; it returns the draft and the bytes of the whole extract.
func (p *place) kill(t *testing.T, asked string) (draft string, whole map[string]string) {
	t.Helper()
	draft = filepath.Join(p.dir, ".unfinished-extract-"+strconv.Itoa(deadProcess(t))+"-1")
	require.NoError(t, p.tryRun(t.Context(), t, asked, func(file string) {
		if !strings.Contains(file, "jobs") {
			return
		}
		drafts, err := filepath.Glob(filepath.Join(p.dir, ".unfinished-extract-*"))
		require.NoError(t, err)
		require.Len(t, drafts, 1)
		require.NoError(t, os.CopyFS(draft, os.DirFS(drafts[0])))
		require.NoError(t, os.WriteFile(filepath.Join(draft, file), []byte("half a file"), 0o600))
	}))
	return draft, p.files(t)
}

// files are the bytes of the extract that lies there.
func (p *place) files(t *testing.T) map[string]string {
	t.Helper()
	whole := map[string]string{}
	for _, pattern := range []string{"*", "*/*"} {
		names, err := filepath.Glob(filepath.Join(p.dir, "extract", pattern))
		require.NoError(t, err)
		for _, name := range names {
			if info, err := os.Stat(name); err == nil && info.Mode().IsRegular() {
				text, err := os.ReadFile(name)
				require.NoError(t, err)
				whole[strings.TrimPrefix(name, p.dir)] = string(text)
			}
		}
	}
	return whole
}

// A run that was killed is taken up by the next: what it had finished is kept,
// if it is of the same plan and as it was written.
func TestAKilledRunIsTakenUp(t *testing.T) {
	place := newPlace(t, warehouse.Settings{})
	number := place.load(t, codedWorld(40))
	asked := project{studies: []string{"ALSPAC"}, transform: "none", columns: []string{"pathwayid", "score"}}.toml(number)
	for name, one := range map[string]struct {
		before func(draft string)
		asked  string
		steps  int
	}{
		"the same plan": {func(string) {}, asked, 1},
		"another plan":  {func(string) {}, strings.Replace(asked, `"score"`, `"age"`, 3), 3},
		"a file that was changed": {func(draft string) {
			require.NoError(t, os.WriteFile(filepath.Join(draft, "NHSE_TINY_v0001_hub.csv"), nil, 0o600))
		}, asked, 2},
		"a file that is gone":     {func(draft string) { require.NoError(t, os.Remove(filepath.Join(draft, "NHSE_TINY_v0001_events.csv"))) }, asked, 2},
		"no word of what is done": {func(draft string) { require.NoError(t, os.Remove(filepath.Join(draft, ".progress.json"))) }, asked, 3},
		"a word that is none": {func(draft string) {
			require.NoError(t, os.WriteFile(filepath.Join(draft, ".progress.json"), []byte("{"), 0o600))
		}, asked, 3},
		"something that was put there": {func(draft string) {
			require.NoError(t, os.WriteFile(filepath.Join(draft, "notes.txt"), []byte("mine"), 0o600))
		}, asked, 1},
	} {
		t.Run(name, func(t *testing.T) {
			draft, whole := place.kill(t, asked)
			one.before(draft)
			steps := 0
			require.NoError(t, place.tryRun(t.Context(), t, one.asked, func(string) { steps++ }))
			assert.Equal(t, one.steps, steps, "tables written")
			if one.asked == asked {
				assert.Equal(t, whole, place.files(t), "as if nothing had happened")
			}
			assert.NoDirExists(t, draft)
			require.NoError(t, os.RemoveAll(filepath.Join(place.dir, "extract")))
			place.assertNoExtract(t)
		})
	}
}

// What a killed run to another place left is not taken for this one's.
func TestAnotherPlacesDraftIsRemoved(t *testing.T) {
	place := newPlace(t, warehouse.Settings{})
	number := place.load(t, codedWorld(40))
	asked := project{studies: []string{"ALSPAC"}, transform: "none", columns: []string{"score"}}.toml(number)
	draft, _ := place.kill(t, asked)
	path := filepath.Join(draft, ".progress.json")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, []byte(strings.Replace(string(text), `"place":"extract"`, `"place":"other"`, 1)), 0o600))
	steps := 0
	require.NoError(t, place.tryRun(t.Context(), t, asked, func(string) { steps++ }))
	assert.Equal(t, 3, steps)
	assert.NoDirExists(t, draft)
}

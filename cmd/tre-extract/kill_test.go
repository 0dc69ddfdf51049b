package main

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// kills is how often a run is killed at a random moment: TRE_KILLS, or a few.
func kills(t *testing.T) int {
	text, set := os.LookupEnv("TRE_KILLS")
	if !set {
		return 20
	}
	number, err := strconv.Atoi(text)
	require.NoError(t, err)
	return number
}

// A run that is killed at any moment leaves no extract or a whole one, and the
// next run succeeds with the same bytes and clears what the killed ones left.
func TestRunKilledAtRandomMoments(t *testing.T) {
	t.Parallel()
	made, workspace, folder := shared(t), copyOf(t, shared(t).loaded), t.TempDir()
	out := filepath.Join(folder, "extract")
	run := []string{"run", "llc_0042.toml", "-w", workspace, "--identity", made.identity, "--out", out}
	start := time.Now()
	must(t, run...)
	took := time.Since(start)
	manifest, err := os.ReadFile(filepath.Join(out, "manifest.json"))
	require.NoError(t, err)
	require.NoError(t, os.RemoveAll(out))

	cut := 0
	for range kills(t) {
		doomed := newProgram(t, run...)
		require.NoError(t, doomed.Start())
		time.Sleep(rand.N(took + took/10))
		require.NoError(t, doomed.Process.Kill())
		if doomed.code(t) != 0 {
			cut++
		}
		if _, err := os.Lstat(out); os.IsNotExist(err) {
			continue
		}
		require.NoError(t, runHere("verify", out), "half an extract is there")
		require.NoError(t, os.RemoveAll(out))
	}
	require.Positive(t, cut, "no run was killed in time")

	must(t, run...)
	again, err := os.ReadFile(filepath.Join(out, "manifest.json"))
	require.NoError(t, err)
	require.Equal(t, string(manifest), string(again))
	left, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Len(t, left, 1, "a killed run's draft is still there")
}

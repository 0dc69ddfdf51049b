//go:build linux

package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// faults is the compiled testdata/fault/fault.c: a disk that fills up or a
// process that is killed once the database has written so many bytes.
type faults struct{ library string }

func compileFaults(t *testing.T) faults {
	t.Helper()
	library := filepath.Join(t.TempDir(), "fault.so")
	out, err := exec.Command("cc", "-shared", "-fPIC", "-o", library, "testdata/fault/fault.c", "-ldl", "-lpthread").CombinedOutput()
	require.NoError(t, err, string(out))
	return faults{library}
}

const (
	full     = "full"
	killed   = "kill"
	never    = 1 << 60
	killCode = -1 // what Go calls the exit code of a process that a signal ended
)

// strike runs the program with a fault after so many bytes below a folder, and
// returns its exit code, what it said and how many bytes were written.
func (f faults) strike(t *testing.T, kind, folder string, after int64, args ...string) (code int, talk string, written int64) {
	t.Helper()
	counter := filepath.Join(t.TempDir(), "count")
	require.NoError(t, os.WriteFile(counter, make([]byte, 8), 0o600))
	p := newProgram(t, args...)
	p.Env = append(os.Environ(), "LD_PRELOAD="+f.library, "TRE_FAULT_DIR="+folder, "TRE_FAULT_KIND="+kind,
		"TRE_FAULT_AFTER="+strconv.FormatInt(after, 10), "TRE_FAULT_COUNT="+counter)
	code = p.code(t)
	count, err := os.ReadFile(counter)
	require.NoError(t, err)
	return code, p.err.String(), int64(binary.NativeEndian.Uint64(count))
}

// A load on a disk that fills up, or that is killed in the middle of a write:
// early, in the middle, before the commit, and while the database tidies its
// file after it. The version is not there at all, the workspace opens, and the
// same command then gives the same version.
func TestLoadWithAFullDiskOrAKill(t *testing.T) {
	t.Parallel()
	fault := compileFaults(t)
	load := []string{"load", "NHSE_IAPT@3", filepath.Join(shared(t).delivery, "NHSE_IAPT_v0003"), "-w"}
	whole := copyOf(t, shared(t).empty)
	code, talk, total := fault.strike(t, full, whole, never, append(load, whole)...)
	require.Equal(t, 0, code, talk)
	require.Greater(t, total, int64(1<<20), "the database's writes are not seen")
	loaded := stateIn(whole)

	// The last write of a checkpoint is the header; torn blocks come before it.
	moments := []int64{1, total / 50, total / 9, total / 2, total * 9 / 10, total - 200_000, total - 5_000, total - 1}
	for _, kind := range []string{full, killed} {
		for _, after := range moments {
			t.Run(fmt.Sprintf("%s after %d of %d bytes", kind, after, total), func(t *testing.T) {
				workspace := copyOf(t, shared(t).empty)
				before := stateIn(workspace)
				code, talk, _ := fault.strike(t, kind, workspace, after, append(load, workspace)...)
				require.Equal(t, before, stateIn(workspace), "half a version is there")
				if kind == killed {
					require.Equal(t, killCode, code, talk)
				} else {
					require.Equal(t, 1, code, talk)
					require.Contains(t, talk, "the disk is full")
					require.Contains(t, talk, "hint: free some space and run the same command again; nothing was half done")
					require.NoFileExists(t, filepath.Join(workspace, "holder.json"))
				}
				must(t, append(load, workspace)...)
				require.Equal(t, loaded, stateIn(workspace))
			})
		}
	}
}

// A run on a disk that fills up leaves neither an extract nor a draft; one that
// is killed leaves no extract. Either way the same command then makes the same
// bytes.
func TestRunWithAFullDiskOrAKill(t *testing.T) {
	t.Parallel()
	fault := compileFaults(t)
	made, workspace := shared(t), copyOf(t, shared(t).loaded)
	run := func(out string) []string {
		return []string{"run", "llc_0042.toml", "-w", workspace, "--identity", made.identity, "--out", out}
	}
	folder := t.TempDir()
	whole := filepath.Join(folder, "whole")
	code, talk, total := fault.strike(t, full, folder, never, run(whole)...)
	require.Equal(t, 0, code, talk)
	require.Greater(t, total, int64(4<<10), "the database's writes are not seen")
	manifest, err := os.ReadFile(filepath.Join(whole, "manifest.json"))
	require.NoError(t, err)

	for _, kind := range []string{full, killed} {
		for _, after := range []int64{1, total - 1} {
			t.Run(fmt.Sprintf("%s after %d of %d bytes", kind, after, total), func(t *testing.T) {
				folder := t.TempDir()
				out := filepath.Join(folder, "extract")
				code, talk, _ := fault.strike(t, kind, folder, after, run(out)...)
				require.NoDirExists(t, out)
				if kind == full {
					require.Equal(t, 1, code, talk)
					require.Contains(t, talk, "the disk is full")
					left, err := os.ReadDir(folder)
					require.NoError(t, err)
					require.Empty(t, left)
				} else {
					require.Equal(t, killCode, code, talk)
				}
				must(t, run(out)...)
				again, err := os.ReadFile(filepath.Join(out, "manifest.json"))
				require.NoError(t, err)
				require.Equal(t, string(manifest), string(again))
				must(t, "verify", out)
			})
		}
	}
}

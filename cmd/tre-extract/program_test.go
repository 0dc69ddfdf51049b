package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/warehouse"
)

// program is the real command as its own process: this test binary under the
// name of tre-extract.
type program struct {
	*exec.Cmd
	out, err bytes.Buffer
}

func newProgram(t *testing.T, args ...string) *program {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	t.Cleanup(cancel)
	p := &program{Cmd: exec.CommandContext(ctx, self, args...)}
	p.Args[0] = "tre-extract"
	p.Stdout, p.Stderr = &p.out, &p.err
	return p
}

// code runs or awaits the program and returns its exit code, -1 for a signal.
func (p *program) code(t *testing.T) int {
	t.Helper()
	if p.Process == nil {
		require.NoError(t, p.Start())
	}
	err := p.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return p.ProcessState.ExitCode()
}

func runProgram(t *testing.T, args ...string) (code int, out, talk string) {
	t.Helper()
	p := newProgram(t, args...)
	code = p.code(t)
	return code, p.out.String(), p.err.String()
}

// must runs the program and fails the test unless it is done.
func must(t *testing.T, args ...string) string {
	t.Helper()
	code, out, talk := runProgram(t, args...)
	require.Equal(t, 0, code, talk)
	return out
}

func copyOf(t *testing.T, from string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), filepath.Base(from))
	require.NoError(t, os.CopyFS(to, os.DirFS(from)))
	return to
}

// stalledLoad starts a load that has the workspace and waits for a file that
// does not come: a named pipe. Closing the pipe lets it go on.
func stalledLoad(t *testing.T, workspace string) (*program, *os.File) {
	t.Helper()
	delivery := copyOf(t, filepath.Join(shared(t).delivery, "NHSE_IAPT_v0003"))
	pipe := filepath.Join(delivery, "care_cluster.csv")
	require.NoError(t, os.Remove(pipe))
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	load := newProgram(t, "load", "NHSE_IAPT@3", delivery, "-w", workspace)
	require.NoError(t, load.Start())
	feed, err := os.OpenFile(pipe, os.O_WRONLY, 0) // waits for the reader
	require.NoError(t, err)
	_, err = feed.WriteString("cohortkey_e,")
	require.NoError(t, err)
	require.FileExists(t, filepath.Join(workspace, "holder.json"))
	return load, feed
}

// One process has the workspace. The second is told which and since when, and so
// is a reader; nothing waits, and afterwards the workspace is free.
func TestSecondWriterIsToldWhoHoldsTheWorkspace(t *testing.T) {
	t.Parallel()
	made, workspace := shared(t), copyOf(t, shared(t).empty)
	load, feed := stalledLoad(t, workspace)

	for _, args := range [][]string{
		{"load", "NHSE_IAPT@3", filepath.Join(made.delivery, "NHSE_IAPT_v0003")},
		{"freeze", "16", "--date", "2026-05-01", "--permissions", made.permissions, "--mapping", made.mapping},
		{"versions", "list"},
		{"metrics", "NHSE_IAPT@3"},
		{"run", "llc_0042.toml", "--out", filepath.Join(t.TempDir(), "extract"), "--identity", made.identity},
	} {
		code, out, talk := runProgram(t, append(args, "-w", workspace)...)
		require.Equal(t, 1, code, talk)
		require.Empty(t, out)
		require.Regexp(t, `error: .*the workspace is in use by process \d+ \(load NHSE_IAPT@3\) since 20\d\d-`, talk)
		require.Contains(t, talk, "hint: one writer at a time: wait until it has finished, then try again")
	}

	_, err := feed.WriteString("\x00\n")
	require.NoError(t, err)
	require.NoError(t, feed.Close())
	require.Equal(t, 4, load.code(t), load.err.String())
	require.Contains(t, load.err.String(), "care_cluster.csv:1: a NUL byte")
	require.NoFileExists(t, filepath.Join(workspace, "holder.json"))
	must(t, "load", "NHSE_IAPT@3", filepath.Join(made.delivery, "NHSE_IAPT_v0003"), "-w", workspace)
}

// Many may read at once, and a writer who comes meanwhile is not told the name
// of a process that was killed long ago.
func TestReadersDoNotBlockEachOther(t *testing.T) {
	t.Parallel()
	workspace := copyOf(t, shared(t).loaded)
	stale := []byte(`{"process": 1, "command": "load of long ago", "since": "2020-01-01T00:00:00Z"}`)
	require.NoError(t, os.WriteFile(filepath.Join(workspace, "holder.json"), stale, 0o600))
	held, err := warehouse.OpenForReading(t.Context(), workspace, warehouse.Settings{})
	require.NoError(t, err)
	code, _, talk := runProgram(t, "keys", "new", "--identity", filepath.Join(t.TempDir(), "identity.txt"), "-w", workspace)
	require.Equal(t, 1, code, talk)
	require.Contains(t, talk, "the workspace is in use by a reader")
	readers := []*program{}
	for range 4 {
		reader := newProgram(t, "metrics", "NHSE_IAPT@3", "-w", workspace)
		require.NoError(t, reader.Start())
		readers = append(readers, reader)
	}
	for _, reader := range readers {
		require.Equal(t, 0, reader.code(t), reader.err.String())
	}
	require.NoError(t, held.Close())
}

// An interrupt ends a load with exit code 130 and leaves the workspace as it was.
func TestInterruptedLoadChangesNothing(t *testing.T) {
	t.Parallel()
	for name, signal := range map[string]syscall.Signal{"ctrl-c": syscall.SIGINT, "terminate": syscall.SIGTERM} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			workspace := copyOf(t, shared(t).empty)
			before := stateIn(workspace)
			load, feed := stalledLoad(t, workspace)
			require.NoError(t, load.Process.Signal(signal))
			time.Sleep(50 * time.Millisecond)
			_, _ = feed.WriteString("extract_date\n")
			require.Equal(t, 130, load.code(t), load.err.String())
			require.Equal(t, "error: interrupted; nothing was changed\n", load.err.String())
			require.NoError(t, feed.Close())
			requireAsBefore(t, workspace, before)
			must(t, "load", "NHSE_IAPT@3", filepath.Join(shared(t).delivery, "NHSE_IAPT_v0003"), "-w", workspace)
		})
	}
}

// The same while the database works: at whatever moment the signal comes, the
// version is there whole or not at all.
func TestInterruptAndKillAtAnyMoment(t *testing.T) {
	t.Parallel()
	delivery := filepath.Join(t.TempDir(), "delivery")
	must(t, "synth", delivery, "--people", "300")
	delivery = filepath.Join(delivery, "NHSE_IAPT_v0003")
	whole := copyOf(t, shared(t).empty)
	start := time.Now()
	must(t, "load", "NHSE_IAPT@3", delivery, "-w", whole)
	took, loaded := time.Since(start), stateIn(whole)

	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGKILL} {
		for _, part := range []time.Duration{5, 9} {
			workspace := copyOf(t, shared(t).empty)
			before := stateIn(workspace)
			load := newProgram(t, "load", "NHSE_IAPT@3", delivery, "-w", workspace)
			require.NoError(t, load.Start())
			time.Sleep(took * part / 10)
			_ = load.Process.Signal(signal)
			code, now := load.code(t), stateIn(workspace)
			switch {
			case code == 0:
				require.Equal(t, loaded, now)
				continue
			case signal == syscall.SIGINT:
				require.Equal(t, 130, code, load.err.String())
				require.Contains(t, load.err.String(), "error: interrupted")
			}
			if now == loaded {
				continue // killed after the commit
			}
			require.Equal(t, before, now, "half a version is there")
			must(t, "load", "NHSE_IAPT@3", delivery, "-w", workspace)
			require.Equal(t, loaded, stateIn(workspace))
		}
	}
}

// requireAsBefore asserts that a workspace answers as before and that nothing
// unfinished lies in it.
func requireAsBefore(t *testing.T, workspace, before string) {
	t.Helper()
	require.Equal(t, before, stateIn(workspace))
	for _, left := range []string{"holder.json", "tmp/*", "rejects/*", "*.wal"} {
		found, err := filepath.Glob(filepath.Join(workspace, left))
		require.NoError(t, err)
		require.Empty(t, found, "left behind")
	}
}

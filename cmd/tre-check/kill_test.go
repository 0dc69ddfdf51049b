package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/ledger"
	"tre-toolkit/internal/outputs"
	"tre-toolkit/internal/release"
	"tre-toolkit/internal/review"
	"tre-toolkit/internal/review/bundle"
	"tre-toolkit/internal/review/people"
	"tre-toolkit/internal/review/states"
)

// kills is how often a program is killed at a random moment: TRE_KILLS, or a few.
func kills(t *testing.T) int {
	text, set := os.LookupEnv("TRE_KILLS")
	if !set {
		return 20
	}
	number, err := strconv.Atoi(text)
	require.NoError(t, err)
	return number
}

// process is a run of the program that can be killed.
type process struct {
	*exec.Cmd
	out, err bytes.Buffer
}

func newProcess(t *testing.T, args ...string) *process {
	self, err := os.Executable()
	require.NoError(t, err)
	p := &process{Cmd: &exec.Cmd{Path: self, Args: append([]string{"tre-check"}, args...), Env: append(os.Environ(), "TRE_WORKSPACE=")}}
	p.Stdout, p.Stderr = &p.out, &p.err
	return p
}

// runs runs the program to its end.
func runs(t *testing.T, args ...string) (string, error) {
	p := newProcess(t, args...)
	err := p.Run()
	if err != nil {
		err = fmt.Errorf("%w: %s", err, p.err.String())
	}
	return p.out.String(), err
}

// starts starts the program.
func starts(t *testing.T, args ...string) *process {
	p := newProcess(t, args...)
	require.NoError(t, p.Start())
	return p
}

// dies kills the program after a random part of the time, and reports whether it
// had not come to its end.
func (p *process) dies(within time.Duration) (cut bool) {
	time.Sleep(rand.N(within))
	_ = p.Process.Kill() // it may have ended
	err := p.Wait()
	return err != nil && strings.Contains(err.Error(), "killed")
}

// keys makes a list of two reviewers, and their private keys.
func keys(t *testing.T, dir string) (roster string) {
	var list strings.Builder
	for _, name := range []string{"ada", "bob"} {
		out, err := runs(t, "reviewer", "new", name, "--key", filepath.Join(dir, name+".key"))
		require.NoError(t, err)
		list.WriteString(out)
	}
	roster = filepath.Join(dir, "reviewers.toml")
	require.NoError(t, os.WriteFile(roster, []byte(list.String()), 0o600))
	return roster
}

func smallFolder(t *testing.T, dir string) string {
	path := filepath.Join(dir, "results")
	require.NoError(t, os.Mkdir(path, 0o755))
	for i := range 5 {
		text := fmt.Sprintf("study,participants\nA,%d\nB,50\n", 40+i)
		require.NoError(t, os.WriteFile(filepath.Join(path, fmt.Sprintf("t%d.csv", i)), []byte(text), 0o600))
	}
	return path
}

// Two people decide at once, and both are killed at any moment: no decision that
// was said to be saved is lost, none is half there, and the review goes on.
func TestReviewersKilledAtRandomMoments(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	roster, path := keys(t, dir), smallFolder(t, dir)
	_, err := runs(t, "review", path, "--author", "carol", "--reviewers", roster, "--rules", "ukllc-metrics", "--check")
	require.NoError(t, err)
	decide := func(name, word string) []string {
		return []string{"review", path, "--key", filepath.Join(dir, name+".key"), "--decide", "t*.csv=reject", "--comment", word}
	}
	start := time.Now()
	for _, name := range []string{"ada", "bob"} {
		_, err := runs(t, decide(name, "first")...)
		require.NoError(t, err)
	}
	took := time.Since(start)

	last, cuts := map[string]string{"ada": "first", "bob": "first"}, 0
	for round := range kills(t) {
		word := "round " + strconv.Itoa(round)
		type end struct {
			name, out string
			cut       bool
		}
		ends := make(chan end)
		for _, name := range []string{"ada", "bob"} {
			p := starts(t, decide(name, word)...)
			go func() {
				cut := p.dies(took)
				ends <- end{name, p.out.String(), cut}
			}()
		}
		for range 2 {
			one := <-ends
			if one.cut {
				cuts++
			}
			now := commentOf(t, dir, path, one.name)
			if strings.Contains(one.out, "saved: ") {
				require.Equal(t, word, now, "what was said to be saved is lost")
			}
			require.Contains(t, []string{last[one.name], word}, now)
			last[one.name] = now
		}
	}
	require.Positive(t, cuts, "nothing was killed in time")
	for _, name := range []string{"ada", "bob"} {
		_, err := runs(t, decide(name, "last")...)
		require.NoError(t, err)
		require.Equal(t, "last", commentOf(t, dir, path, name))
	}
}

// commentOf is what somebody said last; it is the same of all files, since they
// decide on all at once.
func commentOf(t *testing.T, dir, path, name string) string {
	t.Helper()
	me, err := people.ReadKey(filepath.Join(dir, name+".key"))
	require.NoError(t, err)
	r, err := review.Look(t.Context(), review.Options{Path: path, Me: me, Now: time.Now})
	require.NoError(t, err)
	o, err := r.Overview(t.Context())
	require.NoError(t, err)
	said := map[string]bool{}
	for _, file := range o.Files {
		require.NotNil(t, file.Mine)
		said[file.Mine.Comment] = true
	}
	require.Len(t, said, 1, "half a group was decided on")
	return o.Files[0].Mine.Comment
}

// A seal that is killed at any moment leaves no bundle, or a whole one that is in
// the register and in the ledger; the next seal ends with each of them once.
func TestSealKilledAtRandomMoments(t *testing.T) {
	t.Parallel()
	cuts := 0
	var took time.Duration
	for round := range kills(t) {
		dir := t.TempDir()
		path, register, out := smallFolder(t, dir), filepath.Join(dir, "releases"), filepath.Join(dir, "out", "bundle")
		for _, me := range []people.Me{people.System(), {Name: "another", User: "another"}} {
			require.NoError(t, decideAll(path, register, me, states.Approve))
		}
		seal := []string{"seal", path, "--register", register, "--release", "r1", "--date", "2026-11-22", "--out", out}
		if round > 0 {
			if starts(t, seal...).dies(took) {
				cuts++
			}
			isWholeOrNotThere(t, path, register, out)
		}
		start := time.Now()
		_, err := runs(t, seal...)
		if err != nil { // the killed one had come to its end
			require.ErrorContains(t, err, "a review that is released cannot be sealed")
		}
		if round == 0 {
			took = time.Since(start)
		}
		isWholeOrNotThere(t, path, register, out)
		isSealedOnce(t, dir, path, register, out)
	}
	require.Positive(t, cuts, "nothing was killed in time")
}

func isWholeOrNotThere(t *testing.T, path, register, out string) {
	t.Helper()
	if _, err := os.Lstat(out); os.IsNotExist(err) {
		return
	}
	verified, err := bundle.Verify(out)
	require.NoError(t, err, "half a bundle is there")
	require.Empty(t, verified.Faults, "half a bundle is there")
	recorded, err := release.OpenRegister(register)
	require.NoError(t, err)
	require.Len(t, recorded.Releases, 1, "a bundle is there that the register does not have")
	log, err := ledger.In(review.DefaultDir(path), time.Now).Read()
	require.NoError(t, err)
	require.Len(t, log.Entries, 1, "a bundle is there that the ledger does not have")
}

func isSealedOnce(t *testing.T, dir, path, register, out string) {
	t.Helper()
	_, err := os.Lstat(out)
	require.NoError(t, err)
	r, err := review.Look(t.Context(), review.Options{Path: path, Me: people.System(), Now: time.Now})
	require.NoError(t, err)
	o, err := r.Overview(t.Context())
	require.NoError(t, err)
	require.Equal(t, states.Released, o.State)
	recorded, err := release.OpenRegister(register)
	require.NoError(t, err)
	require.Equal(t, recorded.Head(), o.Release.Register)
	_, err = outputs.Open([]string{out}, bundle.ManifestName)
	require.NoError(t, err)
	for _, folder := range []string{filepath.Dir(out), review.DefaultDir(path)} {
		entries, err := os.ReadDir(folder)
		require.NoError(t, err)
		for _, entry := range entries {
			assert.False(t, strings.HasPrefix(entry.Name(), ".unfinished-") || strings.HasPrefix(entry.Name(), "seal.release") || entry.Name() == "seal.json",
				"%s is still in %s", entry.Name(), folder)
		}
	}
}

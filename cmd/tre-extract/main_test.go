package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	check "tre-toolkit/cmd/tre-check/command"
	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/synth"
)

func TestMain(m *testing.M) {
	testscript.Main(testRun{m}, map[string]func(){
		"tre-extract": func() { os.Exit(cli.Main(run)) },
		"tre-check":   func() { os.Exit(cli.Main(check.Run)) },
	})
}

// testRun removes what the tests share when they are done.
type testRun struct{ *testing.M }

func (r testRun) Run() int {
	defer func() { _ = os.RemoveAll(sharedDir) }()
	return r.M.Run()
}

// The scripts know these files by name:
//
//	$DELIVERY      a synthetic delivery of forty people: NHSE_IAPT_v0002 and NHSE_IAPT_v0003
//	$PERMISSIONS   its permissions file
//	$MAPPING       its mapping
//	$IDENTITY      the identity of the key of workspaces that "workspace" copies
//	$EMPTY         a workspace with a key and nothing else
//	$LOADED        a workspace with a key, both versions and freeze 16
//	$TODAY         the day on which the test began
func TestScripts(t *testing.T) {
	made := shared(t)
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireUniqueNames:  true,
		UpdateScripts:       os.Getenv("UPDATE") != "",
		RequireExplicitExec: false,
		Setup: func(env *testscript.Env) error {
			env.Setenv("DELIVERY", made.delivery)
			env.Setenv("PERMISSIONS", made.permissions)
			env.Setenv("MAPPING", made.mapping)
			env.Setenv("IDENTITY", made.identity)
			env.Setenv("EMPTY", made.empty)
			env.Setenv("LOADED", made.loaded)
			env.Setenv("TODAY", spec.DateOf(time.Now()).String())
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":     exits,
			"copy":      copyCommand,
			"remember":  remember,
			"unchanged": unchanged,
			"spoil":     spoilCommand,
			"withheld":  withheld,
			"edit":      editCommand,
		},
	})
}

// exits runs a program and asserts its exit code: exits 4 tre-extract load ...
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARGS...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	code := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		code = exit.ExitCode()
	}
	if code != want {
		ts.Fatalf("exit code %d, not %d", code, want)
	}
}

// copyCommand copies a folder: copy $DELIVERY/NHSE_IAPT_v0003 bad.
func copyCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: copy FROM TO")
	}
	ts.Check(os.RemoveAll(ts.MkAbs(args[1])))
	ts.Check(os.CopyFS(ts.MkAbs(args[1]), os.DirFS(ts.MkAbs(args[0]))))
	// The warehouse of a workspace that is copied stays its owner's alone.
}

// remember keeps what a workspace answers: remember DIR. unchanged DIR asserts
// that it still answers the same, and that nothing unfinished lies in it.
func remember(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: remember WORKSPACE")
	}
	ts.Setenv("REMEMBERED_"+args[0], stateIn(ts.MkAbs(args[0])))
}

func unchanged(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: unchanged WORKSPACE")
	}
	dir := ts.MkAbs(args[0])
	if now := stateIn(dir); now != ts.Getenv("REMEMBERED_"+args[0]) {
		ts.Fatalf("the workspace answers otherwise than before:\n%s\n%s", ts.Getenv("REMEMBERED_"+args[0]), now)
	}
	for _, left := range []string{"holder.json", "tmp/*", "rejects/*.new", "*.wal"} {
		if found, _ := filepath.Glob(filepath.Join(dir, left)); len(found) > 0 {
			ts.Fatalf("left behind: %v", found)
		}
	}
}

// stateIn returns what a workspace answers to a reader: its versions, and the
// counts and number of its newest freeze.
func stateIn(dir string) string {
	var answer bytes.Buffer
	for _, args := range [][]string{
		{"versions", "list", "--json", "-w", dir},
		{"metrics", "NHSE_IAPT@3", "--json", "--funnel", "-w", dir},
	} {
		streams := cli.Streams{In: bytes.NewReader(nil), Out: &answer, Err: &answer}
		fmt.Fprintf(&answer, "exit code %d\n", run(context.Background(), streams, args))
	}
	return answer.String()
}

// withheld asserts that neither stream of the last command, nor any of the
// files named, holds a text: withheld SECRET FILE...
func withheld(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: withheld TEXT FILE...")
	}
	for _, file := range append([]string{"stdout", "stderr"}, args[1:]...) {
		if bytes.Contains([]byte(ts.ReadFile(file)), []byte(args[0])) {
			ts.Fatalf("%s holds %s", file, args[0])
		}
	}
}

// sharedFiles are made once and only read by the tests.
type sharedFiles struct {
	delivery, permissions, mapping, identity, empty, loaded string
}

var sharedDir string

var makeShared = sync.OnceValues(func() (sharedFiles, error) {
	dir, err := os.MkdirTemp("", "tre-extract-test-*")
	if err != nil {
		return sharedFiles{}, err
	}
	sharedDir = dir
	made := sharedFiles{
		delivery:    filepath.Join(dir, "delivery"),
		permissions: filepath.Join(dir, "delivery", synth.PermissionsFile),
		mapping:     filepath.Join(dir, "delivery", synth.MappingFile),
		identity:    filepath.Join(dir, "identity.txt"),
		empty:       filepath.Join(dir, "empty"),
		loaded:      filepath.Join(dir, "loaded"),
	}
	commands := [][]string{{"synth", made.delivery, "--people", "40"}, {"init", made.empty}, {"keys", "new", "-w", made.empty, "--identity", made.identity}}
	for _, project := range []string{"llc_0043", "llc_0077", "llc_0090", "llc_0098", "llc_0099"} { // of the tests; llc_0042 is a specification
		commands = append(commands, []string{"keys", "project", "add", project, "-w", made.empty, "--identity", made.identity})
	}
	for _, args := range commands {
		if err := runHere(args...); err != nil {
			return made, err
		}
	}
	if err := os.CopyFS(made.loaded, os.DirFS(made.empty)); err != nil {
		return made, err
	}
	commands = [][]string{
		{"load", "NHSE_IAPT@2", filepath.Join(made.delivery, "NHSE_IAPT_v0002")},
		{"load", "NHSE_IAPT@3", filepath.Join(made.delivery, "NHSE_IAPT_v0003")},
		{"freeze", "16", "--date", "2026-05-01", "--permissions", made.permissions, "--mapping", made.mapping},
	}
	for _, args := range commands {
		if err := runHere(append(args, "-w", made.loaded)...); err != nil {
			return made, err
		}
	}
	return made, nil
})

func shared(t *testing.T) sharedFiles {
	t.Helper()
	made, err := makeShared()
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// runHere runs a command in this process.
func runHere(args ...string) error {
	var talk bytes.Buffer
	streams := cli.Streams{In: bytes.NewReader(nil), Out: &talk, Err: &talk}
	if code := run(context.Background(), streams, args); code != cli.OK {
		return fmt.Errorf("%v: exit code %d: %s", args, code, talk.String())
	}
	return nil
}

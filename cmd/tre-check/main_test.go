package main

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/klauspost/compress/zstd"
	"github.com/rogpeppe/go-internal/testscript"

	"tre-toolkit/cmd/tre-check/command"
	"tre-toolkit/internal/cli"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"tre-check": func() { os.Exit(cli.Main(command.Run)) },
	})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
		UpdateScripts: os.Getenv("UPDATE") != "",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "change": change, "remove": remove, "hostile": hostile, "harmless": harmless, "checksums": checksums,
			"packs": packs, "squeezes": squeezes, "roster": roster, "review_both": reviewBoth,
		},
	})
}

// exits runs a program and asserts its exit code: exits 5 tre-check check DIR.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARGS...")
	}
	code := "0"
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		code = exitCode(err)
	}
	if code != args[0] {
		ts.Fatalf("exit code %s, not %s", code, args[0])
	}
}

func exitCode(err error) string {
	const prefix = "exit status "
	text := err.Error()
	if len(text) > len(prefix) && text[:len(prefix)] == prefix {
		return text[len(prefix):]
	}
	return text
}

// inRegister finds the file of a release: its name holds a hash.
func inRegister(ts *testscript.TestScript, dir, release string) string {
	found, err := filepath.Glob(ts.MkAbs(filepath.Join(dir, "*_"+release+"_*.json")))
	ts.Check(err)
	if len(found) != 1 {
		ts.Fatalf("%d files of release %s", len(found), release)
	}
	return found[0]
}

// change replaces a text in the file of a release: change DIR RELEASE OLD NEW.
func change(ts *testscript.TestScript, _ bool, args []string) {
	path := inRegister(ts, args[0], args[1])
	text, err := os.ReadFile(path)
	ts.Check(err)
	ts.Check(os.WriteFile(path, []byte(strings.ReplaceAll(string(text), args[2], args[3])), 0o600))
}

// remove deletes the file of a release: remove DIR RELEASE.
func remove(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(os.Remove(inRegister(ts, args[0], args[1])))
}

// hostileLabel would close an element, run a script, colour a terminal and turn
// the direction of what follows.
const hostileLabel = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>\x1b[31m\u202efdp \u200b{0} javascript:alert(3)"

// hostile makes a folder, and a second one with a slightly different count, whose
// names and labels are made to do harm.
func hostile(ts *testscript.TestScript, _ bool, args []string) {
	quoted := `"` + strings.ReplaceAll(hostileLabel, `"`, `""`) + `"`
	name := strings.NewReplacer("/", "_", "\x00", "").Replace(hostileLabel) + ".csv"
	for folder, count := range map[string]string{args[0]: "40", args[0] + "2": "41"} {
		dir := ts.MkAbs(folder)
		ts.Check(os.MkdirAll(dir, 0o755))
		table := "study," + quoted + "\n" + quoted + ",<10\nB,4\nC," + count + "\nD,50\nTotal,103\n"
		ts.Check(os.WriteFile(filepath.Join(dir, name), []byte(table), 0o600))
		ts.Check(os.WriteFile(filepath.Join(dir, "unread"+name+".xyz"), []byte("x"), 0o600))
	}
}

// harmless asserts that nothing in the last output can steer a terminal.
func harmless(ts *testscript.TestScript, _ bool, _ []string) {
	for _, stream := range []string{"stdout", "stderr"} {
		for _, r := range ts.ReadFile(stream) {
			if r != '\n' && !unicode.IsPrint(r) {
				ts.Fatalf("%s holds %U", stream, r)
			}
		}
	}
}

// packs makes a zip file of a folder, such as a text document of its parts: packs
// FOLDER FILE.
func packs(ts *testscript.TestScript, _ bool, args []string) {
	file, err := os.Create(ts.MkAbs(args[1]))
	ts.Check(err)
	w := zip.NewWriter(file)
	ts.Check(w.AddFS(os.DirFS(ts.MkAbs(args[0]))))
	ts.Check(w.Close())
	ts.Check(file.Close())
}

// squeezes compresses a file with zstandard: squeezes FILE COMPRESSED.
func squeezes(ts *testscript.TestScript, _ bool, args []string) {
	content, err := os.ReadFile(ts.MkAbs(args[0]))
	ts.Check(err)
	w, err := zstd.NewWriter(nil)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), w.EncodeAll(content, nil), 0o600))
}

// checksums asserts that each file of a pack but its settings has its SHA-256
// beside it, and nothing else there.
func checksums(ts *testscript.TestScript, _ bool, args []string) {
	pack := ts.MkAbs(args[0])
	entries, err := os.ReadDir(pack)
	ts.Check(err)
	for _, entry := range entries {
		if entry.IsDir() || entry.Name() == "config.json" {
			continue
		}
		content, err := os.ReadFile(filepath.Join(pack, entry.Name()))
		ts.Check(err)
		stated, err := os.ReadFile(filepath.Join(pack, "checksums", entry.Name()+".txt"))
		ts.Check(err)
		if sum := sha256.Sum256(content); string(stated) != hex.EncodeToString(sum[:]) {
			ts.Fatalf("%s: another checksum: %q", entry.Name(), stated)
		}
	}
}

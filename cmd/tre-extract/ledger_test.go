package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func entriesFile(workspace string) string { return filepath.Join(workspace, "ledger", "entries") }

// ledgerLines returns the lines of a workspace's ledger.
func ledgerLines(t *testing.T, workspace string) [][]byte {
	t.Helper()
	text, err := os.ReadFile(entriesFile(workspace))
	require.NoError(t, err)
	return slices.Collect(bytes.Lines(text))
}

// ownProject is a project that no other test runs.
func ownProject(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(csvProject(t))
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "llc_0098.toml")
	require.NoError(t, os.WriteFile(path, bytes.ReplaceAll(text, []byte("llc_0099"), []byte("llc_0098")), 0o600))
	return path
}

// Without a ledger to write to nothing is changed: no load, no run.
func TestNothingIsChangedWithoutARecord(t *testing.T) {
	t.Parallel()
	made, workspace := shared(t), copyOf(t, shared(t).loaded)
	require.NoError(t, os.RemoveAll(filepath.Join(workspace, "ledger")))
	require.NoError(t, os.Symlink(t.TempDir(), filepath.Join(workspace, "ledger")))
	before := stateIn(workspace)
	out := filepath.Join(t.TempDir(), "extract")
	for _, args := range [][]string{
		{"run", "llc_0042.toml", "--out", out, "--identity", made.identity},
		{"freeze", "17", "--date", "2026-06-01", "--permissions", made.permissions, "--mapping", made.mapping},
		{"plan", "llc_0042.toml"},
	} {
		code, _, talk := runProgram(t, append(args, "-w", workspace)...)
		require.Equal(t, 1, code, talk)
		require.Contains(t, talk, "the ledger is a link")
	}
	require.NoDirExists(t, out)
	require.Equal(t, before, stateIn(workspace))
	left, err := os.ReadDir(filepath.Dir(out))
	require.NoError(t, err)
	require.Empty(t, left)
}

// A machine that stops between an extract's appearance and its record: the ledger
// names the run that has no end, and the extract is not called recorded. Run
// again, it makes the same bytes and is recorded.
func TestARunThatAppearedWithoutItsRecord(t *testing.T) {
	t.Parallel()
	made, workspace := shared(t), copyOf(t, shared(t).loaded)
	asked := ownProject(t)
	must(t, "plan", asked, "-w", workspace) // an entry that another test was adding to the original is settled
	checkpoints, err := filepath.Glob(filepath.Join(workspace, "ledger", "checkpoints", "*"))
	require.NoError(t, err)
	before := len(ledgerLines(t, workspace))
	out := filepath.Join(t.TempDir(), "extract")
	must(t, "run", asked, "-w", workspace, "--out", out, "--identity", made.identity)
	lines := ledgerLines(t, workspace)
	require.Len(t, lines, before+2)
	require.NoError(t, os.WriteFile(entriesFile(workspace), bytes.Join(lines[:before+1], nil), 0o600))
	signed, err := filepath.Glob(filepath.Join(workspace, "ledger", "checkpoints", "*"))
	require.NoError(t, err)
	for _, checkpoint := range signed {
		if !slices.Contains(checkpoints, checkpoint) {
			require.NoError(t, os.Remove(checkpoint))
		}
	}

	code, said, talk := runProgram(t, "verify", out, "-w", workspace, "--project", asked)
	require.Equal(t, 5, code, talk)
	require.Contains(t, said, "not recorded: the ledger says that a run of this plan began, and not that it ended")
	require.Regexp(t, `entry \d+: began what has no end`, must(t, "log", "verify", "-w", workspace))

	again := filepath.Join(t.TempDir(), "extract")
	must(t, "run", asked, "-w", workspace, "--out", again, "--identity", made.identity)
	for _, name := range []string{"manifest.json", "manifest.sig"} {
		one, err := os.ReadFile(filepath.Join(out, name))
		require.NoError(t, err)
		two, err := os.ReadFile(filepath.Join(again, name))
		require.NoError(t, err)
		require.Equal(t, string(one), string(two), name)
	}
	require.Contains(t, must(t, "verify", out, "-w", workspace, "--project", asked), "releasable: ")
}

// Two runs of one plan at once make the same bytes, and the ledger has both. Two
// runs into one folder: one of them makes it, the other leaves nothing.
func TestTwoRunsAtOnce(t *testing.T) {
	t.Parallel()
	made, workspace := shared(t), copyOf(t, shared(t).loaded)
	run := func(out string) *program {
		p := newProgram(t, "run", csvProject(t), "-w", workspace, "--out", out, "--identity", made.identity)
		require.NoError(t, p.Start())
		return p
	}
	folder := t.TempDir()
	one, two := run(filepath.Join(folder, "one")), run(filepath.Join(folder, "two"))
	require.Equal(t, 0, one.code(t), one.err.String())
	require.Equal(t, 0, two.code(t), two.err.String())
	first, err := os.ReadFile(filepath.Join(folder, "one", "manifest.json"))
	require.NoError(t, err)
	second, err := os.ReadFile(filepath.Join(folder, "two", "manifest.json"))
	require.NoError(t, err)
	require.Equal(t, string(first), string(second))

	one, two = run(filepath.Join(folder, "same")), run(filepath.Join(folder, "same"))
	codes := []int{one.code(t), two.code(t)}
	require.Contains(t, codes, 0)
	must(t, "verify", filepath.Join(folder, "same"), "-w", workspace)
	left, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Len(t, left, 3, "no draft is left")

	var report struct {
		Verified bool    `json:"verified"`
		Open     []int64 `json:"open"`
	}
	require.NoError(t, json.Unmarshal([]byte(must(t, "log", "verify", "--json", "-w", workspace)), &report))
	require.True(t, report.Verified)
	require.Empty(t, report.Open)
}

// The output's path may not lead into the workspace by a link, nor to where
// nothing can be written; neither leaves a trace in the ledger.
func TestOutputsThatCannotBe(t *testing.T) {
	t.Parallel()
	made, workspace := shared(t), copyOf(t, shared(t).loaded)
	before := len(ledgerLines(t, workspace))
	folder := t.TempDir()
	link := filepath.Join(folder, "link")
	require.NoError(t, os.Symlink(workspace, link))
	elsewhere := filepath.Join(folder, "elsewhere")
	require.NoError(t, os.Symlink(t.TempDir(), elsewhere))
	file := filepath.Join(folder, "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	for _, one := range []struct {
		out  string
		code int
	}{
		{elsewhere, 2}, // an empty folder of somebody's, by a link
		{filepath.Join(link, "extract"), 2},
		{filepath.Join(link, "deeper", "extract"), 2},
		{filepath.Join(workspace, "extract"), 2},
		{filepath.Join(file, "extract"), 1},
		{"/proc/extract", 1},
	} {
		code, _, talk := runProgram(t, "run", "llc_0042.toml", "-w", workspace, "--out", one.out, "--identity", made.identity)
		assert.Equal(t, one.code, code, "%s: %s", one.out, talk)
	}
	assert.Len(t, ledgerLines(t, workspace), before)
	assert.NoDirExists(t, filepath.Join(workspace, "deeper"))
}

// The trusted third party's ledger: a rotation is signed with both keys, so that
// whoever trusts the older can trust the next.
func TestARotationIsSignedWithBothKeys(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	at := func(name string) string { return filepath.Join(folder, name) }
	identity := at("identity.txt")
	must(t, "init", at("ttp"), "--role", "ttp")
	must(t, "keys", "new", "-w", at("ttp"), "--identity", identity)
	public := must(t, "keys", "show", "--public", "-w", at("ttp"), "--identity", identity)
	require.NoError(t, os.WriteFile(at("old.pub"), []byte(public), 0o600))
	header := "STUDY_ID,ROW_STATUS,NHS_NUMBER,SURNAME,FORENAME,MIDDLENAMES,ADDRESS_1,ADDRESS_2,ADDRESS_3,ADDRESS_4,ADDRESS_5,POSTCODE,ADDRESS_START_DATE,ADDRESS_END_DATE,DATE_OF_BIRTH,GENDER_CD,CREATE_DATE,UKLLC_STATUS,NHS_E_Linkage_Permission,NHS_Digital_Study_Number,NHS_S_Linkage_Permission,NHS_S_Study_Number,NHS_W_Linkage_Permission,NHS_NI_Linkage_Permission,NHS_NI_Study_Number,Geocoding_Permission,Small_Area_Permission,Environment_Permission,Property_Level_Permission,Multiple_Birth,National_Opt_Out,DFE_Linkage_Permission,DWP_Linkage_Permission,HMRC_Linkage_Permission\n"
	row := "P4711,C,9990000018,Example,Person,,,,,,,,,,05/03/1979,1,01/04/2026,1,1,,1,,1,1,,2,1,1,1,0,0,1,1,1\n"
	require.NoError(t, os.WriteFile(at("ALSPAC_FILE1_v1_20260501.csv"), []byte(header+row), 0o600))
	must(t, "keys", "rotate", "-w", at("ttp"), "--identity", identity, "--synthetic", "--file1", at("ALSPAC_FILE1_v1_20260501.csv"))
	newer := must(t, "keys", "show", "--public", "-w", at("ttp"), "--identity", identity)
	require.NotEqual(t, public, newer)
	require.NoError(t, os.WriteFile(at("new.pub"), []byte(newer), 0o600))
	must(t, "log", "sign", "-w", at("ttp"), "--identity", identity)
	for _, key := range []string{"old.pub", "new.pub"} {
		said := must(t, "log", "verify", "-w", at("ttp"), "--key", at(key))
		require.Contains(t, said, "2 entries, 2 of them under a signed checkpoint, are as they were written")
	}
	require.Equal(t, 1, strings.Count(must(t, "log", "show", "-w", at("ttp")), "root key 2"))
	must(t, "doctor", "-w", at("ttp"))
}

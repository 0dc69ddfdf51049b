package cli_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/spec"
	"tre-toolkit/specs"
)

// execute runs a command that ends in an error, and returns what is said.
func execute(ctx context.Context, err error, args ...string) (code int, out, said string) {
	var stdout, stderr bytes.Buffer
	root := &cobra.Command{Use: "tre-test"}
	root.AddCommand(&cobra.Command{Use: "work FILE", Args: cli.Arguments(cobra.MaximumNArgs(1)), RunE: func(*cobra.Command, []string) error { return err }})
	code = cli.Execute(ctx, root, cli.Streams{In: strings.NewReader(""), Out: &stdout, Err: &stderr}, args)
	return code, stdout.String(), stderr.String()
}

// Each kind of error has its exit code and its lines.
func TestErrorsBecomeLinesAndExitCodes(t *testing.T) {
	finding := diagnostic.Finding{File: "hub.csv", Line: 3, Column: "score", Code: "ROW001", Message: "does not cast to SMALLINT"}
	cases := []struct {
		name string
		err  error
		code int
		said string
	}{
		{"nothing wrong", nil, cli.OK, ""},
		{"a fault", errors.New("the disk is gone"), cli.Fault, "error: the disk is gone\n"},
		{"with an exit code", cli.Fail(cli.Usage, errors.New("no such format"), "it is csv or md"), cli.Usage, "error: no such format\nhint: it is csv or md\n"},
		{"with an exit code, wrapped", fmt.Errorf("metrics: %w", cli.Fail(cli.Review, errors.New("stale"), "")), cli.Review, "error: metrics: stale\n"},
		{"a spec", &spec.Invalid{Faults: []spec.Fault{{File: "a.toml", Line: 3, Message: "x"}, {File: "a.toml", Message: "y"}}}, cli.InvalidSpec, "error: a.toml:3: x\nerror: a.toml: y\n"},
		{"input", &diagnostic.Input{Findings: []diagnostic.Finding{finding}, Hint: "nothing was loaded"}, cli.BadInput, "error: hub.csv:3: score: does not cast to SMALLINT [ROW001]\nhint: nothing was loaded\n"},
		{"a refusal", &diagnostic.Refusal{Rule: "verify", Message: "a.csv: missing", Hint: "run it again"}, cli.Refused, "error: a.csv: missing [verify]\nhint: run it again\n"},
		{"a verdict", cli.Verdict(cli.Refused), cli.Refused, ""},
	}
	for _, one := range cases {
		code, out, said := execute(t.Context(), one.err, "work")
		assert.Equal(t, one.code, code, one.name)
		assert.Equal(t, one.said, said, one.name)
		assert.Empty(t, out, "%s: errors are no results", one.name)
	}
}

func TestManyFindingsAreCounted(t *testing.T) {
	input := &diagnostic.Input{}
	for i := range 25 {
		input.Findings = append(input.Findings, diagnostic.Finding{File: "hub.csv", Line: int64(i + 2), Code: "ROW001", Message: "does not cast"})
	}
	_, _, said := execute(t.Context(), input, "work")
	assert.Equal(t, 11, strings.Count(said, "\n"))
	assert.Contains(t, said, "error: and 15 more\n")
}

func TestCommandLinesThatMakeNoSense(t *testing.T) {
	for _, args := range [][]string{{"wrok"}, {"work", "--colour"}, {"work", "a", "b"}} {
		code, _, said := execute(t.Context(), nil, args...)
		assert.Equal(t, cli.Usage, code, args)
		assert.Regexp(t, `^error: .*\nhint: .*--help`, said, args)
	}
}

func TestAnInterruptIsSaidToBeOne(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	code, _, said := execute(ctx, context.Canceled, "work")
	assert.Equal(t, cli.Interrupted, code)
	assert.Contains(t, said, "interrupted; nothing was changed")
}

// The exit codes are a contract with scripts.
func TestExitCodesAreFixed(t *testing.T) {
	assert.Equal(t, []int{0, 1, 2, 3, 4, 5, 6, 130}, []int{cli.OK, cli.Fault, cli.Usage, cli.InvalidSpec, cli.BadInput, cli.Refused, cli.Review, cli.Interrupted})
	for _, code := range []string{"0  ", "1  ", "2  ", "3  ", "4  ", "5  ", "6  ", "130  "} {
		assert.Contains(t, cli.ExitCodeHelp, "\n  "+code)
	}
}

func TestFilesAreWrittenWholeOrNotAtAll(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "new", "table.csv")
	require.NoError(t, cli.WriteFile(path, []byte("a\n")))
	require.NoError(t, cli.WriteFile(path, []byte("b\n")), "and over an older one")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, "b\n", string(text))
	require.NoError(t, os.Mkdir(filepath.Join(dir, "new", "folder"), 0o755))
	require.Error(t, cli.WriteFile(filepath.Join(dir, "new", "folder"), []byte("c")))
	entries, err := os.ReadDir(filepath.Join(dir, "new"))
	require.NoError(t, err)
	assert.Len(t, entries, 2, "no draft is left")
}

func TestSpecsAreEmbeddedOrOfAFolder(t *testing.T) {
	embedded, err := cli.Specs("")
	require.NoError(t, err)
	assert.Equal(t, specs.Files, embedded)
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "cohorts.toml"), nil, 0o600))
	own, err := cli.Specs(dir)
	require.NoError(t, err)
	_, err = fs.Stat(own, "cohorts.toml")
	assert.NoError(t, err)
	_, err = cli.Specs(filepath.Join(dir, "cohorts.toml"))
	var exit *cli.Exit
	require.ErrorAs(t, err, &exit)
	assert.Equal(t, cli.Usage, exit.Code)
}

func TestProgressIsSilentOffATerminal(t *testing.T) {
	var stderr bytes.Buffer
	progress := cli.NewProgress(cli.Streams{Err: &stderr}, 3)
	progress.Step("one")
	progress.Done()
	assert.Empty(t, stderr.String())
}

func TestJSONIsForPeopleToo(t *testing.T) {
	var text bytes.Buffer
	require.NoError(t, cli.WriteJSON(&text, map[string]string{"mark": "<10"}))
	assert.Equal(t, "{\n  \"mark\": \"<10\"\n}\n", text.String())
}

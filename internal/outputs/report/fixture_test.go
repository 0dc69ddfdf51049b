package report_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/outputs"
	"tre-toolkit/internal/outputs/report"
	"tre-toolkit/internal/spec"
	"tre-toolkit/specs"
)

// leaky is a folder with a finding of each severity, in several files and
// formats, and a file that is not read.
var leaky = map[string]string{
	"counts.csv":      "study,participants\nALSPAC,<10\nBCS70,15\nFENLAND,11\nGLAD,794\nTotal,827\n",
	"sub/shares.csv":  "group,n,total,pct\nA,<10,50,12.0\nB,44,50,88.0\n",
	"sub/grid.md":     "Participants of the studies.\n\n| study | men | women |\n|---|---|---|\n| A | 40 | 7 |\n| B | 50 | 60 |\n",
	"fine.json":       `[{"study": "E", "participants": 40}, {"study": "F", "participants": 50}]`,
	"model.rds":       "x",
	"notes/notes.csv": "study,note\nA,\"=cmd()\"\nB,{0} and {1}\n",
}

func rules(t testing.TB) disclosure.Profile {
	t.Helper()
	profile, err := spec.LoadRules(specs.Files, "ukllc-metrics")
	require.NoError(t, err)
	return profile
}

func folder(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	}
	return dir
}

func checked(t testing.TB, dir string) outputs.Report {
	t.Helper()
	found, err := outputs.Check(t.Context(), []string{dir}, outputs.Options{Profile: rules(t)})
	require.NoError(t, err)
	return found
}

func written(t testing.TB, format string, r outputs.Report) string {
	t.Helper()
	var text bytes.Buffer
	require.NoError(t, report.Streams[format](&text, r))
	return text.String()
}

package outputs_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/BurntSushi/toml"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/outputs"
)

// rules loads a profile of the project, changed where a test needs it.
func rules(t testing.TB, name string, change func(*disclosure.Rules)) disclosure.Profile {
	t.Helper()
	var r disclosure.Rules
	_, err := toml.DecodeFile(filepath.Join("..", "..", "specs", "rules", name+".toml"), &r)
	require.NoError(t, err)
	if change != nil {
		change(&r)
	}
	profile, err := disclosure.NewProfile(r)
	require.NoError(t, err)
	return profile
}

// write puts files into a new folder.
func write(t testing.TB, files map[string]string) string {
	t.Helper()
	folder := t.TempDir()
	for name, content := range files {
		path := filepath.Join(folder, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o644))
	}
	return folder
}

// check runs a check of files under named rules.
func check(t testing.TB, ruleName string, files map[string]string) outputs.Report {
	t.Helper()
	report, err := outputs.Check(context.Background(), []string{write(t, files)}, outputs.Options{Profile: rules(t, ruleName, nil)})
	require.NoError(t, err)
	return report
}

func checksOf(report outputs.Report) []string {
	ids := []string{}
	for _, finding := range report.Findings {
		ids = append(ids, finding.Check)
	}
	return ids
}

func ofCheck(report outputs.Report, id string) []outputs.Finding {
	var found []outputs.Finding
	for _, finding := range report.Findings {
		if finding.Check == id {
			found = append(found, finding)
		}
	}
	return found
}

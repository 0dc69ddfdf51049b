package auxtables

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/intake"
	"tre-toolkit/internal/spec"
)

// errTooManyRejects stops a load; explainRejects says what was rejected.
var errTooManyRejects = errors.New("more rows were rejected than the load allows")

// writeRejects lists rejected cells in the workspace: file, line, column,
// reason. The list appears whole or not at all.
func writeRejects(dir string, version spec.DatasetVersion, cells []intake.Reject) (string, error) {
	path := filepath.Join(dir, version.FileStem()+"_rejects.csv")
	var text bytes.Buffer
	writer := csv.NewWriter(&text)
	rows := [][]string{{"file", "line", "column", "reason"}}
	for _, cell := range cells {
		rows = append(rows, []string{cell.File, strconv.FormatInt(cell.Line, 10), cell.Column, cell.Reason})
	}
	if err := writer.WriteAll(rows); err != nil {
		return "", err
	}
	draft := path + ".new"
	if err := os.WriteFile(draft, text.Bytes(), 0o600); err != nil {
		return "", errors.Join(err, os.Remove(draft))
	}
	return path, os.Rename(draft, path)
}

// explainRejects says what was rejected when that is why a load was refused.
func explainRejects(err error, cells []intake.Reject, path string) error {
	if !errors.Is(err, errTooManyRejects) {
		return err
	}
	input := &diagnostic.Input{Hint: fmt.Sprintf("nothing was loaded; %s lists every reject; --max-rejects N loads the rows that fit when at most N do not", path)}
	for _, cell := range cells {
		input.Findings = append(input.Findings, cell.Finding())
	}
	return input
}

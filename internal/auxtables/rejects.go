package auxtables

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"tre-toolkit/internal/auxtables/staging"
	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/intake"
	"tre-toolkit/internal/spec"
)

// mostListed is how many rejected cells of a file are listed. A file with more
// is the wrong file, or one column of it is written in another way, and is
// refused whatever --max-rejects allows: nothing may be lost unlisted.
const mostListed = staging.MostListed

// errTooManyRejects stops a load; explainRejects says what was rejected.
var errTooManyRejects = errors.New("more rows were rejected than the load allows")

// writeRejects lists rejected cells in the workspace: file, line, column,
// reason. The list appears whole or not at all. Without rejects there is none,
// not even one that an earlier attempt left.
func writeRejects(dir string, version spec.DatasetVersion, cells []intake.Reject) (string, error) {
	path := filepath.Join(dir, version.FileStem()+"_rejects.csv")
	if len(cells) == 0 {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
		return "", nil
	}
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
		return "", errors.Join(err, os.RemoveAll(draft))
	}
	return path, os.Rename(draft, path)
}

// explainRejects says what was rejected when that is why a load was refused.
func explainRejects(cells []intake.Reject, path string) error {
	input := &diagnostic.Input{Hint: fmt.Sprintf("nothing was loaded; %s lists every reject; --max-rejects N loads the rows that fit when at most N do not", path)}
	if len(cells) >= mostListed {
		input.Hint = fmt.Sprintf("nothing was loaded; %s lists the first %d rejects: is this the right file?", path, mostListed)
	}
	for _, cell := range cells {
		input.Findings = append(input.Findings, cell.Finding())
	}
	return input
}

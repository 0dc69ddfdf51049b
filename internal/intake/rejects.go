package intake

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"io"
	"os"
	"slices"

	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

//go:embed sql/*.sql
var sqlFiles embed.FS

var statements = warehouse.MustLoad(sqlFiles)

// ForgetRejects clears what the database rejected of an earlier file.
func ForgetRejects(ctx context.Context, w *warehouse.Warehouse) error {
	for _, name := range []string{"21_drop_reject_errors", "22_drop_reject_scans"} {
		if _, err := w.Run(ctx, statements[name], nil); err != nil {
			return err
		}
	}
	return nil
}

// Reject is a cell or a row that does not fit: where and why, never what.
type Reject struct {
	File   string
	Line   int64
	Column string // empty when it is the row as a whole
	Reason string
	at     int64 // byte position of the row in its file
}

// Finding returns the reject as a diagnostic.
func (r Reject) Finding() diagnostic.Finding {
	return diagnostic.Finding{File: r.File, Line: r.Line, Column: r.Column, Code: "ROW001", Message: r.Reason}
}

// ReadRejects returns what the database rejected of a file, with line numbers.
func ReadRejects(ctx context.Context, w *warehouse.Warehouse, source Source, types map[string]spec.ColumnType) ([]Reject, error) {
	var cells []Reject
	err := w.Each(ctx, statements["20_rejected_cells"], nil, func(scan func(...any) error) error {
		cell := Reject{File: source.Name()}
		var kind string
		if err := scan(&cell.at, &cell.Column, &kind); err != nil {
			return err
		}
		cell.Reason = reasonFor(kind, types[cell.Column])
		cells = append(cells, cell)
		return nil
	})
	if err != nil || len(cells) == 0 {
		return nil, err
	}
	return cells, findLines(source.Path, cells)
}

func reasonFor(kind string, wanted spec.ColumnType) string {
	switch kind {
	case "CAST":
		return "does not cast to " + wanted.String()
	case "MISSING COLUMNS":
		return "the row has too few columns"
	case "TOO MANY COLUMNS":
		return "the row has too many columns"
	case "UNQUOTED VALUE":
		return "text follows a closing quote"
	case "LINE SIZE OVER MAXIMUM":
		return "the row is too long"
	case "INVALID ENCODING", "INVALID UNICODE":
		return "the row is not UTF-8"
	default:
		return "the row cannot be read as CSV"
	}
}

// findLines turns byte positions into line numbers of the file, which is what
// an editor shows. Cells are ordered by position.
func findLines(path string, cells []Reject) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	slices.SortStableFunc(cells, func(a, b Reject) int { return int(a.at - b.at) })
	var position, line int64 = 0, 1
	buffer := make([]byte, chunkSize)
	next := 0
	for next < len(cells) {
		n, err := file.Read(buffer)
		chunk := buffer[:n]
		start := 0
		for next < len(cells) && cells[next].at <= position+int64(n) {
			upTo := max(int(cells[next].at-position), start)
			line += int64(bytes.Count(chunk[start:upTo], []byte{'\n'}))
			start = upTo
			empty, err := emptyLinesAt(file, cells[next].at)
			if err != nil {
				return err
			}
			cells[next].Line = line + empty
			next++
		}
		line += int64(bytes.Count(chunk[start:], []byte{'\n'}))
		position += int64(n)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// emptyLinesAt counts the empty lines that begin at a position: the database
// says of a row that it begins where the row above ended.
func emptyLinesAt(file *os.File, at int64) (int64, error) {
	var lines int64
	buffer := make([]byte, 64)
	for {
		n, err := file.ReadAt(buffer, at)
		row := bytes.IndexFunc(buffer[:n], func(r rune) bool { return r != '\n' && r != '\r' })
		if row >= 0 {
			return lines + int64(bytes.Count(buffer[:row], []byte{'\n'})), nil
		}
		lines += int64(bytes.Count(buffer[:n], []byte{'\n'}))
		at += int64(n)
		if errors.Is(err, io.EOF) {
			return lines, nil
		}
		if err != nil {
			return lines, err
		}
	}
}

// CountRows returns how many rows the cells are of.
func CountRows(cells []Reject) int64 {
	rows := map[int64]bool{}
	for _, cell := range cells {
		rows[cell.at] = true
	}
	return int64(len(rows))
}

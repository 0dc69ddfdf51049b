package intake

import (
	"context"
	"embed"

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
	return cells, findLines(ctx, source.Path, cells)
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

// CountRows returns how many rows the cells are of.
func CountRows(cells []Reject) int64 {
	rows := map[int64]bool{}
	for _, cell := range cells {
		rows[cell.at] = true
	}
	return int64(len(rows))
}

package report

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"

	"tre-toolkit/internal/outputs"
	"tre-toolkit/internal/outputs/notation"
)

// sdc is what ACRO says of the cells of a table.
type sdc struct {
	Summary map[string]any      `json:"summary"`
	Cells   map[string][][2]int `json:"cells"`
}

// kinds are ACRO's tests of a cell.
var kinds = []string{"negative", "missing", "threshold", "p-ratio", "nk-rule", "all-values-are-same"}

func newSDC() sdc {
	s := sdc{Summary: map[string]any{"suppressed": false}, Cells: map[string][][2]int{}}
	for _, kind := range kinds {
		s.Summary[kind], s.Cells[kind] = 0, [][2]int{}
	}
	return s
}

// kindOf is ACRO's test for what a check finds, or nothing.
func kindOf(check string) string {
	switch {
	case check == "DOM001":
		return "nk-rule"
	case check == "DOM002":
		return "p-ratio"
	case strings.HasPrefix(check, "CLS"):
		return "all-values-are-same"
	}
	for _, prefix := range []string{"LOW", "AUD", "TOT", "PCT", "DIF", "LNK"} {
		if strings.HasPrefix(check, prefix) {
			return "threshold"
		}
	}
	return ""
}

// sdc counts the findings by kind, and places those in a CSV file as the Viewer
// counts: row 0 is the line after the first, column 0 the second.
func (g group) sdc(path string, content []byte) sdc {
	s := newSDC()
	var at cellFinder
	if strings.HasSuffix(strings.ToLower(path), ".csv") {
		at = newCellFinder(content)
	}
	for _, finding := range g.Findings {
		kind := kindOf(finding.Check)
		if kind == "" || finding.Severity == outputs.Told {
			continue
		}
		s.Summary[kind] = s.Summary[kind].(int) + 1
		cell, known := at.find(finding)
		if known && !slices.Contains(s.Cells[kind], cell) {
			s.Cells[kind] = append(s.Cells[kind], cell)
		}
	}
	return s
}

// cellFinder finds the cells of a CSV file by line and column name.
type cellFinder struct {
	rows    map[int]int // line on which a row starts, to its index
	columns map[string]int
}

// headerRows is how far down a table's header is looked for.
const headerRows = 20

func newCellFinder(content []byte) cellFinder {
	finder := cellFinder{map[int]int{}, map[string]int{}}
	reader := csv.NewReader(bytes.NewReader(content))
	reader.FieldsPerRecord, reader.LazyQuotes = -1, true
	lines, blanks, counted := 0, 0, int64(0) // lines that were read, and how many of them are blank
	for i := 0; ; i++ {
		record, err := reader.Read()
		if err != nil {
			return finder
		}
		line, _ := reader.FieldPos(0)
		blanks += line - lines - 1 // each is a row to the Viewer
		finder.rows[line] = i + blanks - 1
		if i < headerRows {
			finder.header(record)
		}
		lines += bytes.Count(content[counted:reader.InputOffset()], []byte("\n"))
		counted = reader.InputOffset()
	}
}

// header takes names of columns from a row that may be the table's header.
func (f cellFinder) header(record []string) {
	for column, cell := range record {
		cleaned, _ := notation.Clean(cell)
		name := notation.Printable(cleaned)
		if _, known := f.columns[name]; name != "" && !known {
			f.columns[name] = column
		}
	}
}

// find returns where the Viewer has a finding's cell, and false when the finding
// is about no cell or stands in the first row or column.
func (f cellFinder) find(finding outputs.Finding) ([2]int, bool) {
	row, hasRow := f.rows[finding.Line]
	column, hasColumn := f.columns[finding.Column]
	return [2]int{row, column - 1}, hasRow && hasColumn && row >= 0 && column >= 1
}

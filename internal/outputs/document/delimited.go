package document

import (
	"encoding/csv"
	"errors"
	"io"
	"strings"

	"tre-toolkit/internal/outputs/notation"
)

// delimiterOf returns the sign that parts the columns: the usual one of the
// kind unless the first lines speak for another.
func delimiterOf(text string, usual rune) rune {
	sample := text[:min(len(text), 64<<10)]
	best, most := usual, strings.Count(sample, string(usual))
	if most > 0 && usual == '\t' {
		return usual
	}
	for _, sign := range []rune{',', '\t', ';', '|'} {
		if n := inEveryLine(sample, sign); n > inEveryLine(sample, best) {
			best = sign
		}
	}
	return best
}

// inEveryLine returns the least count of a sign in the lines of a sample,
// titles and notes of a line without it aside.
func inEveryLine(sample string, sign rune) int {
	lines := strings.Split(sample, "\n")
	least, with := 0, 0
	for _, line := range lines {
		n := strings.Count(line, string(sign))
		if n == 0 {
			continue
		}
		if with++; least == 0 || n < least {
			least = n
		}
	}
	if with*2 < len(lines)-1 {
		return 0
	}
	return least
}

func (r *reader) readCSV(text string) { r.readSeparated(text, ',') }
func (r *reader) readTSV(text string) { r.readSeparated(text, '\t') }

// readSeparated finds the separator, which a first line "sep=;" may state as
// Excel writes it.
func (r *reader) readSeparated(text string, usual rune) {
	if first, rest, found := strings.Cut(text, "\n"); found {
		if sign, stated := strings.CutPrefix(strings.ToLower(strings.Trim(first, "\" ")), "sep="); stated && len(sign) == 1 && strings.Contains(",;|\t:", sign) {
			r.readDelimited("\n"+rest, rune(sign[0]))
			return
		}
	}
	r.readDelimited(text, delimiterOf(text, usual))
}

// readDelimited reads CSV and its kin. Broken quoting is read as far as it goes
// and told.
func (r *reader) readDelimited(text string, delimiter rune) {
	rows, err := r.delimitedRows(text, delimiter, false)
	var parse *csv.ParseError
	if errors.As(err, &parse) {
		r.gap("its quotes are broken from line %d on", parse.StartLine)
		rows, _ = r.delimitedRows(text, delimiter, true)
	}
	for _, table := range splitTables(rows) {
		r.addGrid(table)
	}
}

// splitTables parts rows where a blank line, perhaps a title, and a row of names
// begin another table.
func splitTables(rows []Row) [][]Row {
	var tables [][]Row
	start := 0
	for i := 1; i < len(rows); i++ {
		if !afterBlank(rows[i-1], rows[i]) || !beginsTable(rows[i:]) || !isTable(rows[start:i]) {
			continue
		}
		tables = append(tables, rows[start:i])
		start = i
	}
	return append(tables, rows[start:])
}

// afterBlank reports whether a blank line, or a row of empty cells, stands
// between two rows. A quoted cell may itself span lines.
func afterBlank(above, row Row) bool {
	last := above.Line
	for _, cell := range above.Cells {
		last += strings.Count(cell, "\n")
	}
	return row.Line > last+1 || Filled(above.Cells) == 0
}

// beginsTable reports a row of names with a row below it, under a title or not.
func beginsTable(rows []Row) bool {
	if Filled(rows[0].Cells) == 1 && len(rows) > 1 && notation.ParseValue(firstFilled(rows[0].Cells)).Kind == notation.Text {
		rows = rows[1:]
	}
	return len(rows) > 1 && namesOnly(rows[0].Cells)
}

func namesOnly(cells []string) bool {
	names := 0
	for _, cell := range cleanedCells(cells) {
		switch kind := notation.ParseValue(cell).Kind; {
		case kind == notation.Text || notation.CountWords[strings.ToLower(cell)]:
			names++
		case kind != notation.Blank:
			return false
		}
	}
	return names >= 2
}

// isTable reports whether rows are more than titles: a row of several cells and
// another below it.
func isTable(rows []Row) bool {
	wide := 0
	for _, row := range rows {
		if Filled(row.Cells) > 1 {
			wide++
		}
	}
	return wide > 1
}

func (r *reader) delimitedRows(text string, delimiter rune, lazy bool) ([]Row, error) {
	reader := csv.NewReader(strings.NewReader(text))
	reader.Comma, reader.FieldsPerRecord, reader.LazyQuotes = delimiter, -1, lazy
	var rows []Row
	for left := r.limits.Cells; ; {
		cells, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return rows, err
		}
		if left -= len(cells); left < 0 {
			line, _ := reader.FieldPos(0)
			r.gap("it has more than %d cells; what follows line %d was left out", r.limits.Cells, line)
			return rows, nil
		}
		line, _ := reader.FieldPos(0)
		rows = append(rows, Row{line, cells})
	}
}

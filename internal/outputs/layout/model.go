// Package layout guesses what a finished table means: which columns label its
// rows, which hold counts, percentages or statistics, which cells are totals of
// which, and what a percentage is a percentage of.
//
// The guess is made from names, from where things stand and from arithmetic, and
// errs towards counts and totals: a false alarm costs less than a missed one.
package layout

import (
	"strings"

	"tre-toolkit/internal/outputs/document"
	"tre-toolkit/internal/outputs/notation"
)

// Model is what a table means: which columns label its rows, which hold counts,
// and which cells are totals of which.
type Model struct {
	*document.Table
	Policy       Policy
	Roles        []Role
	Values       [][]notation.Value // per column and row
	Keys         [][]string         // per row: its labels, merged ones filled down
	KeyColumns   []int
	CountColumns []int
	skip         []bool // rows that hold no counts: headings and statistics
	TotalRow     []bool
	totalColumn  []bool // by column
	Lines        []Line
	TotalOf      map[CellAt]CellAt // part to its total; made when asked for
	sections     bool              // headings part the rows
	parts        int               // of all lines
	Overfull     bool              // there were more totals than are looked at
}

// CellAt is a place in a table: row and column, from 0.
type CellAt struct{ Row, Column int }

// Line is a total and the cells that it is the sum of.
type Line struct {
	Total CellAt
	Parts []CellAt
	// Guessed says that nothing but arithmetic makes this a total.
	Guessed bool
}

// New guesses what a table means to a reader who knows the policy.
func New(t *document.Table, p Policy) *Model {
	splitFractions(t)
	splitSizes(t)
	splitPairs(t)
	m := &Model{Table: t, Policy: p}
	m.parse()
	m.label()
	m.findRowLines()
	m.findColumnLines()
	m.findUnnamedTotals()
	return m
}

// parse reads every cell and guesses each column's role.
func (m *Model) parse() {
	width := len(m.Header)
	m.Values, m.Roles = make([][]notation.Value, width), make([]Role, width)
	m.totalColumn = make([]bool, width)
	leading := width > 1
	for column := range width {
		values := make([]notation.Value, len(m.Rows))
		for i, row := range m.Rows {
			if column < len(row.Cells) {
				cell, _ := notation.Clean(row.Cells[column])
				values[i] = notation.ParseValue(cell)
			}
		}
		m.Values[column] = values
		m.Roles[column] = roleOf(m.Header[column], columnPlace{leading && column == 0, leading}, factsOf(values))
		if leading && m.Roles[column] == RoleCount && m.numbersRows(column) {
			m.Roles[column] = RoleKey
		}
		leading = leading && m.Roles[column] == RoleKey
	}
	for column, role := range m.Roles {
		switch role {
		case RoleKey:
			m.KeyColumns = append(m.KeyColumns, column)
		case RoleCount:
			m.CountColumns = append(m.CountColumns, column)
			m.readRanges(column)
		}
	}
}

// readRanges takes 1-9 in a column of counts for a mark.
func (m *Model) readRanges(column int) {
	for i, v := range m.Values[column] {
		if v.Kind != notation.Text {
			continue
		}
		if r, ok := notation.ParseRange(m.Cell(i, column)); ok {
			m.Values[column][i] = r
		}
	}
}

// label cleans the row labels, fills merged ones down, and finds headings,
// totals and rows of statistics.
func (m *Model) label() {
	m.Keys = make([][]string, len(m.Rows))
	m.skip, m.TotalRow = make([]bool, len(m.Rows)), make([]bool, len(m.Rows))
	section := ""
	m.sections = m.hasSections()
	var above []string
	for i := range m.Rows {
		keys := make([]string, 0, len(m.KeyColumns)+1)
		for _, column := range m.KeyColumns {
			keys = append(keys, m.Cell(i, column))
		}
		if m.isHeading(i) {
			m.skip[i] = true
			section = strings.Join(keys, "")
		}
		m.TotalRow[i] = anyTotal(keys)
		if !m.TotalRow[i] && !m.skip[i] {
			fillDown(keys, above)
			above = keys
		}
		for _, key := range keys {
			m.skip[i] = m.skip[i] || IsStatistic(key)
		}
		if m.sections {
			keys = append(keys, section)
		}
		m.Keys[i] = keys
	}
}

// hasSections reports whether headings inside the table part its rows.
func (m *Model) hasSections() bool {
	for i := range m.Rows {
		if m.isHeading(i) {
			return true
		}
	}
	return false
}

// isHeading reports a row with a label and nothing beside it. In a table of two
// columns that would be a blank count.
func (m *Model) isHeading(row int) bool {
	if len(m.Header) < 3 || len(m.KeyColumns) == 0 || m.Policy.BlankMask {
		return false
	}
	return document.Filled(m.Rows[row].Cells) == 1 && m.Cell(row, m.KeyColumns[0]) != ""
}

func anyTotal(keys []string) bool {
	for _, key := range keys {
		if isTotal(key) {
			return true
		}
	}
	return false
}

// fillDown gives a blank label, but for the last, the label above it: merged
// cells are written once.
func fillDown(keys, above []string) {
	for i := range keys {
		if keys[i] == "" && i+1 < len(keys) && i < len(above) {
			keys[i] = above[i]
		}
	}
}

// Cell returns what a reader sees in a cell; a cell that the row lacks is empty.
func (m *Model) Cell(row, column int) string {
	if column >= len(m.Rows[row].Cells) {
		return ""
	}
	cell, _ := notation.Clean(m.Rows[row].Cells[column])
	return cell
}

// At returns the value of a cell.
func (m *Model) At(c CellAt) notation.Value { return m.Values[c.Column][c.Row] }

// RowName returns the labels of a row.
func (m *Model) RowName(row int) string {
	labels := make([]string, 0, len(m.Keys[row]))
	for _, key := range m.Keys[row] {
		if key != "" {
			labels = append(labels, key)
		}
	}
	return strings.Join(labels, ", ")
}

// Name returns what a certificate calls a cell: its row, and its column where
// the table has several of counts.
func (m *Model) Name(c CellAt) string {
	row := m.RowName(c.Row)
	switch {
	case row == "":
		return m.Header[c.Column]
	case len(m.CountColumns) > 1:
		return row + ", " + m.Header[c.Column]
	}
	return row
}

// Counted reports whether a row holds counts.
func (m *Model) Counted(row int) bool { return !m.skip[row] }

// hidden reports whether a cell of a count column hides a number.
func (m *Model) HiddenAt(c CellAt) bool { return m.At(c).Kind != notation.Number }

// splitPairs parts columns such as "12 (3.4%)" into the count and the
// percentage.
func splitPairs(t *document.Table) {
	for column := 0; column < len(t.Header); column++ {
		if !isPaired(t, column) {
			continue
		}
		for i := range t.Rows {
			cells := append([]string(nil), t.Rows[i].Cells...)
			for len(cells) <= column {
				cells = append(cells, "")
			}
			first, second, paired := pairOf(cells[column])
			if !paired {
				first, second = cells[column], ""
			}
			cells[column] = first
			cells = append(cells[:column+1], append([]string{second}, cells[column+1:]...)...)
			t.Rows[i].Cells = cells
		}
		rest := append([]string{t.Header[column] + " %"}, t.Header[column+1:]...)
		t.Header = append(t.Header[:column+1:column+1], rest...)
		column++
	}
}

func isPaired(t *document.Table, column int) bool {
	pairs, others := 0, 0
	for _, row := range t.Rows {
		if column >= len(row.Cells) || strings.TrimSpace(row.Cells[column]) == "" {
			continue
		}
		if _, _, ok := pairOf(row.Cells[column]); ok {
			pairs++
		} else {
			others++
		}
	}
	return pairs > 0 && pairs >= others
}

// pairOf splits "12 (3.4%)" and "<10 (-)".
func pairOf(raw string) (first, second string, ok bool) {
	if strings.ContainsAny(raw, ";|") {
		raw = loosePair.ReplaceAllString(raw, "$1 ($2)")
	}
	open := strings.IndexAny(raw, "([")
	if open <= 0 || !strings.ContainsAny(raw[len(raw)-1:], ")]") && !strings.HasSuffix(strings.TrimSpace(raw), ")") {
		return "", "", false
	}
	cell, _ := notation.Clean(raw)
	open = strings.IndexAny(cell, "([")
	if open <= 0 || open+1 >= len(cell)-1 {
		return "", "", false
	}
	first, second = strings.TrimSpace(cell[:open]), strings.TrimSpace(cell[open+1:len(cell)-1])
	a, b := notation.ParseValue(first), notation.ParseValue(second)
	if a.Kind != notation.Number && a.Kind != notation.Mark || b.Kind != notation.Number && b.Kind != notation.Mark {
		return "", "", false
	}
	if _, whole := a.Whole(); a.Kind == notation.Number && !whole || a.Percent {
		return "", "", false
	}
	if b.Kind == notation.Number && !b.Percent && b.Decimals == 0 && !strings.HasSuffix(second, "%") {
		return first, second + "%", b.Digits <= 100
	}
	return first, strings.TrimSuffix(second, "%") + "%", true
}

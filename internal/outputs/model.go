package outputs

import (
	"strings"

	"tre-toolkit/internal/outputs/document"
	"tre-toolkit/internal/outputs/notation"
)

// model is what a table means: which columns label its rows, which hold counts,
// and which cells are totals of which.
type model struct {
	*document.Table
	policy       policy
	roles        []role
	values       [][]notation.Value // per column and row
	keys         [][]string
	keyColumns   []int
	countColumns []int
	skip         []bool // rows that hold no counts: headings and statistics
	totalRow     []bool
	totalColumn  []bool // by column
	lines        []line
	totalOf      map[cellAt]cellAt // part to its total; made when asked for
	sections     bool              // headings part the rows
	parts        int               // of all lines
	overfull     bool              // there were more totals than are looked at
}

// cellAt is a place in a table: row and column, from 0.
type cellAt struct{ row, column int }

// line is a total and the cells that it is the sum of.
type line struct {
	total cellAt
	parts []cellAt
	// guessed says that nothing but arithmetic makes this a total.
	guessed bool
}

func newModel(t *document.Table, p policy) *model {
	splitFractions(t)
	splitSizes(t)
	splitPairs(t)
	m := &model{Table: t, policy: p}
	m.parse()
	m.label()
	m.findRowLines()
	m.findColumnLines()
	m.findUnnamedTotals()
	return m
}

// parse reads every cell and guesses each column's role.
func (m *model) parse() {
	width := len(m.Header)
	m.values, m.roles = make([][]notation.Value, width), make([]role, width)
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
		m.values[column] = values
		m.roles[column] = roleOf(m.Header[column], columnPlace{leading && column == 0, leading}, factsOf(values))
		if leading && m.roles[column] == roleCount && m.numbersRows(column) {
			m.roles[column] = roleKey
		}
		leading = leading && m.roles[column] == roleKey
	}
	for column, role := range m.roles {
		switch role {
		case roleKey:
			m.keyColumns = append(m.keyColumns, column)
		case roleCount:
			m.countColumns = append(m.countColumns, column)
			m.readRanges(column)
		}
	}
}

// readRanges takes 1-9 in a column of counts for a mark.
func (m *model) readRanges(column int) {
	for i, v := range m.values[column] {
		if v.Kind != notation.Text {
			continue
		}
		if r, ok := notation.ParseRange(m.cell(i, column)); ok {
			m.values[column][i] = r
		}
	}
}

// label cleans the row labels, fills merged ones down, and finds headings,
// totals and rows of statistics.
func (m *model) label() {
	m.keys = make([][]string, len(m.Rows))
	m.skip, m.totalRow = make([]bool, len(m.Rows)), make([]bool, len(m.Rows))
	section := ""
	m.sections = m.hasSections()
	var above []string
	for i := range m.Rows {
		keys := make([]string, 0, len(m.keyColumns)+1)
		for _, column := range m.keyColumns {
			keys = append(keys, m.cell(i, column))
		}
		if m.isHeading(i) {
			m.skip[i] = true
			section = strings.Join(keys, "")
		}
		m.totalRow[i] = anyTotal(keys)
		if !m.totalRow[i] && !m.skip[i] {
			fillDown(keys, above)
			above = keys
		}
		for _, key := range keys {
			m.skip[i] = m.skip[i] || isStatistic(key)
		}
		if m.sections {
			keys = append(keys, section)
		}
		m.keys[i] = keys
	}
}

// hasSections reports whether headings inside the table part its rows.
func (m *model) hasSections() bool {
	for i := range m.Rows {
		if m.isHeading(i) {
			return true
		}
	}
	return false
}

// isHeading reports a row with a label and nothing beside it. In a table of two
// columns that would be a blank count.
func (m *model) isHeading(row int) bool {
	if len(m.Header) < 3 || len(m.keyColumns) == 0 || m.policy.blankMask {
		return false
	}
	return document.Filled(m.Rows[row].Cells) == 1 && m.cell(row, m.keyColumns[0]) != ""
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

func (m *model) cell(row, column int) string {
	if column >= len(m.Rows[row].Cells) {
		return ""
	}
	cell, _ := notation.Clean(m.Rows[row].Cells[column])
	return cell
}

// at returns the value of a cell.
func (m *model) at(c cellAt) notation.Value { return m.values[c.column][c.row] }

// rowName returns the labels of a row.
func (m *model) rowName(row int) string {
	labels := make([]string, 0, len(m.keys[row]))
	for _, key := range m.keys[row] {
		if key != "" {
			labels = append(labels, key)
		}
	}
	return strings.Join(labels, ", ")
}

// name returns what a certificate calls a cell: its row, and its column where
// the table has several of counts.
func (m *model) name(c cellAt) string {
	row := m.rowName(c.row)
	switch {
	case row == "":
		return m.Header[c.column]
	case len(m.countColumns) > 1:
		return row + ", " + m.Header[c.column]
	}
	return row
}

// finding starts a finding about one cell.
func (m *model) finding(check string, severity Severity, c cellAt) Finding {
	return Finding{
		Check: check, Severity: severity, File: m.File, Table: m.Table.Name,
		Line: m.Rows[c.row].Line, Row: m.rowName(c.row), Column: m.Header[c.column],
	}
}

// counted reports whether a row holds counts.
func (m *model) counted(row int) bool { return !m.skip[row] }

// hidden reports whether a cell of a count column hides a number.
func (m *model) hiddenAt(c cellAt) bool { return m.at(c).Kind != notation.Number }

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

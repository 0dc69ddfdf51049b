package outputs

import (
	"strings"
)

// model is what a table means: which columns label its rows, which hold counts,
// and which cells are totals of which.
type model struct {
	*table
	policy       policy
	roles        []role
	values       [][]value // per column and row
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

func newModel(t *table, p policy) *model {
	splitFractions(t)
	splitSizes(t)
	splitPairs(t)
	m := &model{table: t, policy: p}
	m.parse()
	m.label()
	m.findRowLines()
	m.findColumnLines()
	m.findUnnamedTotals()
	return m
}

// parse reads every cell and guesses each column's role.
func (m *model) parse() {
	width := len(m.header)
	m.values, m.roles = make([][]value, width), make([]role, width)
	m.totalColumn = make([]bool, width)
	leading := width > 1
	for column := range width {
		values := make([]value, len(m.rows))
		for i, row := range m.rows {
			if column < len(row.cells) {
				cell, _ := clean(row.cells[column])
				values[i] = parseValue(cell)
			}
		}
		m.values[column] = values
		m.roles[column] = roleOf(m.header[column], columnPlace{leading && column == 0, leading}, factsOf(values))
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
		if v.kind != text {
			continue
		}
		if r, ok := parseRange(m.cell(i, column)); ok {
			m.values[column][i] = r
		}
	}
}

// label cleans the row labels, fills merged ones down, and finds headings,
// totals and rows of statistics.
func (m *model) label() {
	m.keys = make([][]string, len(m.rows))
	m.skip, m.totalRow = make([]bool, len(m.rows)), make([]bool, len(m.rows))
	section := ""
	m.sections = m.hasSections()
	var above []string
	for i := range m.rows {
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
	for i := range m.rows {
		if m.isHeading(i) {
			return true
		}
	}
	return false
}

// isHeading reports a row with a label and nothing beside it. In a table of two
// columns that would be a blank count.
func (m *model) isHeading(row int) bool {
	if len(m.header) < 3 || len(m.keyColumns) == 0 || m.policy.blankMask {
		return false
	}
	return filled(m.rows[row].cells) == 1 && m.cell(row, m.keyColumns[0]) != ""
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
	if column >= len(m.rows[row].cells) {
		return ""
	}
	cell, _ := clean(m.rows[row].cells[column])
	return cell
}

// at returns the value of a cell.
func (m *model) at(c cellAt) value { return m.values[c.column][c.row] }

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
		return m.header[c.column]
	case len(m.countColumns) > 1:
		return row + ", " + m.header[c.column]
	}
	return row
}

// finding starts a finding about one cell.
func (m *model) finding(check string, severity Severity, c cellAt) Finding {
	return Finding{
		Check: check, Severity: severity, File: m.file, Table: m.table.name,
		Line: m.rows[c.row].line, Row: m.rowName(c.row), Column: m.header[c.column],
	}
}

// counted reports whether a row holds counts.
func (m *model) counted(row int) bool { return !m.skip[row] }

// hidden reports whether a cell of a count column hides a number.
func (m *model) hiddenAt(c cellAt) bool { return m.at(c).kind != number }

// splitPairs parts columns such as "12 (3.4%)" into the count and the
// percentage.
func splitPairs(t *table) {
	for column := 0; column < len(t.header); column++ {
		if !isPaired(t, column) {
			continue
		}
		for i := range t.rows {
			cells := append([]string(nil), t.rows[i].cells...)
			for len(cells) <= column {
				cells = append(cells, "")
			}
			first, second, paired := pairOf(cells[column])
			if !paired {
				first, second = cells[column], ""
			}
			cells[column] = first
			cells = append(cells[:column+1], append([]string{second}, cells[column+1:]...)...)
			t.rows[i].cells = cells
		}
		rest := append([]string{t.header[column] + " %"}, t.header[column+1:]...)
		t.header = append(t.header[:column+1:column+1], rest...)
		column++
	}
}

func isPaired(t *table, column int) bool {
	pairs, others := 0, 0
	for _, row := range t.rows {
		if column >= len(row.cells) || strings.TrimSpace(row.cells[column]) == "" {
			continue
		}
		if _, _, ok := pairOf(row.cells[column]); ok {
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
	cell, _ := clean(raw)
	open = strings.IndexAny(cell, "([")
	if open <= 0 || open+1 >= len(cell)-1 {
		return "", "", false
	}
	first, second = strings.TrimSpace(cell[:open]), strings.TrimSpace(cell[open+1:len(cell)-1])
	a, b := parseValue(first), parseValue(second)
	if a.kind != number && a.kind != mark || b.kind != number && b.kind != mark {
		return "", "", false
	}
	if _, whole := a.whole(); a.kind == number && !whole || a.percent {
		return "", "", false
	}
	if b.kind == number && !b.percent && b.decimals == 0 && !strings.HasSuffix(second, "%") {
		return first, second + "%", b.digits <= 100
	}
	return first, strings.TrimSuffix(second, "%") + "%", true
}

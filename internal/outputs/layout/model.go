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
	Declared     Declared          // what was said of the table
	midpoint     []bool            // by column: its name says that it holds midpoints
	totalLabels  map[string]bool   // the declared ones, in lower case
	whole        []bool            // by column: percentages may be of it
	wholes       []int             // the columns of which that is so
	pairs        map[int]Pairing   // by percentage column, once asked for
	facts        map[string]labelFacts
	measures     []int
	measured     bool
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
func New(t *document.Table, p Policy) *Model { return NewDeclared(t, p, Declared{}) }

// NewDeclared is New with what is said of the table; only the rest is guessed.
// It parts the columns of t that hold two numbers each, in place.
func NewDeclared(t *document.Table, p Policy, said Declared) *Model {
	joinHeaders(t)
	splitColumns(t)
	m := &Model{Table: t, Policy: p, Declared: said}
	m.declareTotals()
	m.parse()
	m.label()
	m.findRowLines()
	m.findColumnLines()
	m.findLevels()
	if len(said.Totals) == 0 {
		m.findUnnamedTotals()
	}
	return m
}

// parse reads every cell and guesses each column's role.
func (m *Model) parse() {
	width := len(m.Header)
	m.Values, m.Roles = make([][]notation.Value, width), make([]Role, width)
	m.totalColumn, m.midpoint, m.whole = make([]bool, width), make([]bool, width), make([]bool, width)
	leading := width > 1
	for column := range width {
		m.Values[column] = m.parseColumn(column)
		said, isDeclared := m.Declared.role(m.Header[column])
		m.Roles[column] = said
		if !isDeclared {
			m.Roles[column] = m.guessRole(column, leading)
		}
		leading = leading && m.Roles[column] == RoleKey
	}
	for column, role := range m.Roles {
		switch role {
		case RoleKey:
			m.KeyColumns = append(m.KeyColumns, column)
		case RoleCount:
			m.CountColumns = append(m.CountColumns, column)
			m.midpoint[column] = m.Policy.Rules.MidpointBase.Value > 0 && namesMidpoint(m.Header[column])
			m.readRanges(column)
			if m.whole[column] = m.namesDenominator(column); m.whole[column] {
				m.wholes = append(m.wholes, column)
			}
		}
	}
}

// parseColumn reads the cells of a column; what is no number is read once, since
// labels and marks repeat.
func (m *Model) parseColumn(column int) []notation.Value {
	values := make([]notation.Value, len(m.Rows))
	known := map[string]notation.Value{}
	for i, row := range m.Rows {
		if column >= len(row.Cells) {
			continue
		}
		v, seen := known[row.Cells[column]]
		if !seen {
			cell, _ := notation.Clean(row.Cells[column])
			v = notation.ParseValue(cell)
			if v.Kind != notation.Number && len(known) < mostRemembered {
				known[row.Cells[column]] = v
			}
		}
		values[i] = v
	}
	return values
}

func (m *Model) guessRole(column int, leading bool) Role {
	role := roleOf(m.Header[column], columnPlace{leading && column == 0, leading}, columnFactsOf(m.Values[column]))
	if leading && role == RoleCount && m.numbersRows(column) {
		return RoleKey
	}
	return role
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
	properties := m.properties()
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
		m.TotalRow[i] = m.anyTotal(keys)
		if !m.TotalRow[i] && !m.skip[i] {
			fillDown(keys, above)
			above = keys
		}
		for _, key := range keys {
			m.skip[i] = m.skip[i] || m.factsOf(key).statistic
		}
		m.skip[i] = m.skip[i] || properties[i]
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

func (m *Model) anyTotal(keys []string) bool {
	for _, key := range keys {
		if m.isTotal(key) {
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

// Bounds returns the numbers that a cell can stand for, as a reader knows them
// from the rules and from its column's name alone.
func (m *Model) Bounds(c CellAt) (lower, upper int64) {
	v := m.At(c)
	if n, whole := v.Whole(); whole && m.midpoint[c.Column] {
		return midpointBand(n, m.Policy.Rules.MidpointBase.Value)
	}
	return m.Policy.Bounds(v)
}

// Low reports whether a cell shows a count that the rules hide. A midpoint
// stands for its band and is never low.
func (m *Model) Low(c CellAt) bool {
	n, whole := m.At(c).Whole()
	return whole && !m.midpoint[c.Column] && m.Policy.IsLow(n)
}

// IsRounded reports whether a shown count is rounded as the rules ask, or as its
// column's name says.
func (m *Model) IsRounded(c CellAt) bool {
	n, whole := m.At(c).Whole()
	if m.midpoint[c.Column] {
		base := m.Policy.Rules.MidpointBase.Value
		return whole && (n == 0 || (n+base/2)%base == 0)
	}
	return whole && m.Policy.IsRounded(n)
}

// Midpoint reports whether a column of counts says that it holds midpoints.
func (m *Model) Midpoint(column int) bool { return m.midpoint[column] }

func namesMidpoint(name string) bool { return strings.Contains(strings.ToLower(name), "midpoint") }

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

// Compact lets go of what only the checks of a single table need: the cells as
// written and what was read of labels. Keys, counts, shares and lines stay.
func (m *Model) Compact() {
	for row := range m.Rows {
		m.Rows[row].Cells = nil
	}
	known := map[string]string{}
	for _, keys := range m.Keys {
		for i, key := range keys {
			own, seen := known[key]
			if !seen {
				own = strings.Clone(key)
				known[key] = own
			}
			keys[i] = own
		}
	}
	for _, column := range m.KeyColumns {
		m.Values[column] = nil
	}
	m.facts = nil
}

// Counted reports whether a row holds counts.
func (m *Model) Counted(row int) bool { return !m.skip[row] }

// hidden reports whether a cell of a count column hides a number.
func (m *Model) HiddenAt(c CellAt) bool { return m.At(c).Kind != notation.Number }

// Package layout guesses what a finished table means: which columns label its
// rows, which hold counts, percentages or statistics, which cells are totals of
// which, and what a percentage is a percentage of.
//
// The guess is made from names, from where things stand and from arithmetic, and
// errs towards counts and totals: a false alarm costs less than a missed one.
package layout

import (
	"math"
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
	columns      []column
	labels       labels  // of the rows, merged ones filled down
	lines        []int32 // of the file, by row
	KeyColumns   []int
	CountColumns []int
	skip         []bool // rows that hold no counts: headings and statistics
	TotalRow     []bool
	outlined     []bool // rows that the table's outline makes totals
	totalColumn  []bool // by column
	Lines        []Line
	totalOf      map[CellAt]CellAt // part to its total; made when asked for
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
	counting     map[string]countFacts
	measures     []int
	measured     bool
	open         map[string]bool // marks that hide numbers which are not low, too
}

// CellAt is a place in a table: row and column, from 0.
type CellAt struct{ Row, Column int }

// Line is a total and the cells that it is the sum of.
type Line struct {
	Total CellAt
	Parts Cells
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
	m := &Model{Table: t, Policy: p, Declared: said, lines: make([]int32, len(t.Rows))}
	for row := range t.Rows {
		m.lines[row] = int32(min(t.Rows[row].Line, math.MaxInt32))
	}
	m.declareTotals()
	m.parse()
	m.label()
	m.findOutline()
	m.findRowLines()
	m.findColumnLines()
	m.findLevels()
	m.findOpenMarks()
	if len(said.Totals) == 0 {
		m.findUnnamedTotals()
	}
	return m
}

// parse reads every cell and guesses each column's role.
func (m *Model) parse() {
	width := len(m.Header)
	m.columns, m.Roles = make([]column, width), make([]Role, width)
	m.totalColumn, m.midpoint, m.whole = make([]bool, width), make([]bool, width), make([]bool, width)
	leading := width > 1
	for at := range width {
		m.columns[at] = m.parseColumn(at)
		said, isDeclared := m.Declared.role(m.Header[at])
		m.Roles[at] = said
		if !isDeclared {
			m.Roles[at] = m.guessRole(at, leading)
		}
		leading = leading && m.Roles[at] == RoleKey
	}
	for column, role := range m.Roles {
		switch role {
		case RoleKey:
			m.KeyColumns = append(m.KeyColumns, column)
		case RolePercent:
			m.readProportions(column)
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
func (m *Model) parseColumn(at int) column {
	read := columnReader{known: map[string]int32{}}
	read.codes = make([]int32, m.Rows())
	for row := range m.Table.Rows {
		raw := ""
		if cells := m.Table.Rows[row].Cells; at < len(cells) {
			raw = cells[at]
		}
		read.codes[row] = read.code(raw)
	}
	return read.column
}

func (m *Model) guessRole(column int, leading bool) Role {
	facts := columnFactsOf(&m.columns[column])
	if m.Policy.BlankMask && !leading && facts.blanks == m.Rows() && facts.blanks > 0 && !isRemark(m.Header[column]) {
		return RoleCount // every cell of it is masked
	}
	if m.isRatio(column, facts) {
		return RolePercent
	}
	role := roleOf(m.Header[column], columnPlace{first: leading && column == 0, leading: leading, afterP: column > 0 && isPName(m.Header[column-1]), quarters: hasQuarters(m.Header)}, facts)
	if leading && role == RoleCount && m.numbersRows(column) {
		return RoleKey
	}
	return role
}

// readRanges takes 1-9 in a column of counts for a mark.
func (m *Model) readRanges(at int) {
	values := &m.columns[at]
	for row := range values.codes {
		if values.at(row).Kind != notation.Text {
			continue
		}
		if r, ok := notation.ParseRange(m.Cell(row, at)); ok {
			values.codes[row] = values.add(r)
		}
	}
}

// label cleans the row labels, fills merged ones down, and finds headings,
// totals and rows of statistics.
func (m *Model) label() {
	rows := m.Rows()
	m.skip, m.TotalRow = make([]bool, rows), make([]bool, rows)
	m.sections = m.hasSections()
	m.labels = newLabels(m, rows)
	for row := range rows {
		for i, column := range m.KeyColumns {
			m.labels.of(row)[i] = m.labels.read(m.raw(row, column), i)
		}
	}
	section := m.labels.number("")
	properties := m.properties()
	var above []int32
	for row := range rows {
		keys := m.labels.of(row)
		own := keys[:len(m.KeyColumns)]
		if m.isHeading(row) {
			m.skip[row] = true
			section = m.labels.number(m.labels.joined(own))
		}
		m.TotalRow[row] = m.labels.any(own, labelFacts.isTotal)
		if !m.TotalRow[row] && !m.skip[row] {
			m.labels.fillDown(own, above)
			above = own
		}
		m.skip[row] = m.skip[row] || properties[row] || m.labels.any(own, labelFacts.isStatistic)
		if m.sections {
			keys[len(own)] = section
		}
	}
	m.labels.finish()
}

// hasSections reports whether headings inside the table part its rows.
func (m *Model) hasSections() bool {
	for i := range m.Rows() {
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
	return document.Filled(m.Table.Rows[row].Cells) == 1 && m.Cell(row, m.KeyColumns[0]) != ""
}

// Cell returns what a reader sees in a cell; a cell that the row lacks is empty.
func (m *Model) Cell(row, column int) string {
	cell, _ := notation.Clean(m.raw(row, column))
	return cell
}

func (m *Model) raw(row, column int) string {
	if cells := m.Table.Rows[row].Cells; column < len(cells) {
		return cells[column]
	}
	return ""
}

// Rows returns how many rows the table has below its header.
func (m *Model) Rows() int { return len(m.lines) }

// LineOf returns the line of the file on which a row stands; 0 where the format
// has none.
func (m *Model) LineOf(row int) int { return int(m.lines[row]) }

// Labels returns how many labels every row has: one for each label column, and
// one more for the heading above it where headings part the table.
func (m *Model) Labels() int { return m.labels.width }

// Key returns one label of a row; merged ones are filled down.
func (m *Model) Key(row, label int) string { return m.labels.texts[m.labels.of(row)[label]] }

// KeyNumber returns the number of a row's label among the different labels of
// the table, which are those of KeyTexts.
func (m *Model) KeyNumber(row, label int) int { return int(m.labels.of(row)[label]) }

func (m *Model) totalAt(row, label int) bool { return m.labels.facts[m.labels.of(row)[label]].total }

// IsTotalLabel reports whether a label, by its number, names a total.
func (m *Model) IsTotalLabel(number int) bool { return m.labels.facts[number].total }

// KeyTexts returns the different labels of the table.
func (m *Model) KeyTexts() []string { return m.labels.texts }

// At returns the value of a cell.
func (m *Model) At(c CellAt) notation.Value { return m.columns[c.Column].at(c.Row) }

// Value returns the value of a cell by its column and row.
func (m *Model) Value(column, row int) notation.Value { return m.columns[column].at(row) }

// wholeAt returns a cell's value as a whole number, as notation.Value.Whole does.
func (m *Model) wholeAt(c CellAt) (int64, bool) {
	if code := m.columns[c.Column].codes[c.Row]; code >= 0 {
		return int64(code), true
	}
	return m.At(c).Whole()
}

// Bounds returns the numbers that a cell can stand for, as a reader knows them
// from the rules and from its column's name alone.
func (m *Model) Bounds(c CellAt) (lower, upper int64) {
	n, whole := m.wholeAt(c)
	switch {
	case !whole && m.isOpen(m.At(c)):
		return 0, notation.Unbounded
	case !whole:
		return m.Policy.Bounds(m.At(c))
	case m.midpoint[c.Column]:
		return midpointBand(n, m.Policy.Rules.MidpointBase.Value)
	}
	return m.Policy.boundsOf(n)
}

// Low reports whether a cell shows a count that the rules hide. A midpoint
// stands for its band and is never low.
func (m *Model) Low(c CellAt) bool {
	n, whole := m.wholeAt(c)
	return whole && !m.midpoint[c.Column] && m.Policy.IsLow(n)
}

// IsRounded reports whether a shown count is rounded as the rules ask, or as its
// column's name says.
func (m *Model) IsRounded(c CellAt) bool {
	n, whole := m.wholeAt(c)
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
	shown := make([]string, 0, m.Labels())
	for label := range m.Labels() {
		if key := m.Key(row, label); key != "" {
			shown = append(shown, key)
		}
	}
	return strings.Join(shown, ", ")
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
// written, and the values of columns that hold neither counts nor percentages,
// unless they are named. Labels and lines stay.
func (m *Model) Compact(named ...string) {
	t := *m.Table
	t.Rows, t.Header = nil, make([]string, len(m.Header))
	for at, name := range m.Header {
		t.Header[at] = strings.Clone(name) // a piece of the file would keep all of it
	}
	m.Table = &t
	for at, role := range m.Roles {
		if role != RoleCount && role != RolePercent && !containsFold(named, m.Header[at]) {
			m.columns[at] = column{}
		}
	}
	m.labels.compact()
	m.facts, m.counting, m.totalOf = nil, nil, nil
}

// Counted reports whether a row holds counts.
func (m *Model) Counted(row int) bool { return !m.skip[row] }

// HiddenAt reports whether a cell of a count column hides a number.
func (m *Model) HiddenAt(c CellAt) bool {
	code := m.columns[c.Column].codes[c.Row]
	return code < 0 && ^code&1 == 1
}

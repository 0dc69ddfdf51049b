package outputs

import (
	"slices"
	"strings"

	"tre-toolkit/internal/outputs/notation"
)

// findRowLines finds the rows that are totals of other rows, for every label
// column, in long tables and in grids.
func (m *model) findRowLines() {
	f := &lineFinder{model: m, index: map[string]map[string][]int{}}
	groups, sets := map[string][]int{}, map[string][]int{}
	var order []string
	for row := range m.Rows {
		if !m.totalRow[row] || !m.counted(row) {
			continue
		}
		for _, free := range f.freeSets(row) {
			key := setName(free) + "\x00" + f.context(row, free)
			if groups[key] == nil {
				order = append(order, key)
			}
			groups[key], sets[key] = append(groups[key], row), free
		}
	}
	for _, key := range order {
		_, context, _ := strings.Cut(key, "\x00")
		f.group(groups[key], sets[key], context)
	}
}

// lineFinder looks rows up by their labels with some label columns left free.
type lineFinder struct {
	*model
	index map[string]map[string][]int
}

func setName(free []int) string {
	var b strings.Builder
	for _, d := range free {
		b.WriteByte(byte('A' + d%50))
	}
	return b.String()
}

// freeSets returns the sets of label columns that a total row sums over: each
// column with a total label alone, together with those it leaves blank.
func (f *lineFinder) freeSets(row int) [][]int {
	var totals, blanks []int
	for d, key := range f.keys[row] {
		switch {
		case isTotal(key):
			totals = append(totals, d)
		case key == "":
			blanks = append(blanks, d)
		}
	}
	if len(blanks) > 0 {
		return [][]int{slices.Sorted(slices.Values(append(totals, blanks...)))}
	}
	sets := make([][]int, 0, len(totals))
	for _, d := range totals {
		sets = append(sets, []int{d})
	}
	return sets
}

// context returns a row's labels outside the free columns.
func (f *lineFinder) context(row int, free []int) string {
	var b strings.Builder
	for d, key := range f.keys[row] {
		if !slices.Contains(free, d) {
			b.WriteString(strings.ToLower(key))
		}
		b.WriteByte(0x1f)
	}
	return b.String()
}

// parts returns the rows that could be summed: same context, and no total in a
// free column.
func (f *lineFinder) parts(free []int, context string) []int {
	name := setName(free)
	if f.index[name] == nil {
		byContext := map[string][]int{}
		for row := range f.Rows {
			if !f.counted(row) || f.totalIn(row, free) {
				continue
			}
			key := f.context(row, free)
			byContext[key] = append(byContext[key], row)
		}
		f.index[name] = byContext
	}
	return f.index[name][context]
}

func (f *lineFinder) totalIn(row int, free []int) bool {
	for _, d := range free {
		if isTotal(f.keys[row][d]) {
			return true
		}
	}
	return false
}

// manyTotals is where a table stops being one whose totals are tried out
// against each other: each is then taken for the rows since the last.
const manyTotals = 50

// group gives each total of one context its parts. One total takes all rows;
// among several, each takes what fits it: all rows, those between it and its
// neighbour, or the other totals. A table that repeats its whole for several
// characteristics is summed characteristic by characteristic.
func (f *lineFinder) group(totals, free []int, context string) {
	parts := f.parts(free, context)
	if len(parts) == 0 {
		return
	}
	if len(totals) > manyTotals {
		f.blocks(totals, parts)
		return
	}
	for i, total := range totals {
		chosen := [][]int{parts}
		candidates := [][][]int{{parts}}
		if len(totals) > 1 {
			candidates = append(candidates, f.between(totals, i, parts)...)
			if i < len(totals)-1 && (i > 0 || total < parts[len(parts)-1]) {
				chosen = candidates[1]
			}
		}
		if len(free) > 1 {
			candidates = append(candidates, f.byFirst(free, parts))
		}
		for _, candidate := range candidates {
			if f.fitAll(total, candidate) {
				chosen = candidate
				break
			}
		}
		for _, rows := range chosen {
			f.addLines(total, rows)
		}
	}
}

// blocks gives each of very many totals the rows since the one before it.
func (f *lineFinder) blocks(totals, parts []int) {
	f.overfull = true
	for _, total := range totals {
		end, _ := slices.BinarySearch(parts, total)
		f.addLines(total, parts[:end])
		parts = parts[end:]
	}
}

// between returns, as candidates, the rows up to a total, the rows after it,
// and the other totals.
func (f *lineFinder) between(totals []int, i int, parts []int) [][][]int {
	from, to := -1, len(f.Rows)
	if i > 0 {
		from = totals[i-1]
	}
	if i+1 < len(totals) {
		to = totals[i+1]
	}
	var before, after, others []int
	for _, row := range parts {
		if row > from && row < totals[i] {
			before = append(before, row)
		}
		if row > totals[i] && row < to {
			after = append(after, row)
		}
	}
	for j, row := range totals {
		if j != i {
			others = append(others, row)
		}
	}
	var candidates [][][]int
	for _, rows := range [][]int{before, after, others} {
		if len(rows) > 0 {
			candidates = append(candidates, [][]int{rows})
		}
	}
	return candidates
}

// byFirst parts rows by their label in the first free column that differs.
func (f *lineFinder) byFirst(free, parts []int) [][]int {
	var groups [][]int
	at := map[string]int{}
	d := free[0]
	if last := len(f.keys[parts[0]]) - 1; f.sections && slices.Contains(free, last) {
		d = last
	}
	for _, row := range parts {
		key := f.keys[row][d]
		i, known := at[key]
		if !known {
			i = len(groups)
			at[key] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], row)
	}
	return groups
}

// fitAll reports whether, for most count columns, the total is the sum of what
// is shown of the parts, or of that and what masks can hide.
func (f *lineFinder) fitAll(total int, groups [][]int) bool {
	fits, tried := 0, 0
	for _, column := range f.countColumns {
		for _, rows := range groups {
			l := line{total: cellAt{total, column}, parts: cellsOf(rows, column)}
			if f.at(l.total).Kind != notation.Number {
				continue
			}
			tried++
			if f.fits(l) {
				fits++
			}
		}
	}
	return tried > 0 && fits*2 > tried
}

// fits reports whether a total can be the sum of its parts.
func (m *model) fits(l line) bool {
	s := m.sum(l)
	return s.total == s.shown || s.total >= s.shown+s.least && s.total <= s.shown+s.most
}

func cellsOf(rows []int, column int) []cellAt {
	cells := make([]cellAt, len(rows))
	for i, row := range rows {
		cells[i] = cellAt{row, column}
	}
	return cells
}

func (f *lineFinder) addLines(total int, rows []int) {
	if len(rows) < 2 && !(len(rows) == 1 && len(f.Rows) > 2) {
		return
	}
	for _, column := range f.countColumns {
		if f.room(len(rows)) {
			f.lines = append(f.lines, line{total: cellAt{total, column}, parts: cellsOf(rows, column)})
		}
	}
}

// room reports whether that many more parts may be looked at: a table made to
// have totals everywhere would take forever. What is left out is told.
func (m *model) room(parts int) bool {
	if m.parts += parts; m.parts > 1_000_000+40*len(m.Rows)*len(m.Header) {
		m.overfull = true
		return false
	}
	return true
}

// findColumnLines finds columns that are totals of other columns: one named so,
// and one whose name begins the names of its parts (linked, linked_consent).
func (m *model) findColumnLines() {
	names := make([]string, len(m.Header))
	for i, name := range m.Header {
		names[i] = strings.ToLower(name)
	}
	for _, column := range m.countColumns {
		if m.overfull {
			return
		}
		var parts []int
		if isTotal(m.Header[column]) {
			parts = m.otherCounts(column)
		} else {
			parts = m.prefixed(column, names)
		}
		if len(parts) < 2 || !m.room(len(parts)*len(m.Rows)) || !m.columnFits(column, parts) {
			continue
		}
		m.totalColumn[column] = true
		for row := range m.Rows {
			if m.counted(row) && m.room(len(parts)) {
				m.lines = append(m.lines, columnLine(row, column, parts))
			}
		}
	}
}

func columnLine(row, column int, parts []int) line {
	l := line{total: cellAt{row, column}}
	for _, part := range parts {
		l.parts = append(l.parts, cellAt{row, part})
	}
	return l
}

func (m *model) otherCounts(column int) []int {
	var parts []int
	for _, other := range m.countColumns {
		if other != column && !isTotal(m.Header[other]) {
			parts = append(parts, other)
		}
	}
	return parts
}

func (m *model) prefixed(column int, names []string) []int {
	if names[column] == "" {
		return nil
	}
	var parts []int
	for _, other := range m.countColumns {
		rest, found := strings.CutPrefix(names[other], names[column])
		if found && len(rest) > 1 && strings.ContainsAny(rest[:1], "_ .-") {
			parts = append(parts, other)
		}
	}
	return parts
}

// columnFits reports whether the rows that show everything bear the sum out,
// most of them; with no such row the name is believed.
func (m *model) columnFits(column int, parts []int) bool {
	full, fits := 0, 0
	for row := range m.Rows {
		l := columnLine(row, column, parts)
		if !m.counted(row) || m.hiddenAt(l.total) || slices.ContainsFunc(l.parts, m.hiddenAt) {
			continue
		}
		full++
		if s := m.sum(l); s.total == s.shown || m.policy.base() > 1 && s.total >= s.low && s.total <= s.high {
			fits++
		}
	}
	return full == 0 || fits*2 >= full
}

// lineSum is what a line adds up to.
type lineSum struct {
	total, shown int64
	low, high    int64 // what the shown parts can be, unrounded
	least, most  int64 // what the hidden parts can be
	hidden       []cellAt
}

func (m *model) sum(l line) lineSum {
	var s lineSum
	s.total, _ = m.at(l.total).Whole()
	for _, part := range l.parts {
		v := m.at(part)
		low, high := m.policy.bounds(v)
		if n, whole := v.Whole(); whole {
			s.shown += n
			s.low += low
			s.high += high
			continue
		}
		s.hidden = append(s.hidden, part)
		s.least += low
		s.most = min(s.most+high, notation.Unbounded)
	}
	return s
}

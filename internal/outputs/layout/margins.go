package layout

import (
	"encoding/binary"
	"slices"
	"strings"

	"tre-toolkit/internal/outputs/notation"
)

// findRowLines finds the rows that are totals of other rows, for every label
// column, in long tables and in grids.
func (m *Model) findRowLines() {
	f := &lineFinder{Model: m, index: map[string]map[string][]int32{}}
	groups, sets := map[string][]int32{}, map[string][]int{}
	var order []string
	for row := range m.Rows() {
		if !m.TotalRow[row] || !m.Counted(row) || m.outlined[row] {
			continue
		}
		for _, free := range f.freeSets(row) {
			key := setName(free) + "\x00" + f.context(row, free)
			if groups[key] == nil {
				order = append(order, key)
			}
			groups[key], sets[key] = append(groups[key], int32(row)), free
		}
	}
	for _, key := range order {
		_, context, _ := strings.Cut(key, "\x00")
		f.group(groups[key], sets[key], context)
	}
}

// lineFinder looks rows up by their labels with some label columns left free.
type lineFinder struct {
	*Model
	index map[string]map[string][]int32
	key   []byte
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
	for d := range f.Labels() {
		switch {
		case f.totalAt(row, d):
			totals = append(totals, d)
		case f.Key(row, d) == "":
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

// context returns what is the same for rows of the same labels outside the free
// columns.
func (f *lineFinder) context(row int, free []int) string {
	f.key = f.key[:0]
	for d, number := range f.labels.of(row) {
		if slices.Contains(free, d) {
			number = -1
		} else {
			number = f.labels.folded[number]
		}
		f.key = binary.LittleEndian.AppendUint32(f.key, uint32(number))
	}
	return string(f.key)
}

// parts returns the rows that could be summed: same context, and no total in a
// free column.
func (f *lineFinder) parts(free []int, context string) []int32 {
	name := setName(free)
	if f.index[name] == nil {
		byContext := map[string][]int32{}
		for row := range f.Rows() {
			if !f.Counted(row) || f.totalIn(row, free) || f.outlined[row] {
				continue
			}
			key := f.context(row, free)
			byContext[key] = append(byContext[key], int32(row))
		}
		f.index[name] = byContext
	}
	return f.index[name][context]
}

func (f *lineFinder) totalIn(row int, free []int) bool {
	for _, d := range free {
		if f.totalAt(row, d) {
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
func (f *lineFinder) group(totals []int32, free []int, context string) {
	parts := f.parts(free, context)
	if len(parts) == 0 {
		return
	}
	if len(totals) > manyTotals {
		f.blocks(totals, parts)
		return
	}
	for i, total := range totals {
		chosen := [][]int32{parts}
		candidates := [][][]int32{{parts}}
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
func (f *lineFinder) blocks(totals, parts []int32) {
	f.Overfull = true
	for _, total := range totals {
		end, _ := slices.BinarySearch(parts, total)
		f.addLines(total, parts[:end])
		parts = parts[end:]
	}
}

// between returns, as candidates, the rows up to a total, the rows after it,
// and the other totals.
func (f *lineFinder) between(totals []int32, i int, parts []int32) [][][]int32 {
	from, to := int32(-1), int32(f.Rows())
	if i > 0 {
		from = totals[i-1]
	}
	if i+1 < len(totals) {
		to = totals[i+1]
	}
	var before, after, others []int32
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
	var candidates [][][]int32
	for _, rows := range [][]int32{before, after, others} {
		if len(rows) > 0 {
			candidates = append(candidates, [][]int32{rows})
		}
	}
	return candidates
}

// byFirst parts rows by their label in the first free column that differs.
func (f *lineFinder) byFirst(free []int, parts []int32) [][]int32 {
	var groups [][]int32
	at := map[int32]int{}
	d := free[0]
	if last := f.Labels() - 1; f.sections && slices.Contains(free, last) {
		d = last
	}
	for _, row := range parts {
		key := f.labels.of(int(row))[d]
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
func (f *lineFinder) fitAll(total int32, groups [][]int32) bool {
	fits, tried := 0, 0
	for _, column := range f.CountColumns {
		for _, rows := range groups {
			l := Line{Total: CellAt{int(total), column}, Parts: cellsOf(rows, column)}
			if f.At(l.Total).Kind != notation.Number {
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
func (m *Model) fits(l Line) bool {
	s := m.Sum(l)
	return s.Total == s.Shown || s.Total >= s.Shown+s.least && s.Total <= s.Shown+s.most
}

func cellsOf(rows []int32, column int) Cells { return Cells{places: rows, of: int32(column)} }

func (f *lineFinder) addLines(total int32, rows []int32) {
	if len(rows) < 2 && !(len(rows) == 1 && f.Rows() > 2) {
		return
	}
	for _, column := range f.CountColumns {
		if f.room(len(rows)) {
			f.Lines = append(f.Lines, Line{Total: CellAt{int(total), column}, Parts: cellsOf(rows, column)})
		}
	}
}

// room reports whether that many more parts may be looked at: a table made to
// have totals everywhere would take forever. What is left out is told.
func (m *Model) room(parts int) bool {
	if m.parts += parts; m.parts > 1_000_000+40*m.Rows()*len(m.Header) {
		m.Overfull = true
		return false
	}
	return true
}

// findColumnLines finds columns that are totals of other columns: one named so,
// and one whose name begins the names of its parts (linked, linked_consent).
func (m *Model) findColumnLines() {
	names := make([]string, len(m.Header))
	for i, name := range m.Header {
		names[i] = strings.ToLower(name)
	}
	for _, column := range m.CountColumns {
		if m.Overfull {
			return
		}
		var parts []int32
		if m.isTotal(m.Header[column]) {
			parts = m.otherCounts(column)
		} else {
			parts = m.prefixed(column, names)
		}
		if len(parts) < 2 || !m.room(len(parts)*m.Rows()) || !m.columnFits(column, parts) {
			continue
		}
		m.totalColumn[column] = true
		for row := range m.Rows() {
			if m.Counted(row) && m.room(len(parts)) {
				m.Lines = append(m.Lines, columnLine(row, column, parts))
			}
		}
	}
}

func columnLine(row, column int, parts []int32) Line {
	return Line{Total: CellAt{row, column}, Parts: Cells{places: parts, of: int32(row), across: true}}
}

func (m *Model) otherCounts(column int) []int32 {
	var parts []int32
	for _, other := range m.CountColumns {
		if other != column && !m.isTotal(m.Header[other]) {
			parts = append(parts, int32(other))
		}
	}
	return parts
}

func (m *Model) prefixed(column int, names []string) []int32 {
	if names[column] == "" {
		return nil
	}
	var parts []int32
	for _, other := range m.CountColumns {
		rest, found := strings.CutPrefix(names[other], names[column])
		if found && len(rest) > 1 && strings.ContainsAny(rest[:1], "_ .-") {
			parts = append(parts, int32(other))
		}
	}
	return parts
}

// columnFits reports whether the rows that show everything bear the sum out,
// most of them; with no such row the name is believed.
func (m *Model) columnFits(column int, parts []int32) bool {
	full, fits := 0, 0
	for row := range m.Rows() {
		l := columnLine(row, column, parts)
		if !m.Counted(row) || m.HiddenAt(l.Total) || m.hidesAny(l.Parts) {
			continue
		}
		full++
		if s := m.Sum(l); s.Total == s.Shown || m.Policy.Base() > 1 && s.Total >= s.low && s.Total <= s.high {
			fits++
		}
	}
	return full == 0 || fits*2 >= full
}

package layout

import (
	"slices"

	"tre-toolkit/internal/outputs/notation"
)

// wholeWords in a label make a total of a number that is the sum of the others;
// by themselves they make none, since a total hip replacement is no sum.
var wholeWords = notation.WordSet("total totals all overall combined combination sum whole everyone entire pooled joint together n " +
	"england wales scotland uk britain national nationwide")

func namesWhole(label string) bool {
	return label == "" || notation.AnyWord(notation.Words(label), wholeWords)
}

// unnamedParts is how many shown numbers a sum must have before its arithmetic
// alone is taken for more than chance.
const unnamedParts = 3

// findUnnamedTotals finds rows and columns that no label calls a total and
// whose numbers are the sum of the others and a little more, which is what
// masked cells hide.
func (m *Model) findUnnamedTotals() {
	if m.Overfull || !m.hidesSome() {
		return
	}
	m.findUnnamedRows()
	m.findUnnamedColumns()
}

// hidesSome reports whether any count is masked.
func (m *Model) hidesSome() bool {
	for _, column := range m.CountColumns {
		if m.columns[column].hides() {
			return true
		}
	}
	return false
}

func (m *Model) findUnnamedRows() {
	f := &lineFinder{Model: m}
	for d := range m.KeyColumns {
		free := []int{d}
		groups := map[string][]int32{}
		var order []string
		for row := range m.Rows() {
			if !m.Counted(row) || m.TotalRow[row] {
				continue
			}
			key := f.context(row, free)
			if groups[key] == nil {
				order = append(order, key)
			}
			groups[key] = append(groups[key], int32(row))
		}
		for _, key := range order {
			m.unnamedRow(groups[key], d)
		}
	}
}

// unnamedRow looks at the last and the first row of a group.
func (m *Model) unnamedRow(rows []int32, d int) {
	if len(rows) < 3 || !m.room(2*len(rows)*len(m.CountColumns)) {
		return
	}
	for _, total := range []int32{rows[len(rows)-1], rows[0]} {
		others := slices.DeleteFunc(slices.Clone(rows), func(row int32) bool { return row == total })
		lines := make([]Line, 0, len(m.CountColumns))
		for _, column := range m.CountColumns {
			lines = append(lines, Line{Total: CellAt{int(total), column}, Parts: cellsOf(others, column)})
		}
		if m.addUnnamed(lines, namesWhole(m.Key(int(total), d))) {
			return
		}
	}
}

func (m *Model) findUnnamedColumns() {
	if len(m.CountColumns) < 3 {
		return
	}
	for _, column := range []int{m.CountColumns[len(m.CountColumns)-1], m.CountColumns[0]} {
		parts := m.otherCounts(column)
		if m.totalColumn[column] || m.isTotal(m.Header[column]) || len(parts) < 2 || !m.room(len(parts)*m.Rows()) {
			continue
		}
		var lines []Line
		for row := range m.Rows() {
			if m.Counted(row) {
				lines = append(lines, columnLine(row, column, parts))
			}
		}
		if m.addUnnamed(lines, namesWhole(m.Header[column])) {
			return
		}
	}
}

// addUnnamed keeps lines of one row or column as totals when every one of them
// adds up and one of them tells of what is masked. Without a name for it, some
// sum must be more than chance.
func (m *Model) addUnnamed(lines []Line, named bool) bool {
	if m.Policy.Base() > 1 {
		return named && m.addRounded(lines)
	}
	telling, convincing := false, named
	for _, l := range lines {
		if m.At(l.Total).Kind != notation.Number {
			continue
		}
		s := m.Sum(l)
		shown := 0
		for part := range l.Parts.All {
			if n, whole := m.wholeAt(part); whole && n > 0 {
				shown++
			}
		}
		missing := s.Total - s.Shown
		switch {
		case missing == 0:
			convincing = convincing || shown >= 2
		case len(s.Hidden) == 0 || shown == 0 || missing < s.least || missing > m.mostHidden(s):
			return false
		default:
			telling = true
			convincing = convincing || shown >= unnamedParts
		}
	}
	if !telling || !convincing {
		return false
	}
	for _, l := range lines {
		l.Guessed = !named
		m.Lines = append(m.Lines, l)
	}
	return true
}

// addRounded keeps lines of rounded numbers that are named as a whole and that
// all fit what rounding leaves open, one of them with something masked in it.
// Arithmetic alone shows no total of rounded numbers.
func (m *Model) addRounded(lines []Line) bool {
	hides := false
	for _, l := range lines {
		if m.At(l.Total).Kind != notation.Number {
			continue
		}
		s := m.Sum(l)
		if s.Shown == 0 || !m.Feasible(s, l) {
			return false
		}
		hides = hides || len(s.Hidden) > 0
	}
	if !hides {
		return false
	}
	m.Lines = append(m.Lines, lines...)
	return true
}

// mostHidden is the most that masked low counts can add; a secondary mark, which
// may hide any number, is taken for one of them.
func (m *Model) mostHidden(s LineSum) int64 {
	return min(s.most, int64(len(s.Hidden))*(m.Policy.Threshold-1))
}

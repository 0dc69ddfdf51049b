package outputs

import (
	"fmt"
	"slices"
	"strings"

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
func (m *model) findUnnamedTotals() {
	if m.overfull || !m.hidesSome() {
		return
	}
	m.findUnnamedRows()
	m.findUnnamedColumns()
}

// hidesSome reports whether any count is masked.
func (m *model) hidesSome() bool {
	for _, column := range m.countColumns {
		if slices.ContainsFunc(m.values[column], func(v notation.Value) bool { return v.Kind != notation.Number }) {
			return true
		}
	}
	return false
}

func (m *model) findUnnamedRows() {
	f := &lineFinder{model: m, index: map[string]map[string][]int{}}
	for d := range m.keyColumns {
		free := []int{d}
		groups := map[string][]int{}
		var order []string
		for row := range m.Rows {
			if !m.counted(row) || m.totalRow[row] {
				continue
			}
			key := f.context(row, free)
			if groups[key] == nil {
				order = append(order, key)
			}
			groups[key] = append(groups[key], row)
		}
		for _, key := range order {
			m.unnamedRow(groups[key], d)
		}
	}
}

// unnamedRow looks at the last and the first row of a group.
func (m *model) unnamedRow(rows []int, d int) {
	if len(rows) < 3 || !m.room(2*len(rows)*len(m.countColumns)) {
		return
	}
	for _, total := range []int{rows[len(rows)-1], rows[0]} {
		others := slices.DeleteFunc(slices.Clone(rows), func(row int) bool { return row == total })
		lines := make([]line, 0, len(m.countColumns))
		for _, column := range m.countColumns {
			lines = append(lines, line{total: cellAt{total, column}, parts: cellsOf(others, column)})
		}
		if m.addUnnamed(lines, namesWhole(m.keys[total][d])) {
			return
		}
	}
}

func (m *model) findUnnamedColumns() {
	if len(m.countColumns) < 3 {
		return
	}
	for _, column := range []int{m.countColumns[len(m.countColumns)-1], m.countColumns[0]} {
		parts := m.otherCounts(column)
		if m.totalColumn[column] || isTotal(m.Header[column]) || len(parts) < 2 || !m.room(len(parts)*len(m.Rows)) {
			continue
		}
		var lines []line
		for row := range m.Rows {
			if m.counted(row) {
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
func (m *model) addUnnamed(lines []line, named bool) bool {
	telling, convincing := false, named
	for _, l := range lines {
		if m.at(l.total).Kind != notation.Number {
			continue
		}
		s := m.sum(l)
		shown := 0
		for _, part := range l.parts {
			if n, whole := m.at(part).Whole(); whole && n > 0 {
				shown++
			}
		}
		missing := s.total - s.shown
		switch {
		case missing == 0:
			convincing = convincing || shown >= 2
		case len(s.hidden) == 0 || shown == 0 || missing < s.least || missing > m.mostHidden(s):
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
		l.guessed = !named
		m.lines = append(m.lines, l)
	}
	return true
}

// mostHidden is the most that masked low counts can add; a secondary mark, which
// may hide any number, is taken for one of them.
func (m *model) mostHidden(s lineSum) int64 {
	return min(s.most, int64(len(s.hidden))*(m.policy.threshold-1))
}

// guessedTotal tells of a number that only arithmetic shows to be a total.
func (c *check) guessedTotal(m *model, l line) {
	s := m.sum(l)
	if m.at(l.total).Kind != notation.Number || len(s.hidden) == 0 || s.total == s.shown {
		return
	}
	f := m.finding("TOT001", ForReview, l.total)
	names := make([]string, 0, len(s.hidden))
	for _, at := range s.hidden {
		names = append(names, m.name(at))
	}
	f.Message = fmt.Sprintf("The number is the sum of the others and %d more, as a total would be that includes %s.",
		s.total-s.shown, strings.Join(names[:min(len(names), 4)], ", "))
	f.Certificate = m.sumText(l, s)
	c.findings.add(f)
}

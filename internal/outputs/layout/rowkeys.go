package layout

import (
	"slices"
	"strings"

	"tre-toolkit/internal/outputs/notation"
)

var (
	// clearCounts are the words of which the name of a column is made that
	// certainly counts.
	clearCounts = notation.WordSet("n count counts freq frequency participants people persons patients individuals referrals number of")
)

// mostLabels is how many columns may label the rows by numbers.
const mostLabels = 20

// isClearCount reports a column named n, count, number of patients and the like.
func isClearCount(name string) bool {
	named := notation.Words(name)
	return len(named) > 0 && !slices.ContainsFunc(named, func(word string) bool { return !clearCounts[word] }) && named[0] != "of"
}

// numbersRows reports whether a column of whole numbers among the first labels
// its rows, as sessions do in "sex, sessions, n": a column that clearly counts
// stands to the right, and without this one the labels would repeat. "Group,
// recovered, n" with each group once is two counts.
func (m *Model) numbersRows(column int) bool {
	if column == 0 && m.countsUp() && slices.ContainsFunc(m.Header[1:], isClearCount) {
		return true
	}
	if m.Rows() < 2 || column >= mostLabels || !slices.ContainsFunc(m.Header[column+1:], isClearCount) || namesPeople(m.Header[column]) {
		return false
	}
	seen := map[string]bool{}
	for row := range m.Rows() {
		if _, whole := m.Value(column, row).Whole(); !whole {
			return false
		}
		var labels strings.Builder
		for left := range column {
			labels.WriteString(m.Cell(row, left) + "\x1f")
		}
		if seen[labels.String()] {
			continue
		}
		seen[labels.String()] = true
	}
	return len(seen) < m.Rows()
}

// fewestSteps is how many numbers in a row make a first column one of labels.
const fewestSteps = 3

// countsUp reports a first column that runs 0, 1, 2 or 1, 2, 3 and may end with
// "3+", as "number of children" does beside how many people have so many.
func (m *Model) countsUp() bool {
	steps := 0
	for row := range m.Rows() {
		v := m.Value(0, row)
		n, whole := v.Whole()
		switch {
		case row == 0 && whole && (n == 0 || n == 1):
		case row > 0 && whole && v.Kind == notation.Number && n == m.Value(0, row-1).Digits+1:
		case row > 1 && row == m.Rows()-1 && v.Kind == notation.Text && strings.HasSuffix(m.Cell(row, 0), "+"):
		default:
			return false
		}
		steps++
	}
	return steps >= fewestSteps
}

// namesPeople reports whether a column's name counts people, which "number of
// sessions" does not.
func namesPeople(name string) bool {
	named := notation.Words(name)
	if len(named) > 2 && (named[0] == "number" || named[0] == "no" || named[0] == "n") && named[1] == "of" {
		named = named[2:]
	}
	return notation.AnyWord(named, notation.CountWords) || notation.AnyWord(named, notation.QuantityWords)
}

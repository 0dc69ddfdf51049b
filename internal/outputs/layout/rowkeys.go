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
	if len(m.Rows) < 2 || column >= mostLabels || !slices.ContainsFunc(m.Header[column+1:], isClearCount) || namesPeople(m.Header[column]) {
		return false
	}
	seen := map[string]bool{}
	for row, v := range m.Values[column] {
		if _, whole := v.Whole(); !whole {
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
	return len(seen) < len(m.Rows)
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

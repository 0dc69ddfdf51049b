package layout

import (
	"regexp"
	"slices"
	"strings"

	"tre-toolkit/internal/outputs/notation"
)

// MeasureColumns returns the label columns that name statistics in some rows.
func (m *Model) MeasureColumns() []int {
	var measures []int
	for _, column := range m.KeyColumns {
		for row := range m.Rows {
			if NamesStatistic(m.Cell(row, column)) {
				measures = append(measures, column)
				break
			}
		}
	}
	return measures
}

// CountsRow reports whether a row's labels say that it holds counts: n and the
// like anywhere, words for people only beside rows of statistics.
func (m *Model) CountsRow(row int, measures []int) bool {
	counts := false
	for _, column := range m.KeyColumns {
		label := m.Cell(row, column)
		if NamesStatistic(label) {
			return false
		}
		named := notation.Words(label)
		counts = counts || CountLabel.MatchString(strings.ToLower(strings.ReplaceAll(label, "_", " "))) ||
			slices.Contains(measures, column) && notation.AnyWord(named, notation.CountWords) && !slices.Contains(named, "per") && !isTotal(label)
	}
	return counts
}

// CountLabel is a row label that says that its numbers are counts, whatever
// stands in the other rows.
var CountLabel = regexp.MustCompile(`^(?:n|no\.?|count|counts|freq|frequency|number|sample size|size)(?: of)?(?: (?:participants|people|persons|patients|individuals))?(?: ?[(\[,].*)?$`)

// NamesStatistic reports whether a row label or a column name says that its
// numbers are no counts.
func NamesStatistic(label string) bool {
	return IsStatistic(label) || IsStatisticName(notation.Words(label))
}

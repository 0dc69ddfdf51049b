package layout

import (
	"slices"
	"strings"

	"tre-toolkit/internal/outputs/notation"
)

// Places returns the cells of a table by their labels, in any layout: the row's
// labels and the column's name unless it only says "count". Totals are left
// out, since they follow from the rest, and so are labels that come twice.
func (m *Model) Places() []CellAt {
	var cells []CellAt
	times := map[string]int{}
	for row := range m.Rows {
		if !m.Counted(row) || m.TotalRow[row] {
			continue
		}
		for _, column := range m.CountColumns {
			at := CellAt{row, column}
			if key := m.Place(at); key != "" && !m.totalColumn[column] {
				times[key]++
				cells = append(cells, at)
			}
		}
	}
	return slices.DeleteFunc(cells, func(at CellAt) bool { return times[m.Place(at)] > 1 })
}

// Place returns the name of a cell that is the same in any layout of the table.
func (m *Model) Place(at CellAt) string {
	labels := make([]string, 0, 4)
	for _, key := range m.Keys[at.Row] {
		if key != "" {
			labels = append(labels, strings.ToLower(key))
		}
	}
	if len(labels) == 0 {
		return ""
	}
	if name := strings.ToLower(m.Header[at.Column]); !plainCount[name] {
		labels = append(labels, name)
	}
	slices.Sort(labels)
	return strings.Join(labels, "\x1f")
}

// plainCount are column names that say nothing but that counts follow.
var plainCount = notation.WordSet("n count counts freq frequency participants people persons patients individuals number value")

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
	for row := range m.Rows() {
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
	for label := range m.Labels() {
		if key := m.Key(at.Row, label); key != "" {
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

// Blocks returns the rows of counts that add up to all people, each set once:
// all rows, or, where headings or a first label part the table by characteristic,
// the rows of each part. Totals are left out.
func (m *Model) Blocks() [][]int {
	var blocks [][]int
	at := map[string]int{}
	for row := range m.Rows() {
		if !m.Counted(row) || m.TotalRow[row] {
			continue
		}
		key := ""
		switch {
		case m.sections:
			key = m.Key(row, m.Labels()-1)
		case len(m.KeyColumns) == 2:
			key = m.Key(row, 0)
		}
		i, seen := at[key]
		if !seen {
			i = len(blocks)
			at[key] = i
			blocks = append(blocks, nil)
		}
		blocks[i] = append(blocks[i], row)
	}
	return blocks
}

// ColumnLabel returns what the name of a column of counts says of its cells, in
// lower case: nothing where it only says that counts follow, or that they are
// totals of others.
func (m *Model) ColumnLabel(column int) string {
	name := strings.ToLower(m.Header[column])
	if plainCount[name] || m.totalColumn[column] || m.isTotal(m.Header[column]) {
		return ""
	}
	return name
}

// Hides reports whether any count of the table is masked.
func (m *Model) Hides() bool { return m.hidesSome() }

// IsTotal reports whether a label of the table names a total.
func (m *Model) IsTotal(label string) bool { return m.isTotal(label) }

// IsTotalColumn reports whether a column of counts is the sum of others.
func (m *Model) IsTotalColumn(column int) bool { return m.totalColumn[column] }

// Label returns a label in the form in which labels are compared.
func (m *Model) Label(label string) string { return strings.ToLower(label) }

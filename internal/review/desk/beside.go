package desk

import (
	"slices"
	"strconv"
	"strings"

	"tre-toolkit/internal/outputs/notation"
	"tre-toolkit/internal/review"
)

// beside is the last release of a file beside what it shows now.
type beside struct {
	review.Earlier
	Changes int
	Tables  []besideTable
}

type besideTable struct {
	Name    string
	Columns []string
	Rows    []besideRow
	More    int // rows that did not change and are left out
}

type besideRow struct {
	Label   string
	Changed bool
	Cells   []review.EarlierCell // by column
}

// mostBeside is how many rows are laid side by side; of more, those that changed.
const mostBeside = 300

// besideOf lays the cells out as the tables that they are of.
func besideOf(earlier review.Earlier) *beside {
	b := &beside{Earlier: earlier}
	tables, rows := map[string]int{}, map[string]int{}
	for _, cell := range earlier.Cells {
		cell.Before, cell.Now = notation.Printable(cell.Before), notation.Printable(cell.Now)
		at, known := tables[cell.Table]
		if !known {
			at = len(b.Tables)
			tables[cell.Table] = at
			b.Tables = append(b.Tables, besideTable{Name: cell.Table})
		}
		t := &b.Tables[at]
		column := slices.Index(t.Columns, cell.Column)
		if column < 0 {
			column = len(t.Columns)
			t.Columns = append(t.Columns, cell.Column)
		}
		key := strings.Join([]string{cell.Table, cell.Row, strconv.Itoa(cell.Line)}, "\x1f")
		place, known := rows[key]
		if !known {
			place = len(t.Rows)
			rows[key] = place
			t.Rows = append(t.Rows, besideRow{Label: cell.Row})
		}
		r := &t.Rows[place]
		for len(r.Cells) <= column {
			r.Cells = append(r.Cells, review.EarlierCell{})
		}
		r.Cells[column] = cell
		r.Changed = r.Changed || cell.Changed
		if cell.Changed {
			b.Changes++
		}
	}
	for i := range b.Tables {
		b.Tables[i].shorten()
	}
	return b
}

// shorten leaves rows out that did not change, when there are too many, and gives
// every row a cell for each column.
func (t *besideTable) shorten() {
	if len(t.Rows) > mostBeside {
		all := len(t.Rows)
		t.Rows = slices.DeleteFunc(t.Rows, func(r besideRow) bool { return !r.Changed })
		t.Rows = t.Rows[:min(len(t.Rows), mostBeside)]
		t.More = all - len(t.Rows)
	}
	for i := range t.Rows {
		for len(t.Rows[i].Cells) < len(t.Columns) {
			t.Rows[i].Cells = append(t.Rows[i].Cells, review.EarlierCell{})
		}
	}
}

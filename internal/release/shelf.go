package release

import (
	"cmp"
	"slices"
	"strings"

	"tre-toolkit/internal/outputs"
)

// placed is a table whose cells can be found by their labels.
type placed struct {
	table *Table
	stem  string // of its file
	cells map[string]*outputs.PublishedCell
	order []string // places, in the order of the table
}

func newPlaced(t *Table) placed {
	p := placed{table: t, stem: stem(t.File), cells: make(map[string]*outputs.PublishedCell, len(t.Cells))}
	for i := range t.Cells {
		place := placeOf(t.Cells[i])
		if place == "" {
			continue
		}
		if _, known := p.cells[place]; !known {
			p.order = append(p.order, place)
		}
		p.cells[place] = &t.Cells[i]
	}
	return p
}

func placeOf(cell outputs.PublishedCell) string { return joined(cell.Place) }

func joined(labels []string) string { return strings.Join(labels, "\x1f") }

// shelf is an earlier release whose tables can be found by the labels of their
// cells.
type shelf struct {
	release *Release
	tables  []placed
	holding map[string][]int // place, to the tables that have it
}

func newShelf(release *Release) shelf {
	s := shelf{release: release, holding: map[string][]int{}}
	for i := range release.Tables {
		table := newPlaced(&release.Tables[i])
		s.tables = append(s.tables, table)
		for _, place := range table.order {
			s.holding[place] = append(s.holding[place], i)
		}
	}
	return s
}

// mostLike bounds with how many tables of one release a table is compared.
const mostLike = 16

// like returns the tables that share half of the labels with a table or more:
// those of its name first, then those that share most.
func (s shelf) like(now placed) []int {
	shared := make([]int, len(s.tables))
	for _, place := range now.order {
		for _, i := range s.holding[place] {
			shared[i]++
		}
	}
	var list []int
	for i, n := range shared {
		if n > 0 && 2*n >= min(len(s.tables[i].order), len(now.order)) {
			list = append(list, i)
		}
	}
	slices.SortStableFunc(list, func(a, b int) int {
		return cmp.Or(
			cmp.Compare(rank(s.tables[b], now), rank(s.tables[a], now)),
			cmp.Compare(shared[b], shared[a]),
		)
	})
	return list[:min(len(list), mostLike)]
}

// rank says how much two tables are one by their names: 2 for the same file, 1
// for one that differs in numbers only.
func rank(one, other placed) int {
	switch {
	case one.table.Table != other.table.Table || one.stem != other.stem:
		return 0
	case one.table.File == other.table.File:
		return 2
	}
	return 1
}

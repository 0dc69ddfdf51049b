package release

import (
	"cmp"
	"hash/fnv"
	"slices"
	"strings"

	"tre-toolkit/internal/outputs"
)

// placed is a table whose cells can be found by their labels.
type placed struct {
	table *Table
	cells map[string]*outputs.PublishedCell
	order []string // places, in the order of the table
}

func newPlaced(t *Table) placed {
	p := placed{table: t, cells: make(map[string]*outputs.PublishedCell, len(t.Cells))}
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
	holding []holding // in order of the places
	places  []int     // how many each table has

	opened map[int]placed // the tables that were looked at last
	cells  int            // of those
}

// holding says that a table has a cell of a place, which is known by its hash.
type holding struct {
	place uint64
	table int32
}

func newShelf(release *Release) *shelf {
	s := &shelf{release: release, places: make([]int, len(release.Tables)), opened: map[int]placed{}}
	for i, held := range release.Tables {
		from := len(s.holding)
		for _, cell := range held.Open().Cells {
			if place := placeOf(cell); place != "" {
				s.holding = append(s.holding, holding{hashOf(place), int32(i)})
			}
		}
		own := s.holding[from:]
		slices.SortFunc(own, byPlaceHeld)
		s.holding = s.holding[:from+len(slices.Compact(own))]
		s.places[i] = len(s.holding) - from
	}
	slices.SortFunc(s.holding, byPlaceHeld)
	return s
}

func byPlaceHeld(a, b holding) int {
	return cmp.Or(cmp.Compare(a.place, b.place), cmp.Compare(a.table, b.table))
}

func hashOf(place string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(place)) // a hash takes every byte
	return h.Sum64()
}

// mostOpened is how many cells of one shelf are unpacked at once.
const mostOpened = 100_000

// open returns a table of the shelf.
func (s *shelf) open(i int) placed {
	if table, known := s.opened[i]; known {
		return table
	}
	table := newPlaced(s.release.Tables[i].Open())
	if s.cells += len(table.order); s.cells > mostOpened {
		clear(s.opened)
		s.cells = len(table.order)
	}
	s.opened[i] = table
	return table
}

// mostLike bounds with how many tables of one release a table is compared.
const mostLike = 16

// like returns the tables that share half of the labels with a table or more:
// those of its name first, then those that share most.
func (s *shelf) like(now placed) []int {
	shared := make([]int, len(s.places))
	for _, place := range now.order {
		hash := hashOf(place)
		from, _ := slices.BinarySearchFunc(s.holding, hash, func(h holding, hash uint64) int { return cmp.Compare(h.place, hash) })
		for ; from < len(s.holding) && s.holding[from].place == hash; from++ {
			shared[s.holding[from].table]++
		}
	}
	var list []int
	for i, n := range shared {
		if n > 0 && 2*n >= min(s.places[i], len(now.order)) {
			list = append(list, i)
		}
	}
	slices.SortStableFunc(list, func(a, b int) int {
		return cmp.Or(
			cmp.Compare(rank(&s.release.Tables[b].table, now.table), rank(&s.release.Tables[a].table, now.table)),
			cmp.Compare(shared[b], shared[a]),
		)
	})
	return list[:min(len(list), mostLike)]
}

// rank says how much two tables are one by their names: 2 for the same file, 1
// for one that differs in numbers only.
func rank(one, other *Table) int {
	switch {
	case one.File == other.File && one.Table == other.Table:
		return 2
	case one.Table == other.Table && stem(one.File) == stem(other.File):
		return 1
	}
	return 0
}

package outputs

import (
	"iter"
	"maps"
	"math/bits"
	"slices"
	"sync"
)

// mostDims is how many label columns of a table are summed over in every way.
const mostDims = 5

// margins finds tables whose cells are the sums of another's over some of its
// labels: regions of sub-regions, years of years by sex, one grid cut two ways.
// Few keys of a folder meet; only those are kept with their cells.
func (j *joint) margins() {
	if len(j.models) < 2 || !slices.Contains(j.hides, true) {
		return
	}
	met, worth := j.meetings()
	index := j.index(met)
	links := make([][]link, len(worth))
	sideBySide(len(worth), func(i int) { links[i] = j.marginsOver(worth[i].model, worth[i].chosen, index) })
	for _, more := range links {
		j.links = append(j.links, more...)
	}
}

// margin is a table and the labels that it is summed over.
type margin struct {
	model  int
	chosen uint
}

// meetings returns the keys under which a table has a sum and another a cell, and
// the ways of summing tables that lead to such keys.
func (j *joint) meetings() (keySet, []margin) {
	cells := 0
	for _, l := range j.labels {
		cells += l.cells
	}
	shown := newRepeats(cells)
	sideBySide(len(j.labels), func(i int) {
		for key := range j.sums(i) {
			shown.add(key)
		}
	})
	met, worth := newKeySet(cells/4), make([][]margin, len(j.labels))
	sideBySide(len(j.labels), func(i int) { worth[i] = j.meetingsOf(i, shown, met) })
	return met, slices.Concat(worth...)
}

// sums gives the keys of a table's cells that can be the sum of another table's:
// they have fewer labels than the cells of some other table.
func (j *joint) sums(model int) iter.Seq[uint64] {
	return func(yield func(uint64) bool) {
		for cell := range j.labels[model].counted(0) {
			if cell.depth < j.deepest && !yield(cell.sum) {
				return
			}
		}
	}
}

// meetingsOf adds the keys under which one table has a sum and another a cell. A
// key that one table alone shows, and may be this one, is looked up among its own.
func (j *joint) meetingsOf(model int, shown repeats, met keySet) []margin {
	l := j.labels[model]
	if l.dims > mostDims {
		return nil
	}
	own := sync.OnceValue(func() []uint64 { return slices.Sorted(j.sums(model)) })
	var worth []margin
	for chosen := uint(1); chosen < 1<<(l.dims+1); chosen++ {
		meets := false
		for cell := range l.counted(chosen) {
			if !shown.once.has(cell.sum) {
				continue
			}
			if !shown.again.has(cell.sum) {
				if _, itself := slices.BinarySearch(own(), cell.sum); itself {
					continue
				}
			}
			met.add(cell.sum)
			meets = true
		}
		if meets {
			worth = append(worth, margin{model, chosen})
		}
	}
	return worth
}

// index lists the cells that can be the sum of another table's, by their key.
func (j *joint) index(met keySet) map[uint64][]ref {
	cells := make([][]keyed, len(j.labels))
	sideBySide(len(j.labels), func(i int) {
		for cell := range j.labels[i].counted(0) {
			if cell.depth < j.deepest && met.has(cell.sum) {
				cells[i] = append(cells[i], cell)
			}
		}
	})
	index := map[uint64][]ref{}
	for i, found := range cells {
		for _, cell := range found {
			if len(index[cell.sum]) < neighbours {
				index[cell.sum] = append(index[cell.sum], ref{i, cell.at})
			}
		}
	}
	return index
}

// others returns the cells of that key in tables other than one, where the one or
// the other hides something.
func (j *joint) others(model int, cells []ref) []ref {
	var found []ref
	for _, cell := range cells {
		if cell.model != model && (j.hides[model] || j.hides[cell.model]) {
			found = append(found, cell)
		}
	}
	return found
}

// marginsOver sums a table over the chosen labels and looks for its sums in other
// tables.
func (j *joint) marginsOver(model int, chosen uint, index map[uint64][]ref) []link {
	l := j.labels[model]
	groups := map[uint64][]ref{}
	totals := map[uint64][]ref{}
	var order []uint64
	seen := map[uint64]int{}
	for cell := range l.counted(chosen) {
		at, sum := cell.at, cell.sum
		cells := index[sum]
		if len(cells) == 0 {
			continue
		}
		if _, known := totals[sum]; !known {
			totals[sum] = j.others(model, cells)
			order = append(order, sum)
		}
		if len(totals[sum]) > 0 {
			full, _, _ := l.key(at, 0)
			seen[full]++
			groups[sum] = append(groups[sum], ref{model, at})
		}
	}
	byTable := map[int][]candidate{}
	for _, sum := range order {
		parts := groups[sum]
		if len(parts) < 2 || slices.ContainsFunc(parts, func(r ref) bool { full, _, _ := l.key(r.at, 0); return seen[full] > 1 }) {
			continue
		}
		for _, total := range totals[sum] {
			byTable[total.model] = append(byTable[total.model], j.candidate(total, parts))
		}
	}
	var links []link
	whole := bits.OnesCount(chosen) >= l.used
	for _, other := range slices.Sorted(maps.Keys(byTable)) {
		if whole {
			links = append(links, j.sameWhole(model, other, byTable[other])...)
			continue
		}
		links = append(links, accepted(byTable[other], j.declaredSame(model, other))...)
	}
	return links
}

// sameWhole ties a table to the total of another by the number of all people: for
// sure when both were said to be of one population, else as a guess where masked
// cells can make up what is missing.
func (j *joint) sameWhole(model, other int, candidates []candidate) []link {
	var links []link
	firm := j.declaredSame(model, other)
	for _, c := range candidates {
		shown := int64(0)
		for _, part := range c.parts {
			n, _ := j.models[part.model].At(part.at).Whole()
			shown += n
		}
		if c.full || !c.fits || c.rest <= 0 || shown == 0 && !firm || j.models[c.total.model].HiddenAt(c.total.at) && !firm {
			continue
		}
		c.firm = firm
		if firm || j.closeToLow(c) {
			links = append(links, c.link)
		}
	}
	return links
}

// closeToLow reports whether masked low counts can make up what is missing.
func (j *joint) closeToLow(c candidate) bool {
	hidden, shown := int64(0), int64(0)
	for _, part := range c.parts {
		m := j.models[part.model]
		if n, whole := m.At(part.at).Whole(); whole {
			shown += n
		} else {
			hidden++
		}
	}
	m := j.models[c.total.model]
	total, _ := m.At(c.total.at).Whole()
	return m.Policy.Base() == 1 && total > shown && total-shown <= hidden*(m.Policy.Threshold-1)
}

// declaredSame reports whether two tables were said to be of the same people.
func (j *joint) declaredSame(a, b int) bool {
	x, y := j.said[j.models[a]], j.said[j.models[b]]
	return x.Population != "" && x.Population == y.Population ||
		x.SamePopulationAs != "" && x.SamePopulationAs == j.models[b].File ||
		y.SamePopulationAs != "" && y.SamePopulationAs == j.models[a].File
}

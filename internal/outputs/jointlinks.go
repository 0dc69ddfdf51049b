package outputs

import (
	"path"
	"slices"
	"strings"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/outputs/layout"
	"tre-toolkit/internal/outputs/notation"
)

// identify takes cells of the same labels for the same number, where two tables
// agree on all that both show.
func (j *joint) identify() {
	for _, p := range j.pairs {
		if p.same == 0 || len(p.differ) > 0 || p.far > 0 {
			continue
		}
		for _, cells := range p.shared {
			a, b := j.first(ref{p.models[0], cells[0]}), j.first(ref{p.models[1], cells[1]})
			if a != b {
				j.same[b] = a
			}
		}
	}
}

// line is a candidate for a link, and what is shown of it.
type candidate struct {
	link
	full bool // everything is shown
	fits bool // the total can be the sum of the parts
	rest int64
}

func (j *joint) candidate(total ref, parts []ref) candidate {
	c := candidate{link: link{total: total, parts: parts}}
	totalLow, totalHigh := j.models[total.model].Bounds(total.at)
	var low, high int64
	c.full = !j.models[total.model].HiddenAt(total.at)
	for _, part := range parts {
		m := j.models[part.model]
		l, h := m.Bounds(part.at)
		low, high = low+l, min(high+h, notation.Unbounded)
		c.full = c.full && !m.HiddenAt(part.at)
	}
	c.fits = totalHigh >= low && totalLow <= high
	c.rest = totalLow - low
	return c
}

// accept keeps candidates that stand or fall together: when what is shown in full
// bears them out, or, where nothing is, when all of them are possible.
func (j *joint) accept(candidates []candidate, believed bool) {
	full, fit, possible := 0, 0, true
	for _, c := range candidates {
		possible = possible && (c.fits || c.full)
		if c.full {
			full++
			if c.fits {
				fit++
			}
		}
	}
	switch {
	case full > 0 && fit*10 < full*9, full == 0 && !believed, !possible:
		return
	}
	for _, c := range candidates {
		if !c.full && c.fits {
			c.firm = true
			j.links = append(j.links, c.link)
		}
	}
}

// remainder tells of a total in one table that exceeds its parts in others by a
// low number of people, all of them shown.
func (j *joint) remainder(c candidate) {
	m := j.models[c.total.model]
	severity, wanted := severityOf(m.Policy.Rules.Differences.Value)
	if !wanted || !c.full || c.fits || c.rest <= 0 || c.rest >= m.Policy.Threshold || m.Policy.Base() > 1 {
		return
	}
	f := findingAt(m, "DIF003", severity, c.total.at)
	f.Message = "The number exceeds its parts in " + notation.Printable(j.models[c.parts[0].model].File) + " by a low number of people."
	f.Certificate = "what is left over: " + layout.ValuesBetween(c.rest, c.rest)
	j.findings.add(f)
}

// stacks finds tables of one shape of which one is the sum of others, as that of
// all is of women and men. The file's name says which is the whole, or the
// numbers do.
func (j *joint) stacks() {
	if len(j.models) < 3 {
		return
	}
	groups := map[uint64][]int{}
	var order []uint64
	for i, l := range j.labels {
		shape := l.shape()
		if groups[shape] == nil {
			order = append(order, shape)
		}
		groups[shape] = append(groups[shape], i)
	}
	for _, shape := range order {
		if models := groups[shape]; len(models) > 2 && len(models) <= mostStacked {
			j.stack(models)
		}
	}
}

// mostStacked is how many tables of one shape are tried out against each other.
const mostStacked = 60

// shape is the same for tables of the same cells by label.
func (l labelled) shape() uint64 {
	var sum uint64
	_, keys := l.placed()
	for _, one := range keys {
		sum += one * one
	}
	return sum
}

func (j *joint) stack(models []int) {
	if !slices.ContainsFunc(models, func(i int) bool { return j.hides[i] }) && j.differencesAllowed(models[0]) {
		return
	}
	cells := map[int]placedCells{}
	for _, i := range models {
		at, keys := j.labels[i].placed()
		cells[i] = placedCells{at, keys}
	}
	for _, total := range models {
		named := namesWholeFile(j.models[total].File)
		others := slices.DeleteFunc(slices.Clone(models), func(i int) bool { return i == total })
		for _, parts := range partitions(others, named) {
			if candidates := j.layers(total, parts, cells); len(candidates) > 0 && j.borneOut(candidates, named) {
				j.accept(candidates, named)
				for _, c := range candidates {
					if named {
						j.remainder(c)
					}
				}
				break
			}
		}
	}
}

func (j *joint) differencesAllowed(model int) bool {
	return j.models[model].Policy.Rules.Differences.Value == disclosure.Allow
}

// borneOut asks for several sums that fit before numbers alone make a table the
// whole of others.
func (j *joint) borneOut(candidates []candidate, named bool) bool {
	full, fit := 0, 0
	for _, c := range candidates {
		if c.full {
			full++
			if c.fits {
				fit++
			}
		}
	}
	if named {
		return full == 0 || fit > 0 || len(candidates) < 3
	}
	return fit > 1 && fit == full
}

// partitions returns the sets of tables that may be parts: all others, and, of
// few, every set of two or more.
func partitions(others []int, named bool) [][]int {
	sets := [][]int{others}
	if len(others) > 6 || !named && len(others) > 4 {
		return sets
	}
	for chosen := 1; chosen < 1<<len(others); chosen++ {
		var set []int
		for i, other := range others {
			if chosen&(1<<i) != 0 {
				set = append(set, other)
			}
		}
		if len(set) > 1 && len(set) < len(others) {
			sets = append(sets, set)
		}
	}
	return sets
}

// placedCells are the cells of a table that labelled.placed gives, and their keys.
type placedCells struct {
	at   []layout.CellAt
	keys []uint64
}

// layers pairs each cell of a table with the cells of the same labels in others.
func (j *joint) layers(total int, parts []int, cells map[int]placedCells) []candidate {
	index := map[uint64][]ref{}
	for _, part := range parts {
		for i, at := range cells[part].at {
			index[cells[part].keys[i]] = append(index[cells[part].keys[i]], ref{part, at})
		}
	}
	var candidates []candidate
	for i, at := range cells[total].at {
		if same := index[cells[total].keys[i]]; len(same) == len(parts) {
			candidates = append(candidates, j.candidate(ref{total, at}, same))
		}
	}
	return candidates
}

var wholeFileWords = notation.WordSet("all total totals overall combined both everyone everybody persons people whole together pooled")

// namesWholeFile reports whether a file's name says that it is of everybody.
func namesWholeFile(file string) bool {
	base := path.Base(file)
	return notation.AnyWord(notation.Words(strings.TrimSuffix(base, path.Ext(base))), wholeFileWords)
}

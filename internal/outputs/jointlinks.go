package outputs

import (
	"cmp"
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
		if p.same == 0 || len(p.differ) > 0 || p.far > 0 || j.saidSubset(p) {
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

// accepted returns the candidates that stand or fall together: when what is shown in full
// bears them out, or, where nothing is, when all of them are possible.
func accepted(candidates []candidate, believed bool) []link {
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
		return nil
	}
	var links []link
	for _, c := range candidates {
		if !c.full && c.fits {
			c.firm = true
			links = append(links, c.link)
		}
	}
	return links
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
		if groups[l.shape] == nil {
			order = append(order, l.shape)
		}
		groups[l.shape] = append(groups[l.shape], i)
	}
	for _, shape := range order {
		if models := groups[shape]; len(models) > 2 && len(models) <= mostStacked {
			j.stack(models)
		}
	}
}

// mostStacked is how many tables of one shape are tried out against each other.
const mostStacked = 60

func (j *joint) stack(models []int) {
	if !slices.ContainsFunc(models, func(i int) bool { return j.hides[i] }) && j.differencesAllowed(models[0]) {
		return
	}
	cells := make([][]keyed, len(models))
	sideBySide(len(models), func(i int) {
		cells[i] = slices.SortedFunc(j.labels[models[i]].placed(), func(a, b keyed) int { return cmp.Compare(a.sum, b.sum) })
	})
	wholes := make([][]candidate, len(models))
	sideBySide(len(models), func(i int) { wholes[i] = j.wholeOf(i, models, cells) })
	for i, candidates := range wholes {
		named := namesWholeFile(j.models[models[i]].File)
		j.links = append(j.links, accepted(candidates, named)...)
		for _, c := range candidates {
			if named {
				j.remainder(c)
			}
		}
	}
}

// wholeOf returns the sums that make one of the tables of a shape the whole of
// others, if any do.
func (j *joint) wholeOf(total int, models []int, cells [][]keyed) []candidate {
	named := namesWholeFile(j.models[models[total]].File)
	var others []int
	for i := range models {
		if i != total {
			others = append(others, i)
		}
	}
	for _, parts := range partitions(others, named) {
		if candidates := j.layers(models, total, parts, cells); len(candidates) > 0 && j.borneOut(candidates, named) {
			return candidates
		}
	}
	return nil
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

// layers pairs each cell of a table with the cells of the same labels in others of
// its shape, all in order of their keys. Unless its name says that it is of
// everybody, every sum that is shown in full has to fit.
func (j *joint) layers(models []int, total int, parts []int, cells [][]keyed) []candidate {
	named := namesWholeFile(j.models[models[total]].File)
	var candidates []candidate
	for i, cell := range cells[total] {
		same := make([]ref, 0, len(parts))
		for _, part := range parts {
			if i < len(cells[part]) && cells[part][i].sum == cell.sum {
				same = append(same, ref{models[part], cells[part][i].at})
			}
		}
		if len(same) < len(parts) {
			continue
		}
		c := j.candidate(ref{models[total], cell.at}, same)
		if !named && c.full && !c.fits {
			return nil
		}
		candidates = append(candidates, c)
	}
	slices.SortFunc(candidates, func(a, b candidate) int { return byPlace(a.total.at, b.total.at) })
	return candidates
}

// byPlace orders cells as a table is read.
func byPlace(a, b layout.CellAt) int {
	return cmp.Or(cmp.Compare(a.Row, b.Row), cmp.Compare(a.Column, b.Column))
}

var wholeFileWords = notation.WordSet("all total totals overall combined both everyone everybody persons people whole together pooled")

// namesWholeFile reports whether a file's name says that it is of everybody.
func namesWholeFile(file string) bool {
	base := path.Base(file)
	return notation.AnyWord(notation.Words(strings.TrimSuffix(base, path.Ext(base))), wholeFileWords)
}

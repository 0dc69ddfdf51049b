package audit

import (
	"math"
	"slices"
)

// system is a problem being solved: the bounds known so far, and why.
type system struct {
	problem        Problem
	relations      []Relation    // each cell at most once; the problem's, then rewritten ones
	origins        map[int][]int // rewritten relation -> those of the problem that it is made of
	uses           [][]int       // the relations of each cell
	lower, upper   []int64
	trail          []change
	latest         [2][]int // per side and cell, its newest change, or -1
	unproven       []bool
	usable         []bool // false for a relation whose sums could overflow
	contradictions []Contradiction
	broken         []bool // relations that no numbers fit
	work, limit    int
	done           <-chan struct{} // closed when the answer is no longer wanted
	settled        bool            // propagation reached its fix point
}

// change is one tightening of one bound of one cell.
type change struct {
	cell     int
	side     side
	value    int64
	relation int  // the relation that gave it, or -1
	sum      *sum // what gave it where no single relation did
	previous int  // the change of the same bound before this one, or -1
}

type side int

const (
	lowerSide side = iota
	upperSide
)

func newSystem(problem Problem) *system {
	n := len(problem.Cells)
	s := &system{
		problem: problem, uses: make([][]int, n),
		lower: make([]int64, n), upper: make([]int64, n),
		latest:   [2][]int{make([]int, n), make([]int, n)},
		unproven: make([]bool, n),
		origins:  map[int][]int{},
		broken:   make([]bool, len(problem.Relations)),
		limit:    problem.Limit,
	}
	if s.limit <= 0 {
		s.limit = DefaultLimit
	}
	for i, cell := range problem.Cells {
		s.lower[i], s.upper[i] = cell.Lower, cell.Upper
		s.latest[lowerSide][i], s.latest[upperSide][i] = -1, -1
	}
	for i, relation := range problem.Relations {
		s.addRelation(i, relation)
	}
	return s
}

func (s *system) addRelation(index int, relation Relation) {
	relation = lowest(relation)
	usable := s.fits(relation)
	s.relations = append(s.relations, relation)
	s.usable = append(s.usable, usable)
	for _, term := range relation.Terms {
		if usable {
			s.uses[term.Cell] = append(s.uses[term.Cell], index)
		} else {
			s.unproven[term.Cell] = true
		}
	}
}

// lowest divides a relation by what its coefficients share, and rounds its bounds
// inwards.
func lowest(relation Relation) Relation {
	relation.Terms = merged(relation.Terms)
	var shared int64
	for _, term := range relation.Terms {
		shared = gcd(shared, term.Coefficient)
	}
	if shared <= 1 {
		return relation
	}
	for i := range relation.Terms {
		relation.Terms[i].Coefficient /= shared
	}
	if relation.Lower > -noLimit {
		relation.Lower = ceilDiv(relation.Lower, shared)
	}
	if relation.Upper < noLimit {
		relation.Upper = floorDiv(relation.Upper, shared)
	}
	return relation
}

// merged adds up the terms of one cell and drops those that cancel.
func merged(terms []Term) []Term {
	at := make(map[int]int, len(terms))
	kept := make([]Term, 0, len(terms))
	for _, term := range terms {
		if i, seen := at[term.Cell]; seen {
			kept[i].Coefficient += term.Coefficient
			continue
		}
		at[term.Cell] = len(kept)
		kept = append(kept, term)
	}
	whole := kept[:0]
	for _, term := range kept {
		if term.Coefficient != 0 {
			whole = append(whole, term)
		}
	}
	return whole
}

// fits reports whether sums of the relation stay far inside 64 bits.
func (s *system) fits(relation Relation) bool {
	var size float64
	for _, term := range relation.Terms {
		cell := s.problem.Cells[term.Cell]
		most := math.Max(math.Abs(float64(cell.Lower)), math.Abs(float64(cell.Upper)))
		size += math.Abs(float64(term.Coefficient)) * most
	}
	return size < float64(noLimit)/2
}

// propagate tightens bounds relation by relation until nothing changes. It
// stops early when bounds creep: what follows is exact without it.
func (s *system) propagate() {
	queue := make([]int, 0, len(s.relations))
	queued := make([]bool, len(s.relations))
	for i := range s.relations {
		if s.usable[i] {
			queue, queued[i] = append(queue, i), true
		}
	}
	s.checkCells()
	allowed := 64 * (len(s.problem.Cells) + len(s.relations) + 16)
	for len(queue) > 0 && len(s.trail) < allowed && !s.exhausted() {
		r := queue[0]
		queue, queued[r] = queue[1:], false
		before := len(s.trail)
		if s.broken[r] || !s.visit(r) {
			continue
		}
		for _, made := range s.trail[before:] {
			for _, other := range s.uses[made.cell] {
				if !queued[other] {
					queue, queued[other] = append(queue, other), true
				}
			}
		}
	}
	s.settled = len(queue) == 0
	if !s.settled {
		s.checkRelations()
	}
}

// checkRelations looks for relations that no numbers fit, without tightening.
func (s *system) checkRelations() {
	for r := range s.relations {
		if !s.usable[r] {
			continue
		}
		if least, most := s.reach(&s.relations[r]); least > s.relations[r].Upper || most < s.relations[r].Lower {
			s.contradict(r)
		}
	}
}

// checkCells finds cells whose own bounds already contradict each other.
func (s *system) checkCells() {
	for i := range s.problem.Cells {
		if s.lower[i] <= s.upper[i] {
			continue
		}
		s.unproven[i] = true
		s.contradict(s.uses[i]...)
	}
}

func (s *system) contradict(relations ...int) {
	relations = s.published(relations)
	fresh := false
	for _, r := range relations {
		fresh = fresh || !s.broken[r]
		s.broken[r] = true
	}
	if fresh || len(relations) == 0 {
		s.contradictions = append(s.contradictions, Contradiction{relations})
	}
}

// published returns the problem's relations that the given ones are made of.
func (s *system) published(relations []int) []int {
	var all []int
	for _, r := range relations {
		if origins, rewritten := s.origins[r]; rewritten {
			all = append(all, origins...)
		} else {
			all = append(all, r)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// visit tightens the cells of one relation; false when no numbers fit it.
func (s *system) visit(r int) bool {
	relation := &s.relations[r]
	least, most := s.reach(relation)
	if least > relation.Upper || most < relation.Lower || relation.Lower > relation.Upper {
		s.contradict(r)
		return false
	}
	for _, term := range relation.Terms {
		low, high := s.contribution(term)
		if !s.tighten(term, relation.Lower-(most-high), relation.Upper-(least-low), r) {
			s.contradict(r)
			return false
		}
	}
	return true
}

// reach returns the least and the greatest value that the relation's sum can
// have under the bounds of today.
func (s *system) reach(relation *Relation) (least, most int64) {
	for _, term := range relation.Terms {
		low, high := s.contribution(term)
		least += low
		most += high
	}
	s.work += len(relation.Terms)
	return least, most
}

func (s *system) contribution(term Term) (low, high int64) {
	low, high = term.Coefficient*s.lower[term.Cell], term.Coefficient*s.upper[term.Cell]
	if low > high {
		return high, low
	}
	return low, high
}

// tighten applies low <= coefficient x cell <= high.
func (s *system) tighten(term Term, low, high int64, r int) bool {
	if term.Coefficient < 0 {
		term.Coefficient, low, high = -term.Coefficient, -high, -low
	}
	if value := ceilDiv(low, term.Coefficient); value > s.lower[term.Cell] {
		s.record(term.Cell, lowerSide, value, r, nil)
	}
	if value := floorDiv(high, term.Coefficient); value < s.upper[term.Cell] {
		s.record(term.Cell, upperSide, value, r, nil)
	}
	return s.lower[term.Cell] <= s.upper[term.Cell]
}

// bound returns one end of what is known of a cell.
func (s *system) bound(cell int, which side) int64 {
	if which == lowerSide {
		return s.lower[cell]
	}
	return s.upper[cell]
}

func (s *system) record(cell int, which side, value int64, r int, by *sum) {
	s.trail = append(s.trail, change{cell, which, value, r, by, s.latest[which][cell]})
	s.latest[which][cell] = len(s.trail) - 1
	if which == lowerSide {
		s.lower[cell] = value
	} else {
		s.upper[cell] = value
	}
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}

func ceilDiv(a, b int64) int64 { return -floorDiv(-a, b) }

package audit

import (
	"cmp"
	"slices"
)

// nesting rewrites the sums of a component so that no cell is in more than two.
//
// Each total is a set of cells that are not themselves totals. Where the sets
// can be divided into two families, in each of which any two sets are apart or
// one inside the other, the component is a network (Edmonds 1970): a set is a
// node, and a cell runs from the least set of one family that holds it to the
// least of the other. Tables of which one dimension is hierarchical, to any
// depth, are of this kind, while their relations as published name a subtotal
// three times.
type nesting struct {
	system  *system
	defines map[int]int     // total -> the relation that says what it is the sum of
	spread  map[int]*spread // total -> its set
	sets    []*spread       // those of the totals, then those of plain sums
	holders map[int][]int   // cell -> the sets that hold it
	family  []int           // per set
	parent  []int           // per set, the least set of its family around it, or -1
	inside  [][]int         // per set, the sets that have it as their parent
	busy    map[int]bool    // totals being spread, to find circles
	totals  map[int]int     // relation -> its total, noTotal or notPlain
}

// spread is a total put as a sum of cells that are no totals: a relation that
// follows from others.
type spread struct {
	relation Relation
	origins  []int
	members  []int // its open cells
	total    int   // its cell, or noTotal
}

// mostPairs bounds the comparisons of sets; beyond it the simplex is tried.
const mostPairs = 1 << 24

// nested returns the rewritten component, whose relations are new ones at the
// end of the system's, or false when its sets form no two families.
func (s *system) nested(part component) (component, bool) {
	n := &nesting{
		system: s, defines: map[int]int{}, spread: map[int]*spread{}, holders: map[int][]int{},
		busy: map[int]bool{}, totals: map[int]int{},
	}
	if !n.spreadAll(part) || !n.divide() {
		return component{}, false
	}
	rewritten := component{cells: part.cells}
	for i := range n.sets {
		relation, origins := n.node(i)
		if len(relation.Terms) > 0 {
			rewritten.relations = append(rewritten.relations, len(s.relations))
			s.relations = append(s.relations, relation)
			s.origins[len(s.relations)-1] = origins
		}
	}
	return rewritten, true
}

// upwards returns the relations of a component, then those of the totals, and
// totals of totals, that its cells are in and no open cell of another component:
// a total that is known may be made of the same cells in two ways.
func (n *nesting) upwards(part component) []int {
	relations := slices.Clone(part.relations)
	seen, reached, apart := setOf(relations), setOf(part.cells), map[int]bool{}
	for waiting := slices.Clone(part.cells); len(waiting) > 0; {
		cell := waiting[len(waiting)-1]
		waiting = waiting[:len(waiting)-1]
		for _, r := range n.system.uses[cell] {
			total := n.total(r)
			if total == notPlain || total == cell || n.system.broken[r] || apart[r] {
				continue
			}
			if apart[r] = !seen[r] && !n.within(r, reached); apart[r] {
				continue
			}
			if !seen[r] {
				relations, seen[r] = append(relations, r), true
			}
			if total >= 0 && !reached[total] {
				reached[total] = true
				waiting = append(waiting, total)
			}
		}
	}
	return relations
}

// within reports whether every open cell of a relation is one of those reached.
func (n *nesting) within(r int, reached map[int]bool) bool {
	n.system.work += len(n.system.relations[r].Terms)
	for _, term := range n.system.relations[r].Terms {
		if n.system.open(term.Cell) && !reached[term.Cell] {
			return false
		}
	}
	return true
}

// spreadAll finds the set of each total and of each sum without one.
func (n *nesting) spreadAll(part component) bool {
	relations := n.upwards(part)
	for _, r := range relations {
		total := n.total(r)
		if total == notPlain {
			return false
		}
		if _, defined := n.defines[total]; total >= 0 && !defined {
			n.defines[total] = r
		}
	}
	for k, r := range relations {
		if !n.take(r, k < len(part.relations)) {
			return false
		}
	}
	return true
}

// take adds the set of one relation. Another way to make a total says nothing
// new; where it is not the same set, it still says something of a total that is
// known, as a sum of its own.
func (n *nesting) take(r int, own bool) bool {
	total := n.total(r)
	if total >= 0 && n.defines[total] == r {
		_, ok := n.ofCell(total)
		return ok
	}
	made, ok := n.ofRelation(r, total)
	if !ok {
		return false
	}
	if total >= 0 {
		first, ok := n.ofCell(total)
		if !ok || n.system.open(total) || !own {
			return ok && (!own || n.system.agree(first, made))
		}
		if n.system.agree(first, made) {
			return true
		}
		made.total = noTotal
	}
	n.sets = append(n.sets, made)
	return true
}

// What the total of a relation can be beside a cell.
const (
	noTotal  = -1 // a sum without one
	notPlain = -2 // no plain sum
)

// total returns the one cell of a relation whose sign differs from all others,
// or noTotal when all have the same. A relation that is a range, has other
// coefficients than 1 and -1, or more on both sides is no plain sum.
func (n *nesting) total(r int) int {
	if total, known := n.totals[r]; known {
		return total
	}
	n.totals[r] = totalOf(n.system.relations[r])
	return n.totals[r]
}

func totalOf(relation Relation) int {
	if relation.Lower != relation.Upper {
		return notPlain
	}
	var count, last [2]int // of each sign
	for _, term := range relation.Terms {
		if size(term.Coefficient) != 1 {
			return notPlain
		}
		sign := oneIf(term.Coefficient > 0)
		count[sign]++
		last[sign] = term.Cell
	}
	few := 1
	if count[1] > count[0] {
		few = 0
	}
	switch count[few] {
	case 0:
		return noTotal
	case 1:
		return last[few]
	}
	return notPlain
}

// ofCell returns the set of a total.
func (n *nesting) ofCell(cell int) (*spread, bool) {
	if made := n.spread[cell]; made != nil {
		return made, true
	}
	if n.busy[cell] {
		return nil, false
	}
	n.busy[cell] = true
	made, ok := n.ofRelation(n.defines[cell], cell)
	n.busy[cell] = false
	if ok {
		n.spread[cell] = made
		n.sets = append(n.sets, made)
	}
	return made, ok
}

// ofRelation puts a relation's own sets in the place of their totals.
func (n *nesting) ofRelation(r, total int) (*spread, bool) {
	own := n.system.relations[r]
	sign := int64(-1)
	if total >= 0 {
		sign = -coefficientOf(own.Terms, total)
	} else if own.Terms[0].Coefficient > 0 {
		sign = 1
	}
	made := &spread{relation: Relation{Lower: sign * own.Lower, Upper: sign * own.Lower}, origins: []int{r}, total: total}
	// In made, the total counts -1 and its parts 1; a sum of parts alone likewise.
	for _, term := range own.Terms {
		times := sign * term.Coefficient
		if _, is := n.defines[term.Cell]; !is || term.Cell == total {
			made.relation.Terms = append(made.relation.Terms, Term{term.Cell, times})
			continue
		}
		part, ok := n.ofCell(term.Cell)
		if !ok {
			return nil, false
		}
		made.origins = append(made.origins, part.origins...)
		made.relation.Lower += part.relation.Lower
		made.relation.Terms = append(made.relation.Terms, part.parts()...)
	}
	made.relation.Upper = made.relation.Lower
	return made, n.disjoint(made)
}

// parts returns the terms of a set without its total.
func (m *spread) parts() []Term {
	if m.total < 0 {
		return m.relation.Terms
	}
	return slices.DeleteFunc(slices.Clone(m.relation.Terms), func(term Term) bool { return term.Cell == m.total })
}

// disjoint lists the open cells of a set, and reports whether each is in it once.
func (n *nesting) disjoint(made *spread) bool {
	n.system.work += len(made.relation.Terms)
	made.relation.Terms = merged(made.relation.Terms)
	for _, term := range made.relation.Terms {
		if term.Cell == made.total || !n.system.open(term.Cell) {
			continue
		}
		if term.Coefficient != 1 {
			return false
		}
		made.members = append(made.members, term.Cell)
	}
	slices.Sort(made.members)
	return true
}

// agree reports whether two ways of spreading one total are the same set and
// differ by nothing.
func (s *system) agree(a, b *spread) bool {
	return slices.Equal(a.members, b.members) && s.settledPart(a) == s.settledPart(b)
}

func (s *system) settledPart(m *spread) int64 {
	value := -m.relation.Lower
	for _, term := range m.relation.Terms {
		if term.Cell != m.total && !s.open(term.Cell) {
			value += term.Coefficient * s.lower[term.Cell]
		}
	}
	return value
}

// divide puts sets that cross each other into different families, and each set
// into the least one of its family around it.
func (n *nesting) divide() bool {
	pairs := 0
	for i, set := range n.sets {
		for _, cell := range set.members {
			n.holders[cell] = append(n.holders[cell], i)
		}
	}
	for _, holders := range n.holders {
		pairs += len(holders) * len(holders)
	}
	n.system.work += pairs
	if pairs > mostPairs || !n.colour(n.crossings()) {
		return false
	}
	n.parent = make([]int, len(n.sets))
	n.inside = make([][]int, len(n.sets))
	for i := range n.parent {
		n.parent[i] = -1
	}
	for _, holders := range n.holders {
		var around [2]int
		around[0], around[1] = -1, -1
		slices.SortFunc(holders, func(a, b int) int { return -n.bySize(a, b) })
		for _, set := range holders {
			n.parent[set], around[n.family[set]] = around[n.family[set]], set
		}
	}
	for i, parent := range n.parent {
		if parent >= 0 {
			n.inside[parent] = append(n.inside[parent], i)
		}
	}
	return true
}

func (n *nesting) bySize(a, b int) int {
	return cmp.Or(cmp.Compare(len(n.sets[a].members), len(n.sets[b].members)), cmp.Compare(a, b))
}

// crossings returns, for each set, those that share cells with it without that
// one holds the other.
func (n *nesting) crossings() [][]int {
	shared := map[[2]int]int{}
	for _, holders := range n.holders {
		for k, a := range holders {
			for _, b := range holders[k+1:] {
				shared[[2]int{min(a, b), max(a, b)}]++
			}
		}
	}
	crossing := make([][]int, len(n.sets))
	for pair, both := range shared {
		a, b := pair[0], pair[1]
		if both < len(n.sets[a].members) && both < len(n.sets[b].members) {
			crossing[a], crossing[b] = append(crossing[a], b), append(crossing[b], a)
		}
	}
	return crossing
}

// colour gives crossing sets different families, or reports that two do not do.
func (n *nesting) colour(crossing [][]int) bool {
	n.family = make([]int, len(n.sets))
	known := make([]bool, len(n.sets))
	for start := range n.sets {
		if known[start] {
			continue
		}
		known[start] = true
		for waiting := []int{start}; len(waiting) > 0; {
			set := waiting[len(waiting)-1]
			waiting = waiting[:len(waiting)-1]
			for _, other := range crossing[set] {
				if !known[other] {
					known[other], n.family[other] = true, 1-n.family[set]
					waiting = append(waiting, other)
				} else if n.family[other] == n.family[set] {
					return false
				}
			}
		}
	}
	return true
}

// node returns what a set's total is beside the sets directly inside it.
func (n *nesting) node(i int) (Relation, []int) {
	set := n.sets[i]
	relation := Relation{Lower: set.relation.Lower, Terms: slices.Clone(set.relation.Terms)}
	origins := slices.Clone(set.origins)
	for _, k := range n.inside[i] {
		child := n.sets[k]
		origins = append(origins, child.origins...)
		relation.Lower -= child.relation.Lower
		for _, term := range child.relation.Terms {
			relation.Terms = append(relation.Terms, Term{term.Cell, -term.Coefficient})
		}
	}
	relation.Terms, relation.Upper = merged(relation.Terms), relation.Lower
	slices.Sort(origins)
	return relation, slices.Compact(origins)
}

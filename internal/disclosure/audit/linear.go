package audit

import "slices"

// linear is a component that is solved by the simplex.
type linear struct {
	part    component
	tableau *tableau
	local   map[int]int // cell -> its place in part.cells
	sums    []Relation  // the relations, over places and without what is settled
	given   limits
	found   bool    // a solution in whole numbers is known
	low     []int64 // per cell, the least value of any solution found
	high    []int64 // per cell, the greatest
	budget  int     // steps of the tableau for the search of one bound
}

// smallShare divides a component's work for the first attempt at each bound;
// those that remain get as many times more.
const smallShare = 16

// mostEntries keeps a tableau below 64 MB.
const mostEntries = 1 << 23

// solveLinear finds the bounds of the hidden cells of a component that is no
// network: the simplex gives the bound and its proof, a solution in whole
// numbers shows that it is reached. It reports false when numbers grew too large.
func (s *system) solveLinear(part component, limit int) bool {
	if len(part.cells)*len(part.relations) > mostEntries {
		return false
	}
	l := s.newLinear(part, limit)
	t := l.tableau
	defer func() { s.work += t.steps }()
	row, ok := l.fill()
	if ok {
		row, ok = t.feasible()
	}
	if t.exhausted() {
		return false
	}
	if !ok {
		s.contradict(l.relationsOf(row)...)
		s.distrust(part)
		return true
	}
	l.budget = t.limit / smallShare
	if l.note(); !l.found {
		if _, complete := l.within(s, -1, 0, 0); complete && !l.found {
			s.contradict(part.relations...)
			s.distrust(part)
			return true
		}
	}
	l.budget = max(1, l.budget/len(part.cells))
	for open := l.unsettled(s); len(open) > 0 && !t.exhausted(); open = l.unsettled(s) {
		for _, i := range open {
			s.settle(l, i, upperSide)
			s.settle(l, i, lowerSide)
		}
		if l.budget *= smallShare; l.budget > t.limit {
			break
		}
	}
	if t.lost {
		return false
	}
	l.judge(s)
	return true
}

// judge calls proven what a solution that was checked reaches on both sides.
func (l *linear) judge(s *system) {
	for _, i := range l.unsettled(s) {
		s.unproven[l.part.cells[i]] = true
	}
}

// unsettled lists the hidden cells of which an end is not known to be reached.
func (l *linear) unsettled(s *system) []int {
	var open []int
	for i, cell := range l.part.cells {
		if s.problem.Cells[cell].Hidden && !(l.reached(s, i, upperSide) && l.reached(s, i, lowerSide)) {
			open = append(open, i)
		}
	}
	return open
}

func (s *system) newLinear(part component, limit int) *linear {
	l := &linear{part: part, local: make(map[int]int, len(part.cells)), given: make(limits, len(part.cells))}
	active := setOf(part.relations)
	lower, upper := make([]int64, len(part.cells)), make([]int64, len(part.cells))
	for i, cell := range part.cells {
		l.local[cell] = i
		lower[i], upper[i] = s.given(cell, lowerSide, active), s.given(cell, upperSide, active)
		l.given[cell] = [2]int64{lower[i], upper[i]}
	}
	for _, r := range part.relations {
		l.sums = append(l.sums, s.local(s.relations[r], l.local))
	}
	l.low, l.high = slices.Clone(upper), slices.Clone(lower)
	l.tableau = newTableau(lower, upper, limit, s.stopped)
	return l
}

// fill hands the relations over. It reports the row of a relation that
// contradicts the others.
func (l *linear) fill() (row int, ok bool) {
	for _, one := range l.sums {
		least, most := l.reach(one.Terms)
		low, high := max(one.Lower, least-1), min(one.Upper, most+1)
		if one.Lower == one.Upper {
			low, high = one.Lower, one.Upper
		}
		if !l.tableau.add(one.Terms, low, high) || l.tableau.exhausted() {
			return len(l.tableau.rows) - 1, false
		}
	}
	return 0, true
}

// local returns a relation over the places of its open cells.
func (s *system) local(relation Relation, places map[int]int) Relation {
	local := Relation{Lower: relation.Lower, Upper: relation.Upper}
	for _, term := range relation.Terms {
		if i, open := places[term.Cell]; open {
			local.Terms = append(local.Terms, Term{i, term.Coefficient})
		} else {
			local.Lower -= term.Coefficient * s.lower[term.Cell]
			local.Upper -= term.Coefficient * s.lower[term.Cell]
		}
	}
	return local
}

func (l *linear) reach(terms []Term) (least, most int64) {
	for _, term := range terms {
		low, high := term.Coefficient*l.tableau.lower[term.Cell], term.Coefficient*l.tableau.upper[term.Cell]
		least, most = least+min(low, high), most+max(low, high)
	}
	return least, most
}

func (l *linear) relationsOf(row int) []int {
	var relations []int
	for k, times := range l.tableau.multipliers(row) {
		if times != 0 {
			relations = append(relations, l.part.relations[k])
		}
	}
	return relations
}

// settle finds one end of one cell's interval.
func (s *system) settle(l *linear, i int, which side) {
	cell, t := l.part.cells[i], l.tableau
	if l.reached(s, i, which) {
		return
	}
	if _, ok := t.feasible(); !ok {
		return
	}
	direction, target := int64(1), t.upper[i]
	if which == lowerSide {
		direction, target = -1, t.lower[i]
	}
	row, reached := t.push(i, direction, target)
	if t.exhausted() {
		return
	}
	if !reached {
		s.recordRow(l, cell, which, row)
	}
	l.note()
	if l.found {
		s.searchWhole(l, i, which)
	}
}

// reached reports whether the bound known is one that a solution has.
func (l *linear) reached(s *system, i int, which side) bool {
	if which == upperSide {
		return l.found && l.high[i] >= s.upper[l.part.cells[i]]
	}
	return l.found && l.low[i] <= s.lower[l.part.cells[i]]
}

// recordRow takes over the bound that a row of the tableau gives, once the sum
// of relations that it stands for was added up anew and gives the same.
func (s *system) recordRow(l *linear, cell int, which side, row int) {
	t := l.tableau
	value := floorDiv(t.scaled[row], t.divisor[row])
	if which == lowerSide {
		value = ceilDiv(t.scaled[row], t.divisor[row])
	}
	if known := s.bound(cell, which); value == known && s.directly(cell, which, value) ||
		which == upperSide && value > known || which == lowerSide && value < known {
		return
	}
	by := &sum{limits: l.given}
	for k, times := range t.multipliers(row) {
		if times != 0 {
			by.relations, by.times = append(by.relations, l.part.relations[k]), append(by.times, times)
		}
	}
	if s.adds(by) && s.sumStep(change{cell: cell, side: which, value: value, sum: by}, len(s.trail)).holds(which) {
		s.record(cell, which, value, -1, by)
	}
}

// note takes over the tableau's values, which are whole, as a solution, once
// every relation was checked with them.
func (l *linear) note() {
	t := l.tableau
	if t.fractional() >= 0 {
		return
	}
	for _, one := range l.sums {
		var total int64
		for _, term := range one.Terms {
			total += term.Coefficient * t.floor(term.Cell)
		}
		if total < one.Lower || total > one.Upper {
			return
		}
	}
	for i, cell := range l.part.cells {
		if value := t.floor(i); value < l.given[cell][0] || value > l.given[cell][1] {
			return
		}
	}
	for i := range l.part.cells {
		value := t.floor(i)
		if !l.found {
			l.low[i], l.high[i] = value, value
		}
		l.low[i], l.high[i] = min(l.low[i], value), max(l.high[i], value)
	}
	l.found = true
}

// searchWhole narrows a bound to one that whole numbers reach. Where the work
// runs out, the bound stands and is not proven.
func (s *system) searchWhole(l *linear, i int, which side) {
	cell := l.part.cells[i]
	for first := true; !l.reached(s, i, which); first = false {
		from, to := l.ask(s, i, which, first)
		found, complete := l.within(s, i, from, to)
		switch {
		case !complete:
			return
		case found:
		case which == upperSide:
			s.record(cell, which, from-1, -1, nil)
		default:
			s.record(cell, which, to+1, -1, nil)
		}
	}
}

// ask chooses the range to look into: the end itself, then halves.
func (l *linear) ask(s *system, i int, which side, first bool) (from, to int64) {
	low, high := s.lower[l.part.cells[i]], s.upper[l.part.cells[i]]
	if which == upperSide {
		if seen := l.high[i]; !first {
			return seen + 1 + (high-seen-1)/2, high
		}
		return high, high
	}
	if seen := l.low[i]; !first {
		return low, seen - 1 - (seen-1-low)/2
	}
	return low, low
}

// within looks for whole numbers with one cell in a range (any, when i is -1),
// every cell held to what is known of it.
func (l *linear) within(s *system, i int, from, to int64) (found, complete bool) {
	t := l.tableau
	limit := t.limit
	t.limit = min(limit, t.steps+l.budget)
	for k, cell := range l.part.cells {
		t.restrict(k, s.lower[cell], s.upper[cell])
	}
	if i >= 0 {
		t.restrict(i, from, to)
	}
	found = t.whole(0)
	complete = found || !t.exhausted()
	for k, cell := range l.part.cells {
		t.lower[k], t.upper[k] = l.given[cell][0], l.given[cell][1]
	}
	t.limit = limit
	if found {
		l.note()
		complete = i < 0 || l.high[i] >= from && l.low[i] <= to
	}
	return found, complete
}

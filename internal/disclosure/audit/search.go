package audit

// search finds whole numbers for a component whose numbers outgrow the simplex,
// by halving ranges and propagating. It is exact when it ends within its share of
// the limit.
type search struct {
	cells     []int // the component's cells
	relations []Relation
	uses      [][]int
	lower     []int64
	upper     []int64
	undo      []saved
	low, high []int64 // extremes of every solution found
	work      int
	limit     int
}

type saved struct {
	cell         int
	lower, upper int64
}

// searchShare is the part of a component's work that is kept for the search.
const searchShare = 50

func (s *system) solveBySearch(part component, limit int) {
	finder := s.newSearch(part, limit)
	found, complete := finder.anywhere()
	if !found {
		if complete {
			s.contradict(part.relations...)
		}
		s.distrust(part)
		s.work += finder.work
		return
	}
	for i, cell := range part.cells {
		if !s.problem.Cells[cell].Hidden {
			continue
		}
		if value, complete := finder.greatest(i); !complete {
			s.unproven[cell] = true
		} else if value < s.upper[cell] {
			s.record(cell, upperSide, value, -1, nil)
		}
		if value, complete := finder.least(i); !complete {
			s.unproven[cell] = true
		} else if value > s.lower[cell] {
			s.record(cell, lowerSide, value, -1, nil)
		}
	}
	s.work += finder.work
}

// newSearch copies a component, with its settled cells made constants.
func (s *system) newSearch(part component, limit int) *search {
	finder := &search{cells: part.cells, uses: make([][]int, len(part.cells)), limit: limit}
	local := make(map[int]int, len(part.cells))
	for i, cell := range part.cells {
		local[cell] = i
		finder.lower = append(finder.lower, s.lower[cell])
		finder.upper = append(finder.upper, s.upper[cell])
	}
	for _, r := range part.relations {
		relation := s.local(s.relations[r], local)
		for _, term := range relation.Terms {
			finder.uses[term.Cell] = append(finder.uses[term.Cell], len(finder.relations))
		}
		finder.relations = append(finder.relations, relation)
	}
	finder.low = append(finder.low, finder.upper...)
	finder.high = append(finder.high, finder.lower...)
	return finder
}

// greatest returns the greatest value of a cell in any solution. One solution
// must be known.
func (f *search) greatest(cell int) (int64, bool) {
	for end := f.upper[cell]; f.high[cell] < end; {
		middle := f.high[cell] + (end-f.high[cell]+1)/2
		if end == f.upper[cell] {
			middle = end
		}
		found, complete := f.within(cell, middle, end)
		if !complete {
			return end, false
		}
		if !found {
			end = middle - 1
		}
	}
	return f.high[cell], true
}

// least returns the least value of a cell in any solution.
func (f *search) least(cell int) (int64, bool) {
	for end := f.lower[cell]; f.low[cell] > end; {
		middle := f.low[cell] - (f.low[cell]-end+1)/2
		if end == f.lower[cell] {
			middle = end
		}
		found, complete := f.within(cell, end, middle)
		if !complete {
			return end, false
		}
		if !found {
			end = middle + 1
		}
	}
	return f.low[cell], true
}

// anywhere looks for any solution at all. It reports whether there is one, and
// whether the answer is complete.
func (f *search) anywhere() (found, complete bool) {
	all := make([]int, len(f.relations))
	for r := range all {
		all[r] = r
	}
	defer f.restore(len(f.undo))
	found = f.extend(all)
	return found, found || f.work <= f.limit
}

// within looks for a solution with one cell inside a range.
func (f *search) within(cell int, from, to int64) (found, complete bool) {
	defer f.restore(len(f.undo))
	f.set(cell, from, to)
	found = f.extend(f.uses[cell])
	return found, found || f.work <= f.limit
}

// extend propagates and then halves the narrowest open range, depth first.
func (f *search) extend(touched []int) bool {
	if f.work > f.limit || !f.propagate(touched) {
		return false
	}
	cell := f.narrowest()
	if cell < 0 {
		f.noteSolution()
		return true
	}
	middle := f.lower[cell] + (f.upper[cell]-f.lower[cell])/2
	mark := len(f.undo)
	for _, half := range [][2]int64{{f.lower[cell], middle}, {middle + 1, f.upper[cell]}} {
		f.set(cell, half[0], half[1])
		if f.extend(f.uses[cell]) {
			return true
		}
		f.restore(mark)
	}
	return false
}

func (f *search) narrowest() int {
	best := -1
	for i := range f.cells {
		width := f.upper[i] - f.lower[i]
		if width > 0 && (best < 0 || width < f.upper[best]-f.lower[best]) {
			best = i
		}
	}
	f.work += len(f.cells)
	return best
}

func (f *search) noteSolution() {
	for i, value := range f.lower {
		f.low[i] = min(f.low[i], value)
		f.high[i] = max(f.high[i], value)
	}
}

func (f *search) set(cell int, lower, upper int64) {
	f.undo = append(f.undo, saved{cell, f.lower[cell], f.upper[cell]})
	f.lower[cell], f.upper[cell] = lower, upper
}

func (f *search) restore(mark int) {
	for len(f.undo) > mark {
		last := f.undo[len(f.undo)-1]
		f.undo = f.undo[:len(f.undo)-1]
		f.lower[last.cell], f.upper[last.cell] = last.lower, last.upper
	}
}

// propagate tightens until nothing changes; false when a range becomes empty.
func (f *search) propagate(touched []int) bool {
	queue := append([]int(nil), touched...)
	queued := make([]bool, len(f.relations))
	for _, r := range queue {
		queued[r] = true
	}
	for len(queue) > 0 && f.work <= f.limit {
		r := queue[0]
		queue, queued[r] = queue[1:], false
		before := len(f.undo)
		if !f.visit(&f.relations[r]) {
			return false
		}
		for _, changed := range f.undo[before:] {
			for _, other := range f.uses[changed.cell] {
				if !queued[other] {
					queue, queued[other] = append(queue, other), true
				}
			}
		}
	}
	return f.work <= f.limit
}

func (f *search) visit(relation *Relation) bool {
	f.work += len(relation.Terms)
	var least, most int64
	for _, term := range relation.Terms {
		low, high := f.contribution(term)
		least += low
		most += high
	}
	if least > relation.Upper || most < relation.Lower {
		return false
	}
	for _, term := range relation.Terms {
		low, high := f.contribution(term)
		if !f.tighten(term, relation.Lower-(most-high), relation.Upper-(least-low)) {
			return false
		}
	}
	return true
}

func (f *search) contribution(term Term) (low, high int64) {
	low, high = term.Coefficient*f.lower[term.Cell], term.Coefficient*f.upper[term.Cell]
	if low > high {
		return high, low
	}
	return low, high
}

func (f *search) tighten(term Term, low, high int64) bool {
	if term.Coefficient < 0 {
		term.Coefficient, low, high = -term.Coefficient, -high, -low
	}
	lower := max(f.lower[term.Cell], ceilDiv(low, term.Coefficient))
	upper := min(f.upper[term.Cell], floorDiv(high, term.Coefficient))
	if lower != f.lower[term.Cell] || upper != f.upper[term.Cell] {
		f.set(term.Cell, lower, upper)
	}
	return lower <= upper
}

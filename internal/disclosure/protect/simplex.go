package protect

import "math"

// simplex finds how far one cell can be moved when other cells may move with it
// and every sum must still hold, at least cost. The unknowns are the changes of
// the cells, so that no change at all is always a solution and every basis can
// be started from: each search goes on from the basis of the one before.
//
// A change is two unknowns, upwards and downwards, since either may cost. The
// arithmetic is in floats: whoever asks checks the answer in whole numbers.
type simplex struct {
	rows    int
	columns [][]entry // of each cell, its coefficient in each sum

	capacity []float64 // of each unknown: 2 x cell upwards, 2 x cell + 1 downwards, then one that holds each sum
	cost     []float64
	basis    []int // the unknown of each row
	rowOf    []int // of each unknown, its row in the basis, or -1
	atMost   []bool
	value    []float64 // of each row's unknown
	inverse  []float64 // of the basis, row by row

	prices, direction []float64
	pivotAt           []int
	raised            []int // unknowns that atMost was set for
	pivots            int   // since the basis was last started afresh
	steps             int   // of work, in all
}

type entry struct {
	row         int
	coefficient float64
}

const (
	tiny     = 1e-9
	noEnd    = 1e12
	manyRows = 4000 // beyond it the inverse of the basis takes more memory than is sensible
	fresh    = 300  // pivots after which the basis is started afresh: its rounding errors and its fill are thrown away
)

func newSimplex(cells int, sums []Sum) *simplex {
	s := &simplex{rows: len(sums), columns: make([][]entry, cells)}
	for r, sum := range sums {
		s.columns[sum.Total] = append(s.columns[sum.Total], entry{r, -1})
		for _, part := range sum.Parts {
			s.columns[part] = append(s.columns[part], entry{r, 1})
		}
	}
	unknowns := 2*cells + s.rows
	s.capacity, s.cost = make([]float64, unknowns), make([]float64, unknowns)
	s.rowOf, s.atMost = make([]int, unknowns), make([]bool, unknowns)
	s.basis, s.value = make([]int, s.rows), make([]float64, s.rows)
	s.prices, s.direction = make([]float64, s.rows), make([]float64, s.rows)
	s.inverse = make([]float64, s.rows*s.rows)
	s.restart()
	return s
}

// restart makes the basis of the unknowns that hold the sums.
func (s *simplex) restart() {
	clear(s.inverse)
	for k := range s.rowOf {
		s.rowOf[k] = -1
	}
	for r := range s.rows {
		k := 2*len(s.columns) + r
		s.basis[r], s.rowOf[k] = k, r
		s.inverse[r*s.rows+r] = 1
	}
	s.pivots = 0
}

// allow lets a cell change by so much upwards and downwards, at a cost a unit.
func (s *simplex) allow(cell int, up, down, cost float64) {
	s.capacity[2*cell], s.capacity[2*cell+1] = up, down
	s.cost[2*cell], s.cost[2*cell+1] = cost, cost
}

// maximise moves one unknown as far as its capacity and the others let it,
// provided that each unit is worth its cost. Only the listed cells may move, and
// all others must have been allowed nothing.
func (s *simplex) maximise(target int, worth float64, cells []int) float64 {
	if s.pivots > fresh {
		s.restart()
	}
	for _, k := range s.raised {
		s.atMost[k] = false
	}
	s.raised = s.raised[:0]
	clear(s.value)
	old, opposite, back := s.cost[target], target^1, s.capacity[target^1]
	s.cost[target], s.capacity[opposite] = -worth, 0
	s.price()
	stalled := 0
	for s.improve(cells, &stalled) {
	}
	s.cost[target], s.capacity[opposite] = old, back
	return s.of(target)
}

// of returns what an unknown has come to.
func (s *simplex) of(k int) float64 {
	switch {
	case s.rowOf[k] >= 0:
		return s.value[s.rowOf[k]]
	case s.atMost[k]:
		return s.capacity[k]
	}
	return 0
}

// improve makes one step, or reports that none makes the answer better. After
// many steps that move nothing it takes the first that could, which never
// circles.
func (s *simplex) improve(cells []int, stalled *int) bool {
	entering, sign := s.entering(cells, *stalled > 4*s.rows+50)
	if entering < 0 || *stalled > 40*s.rows+2000 {
		return false
	}
	s.takeDirection(entering)
	length, leaving := s.ratio(entering, sign)
	if length <= tiny {
		*stalled++
	} else {
		*stalled = 0
	}
	for r, w := range s.direction {
		s.value[r] -= sign * length * w
	}
	if leaving < 0 {
		s.atMost[entering] = !s.atMost[entering]
		s.raised = append(s.raised, entering)
		return true
	}
	s.pivot(entering, leaving, sign, length)
	return true
}

// price works out what each sum is worth under the basis.
func (s *simplex) price() {
	clear(s.prices)
	for r, k := range s.basis {
		if c := s.cost[k]; c != 0 && s.capacity[k] > 0 {
			for i, x := range s.inverse[r*s.rows : (r+1)*s.rows] {
				s.prices[i] += c * x
			}
			s.steps += s.rows
		}
	}
}

// worthOf returns what the sums pay for moving a cell upwards by one.
func (s *simplex) worthOf(cell int) float64 {
	var worth float64
	for _, e := range s.columns[cell] {
		worth += s.prices[e.row] * e.coefficient
	}
	return worth
}

// entering chooses the unknown that gains most, or the first that gains.
func (s *simplex) entering(cells []int, first bool) (unknown int, sign float64) {
	best, most := -1, 1e-7
	for _, cell := range cells {
		worth := s.worthOf(cell)
		for _, k := range [2]int{2 * cell, 2*cell + 1} {
			if s.capacity[k] <= 0 || s.rowOf[k] >= 0 {
				continue
			}
			gain := worth - s.cost[k]
			if k&1 == 1 {
				gain = -worth - s.cost[k]
			}
			if s.atMost[k] {
				gain = -gain
			}
			if gain > most {
				best, most = k, gain
			}
		}
		if first && best >= 0 {
			break
		}
	}
	s.steps += 4 * len(cells)
	if best >= 0 && s.atMost[best] {
		return best, -1
	}
	return best, 1
}

// takeDirection works out how the basis answers a unit of an unknown.
func (s *simplex) takeDirection(k int) {
	clear(s.direction)
	sign := float64(1 - 2*(k&1))
	for _, e := range s.columns[k/2] {
		for r := range s.rows {
			s.direction[r] += sign * e.coefficient * s.inverse[r*s.rows+e.row]
		}
		s.steps += s.rows
	}
	for r, w := range s.direction {
		if math.Abs(w) < tiny {
			s.direction[r] = 0
		}
	}
}

// ratio returns how far the entering unknown can go, and the row that stops it
// or -1 when it reaches its own other end.
func (s *simplex) ratio(entering int, sign float64) (length float64, leaving int) {
	length, leaving = s.capacity[entering], -1
	steepest := 0.0
	for r, w := range s.direction {
		slope := sign * w
		if slope == 0 {
			continue
		}
		room := s.value[r] / slope
		if slope < 0 {
			room = (s.value[r] - s.capacity[s.basis[r]]) / slope
		}
		room = max(room, 0)
		if room < length-tiny || room < length+tiny && leaving >= 0 && math.Abs(w) > steepest+tiny {
			length, leaving, steepest = min(room, length), r, math.Abs(w)
		}
	}
	return length, leaving
}

// pivot puts the entering unknown into the basis in place of another.
func (s *simplex) pivot(entering, leaving int, sign, length float64) {
	out := s.basis[leaving]
	// What leaves stands at one of its ends.
	s.atMost[out] = s.capacity[out] > 0 && s.value[leaving] > s.capacity[out]/2
	if s.atMost[out] {
		s.raised = append(s.raised, out)
	}
	start := 0.0
	if s.atMost[entering] {
		start = s.capacity[entering]
	}
	s.atMost[entering] = false
	s.rowOf[out], s.rowOf[entering], s.basis[leaving] = -1, leaving, entering
	s.value[leaving] = start + sign*length

	row := s.inverse[leaving*s.rows : (leaving+1)*s.rows]
	short := s.cost[entering] - float64(1-2*(entering&1))*s.worthOf(entering/2)
	by := 1 / s.direction[leaving]
	s.pivotAt = s.pivotAt[:0]
	for i, x := range row {
		if x != 0 {
			row[i] = x * by
			s.prices[i] += short * row[i]
			s.pivotAt = append(s.pivotAt, i)
		}
	}
	for r, w := range s.direction {
		if w == 0 || r == leaving {
			continue
		}
		other := s.inverse[r*s.rows : (r+1)*s.rows]
		for _, i := range s.pivotAt {
			other[i] -= w * row[i]
		}
		s.steps += len(s.pivotAt)
	}
	s.pivots++
}

package protect

import (
	"cmp"
	"errors"
	"maps"
	"math"
	"slices"
)

// suppression is the search for what to hide beside the low counts.
type suppression struct {
	*plan
	solver *simplex
	needs  []need
	proof  []witness // of each need, or nil
	needOf map[int][]int
	movers []int // the cells that may move under the masks of today
	moves  []bool
	most   float64 // the greatest cost of a cell
	broken bool    // the solver has answered in parts of people: the sums form no network
}

// suppressOnce hides cells until every need has a witness: first whatever is cheap
// for one need after the other, then it shows again what is not needed, then, on
// a small table, it tries every choice that could cost less.
func (p *plan) suppressOnce() error {
	needs := p.needs()
	p.least = true
	if len(needs) == 0 {
		return nil
	}
	if len(p.sums) > manyRows {
		return &Refusal{p.cells[needs[0].cell].Name, "the table has too many sums to be protected as one; part it"}
	}
	s := &suppression{
		plan: p, solver: newSimplex(len(p.cells), p.sums), needs: needs,
		proof: make([]witness, len(needs)), needOf: map[int][]int{}, moves: make([]bool, len(p.cells)),
	}
	for i, n := range needs {
		s.needOf[n.cell] = append(s.needOf[n.cell], i)
	}
	for at := range p.cells {
		s.most = max(s.most, float64(p.cost[at]))
		s.let(at)
	}
	if err := s.cover(); err != nil {
		return err
	}
	s.cleanUp()
	p.least = !p.quick && s.findLeast()
	return nil
}

// let tells the solver how far a cell may move under the masks of today.
func (s *suppression) let(at int) {
	up, down := s.room(at, s.hidden[at])
	s.solver.allow(at, up, down, s.slight(at))
	if s.moves[at] == (up > 0 || down > 0) {
		return
	}
	s.moves[at] = !s.moves[at]
	place, found := slices.BinarySearch(s.movers, at)
	if found {
		s.movers = slices.Delete(s.movers, place, place+1)
	} else {
		s.movers = slices.Insert(s.movers, place, at)
	}
}

// slight is the cost of moving a cell that is hidden anyway: it keeps witnesses
// short and differs from cell to cell, so that few answers are equally good.
func (s *suppression) slight(at int) float64 { return 1e-6 * (1 + float64(at%7)/8) }

func (s *suppression) hide(at int, hidden bool) {
	s.hidden[at] = hidden
	s.let(at)
}

// cover hides cells until every need is met.
func (s *suppression) cover() error {
	for i, n := range s.needs {
		if s.proof[i] != nil {
			continue
		}
		w := s.find(n, s.movers, 1)
		if w == nil {
			w = s.widen(n)
		}
		if w == nil {
			if w = s.shorten(i); w == nil {
				return &unmet{s.refusal(n), n}
			}
		}
		s.keep(i, w)
	}
	return nil
}

// unmet is a need that nothing meets.
type unmet struct {
	*Refusal
	need need
}

// suppress hides cells until every need is met, without those that masks alone
// leave nothing of. The other end of such a cell's range must remain possible.
func (p *plan) suppress() error {
	for {
		err := p.suppressOnce()
		var failed *unmet
		if !errors.As(err, &failed) {
			return err
		}
		opposite := slices.ContainsFunc(p.needs(), func(n need) bool {
			return n.cell == failed.need.cell && n.amount*failed.need.amount < 0
		})
		if !opposite || !p.onlyMarksLimit() {
			return failed.Refusal
		}
		maps.DeleteFunc(p.shortened, func(_ need, left int64) bool { return left != 0 }) // found anew
		p.shortened[failed.need] = 0
		copy(p.hidden, p.low)
	}
}

// onlyMarksLimit reports whether every number of the table may be hidden, so that
// whatever is known when all are is known from the marks alone.
func (p *plan) onlyMarksLimit() bool {
	return p.trueTotals && p.profile.MarksAnySize() && !slices.ContainsFunc(p.cells, func(c Cell) bool { return c.Published || c.Unprinted })
}

// shorten asks for less where masks alone, with every number hidden, leave less
// than the whole range: of two masked counts whose total is known to be ten or
// more, neither can be none. What earlier releases or the rules' marks stand in
// the way of is no such case.
func (s *suppression) shorten(i int) witness {
	if !s.onlyMarksLimit() {
		return nil
	}
	n := s.needs[i]
	toward := n.amount / abs(n.amount)
	for n.amount -= toward; n.amount != 0; n.amount -= toward {
		if w := s.widen(n); w != nil {
			s.shortened[s.needs[i]] = n.amount
			s.needs[i] = n
			return w
		}
	}
	return nil
}

func (s *suppression) refusal(n need) *Refusal {
	reason := "its value, or a narrower range than its mark's, could be worked out whatever else is hidden"
	if !s.profile.MarksAnySize() {
		reason = "it could be worked out, and the rules have no mark that may stand for a larger number in another's place"
	}
	return &Refusal{s.cells[n.cell].Name, reason}
}

// keep notes a witness for a need, and for every other that it meets.
func (s *suppression) keep(i int, w witness) {
	s.proof[i] = w
	for _, c := range w {
		for _, j := range s.needOf[c.cell] {
			if s.proof[j] == nil && reaches(c.delta, s.needs[j].amount) {
				s.proof[j] = w
			}
		}
	}
}

// find looks for a witness that moves the listed cells only. Where the sums form
// a network the solver's answers are whole by themselves. Elsewhere its corners
// are whole far more often when no cell's own end takes part in them.
func (s *suppression) find(n need, cells []int, worth float64) witness {
	if s.solver.capacity[n.unknown()] < n.size() {
		return nil
	}
	ways := []func(room, size float64) float64{asItIs, endless, inMultiples}
	if s.broken {
		ways = []func(room, size float64) float64{endless, inMultiples, asItIs}
	}
	for i, way := range ways {
		w, possible := s.seek(n, cells, worth, way)
		if w != nil || i == 0 && !s.broken && !possible {
			return w
		}
		s.broken = s.broken || i == 0
	}
	return nil
}

// How far a cell may move in a search, given its room and the size of the need.
func asItIs(room, _ float64) float64 { return room }

// endless lets a cell with room for the need move as far as it likes, and others
// not at all; the answer must then be looked at.
func endless(room, size float64) float64 {
	if room < size {
		return 0
	}
	return noEnd
}

// inMultiples lets a cell move by multiples of the need's size.
func inMultiples(room, size float64) float64 { return math.Floor(room/size) * size }

// seek asks the solver once. It also reports whether there is a change at all
// when parts of people count.
func (s *suppression) seek(n need, cells []int, worth float64, way func(room, size float64) float64) (w witness, possible bool) {
	room := make([]float64, 0, 2*len(cells))
	for _, at := range cells {
		for k := 2 * at; k <= 2*at+1; k++ {
			room = append(room, s.solver.capacity[k])
			s.solver.capacity[k] = way(s.solver.capacity[k], n.size())
		}
	}
	s.solver.capacity[n.unknown()] = min(n.size(), s.solver.capacity[n.unknown()])
	possible = s.solver.maximise(n.unknown(), worth, cells) >= n.size()-1e-6
	if possible {
		w = s.read(cells, room)
	}
	for i, at := range cells {
		s.solver.capacity[2*at], s.solver.capacity[2*at+1] = room[2*i], room[2*i+1]
	}
	if w != nil && !s.adds(w, n) {
		w = nil
		s.solver.restart()
	}
	return w, possible
}

// adds reports whether a change leaves every sum as it is and meets a need.
// Whether the cells may move so is for the masks to say: see proves.
func (s *suppression) adds(w witness, n need) bool {
	moved := map[int]int64{}
	meets := false
	for _, c := range w {
		meets = meets || c.cell == n.cell && reaches(c.delta, n.amount)
		for _, sum := range s.uses[c.cell] {
			if s.sums[sum].Total == c.cell {
				moved[sum] -= c.delta
			} else {
				moved[sum] += c.delta
			}
		}
	}
	for _, rest := range moved {
		if rest != 0 {
			return false
		}
	}
	return meets
}

// read takes the solver's answer as whole numbers, if it is one and no cell
// leaves its room.
func (s *suppression) read(cells []int, room []float64) witness {
	w := witness{}
	for i, at := range cells {
		moved := s.solver.of(2*at) - s.solver.of(2*at+1)
		if math.Abs(moved-math.Round(moved)) > 1e-5 {
			return nil
		}
		delta := int64(math.Round(moved))
		if float64(delta) > room[2*i] || float64(-delta) > room[2*i+1] {
			return nil
		}
		if delta != 0 {
			w = append(w, change{at, delta})
		}
	}
	return w
}

// widen meets a need by hiding more, as little as a search for the cheapest
// change finds.
func (s *suppression) widen(n need) witness {
	cells := slices.Clone(s.movers)
	var candidates []int
	for at := range s.cells {
		if !s.mayHide(at) {
			continue
		}
		candidates = append(candidates, at)
		if !s.moves[at] {
			cells = append(cells, at)
		}
		up, down := s.room(at, true)
		unit := float64(s.cost[at]) / s.most / math.Max(1, math.Min(n.size(), math.Max(up, down)))
		s.solver.allow(at, up, down, unit+s.slight(at))
	}
	slices.Sort(cells)
	var w witness
	if s.broken {
		w = s.weave(n)
	}
	if w == nil {
		w = s.find(n, cells, s.worth())
	}
	if w == nil {
		w = s.weave(n)
	}
	for _, at := range candidates {
		s.let(at)
	}
	for _, c := range w {
		if s.mayHide(c.cell) && !s.loose(c) {
			s.hide(c.cell, true)
		}
	}
	return w
}

// worth is what a unit of a need pays: more than any way of meeting it costs.
func (s *suppression) worth() float64 { return 10 + 10*float64(len(s.sums)) }

// loose reports whether a cell may move so without being hidden.
func (s *suppression) loose(c change) bool {
	lower, upper := s.known(c.cell, s.hidden[c.cell])
	value := s.value[c.cell] + c.delta
	return value >= lower && value <= upper
}

// others lists the cells that are hidden for the sake of low counts.
func (s *suppression) others() []int {
	var others []int
	for at := range s.cells {
		if s.hidden[at] && !s.low[at] {
			others = append(others, at)
		}
	}
	return others
}

// cleanUp shows again what every need can do without, the dearest first.
func (s *suppression) cleanUp() {
	others := s.others()
	slices.SortStableFunc(others, func(a, b int) int {
		return cmp.Or(cmp.Compare(s.cost[b], s.cost[a]), cmp.Compare(b, a))
	})
	using := map[int][]int{} // the needs whose witness moves a cell, now or before
	for i, w := range s.proof {
		for _, c := range w {
			using[c.cell] = append(using[c.cell], i)
		}
	}
	for _, at := range others {
		s.hide(at, false)
		before := map[int]witness{}
		for _, i := range using[at] {
			if s.proves(s.proof[i], s.needs[i]) {
				continue
			}
			w := s.find(s.needs[i], s.movers, 1)
			if w == nil {
				s.hide(at, true)
				for j, old := range before {
					s.proof[j] = old
				}
				break
			}
			before[i], s.proof[i] = s.proof[i], w
		}
		if s.hidden[at] {
			continue
		}
		for i := range before {
			for _, c := range s.proof[i] {
				using[c.cell] = append(using[c.cell], i)
			}
		}
	}
}

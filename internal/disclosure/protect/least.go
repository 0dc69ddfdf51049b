package protect

import (
	"cmp"
	"slices"
)

// leastSteps is the work that the search for the least cost may take: about a
// second.
const leastSteps = 300_000_000

// mostTried is the number of cells that may be hidden beyond which not every
// choice is tried.
const mostTried = 80

// choice is the search for the least cost. Where a need cannot be met, the
// solver's prices name cells of which one at least must be hidden; each is tried
// in turn, and those tried before it are shown for good.
type choice struct {
	*suppression
	refused []bool // cells that are shown in this branch
	cost    int64
	best    int64
	kept    []bool
	proofs  []witness
	stop    int
}

// findLeast looks for a choice that costs less than today's. It reports whether
// it tried all of them.
func (s *suppression) findLeast() bool {
	others := s.others()
	if len(others) == 0 {
		return true
	}
	candidates := 0
	for at := range s.cells {
		if s.mayHide(at) {
			candidates++
		}
	}
	if candidates+len(others) > mostTried {
		return false
	}
	c := &choice{suppression: s, refused: make([]bool, len(s.cells)), stop: s.solver.steps + leastSteps}
	for _, at := range others {
		c.best += s.plan.cost[at]
	}
	c.kept, c.proofs = slices.Clone(s.hidden), slices.Clone(s.proof)
	for _, at := range others {
		s.hide(at, false)
	}
	complete := c.branch(0)
	for at, hidden := range c.kept {
		if s.hidden[at] != hidden {
			s.hide(at, hidden)
		}
	}
	s.proof = c.proofs
	return complete
}

// branch meets the needs from one on, those before it being met. It reports
// whether it could try everything.
func (c *choice) branch(next int) bool {
	for ; next < len(c.needs); next++ {
		if c.solver.steps > c.stop {
			return false
		}
		w := c.find(c.needs[next], c.movers, 1)
		if w == nil {
			break
		}
		c.proof[next] = w
	}
	if next == len(c.needs) {
		c.best = c.cost
		c.kept, c.proofs = slices.Clone(c.hidden), slices.Clone(c.proof)
		return true
	}
	complete := true
	cut := c.cut(c.needs[next])
	tried := 0
	for _, at := range cut {
		cost := c.plan.cost[at]
		if c.cost+cost >= c.best {
			break
		}
		tried++
		c.cost += cost
		c.hide(at, true)
		complete = c.branch(next) && complete
		c.hide(at, false)
		c.cost -= cost
		c.refused[at] = true
	}
	for _, at := range cut[:tried] {
		c.refused[at] = false
	}
	return complete
}

// cut lists cells of which one at least must be hidden, cheapest first, for a
// need that was just not met.
func (c *choice) cut(n need) []int {
	_, met := c.seek(n, c.movers, 1, asItIs)
	var cut []int
	for at := range c.cells {
		if c.refused[at] || !c.mayHide(at) {
			continue
		}
		up, down := c.room(at, true)
		worth := c.solver.worthOf(at)
		// Where only whole numbers failed, prices say nothing: any cell may help.
		if met || worth > 1e-4 && up > 0 || worth < -1e-4 && down > 0 {
			cut = append(cut, at)
		}
	}
	slices.SortStableFunc(cut, func(a, b int) int { return cmp.Compare(c.plan.cost[a], c.plan.cost[b]) })
	return cut
}

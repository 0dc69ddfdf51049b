package audit

// network is a component whose relations are the nodes of a flow network: each
// open cell runs from one relation to another (or to the ground, the node of
// everything outside) and carries its value. A network of whole-number bounds
// has whole-number extremes, so the greatest flow is the greatest value.
type network struct {
	sign      map[int]int64 // per relation, +1 or -1, so that each cell leaves one node and enters another
	node      map[int]int   // per relation, its node; the ground is the last
	arcs      []arc         // arcs 2i and 2i+1 are one edge, forth and back
	out       [][]int       // arcs leaving each node
	edges     []int         // per edge, its cell, or -1 for the slack of a range
	given     limits        // per cell, the bounds it was given
	relations []int         // per node, its relation
	base      [][2]int64    // per edge, the bounds it was given
	flow      []int64       // per edge

	level, next []int
	queue       []int // scratch of the path search
}

type arc struct {
	to       int
	residual int64
}

// network recognises a component whose relations can be signed so that every
// open cell appears at most once with +1 and at most once with -1. Own are the
// relations as published.
func (s *system) network(part component, own []int) (*network, bool) {
	incidence := make(map[int][]Term, len(part.cells)) // cell -> relations with coefficients
	for _, r := range part.relations {
		for _, term := range s.relations[r].Terms {
			if !s.open(term.Cell) {
				continue
			}
			if term.Coefficient != 1 && term.Coefficient != -1 || len(incidence[term.Cell]) == 2 {
				return nil, false
			}
			incidence[term.Cell] = append(incidence[term.Cell], Term{r, term.Coefficient})
		}
	}
	sign, ok := s.signs(part, incidence)
	if !ok {
		return nil, false
	}
	return s.build(part, setOf(own), incidence, sign), true
}

// signs chooses a sign for each relation, or reports that none fit.
func (s *system) signs(part component, incidence map[int][]Term) (map[int]int64, bool) {
	sign := make(map[int]int64, len(part.relations))
	for _, start := range part.relations {
		if sign[start] != 0 {
			continue
		}
		sign[start] = 1
		for waiting := []int{start}; len(waiting) > 0; {
			r := waiting[len(waiting)-1]
			waiting = waiting[:len(waiting)-1]
			for _, term := range s.relations[r].Terms {
				ends := incidence[term.Cell]
				if len(ends) != 2 {
					continue
				}
				mine, other := ends[0], ends[1]
				if other.Cell == r {
					mine, other = other, mine
				}
				wanted := -sign[r] * mine.Coefficient * other.Coefficient
				switch sign[other.Cell] {
				case 0:
					sign[other.Cell] = wanted
					waiting = append(waiting, other.Cell)
				case -wanted:
					return nil, false
				}
			}
		}
	}
	return sign, true
}

// build lays out nodes and edges. Bounds that the network's own relations gave
// are taken back: the flow finds them again, and its proof then speaks of
// published numbers only.
func (s *system) build(part component, active map[int]bool, incidence map[int][]Term, sign map[int]int64) *network {
	n := &network{
		sign: sign, relations: part.relations,
		node:  make(map[int]int, len(part.relations)),
		given: make(limits, len(part.cells)),
	}
	for i, r := range part.relations {
		n.node[r] = i
	}
	ground := len(part.relations)
	n.out = make([][]int, ground+3)
	for _, cell := range part.cells {
		from, to := ground, ground
		for _, end := range incidence[cell] {
			if sign[end.Cell]*end.Coefficient > 0 {
				from = n.node[end.Cell]
			} else {
				to = n.node[end.Cell]
			}
		}
		n.addEdge(cell, from, to, s.given(cell, lowerSide, active), s.given(cell, upperSide, active))
	}
	for _, r := range part.relations {
		n.addSlack(r, s.relations[r], ground)
	}
	return n
}

// given returns a cell's bound as it is without the network's own relations.
func (s *system) given(cell int, which side, active map[int]bool) int64 {
	i := s.latest[which][cell]
	for i >= 0 && active[s.trail[i].relation] {
		i = s.trail[i].previous
	}
	if i >= 0 {
		return s.trail[i].value
	}
	if which == lowerSide {
		return s.problem.Cells[cell].Lower
	}
	return s.problem.Cells[cell].Upper
}

// addSlack lets a relation that is a range take any value in it.
func (n *network) addSlack(r int, relation Relation, ground int) {
	if relation.Lower == relation.Upper {
		return
	}
	from, to := ground, n.node[r]
	if n.sign[r] < 0 {
		from, to = to, from
	}
	n.addEdge(-1, from, to, relation.Lower, relation.Upper)
}

func (n *network) addEdge(cell, from, to int, low, high int64) {
	start := min(max(low, 0), high)
	if cell >= 0 {
		n.given[cell] = [2]int64{low, high}
	}
	n.edges = append(n.edges, cell)
	n.base = append(n.base, [2]int64{low, high})
	n.flow = append(n.flow, start)
	n.addArc(from, to, high-start, start-low)
}

func (n *network) addArc(from, to int, forth, back int64) {
	n.out[from] = append(n.out[from], len(n.arcs))
	n.arcs = append(n.arcs, arc{to, forth})
	n.out[to] = append(n.out[to], len(n.arcs))
	n.arcs = append(n.arcs, arc{from, back})
}

// solveNetwork finds one flow that fits, then sends each hidden cell as high
// and as low as the rest of the network lets it.
func (s *system) solveNetwork(part component, n *network) {
	if !s.feasible(part, n) {
		return
	}
	seen := newExtremes(n)
	for edge, cell := range n.edges {
		if cell < 0 || !s.problem.Cells[cell].Hidden {
			continue
		}
		for _, which := range []side{upperSide, lowerSide} {
			if s.exhausted() {
				s.unproven[cell] = true
				break
			}
			s.push(n, seen, edge, which)
		}
	}
}

// feasible finds a flow that meets every relation.
func (s *system) feasible(part component, n *network) bool {
	source, sink := len(n.out)-2, len(n.out)-1
	excess := make([]int64, len(n.out))
	for edge := range n.edges {
		excess[n.arcs[2*edge].to] += n.flow[edge]
		excess[n.arcs[2*edge+1].to] -= n.flow[edge]
	}
	ground := len(part.relations)
	for _, r := range part.relations {
		supply := n.sign[r] * s.constant(r)
		excess[n.node[r]] += supply
		excess[ground] -= supply
	}
	var needed int64
	first := len(n.arcs)
	for node, more := range excess {
		if more > 0 {
			n.addArc(source, node, more, 0)
			needed += more
		} else if more < 0 {
			n.addArc(node, sink, -more, 0)
		}
	}
	sent, complete := s.maxFlow(n, source, sink, needed)
	n.readFlow()
	n.dropArcs(first)
	if !complete {
		s.distrust(part)
		return false
	}
	if sent < needed {
		s.contradict(n.reached(part)...)
		s.distrust(part)
		return false
	}
	return true
}

// constant returns what the open cells of a relation must sum to. A range's
// bounds are carried by its slack.
func (s *system) constant(r int) int64 {
	var value int64
	if s.relations[r].Lower == s.relations[r].Upper {
		value = s.relations[r].Lower
	}
	for _, term := range s.relations[r].Terms {
		if !s.open(term.Cell) {
			value -= term.Coefficient * s.lower[term.Cell]
		}
	}
	return value
}

func (n *network) readFlow() {
	for edge := range n.edges {
		n.flow[edge] = n.base[edge][0] + n.arcs[2*edge+1].residual
	}
}

func (n *network) dropArcs(first int) {
	for node, arcs := range n.out {
		kept := arcs[:0]
		for _, a := range arcs {
			if a < first {
				kept = append(kept, a)
			}
		}
		n.out[node] = kept
	}
	n.arcs = n.arcs[:first]
}

// reached returns the relations on the source's side of the last cut.
func (n *network) reached(part component) []int {
	var relations []int
	for _, r := range part.relations {
		if n.level[n.node[r]] >= 0 {
			relations = append(relations, r)
		}
	}
	if len(relations) == 0 {
		return part.relations
	}
	return relations
}

// extremes remembers the least and greatest value that each edge has had in
// any flow: an end already reached needs no search.
type extremes struct{ low, high []int64 }

func newExtremes(n *network) *extremes {
	return &extremes{append([]int64(nil), n.flow...), append([]int64(nil), n.flow...)}
}

func (e *extremes) note(n *network) {
	for edge := range n.edges {
		value := n.base[edge][0] + n.arcs[2*edge+1].residual
		e.low[edge] = min(e.low[edge], value)
		e.high[edge] = max(e.high[edge], value)
	}
}

// push moves one edge to one of its extremes and records the bound.
func (s *system) push(n *network, seen *extremes, edge int, which side) {
	cell := n.edges[edge]
	forth, back := 2*edge, 2*edge+1
	reached, end := seen.high[edge], n.base[edge][1]
	if which == lowerSide {
		forth, back = back, forth
		reached, end = seen.low[edge], n.base[edge][0]
	}
	if reached == end {
		return
	}
	room, held := n.arcs[forth].residual, n.arcs[back].residual
	n.arcs[forth].residual, n.arcs[back].residual = 0, 0
	sent, complete := s.maxFlow(n, n.arcs[forth].to, n.arcs[back].to, room)
	var by *sum
	if complete && sent < room {
		by = s.shortestCut(n, n.arcs[back].to)
	}
	n.arcs[forth].residual, n.arcs[back].residual = room-sent, held+sent
	s.work += len(n.edges)
	seen.note(n)
	switch {
	case !complete:
		s.unproven[cell] = true
	case sent < room:
		value := n.base[edge][0] + n.arcs[2*edge+1].residual
		if !s.directly(cell, which, value) {
			s.record(cell, which, value, -1, by)
		}
	}
}

// directly reports whether one relation alone gave a bound already, from numbers
// known at first sight: no shorter proof is to be had.
func (s *system) directly(cell int, which side, value int64) bool {
	at := s.latest[which][cell]
	if at < 0 || s.trail[at].value != value || s.trail[at].sum != nil {
		return false
	}
	_, causes := s.step(at)
	return len(causes) == 0
}

// shortestCut returns the smaller of the two cuts that stopped the last flow:
// the one around its start and the one around its end.
func (s *system) shortestCut(n *network, end int) *sum {
	start := n.cut()
	s.levelsBack(n, end)
	if other := n.cut(); len(other.relations) < len(start.relations) {
		return other
	}
	return start
}

// cut adds up the relations on that side of the levels just taken that does not
// hold the ground. Every open cell between them cancels and every open cell
// across is at its bound: that is the proof.
func (n *network) cut() *sum {
	inside := n.level[len(n.node)] < 0
	c := &sum{limits: n.given}
	for node, r := range n.relations {
		if (n.level[node] >= 0) == inside {
			c.relations, c.times = append(c.relations, r), append(c.times, n.sign[r])
		}
	}
	return c
}

// maxFlow sends up to limit from one node to another through residual arcs. It
// reports how much arrived, and whether the answer is complete.
func (s *system) maxFlow(n *network, from, to int, limit int64) (int64, bool) {
	var sent int64
	for sent < limit {
		if s.exhausted() {
			return sent, false
		}
		if !s.levels(n, from, to) {
			return sent, true
		}
		n.next = append(n.next[:0], make([]int, len(n.out))...)
		for sent < limit {
			pushed := s.augment(n, from, to, limit-sent)
			if pushed == 0 {
				break
			}
			sent += pushed
		}
	}
	return sent, true
}

// levels numbers the nodes by their distance from the start.
func (s *system) levels(n *network, from, to int) bool {
	n.level = append(n.level[:0], make([]int, len(n.out))...)
	for i := range n.level {
		n.level[i] = -1
	}
	n.level[from] = 0
	n.queue = append(n.queue[:0], from)
	for i := 0; i < len(n.queue); i++ {
		node := n.queue[i]
		s.work += len(n.out[node])
		for _, a := range n.out[node] {
			if next := n.arcs[a].to; n.arcs[a].residual > 0 && n.level[next] < 0 {
				n.level[next] = n.level[node] + 1
				n.queue = append(n.queue, next)
			}
		}
	}
	return n.level[to] >= 0
}

// levelsBack marks the nodes from which residual arcs lead to a node.
func (s *system) levelsBack(n *network, to int) {
	for i := range n.level {
		n.level[i] = -1
	}
	n.level[to] = 0
	n.queue = append(n.queue[:0], to)
	for i := 0; i < len(n.queue); i++ {
		s.work += len(n.out[n.queue[i]])
		for _, a := range n.out[n.queue[i]] {
			if before := n.arcs[a].to; n.arcs[a^1].residual > 0 && n.level[before] < 0 {
				n.level[before] = 0
				n.queue = append(n.queue, before)
			}
		}
	}
}

// augment sends flow along one shortest path.
func (s *system) augment(n *network, node, to int, limit int64) int64 {
	if node == to {
		return limit
	}
	for ; n.next[node] < len(n.out[node]); n.next[node]++ {
		s.work++
		a := n.out[node][n.next[node]]
		if n.arcs[a].residual == 0 || n.level[n.arcs[a].to] != n.level[node]+1 {
			continue
		}
		if sent := s.augment(n, n.arcs[a].to, to, min(limit, n.arcs[a].residual)); sent > 0 {
			n.arcs[a].residual -= sent
			n.arcs[a^1].residual += sent
			return sent
		}
	}
	return 0
}

package audit

// component is a set of open cells that relations tie together, and those
// relations. A cell is open while more than one value is left for it.
type component struct {
	cells        []int
	relations    []int
	contradicted bool
}

// components splits what propagation left open into independent parts.
func (s *system) components() []component {
	seenCell := make([]bool, len(s.problem.Cells))
	seenRelation := make([]bool, len(s.relations))
	var parts []component
	for i := range s.problem.Cells {
		if seenCell[i] || !s.open(i) {
			continue
		}
		part := s.collect(i, seenCell, seenRelation)
		if part.contradicted {
			s.distrust(part)
		}
		if len(part.relations) > 0 && s.asks(part) {
			parts = append(parts, part)
		}
	}
	s.distrustBroken()
	return parts
}

func (s *system) open(cell int) bool { return s.lower[cell] != s.upper[cell] }

// collect walks from one open cell to all that it is tied to.
func (s *system) collect(start int, seenCell, seenRelation []bool) component {
	var part component
	seenCell[start] = true
	for waiting := []int{start}; len(waiting) > 0; {
		cell := waiting[len(waiting)-1]
		waiting = waiting[:len(waiting)-1]
		part.cells = append(part.cells, cell)
		for _, r := range s.uses[cell] {
			if seenRelation[r] {
				continue
			}
			seenRelation[r] = true
			part.contradicted = part.contradicted || s.broken[r]
			open := s.openCells(r)
			if len(open) > 1 || !s.settled {
				part.relations = append(part.relations, r)
			}
			for _, other := range open {
				if !seenCell[other] {
					seenCell[other] = true
					waiting = append(waiting, other)
				}
			}
		}
	}
	return part
}

func (s *system) openCells(r int) []int {
	var open []int
	for _, term := range s.relations[r].Terms {
		if s.open(term.Cell) {
			open = append(open, term.Cell)
		}
	}
	s.work += len(s.relations[r].Terms)
	return open
}

// asks reports whether any hidden cell of the part is still open.
func (s *system) asks(part component) bool {
	for _, cell := range part.cells {
		if s.problem.Cells[cell].Hidden {
			return true
		}
	}
	return false
}

// distrust marks the answers of a part as not proven.
func (s *system) distrust(part component) {
	for _, cell := range part.cells {
		s.unproven[cell] = true
	}
}

// distrustBroken marks every cell of a contradicted relation as not proven:
// from a contradiction anything follows.
func (s *system) distrustBroken() {
	for r, broken := range s.broken {
		if !broken {
			continue
		}
		for _, term := range s.relations[r].Terms {
			s.unproven[term.Cell] = true
		}
	}
}

func setOf(list []int) map[int]bool {
	set := make(map[int]bool, len(list))
	for _, i := range list {
		set[i] = true
	}
	return set
}

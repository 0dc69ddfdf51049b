package audit

// Relaxed returns, for each hidden cell, the least and the greatest value of the
// linear relaxation, as the simplex finds them without any presolve. It reports
// false when nothing fits or a number grew too large.
func Relaxed(problem Problem) (bounds [][2]float64, ok bool) {
	s := newSystem(problem)
	var part component
	for i := range problem.Cells {
		if s.open(i) {
			part.cells = append(part.cells, i)
		}
	}
	for r := range s.relations {
		part.relations = append(part.relations, r)
	}
	l := s.newLinear(part, DefaultLimit)
	t := l.tableau
	if _, filled := l.fill(); !filled {
		return nil, false
	}
	if _, feasible := t.feasible(); !feasible {
		return nil, false
	}
	value := func(cell int) float64 {
		if column := t.place[cell]; column >= 0 {
			return float64(t.value[column])
		}
		row := -1 - t.place[cell]
		return float64(t.scaled[row]) / float64(t.divisor[row])
	}
	for i, cell := range part.cells {
		if !problem.Cells[cell].Hidden {
			continue
		}
		t.push(i, -1, t.lower[i])
		least := value(i)
		t.push(i, 1, t.upper[i])
		bounds = append(bounds, [2]float64{least, value(i)})
	}
	return bounds, !t.exhausted()
}

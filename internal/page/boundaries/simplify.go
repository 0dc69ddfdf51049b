package boundaries

// simplify leaves out vertices of an arc that lie within a tolerance of the line
// between those that stay (Douglas and Peucker, 1973). The ends of an arc stay, and
// of a loop the point that is farthest from its beginning. It depends on the arc
// alone, so that both of its sides get the same, and counts in whole numbers, so
// that every machine does.
func (g *grid) simplify(vertices []vertex, tolerance float64) []vertex {
	s := simplification{g, vertices, make([]bool, len(vertices)), int64(tolerance * tolerance * fractions)}
	last := len(vertices) - 1
	s.stays[0], s.stays[last] = true, true
	if vertices[0] == vertices[last] {
		middle := s.farthest(0, last).at
		s.stays[middle] = true
		s.between(0, middle)
		s.between(middle, last)
	} else {
		s.between(0, last)
	}
	var kept []vertex
	for i, v := range vertices {
		if s.stays[i] {
			kept = append(kept, v)
		}
	}
	return kept
}

// fractions is how finely the square of a tolerance is told.
const fractions = 100

type simplification struct {
	grid      *grid
	vertices  []vertex
	stays     []bool
	tolerance int64 // its square, in fractions
}

// between keeps what must stay of the vertices between two that do.
func (s *simplification) between(first, last int) {
	for last-first > 1 {
		found := s.farthest(first, last)
		if found.distance*fractions <= s.tolerance*found.unit {
			return
		}
		s.stays[found.at] = true
		if found.at-first < last-found.at {
			s.between(first, found.at)
			first = found.at
		} else {
			s.between(found.at, last)
			last = found.at
		}
	}
}

// far is a vertex and the square of its distance from a line, in parts of a unit.
type far struct {
	at             int
	distance, unit int64
}

// farthest returns the first of the vertices between two that is farthest from the
// line between them.
func (s *simplification) farthest(first, last int) far {
	ax, ay := s.grid.at(s.vertices[first])
	bx, by := s.grid.at(s.vertices[last])
	dx, dy := int64(bx-ax), int64(by-ay)
	found := far{at: first, distance: -1, unit: max(dx*dx+dy*dy, 1)}
	for i := first + 1; i < last; i++ {
		px, py := s.grid.at(s.vertices[i])
		x, y := int64(px-ax), int64(py-ay)
		var distance int64
		switch along := x*dx + y*dy; {
		case along <= 0:
			distance = (x*x + y*y) * found.unit
		case along >= dx*dx+dy*dy:
			distance = ((x-dx)*(x-dx) + (y-dy)*(y-dy)) * found.unit
		default:
			across := x*dy - y*dx
			distance = across * across
		}
		if distance > found.distance {
			found.at, found.distance = i, distance
		}
	}
	return found
}

package boundaries

import (
	"cmp"
	"slices"
)

// edge is a line between two vertices, the lesser first, that an area has.
type edge struct {
	low, high vertex
	area      int32
}

func newEdge(a, b vertex, area int) edge { return edge{min(a, b), max(a, b), int32(area)} }

// network is the borders of all areas: arcs between the points where more than two
// sides meet, and loops.
type network struct {
	grid *grid
	arcs []arc
}

// arc is a part of a border with the same areas on its sides all along. A loop
// ends where it begins.
type arc struct {
	vertices []vertex
	areas    []int32 // one or two, unless areas of the file lie upon one another
}

func (a arc) isLoop() bool { return a.vertices[0] == a.vertices[len(a.vertices)-1] }

// side is a line between two vertices with the areas that have it.
type side struct {
	low, high vertex
	areas     []int32
}

// sidesOf puts edges together. An edge that an area has twice is none: the area
// lies on both of its sides, as where two features of one code meet, or on
// neither, as where an inlet is too narrow for the grid.
func sidesOf(edges []edge) []side {
	slices.SortFunc(edges, func(a, b edge) int {
		return cmp.Or(cmp.Compare(a.low, b.low), cmp.Compare(a.high, b.high), cmp.Compare(a.area, b.area))
	})
	var sides []side
	for i := 0; i < len(edges); {
		one := side{low: edges[i].low, high: edges[i].high}
		for i < len(edges) && edges[i].low == one.low && edges[i].high == one.high {
			again := i
			for again < len(edges) && edges[again] == edges[i] {
				again++
			}
			if (again-i)%2 == 1 {
				one.areas = append(one.areas, edges[i].area)
			}
			i = again
		}
		if len(one.areas) > 0 {
			sides = append(sides, one)
		}
	}
	return sides
}

// leaving is a side as seen from one of its ends.
type leaving struct {
	from, to vertex
	side     int
}

// walker cuts sides into arcs.
type walker struct {
	sides    []side
	leavings []leaving // by vertex
	walked   []bool
}

func newNetwork(g *grid, edges []edge) network {
	w := walker{sides: sidesOf(edges)}
	w.walked = make([]bool, len(w.sides))
	for i, one := range w.sides {
		w.leavings = append(w.leavings, leaving{one.low, one.high, i}, leaving{one.high, one.low, i})
	}
	slices.SortFunc(w.leavings, func(a, b leaving) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to))
	})
	n := network{grid: g}
	for _, one := range w.leavings {
		if w.isJunction(one.from) && !w.walked[one.side] {
			n.arcs = append(n.arcs, w.walk(one))
		}
	}
	for _, one := range w.leavings {
		if !w.walked[one.side] {
			n.arcs = append(n.arcs, w.walk(one))
		}
	}
	return n
}

func (w *walker) of(v vertex) []leaving {
	first, _ := slices.BinarySearchFunc(w.leavings, v, func(l leaving, v vertex) int { return cmp.Compare(l.from, v) })
	last := first
	for last < len(w.leavings) && w.leavings[last].from == v {
		last++
	}
	return w.leavings[first:last]
}

// isJunction reports whether a border ends at a vertex: other than two sides meet
// there, or two of different areas.
func (w *walker) isJunction(v vertex) bool {
	sides := w.of(v)
	return len(sides) != 2 || !slices.Equal(w.sides[sides[0].side].areas, w.sides[sides[1].side].areas)
}

// walk follows a border to the next junction, or back to where it began.
func (w *walker) walk(start leaving) arc {
	made := arc{[]vertex{start.from}, w.sides[start.side].areas}
	for at := start; ; {
		w.walked[at.side] = true
		made.vertices = append(made.vertices, at.to)
		if at.to == start.from || w.isJunction(at.to) {
			return made
		}
		two := w.of(at.to)
		if two[0].side == at.side {
			two = two[1:]
		}
		at = two[0]
	}
}

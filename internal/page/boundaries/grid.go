package boundaries

import (
	"math"
	"slices"
	"strings"
)

// extent is the rectangle around all points.
type extent struct{ left, bottom, right, top float64 }

func newExtent() extent {
	return extent{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
}

func (e *extent) add(p position) {
	e.left, e.right = min(e.left, p.x), max(e.right, p.x)
	e.bottom, e.top = min(e.bottom, p.y), max(e.top, p.y)
}

// farthest is more metres than there are around the earth; beyondDegrees is more
// than degrees can be.
const (
	farthest      = 1e8
	beyondDegrees = 360
)

// project brings the points of all features to a plane and returns their extent.
// Degrees become shorter towards the poles: those of longitude are multiplied by the
// cosine of the middle latitude. Metres stay as they are.
func (d *decoder) project() (extent, error) {
	whole := newExtent()
	for _, one := range d.features {
		own := newExtent()
		for _, points := range one.rings {
			for _, p := range points {
				own.add(p)
				whole.add(p)
			}
		}
		if len(one.rings) > 0 && (own.left < -farthest || own.bottom < -farthest || own.right > farthest || own.top > farthest) {
			return whole, fault(d.name, one.place(), "GEO008", "its coordinates are farther than any place on earth")
		}
	}
	if !d.inDegrees(whole) {
		return whole, d.hasSize(whole)
	}
	if err := d.checkDegrees(); err != nil {
		return whole, err
	}
	shrink := math.Cos((whole.bottom + whole.top) / 2 * math.Pi / 180)
	for _, one := range d.features {
		for _, points := range one.rings {
			for i := range points {
				points[i].x *= shrink
			}
		}
	}
	whole.left, whole.right = whole.left*shrink, whole.right*shrink
	return whole, d.hasSize(whole)
}

func (d *decoder) hasSize(whole extent) error {
	if whole.right > whole.left && whole.top > whole.bottom {
		return nil
	}
	return fault(d.name, "", "GEO008", "all of its points lie on one line")
}

// inDegrees reports whether coordinates are degrees: where the file names no
// system, whether they can be.
func (d *decoder) inDegrees(whole extent) bool {
	if d.system != "" {
		return slices.ContainsFunc([]string{"CRS84", "4326", "4258"}, func(name string) bool { return strings.Contains(d.system, name) })
	}
	return whole.left >= -beyondDegrees && whole.bottom >= -beyondDegrees && whole.right <= beyondDegrees && whole.top <= beyondDegrees
}

func (d *decoder) checkDegrees() error {
	for _, one := range d.features {
		for _, points := range one.rings {
			for _, p := range points {
				if math.Abs(p.x) > 180 || math.Abs(p.y) > 90 {
					return fault(d.name, one.place(), "GEO008", "its coordinates are no degrees: beyond 180 of longitude or 90 of latitude")
				}
			}
		}
	}
	return nil
}

// grid is the whole numbers that points are put on. A point of it is called hot
// when a point of the file is nearest to it.
type grid struct {
	width, height int
	scale         float64
	left, top     float64
	hot           []uint64 // a bit a vertex
	steps         int      // from square to square, along all lines
}

// vertex is a point of the grid: y * (width + 1) + x.
type vertex uint32

// snug is how far a point may be beyond the last vertex, by what computing left.
const snug = 1e-6

func newGrid(bounds extent, units int) *grid {
	across, up := bounds.right-bounds.left, bounds.top-bounds.bottom
	g := &grid{scale: float64(units) / max(across, up), left: bounds.left, top: bounds.top}
	g.width, g.height = int(math.Ceil(across*g.scale-snug)), int(math.Ceil(up*g.scale-snug))
	g.hot = make([]uint64, (g.width+1)*(g.height+1)/64+1)
	return g
}

// place returns where a point lies in units of the grid, y downwards, shifted by
// half a unit so that the squares around vertices begin at whole numbers.
func (g *grid) place(p position) position {
	return position{(p.x-g.left)*g.scale + 0.5, (g.top-p.y)*g.scale + 0.5}
}

func (g *grid) vertex(x, y int) vertex {
	return vertex(min(max(y, 0), g.height)*(g.width+1) + min(max(x, 0), g.width))
}

func (g *grid) at(v vertex) (x, y int) { return int(v) % (g.width + 1), int(v) / (g.width + 1) }

// nearest returns the vertex whose square a place is in.
func (g *grid) nearest(p position) vertex {
	return g.vertex(int(math.Floor(p.x)), int(math.Floor(p.y)))
}

func (g *grid) heat(v vertex)       { g.hot[v/64] |= 1 << (v % 64) }
func (g *grid) isHot(v vertex) bool { return g.hot[v/64]&(1<<(v%64)) != 0 }

// mostSteps bounds the work: no map's lines cross as many squares.
const mostSteps = 1 << 24

// edges puts the lines of all areas on the grid. A line goes through every hot
// vertex whose square it crosses (snap rounding), so that two neighbours whose
// points differ along a common border still get the same one.
func (g *grid) edges(name string, areas []area) ([]edge, error) {
	for _, one := range areas {
		for _, points := range one.rings {
			for _, p := range points {
				g.heat(g.nearest(g.place(p)))
			}
		}
	}
	var list []edge
	var way []vertex
	for number, one := range areas {
		for _, points := range one.rings {
			for i := 1; i < len(points); i++ {
				way = g.way(way[:0], g.place(points[i-1]), g.place(points[i]))
				for j := 1; j < len(way); j++ {
					list = append(list, newEdge(way[j-1], way[j], number))
				}
			}
			if g.steps > mostSteps {
				return nil, fault(name, "", "GEO005", "its lines are longer than those of any map")
			}
		}
	}
	return list, nil
}

// way appends the hot vertices along a line, its ends among them. Both directions
// of a line have the same.
func (g *grid) way(into []vertex, from, to position) []vertex {
	if from.x > to.x || from.x == to.x && from.y > to.y {
		from, to = to, from
	}
	last := g.nearest(to)
	v := g.nearest(from)
	into = append(into, v)
	if v == last {
		return into
	}
	x, y := int(math.Floor(from.x)), int(math.Floor(from.y))
	endX, endY := int(math.Floor(to.x)), int(math.Floor(to.y))
	down := 1
	if endY < y {
		down = -1
	}
	across, along := crossings(from.x, to.x, x, 1), crossings(from.y, to.y, y, down)
	for range endX - x + down*(endY-y) {
		g.steps++
		if y == endY || x != endX && across.next <= along.next {
			x++
			across.next += across.each
		} else {
			y += down
			along.next += along.each
		}
		if v := g.vertex(x, y); g.isHot(v) && v != into[len(into)-1] {
			into = append(into, v)
		}
	}
	return into
}

// crossing says at which part of a line it crosses into the next square, and how
// much of it lies between two of these.
type crossing struct{ next, each float64 }

func crossings(from, to float64, square, direction int) crossing {
	length := math.Abs(to - from)
	if length == 0 {
		return crossing{math.Inf(1), 0}
	}
	edge := float64(square)
	if direction > 0 {
		edge++
	}
	return crossing{math.Abs(edge-from) / length, 1 / length}
}

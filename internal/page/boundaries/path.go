package boundaries

import (
	"math"
	"slices"
	"strconv"
)

// smallest is the size of the smallest island or enclave that is drawn beside an
// area's largest part, in squares of the grid.
const smallest = 10

// outline is a closed line of an area on the map, its first point not repeated.
type outline struct {
	vertices []vertex
	arcs     []int // of the network
	twice    int   // its size, twice
}

// draw makes every area of the simplified network.
func (n network) draw(areas []area, tolerance float64) []Area {
	simple := make([][]vertex, len(n.arcs))
	arcs := make([][]int, len(areas))
	for i, one := range n.arcs {
		simple[i] = n.grid.simplify(one.vertices, tolerance)
		for _, number := range one.areas {
			arcs[number] = append(arcs[number], i)
		}
	}
	outlines := make([][]outline, len(areas))
	needed := map[int]bool{} // arcs of an area's largest part
	for number := range areas {
		outlines[number] = n.grid.outlines(simple, arcs[number])
		if len(outlines[number]) > 0 {
			for _, i := range outlines[number][0].arcs {
				needed[i] = true
			}
		}
	}
	made := make([]Area, len(areas))
	for number, one := range areas {
		kept := slices.DeleteFunc(outlines[number], func(o outline) bool {
			return o.twice < 2*smallest && len(o.arcs) == 1 && n.arcs[o.arcs[0]].isLoop() && !needed[o.arcs[0]]
		})
		if len(kept) == 0 || kept[0].twice == 0 {
			kept = []outline{n.grid.square(n.grid.first(one))}
		}
		x, y := n.grid.label(kept)
		made[number] = Area{Code: one.code, Path: n.grid.path(kept), X: x, Y: y}
	}
	return made
}

// outlines joins arcs to closed lines, the largest first. A line to and fro is none.
// Arcs of one area meet in even numbers everywhere, so that a way that is
// begun comes back; which one is taken at a crossing makes no difference to what
// lies inside by the even-odd rule.
func (g *grid) outlines(simple [][]vertex, arcs []int) []outline {
	at := map[vertex][]int{} // arcs by their ends; a loop is whole
	for _, i := range arcs {
		if first, last := simple[i][0], simple[i][len(simple[i])-1]; first != last {
			at[first] = append(at[first], i)
			at[last] = append(at[last], i)
		}
	}
	used := map[int]bool{}
	var list []outline
	for _, i := range arcs {
		if used[i] {
			continue
		}
		one := outline{vertices: slices.Clone(simple[i][:1])}
		for next, found := i, true; found; next, found = unused(at[one.last()], used) {
			used[next] = true
			one.arcs = append(one.arcs, next)
			one.follow(simple[next])
			if one.last() == one.vertices[0] {
				break
			}
		}
		one.vertices = one.vertices[:len(one.vertices)-1]
		if len(one.vertices) > 2 {
			one.twice = g.twiceSize(one.vertices)
			list = append(list, one)
		}
	}
	slices.SortStableFunc(list, func(a, b outline) int { return b.twice - a.twice })
	return list
}

func unused(arcs []int, used map[int]bool) (int, bool) {
	at := slices.IndexFunc(arcs, func(i int) bool { return !used[i] })
	if at < 0 {
		return 0, false
	}
	return arcs[at], true
}

func (o *outline) last() vertex { return o.vertices[len(o.vertices)-1] }

// follow goes along an arc that begins or ends where the outline has come to.
func (o *outline) follow(vertices []vertex) {
	if vertices[0] == o.last() {
		o.vertices = append(o.vertices, vertices[1:]...)
		return
	}
	for i := len(vertices) - 2; i >= 0; i-- {
		o.vertices = append(o.vertices, vertices[i])
	}
}

func (g *grid) twiceSize(vertices []vertex) int {
	sum := 0
	for i, v := range vertices {
		x, y := g.at(v)
		nextX, nextY := g.at(vertices[(i+1)%len(vertices)])
		sum += x*nextY - nextX*y
	}
	return max(sum, -sum)
}

// first returns the least vertex of an area.
func (g *grid) first(of area) vertex {
	least := vertex(math.MaxUint32)
	for _, points := range of.rings {
		for _, p := range points {
			least = min(least, g.nearest(g.place(p)))
		}
	}
	return least
}

// square stands for an area that is too small for the grid.
func (g *grid) square(around vertex) outline {
	x, y := g.at(around)
	x, y = min(max(x, 1), g.width-1), min(max(y, 1), g.height-1)
	return outline{vertices: []vertex{g.vertex(x-1, y-1), g.vertex(x+1, y-1), g.vertex(x+1, y+1), g.vertex(x-1, y+1)}}
}

// path writes outlines as an SVG path: where each begins, and the steps from
// there.
func (g *grid) path(outlines []outline) string {
	var text []byte
	number := func(n int, first bool) {
		if !first && n >= 0 {
			text = append(text, ' ')
		}
		text = strconv.AppendInt(text, int64(n), 10)
	}
	for _, one := range outlines {
		x, y := g.at(one.vertices[0])
		text = append(text, 'M')
		number(x, true)
		number(y, false)
		text = append(text, 'l')
		for i, v := range one.vertices[1:] {
			nextX, nextY := g.at(v)
			number(nextX-x, i == 0)
			number(nextY-y, false)
			x, y = nextX, nextY
		}
		text = append(text, 'z')
	}
	return string(text)
}

// rows is how many lines across an area are looked at for the place of its label.
const rows = 24

// label returns the point of whole numbers inside an area that is farthest from its
// border, of those in the middle of a line across it. An area without one has its
// label on its border.
func (g *grid) label(outlines []outline) (x, y int) {
	x, y = g.at(outlines[0].vertices[0])
	top, bottom := y, y
	for _, v := range outlines[0].vertices {
		_, vertical := g.at(v)
		top, bottom = min(top, vertical), max(bottom, vertical)
	}
	best := 0.0
	for row := range rows {
		across := top + (2*row+1)*(bottom-top)/(2*rows)
		crossed := g.crossed(outlines, across)
		for i := 1; i < len(crossed); i += 2 {
			middle := int(math.Round((crossed[i-1] + crossed[i]) / 2))
			if float64(middle) <= crossed[i-1] || float64(middle) >= crossed[i] {
				continue
			}
			if distance := g.toBorder(outlines, middle, across); distance > best {
				x, y, best = middle, across, distance
			}
		}
	}
	return x, y
}

// crossed returns where a horizontal line crosses the outlines, from the left.
func (g *grid) crossed(outlines []outline, y int) []float64 {
	var list []float64
	g.eachLine(outlines, func(ax, ay, bx, by int) {
		if (ay <= y) != (by <= y) {
			list = append(list, float64(ax)+float64((y-ay)*(bx-ax))/float64(by-ay))
		}
	})
	slices.Sort(list)
	return list
}

// toBorder returns the square of a point's distance from the outlines.
func (g *grid) toBorder(outlines []outline, x, y int) float64 {
	least := math.Inf(1)
	g.eachLine(outlines, func(ax, ay, bx, by int) {
		dx, dy := bx-ax, by-ay
		part := float64((x-ax)*dx+(y-ay)*dy) / float64(dx*dx+dy*dy)
		part = min(max(part, 0), 1)
		offX, offY := float64(ax-x)+part*float64(dx), float64(ay-y)+part*float64(dy)
		least = min(least, offX*offX+offY*offY)
	})
	return least
}

func (g *grid) eachLine(outlines []outline, line func(ax, ay, bx, by int)) {
	for _, one := range outlines {
		for i, v := range one.vertices {
			ax, ay := g.at(v)
			bx, by := g.at(one.vertices[(i+1)%len(one.vertices)])
			line(ax, ay, bx, by)
		}
	}
}

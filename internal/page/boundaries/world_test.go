package boundaries

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// fileFeature is a feature as tests write it.
type fileFeature struct {
	properties map[string]any
	geometry   string // a type
	places     any    // coordinates
}

func featureOf(code string, rings ...[][2]float64) fileFeature {
	return fileFeature{map[string]any{"code": code}, "Polygon", rings}
}

func collection(t testing.TB, features []fileFeature, members ...string) string {
	t.Helper()
	var list []any
	for _, one := range features {
		list = append(list, map[string]any{
			"type": "Feature", "properties": one.properties,
			"geometry": map[string]any{"type": one.geometry, "coordinates": one.places},
		})
	}
	text, err := json.Marshal(list)
	require.NoError(t, err)
	return `{"type": "FeatureCollection", ` + strings.Join(append(members, `"features": `+string(text)), ", ") + `}`
}

// square is a closed ring.
func square(x, y, size float64) [][2]float64 {
	return [][2]float64{{x, y}, {x + size, y}, {x + size, y + size}, {x, y + size}, {x, y}}
}

func read(t testing.TB, text string, codes ...string) Map {
	t.Helper()
	made, err := Read(strings.NewReader(text), codes)
	require.NoError(t, err)
	return made
}

var (
	pathForm  = regexp.MustCompile(`^(M\d+ \d+l-?\d+( |-)\d+(( |-)\d+)+z)+$`)
	numbersOf = regexp.MustCompile(`-?\d+`)
)

// drawn reads a path back into its closed lines.
func drawn(t testing.TB, path string) [][]position {
	t.Helper()
	require.Regexp(t, pathForm, path)
	var outlines [][]position
	for _, part := range strings.Split(strings.Trim(path, "Mz"), "zM") {
		var numbers []float64
		for _, found := range numbersOf.FindAllString(part, -1) {
			n, err := strconv.Atoi(found)
			require.NoError(t, err)
			numbers = append(numbers, float64(n))
		}
		require.Zero(t, len(numbers)%2)
		at := position{numbers[0], numbers[1]}
		line := []position{at}
		for i := 2; i < len(numbers); i += 2 {
			at = position{at.x + numbers[i], at.y + numbers[i+1]}
			line = append(line, at)
		}
		require.GreaterOrEqual(t, len(line), 3)
		outlines = append(outlines, append(line, line[0]))
	}
	return outlines
}

// inside reports whether a point is in closed lines, by the even-odd rule.
func inside(lines [][]position, p position) bool {
	in := false
	for _, line := range lines {
		for i := 1; i < len(line); i++ {
			a, b := line[i-1], line[i]
			if (a.y <= p.y) != (b.y <= p.y) && p.x < a.x+(p.y-a.y)*(b.x-a.x)/(b.y-a.y) {
				in = !in
			}
		}
	}
	return in
}

// toLine is the distance of a point from closed lines.
func toLine(lines [][]position, p position) float64 {
	least := math.Inf(1)
	for _, line := range lines {
		for i := 1; i < len(line); i++ {
			a, b := line[i-1], line[i]
			dx, dy := b.x-a.x, b.y-a.y
			part := 0.0
			if length := dx*dx + dy*dy; length > 0 {
				part = min(max(((p.x-a.x)*dx+(p.y-a.y)*dy)/length, 0), 1)
			}
			least = min(least, math.Hypot(a.x+part*dx-p.x, a.y+part*dy-p.y))
		}
	}
	return least
}

// country is a made country: squares with ragged borders, of which each is a
// feature, and some have one code. Their common borders have the same points,
// except that one side of a straight border may lack some of them.
type country struct {
	random *rand.Rand
	across int // squares
	detail int // points of each side of a square
	ragged float64
	lines  map[[4]int][][2]float64
}

func newCountry(seed uint64, across, detail int, ragged float64) *country {
	return &country{rand.New(rand.NewPCG(seed, 1)), across, detail, ragged, map[[4]int][][2]float64{}}
}

// line returns the border from one corner to the next, the same for both sides.
func (c *country) line(x0, y0, x1, y1 int) [][2]float64 {
	if x0 > x1 || y0 > y1 {
		back := slices.Clone(c.line(x1, y1, x0, y0))
		slices.Reverse(back)
		return back
	}
	key := [4]int{x0, y0, x1, y1}
	if c.lines[key] == nil {
		ends := [][2]float64{c.corner(x0, y0), c.corner(x1, y1)}
		c.lines[key] = c.fray(ends, c.ragged)
	}
	return c.lines[key]
}

func (c *country) corner(x, y int) [2]float64 { return [2]float64{float64(x), float64(y)} }

// fray puts points between two, each off the line by a part of its length.
func (c *country) fray(line [][2]float64, by float64) [][2]float64 {
	for len(line) < c.detail {
		frayed := line[:1:1]
		for i := 1; i < len(line); i++ {
			a, b := line[i-1], line[i]
			off := by * (c.random.Float64() - 0.5)
			frayed = append(frayed, [2]float64{(a[0]+b[0])/2 - off*(b[1]-a[1]), (a[1]+b[1])/2 + off*(b[0]-a[0])}, b)
		}
		line = frayed
	}
	return line
}

// feature is one square of the country, with its borders.
func (c *country) feature(code string, x, y int) fileFeature {
	corners := [][2]int{{x, y}, {x + 1, y}, {x + 1, y + 1}, {x, y + 1}, {x, y}}
	ring := [][2]float64{c.corner(x, y)}
	for i := 1; i < len(corners); i++ {
		from, to := corners[i-1], corners[i]
		side := c.line(from[0], from[1], to[0], to[1])
		if c.ragged == 0 && c.random.IntN(2) == 0 {
			side = [][2]float64{side[0], side[len(side)-1]} // this side lacks the points between
		}
		ring = append(ring, side[1:]...)
	}
	start := c.random.IntN(len(ring) - 1)
	ring = append(append(slices.Clone(ring[start:len(ring)-1]), ring[:start]...), ring[start])
	if c.random.IntN(2) == 0 {
		slices.Reverse(ring)
	}
	return featureOf(code, ring)
}

// features are all squares, of so many codes.
func (c *country) features(codes int) []fileFeature {
	var list []fileFeature
	for x := range c.across {
		for y := range c.across {
			number := x*c.across + y
			if number >= codes {
				number = c.random.IntN(codes)
			}
			list = append(list, c.feature(fmt.Sprintf("E%05d", number), x, y))
		}
	}
	return list
}

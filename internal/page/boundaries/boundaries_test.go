package boundaries

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tre-toolkit/internal/diagnostic"
)

// Two areas side by side, and one of two islands with a lake. The map is 1000
// units along its longer side, and y grows downwards.
func TestAMapOfThreeAreas(t *testing.T) {
	text := collection(t, []fileFeature{
		{map[string]any{"code": "west", "name": "Westshire"}, "Polygon", [][][2]float64{square(1000, 1000, 1000)}},
		{map[string]any{"code": "east", "name": "Eastshire"}, "Polygon", [][][2]float64{square(2000, 1000, 1000)}},
		{map[string]any{"code": "isles", "name": "The Isles"}, "MultiPolygon", [][][][2]float64{
			{square(1000, 4000, 1000), square(1250, 4250, 500)}, {square(2500, 4500, 500)},
		}},
	})
	made := read(t, text, "east", "west", "isles")
	assert.Equal(t, Map{
		Width: 500, Height: 1000, Property: "code", Tolerance: 1.71,
		Areas: []Area{
			{Code: "east", Path: "M250 750l250 0 0 250-250 0z", X: 375, Y: 880},
			{Code: "isles", Path: "M0 0l250 0 0 250-250 0zM375 0l125 0 0 125-125 0zM63 63l125 0 0 125-125 0z", X: 438, Y: 67},
			{Code: "west", Path: "M250 750l-250 0 0 250 250 0z", X: 125, Y: 880},
		},
	}, made)
}

// What Tolerance promises, of any country: a point farther than that from every
// border is in the areas that it was in, which is one unless the made borders cross
// one another, and in no other.
//
// Nearer to a border lines may cross, but no ground is lost: what one area loses
// another one gains, so that away from the coast the number of areas that a point is
// in stays odd.
//
// Borders that cross themselves pinch off islands, of which small ones are left out:
// in very ragged countries a point near a border of the file may be in one.
func TestNeighboursShareTheirBorders(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		ragged := rapid.SampledFrom([]float64{0, 0.3, 0.7}).Draw(rt, "ragged")
		detail := rapid.SampledFrom([]int{2, 9, 65, 129}).Draw(rt, "detail")
		land := newCountry(rapid.Uint64().Draw(rt, "seed"), rapid.IntRange(2, 5).Draw(rt, "across"), detail, ragged)
		features := land.features(rapid.IntRange(2, 20).Draw(rt, "codes"))
		settings := Settings{Grid: rapid.SampledFrom([]int{100, 300, 1000}).Draw(rt, "grid")}
		made, err := settings.Read(strings.NewReader(collection(t, features, metres)), []string{"E00001"})
		require.NoError(t, err)
		requireTiles(t, land, features, made, settings.Grid)
	})
}

const metres = `"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}`

// requireTiles looks at some places of the map.
func requireTiles(t *testing.T, land *country, features []fileFeature, made Map, units int) {
	t.Helper()
	before, g := onGrid(features, units)
	after := map[string][][]position{}
	for _, one := range made.Areas {
		after[one.Code] = drawn(t, one.Path)
	}
	coast := land.coast(g)
	leftOut := 0.0
	if land.ragged > 0.5 {
		leftOut = math.Sqrt(smallest/math.Pi) + made.Tolerance
	}
	for range 40 {
		p := position{land.random.Float64() * float64(made.Width), land.random.Float64() * float64(made.Height)}
		nearest, was, is := math.Inf(1), 0, 0
		for code, lines := range after {
			nearest = min(nearest, toLine(lines, p))
			if leftOut > 0 && toLine(before[code], p) <= leftOut {
				nearest = 0
			}
			was += count(inside(before[code], p))
			is += count(inside(lines, p))
		}
		if nearest > made.Tolerance {
			for code, lines := range after {
				require.Equal(t, inside(before[code], p), inside(lines, p), "%s at %v, %.2f from a border", code, p, nearest)
			}
		}
		if toLine(coast, p) > max(made.Tolerance, leftOut) {
			require.Equal(t, was%2, is%2, "%v was in %d areas and is in %d", p, was, is)
		}
	}
}

func count(is bool) int {
	if is {
		return 1
	}
	return 0
}

// onGrid returns the borders of the file in units of the map.
func onGrid(features []fileFeature, units int) (map[string][][]position, *grid) {
	bounds := newExtent()
	for _, one := range features {
		for _, p := range one.places.([][][2]float64)[0] {
			bounds.add(position{p[0], p[1]})
		}
	}
	g := newGrid(bounds, units)
	lines := map[string][][]position{}
	for _, one := range features {
		code := one.properties["code"].(string)
		lines[code] = append(lines[code], g.line(one.places.([][][2]float64)[0]))
	}
	return lines, g
}

// line is a line in units of the map.
func (g *grid) line(points [][2]float64) []position {
	var list []position
	for _, p := range points {
		list = append(list, position{(p[0] - g.left) * g.scale, (g.top - p[1]) * g.scale})
	}
	return list
}

// coast returns the borders that one square alone has, in units of the map.
func (c *country) coast(g *grid) [][]position {
	var list [][]position
	for i := range c.across {
		for _, line := range [][][2]float64{c.line(i, 0, i+1, 0), c.line(i, c.across, i+1, c.across), c.line(0, i, 0, i+1), c.line(c.across, i, c.across, i+1)} {
			list = append(list, g.line(line))
		}
	}
	return list
}

// A border between two areas is drawn for both with the same points: lines that one
// area alone has are the coast.
func TestCommonBordersHaveTheSamePoints(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		land := newCountry(rapid.Uint64().Draw(rt, "seed"), 4, rapid.SampledFrom([]int{2, 9, 65}).Draw(rt, "detail"), rapid.SampledFrom([]float64{0, 0.5}).Draw(rt, "ragged"))
		features := land.features(16)
		made := read(t, collection(t, features, metres), "E00000")
		sides := map[[2]position]int{}
		for _, one := range made.Areas {
			for _, line := range drawn(t, one.Path) {
				for i := 1; i < len(line); i++ {
					a, b := line[i-1], line[i]
					if a.x > b.x || a.x == b.x && a.y > b.y {
						a, b = b, a
					}
					sides[[2]position{a, b}]++
				}
			}
		}
		_, g := onGrid(features, defaultGrid)
		coast := land.coast(g)
		alone := 0
		for side, areas := range sides {
			if areas%2 == 0 {
				continue
			}
			alone++
			for part := range 5 {
				along := float64(part) / 4
				p := position{side[0].x + along*(side[1].x-side[0].x), side[0].y + along*(side[1].y-side[0].y)}
				require.LessOrEqual(t, toLine(coast, p), made.Tolerance, "%v is a border of one area, and no coast", side)
			}
		}
		require.NotZero(t, alone)
	})
}

func TestTheOrderInTheFileDoesNotMatter(t *testing.T) {
	features := newCountry(7, 4, 65, 0.5).features(9)
	made := read(t, collection(t, features, metres), "E00001")
	slices.Reverse(features)
	for _, one := range features {
		for _, points := range one.places.([][][2]float64) {
			slices.Reverse(points)
		}
	}
	again := read(t, collection(t, features, metres), "E00001")
	assert.Equal(t, made, again)
}

// Degrees of longitude are as long as the middle latitude has them: at 60 degrees
// half of those of latitude.
func TestDegreesAreProjected(t *testing.T) {
	rectangle := [][2]float64{{-2, 55}, {8, 55}, {8, 65}, {-2, 65}, {-2, 55}}
	inDegrees := read(t, collection(t, []fileFeature{featureOf("a", rectangle)}), "a")
	assert.Equal(t, []int{500, 1000}, []int{inDegrees.Width, inDegrees.Height})

	named := read(t, collection(t, []fileFeature{featureOf("a", rectangle)}, `"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}`), "a")
	assert.Equal(t, inDegrees, named)

	asMetres := read(t, collection(t, []fileFeature{featureOf("a", rectangle)}, metres), "a")
	assert.Equal(t, []int{1000, 1000}, []int{asMetres.Width, asMetres.Height})

	grid := [][2]float64{{400_000, 100_000}, {500_000, 100_000}, {500_000, 300_000}, {400_000, 300_000}, {400_000, 100_000}}
	national := read(t, collection(t, []fileFeature{featureOf("a", grid)}), "a")
	assert.Equal(t, []int{500, 1000}, []int{national.Width, national.Height}, "no degrees are as large")
}

// A label stands inside, even of an area that is a ring or a crescent.
func TestLabelsAreInside(t *testing.T) {
	around := featureOf("around", square(0, 0, 1000), square(100, 100, 800))
	within := featureOf("within", square(100, 100, 800))
	crescent := featureOf("crescent", [][2]float64{{2000, 0}, {3000, 0}, {3000, 100}, {2100, 100}, {2100, 900}, {3000, 900}, {3000, 1000}, {2000, 1000}, {2000, 0}})
	made := read(t, collection(t, []fileFeature{around, within, crescent}, metres), "around")
	for _, one := range made.Areas {
		assert.True(t, inside(drawn(t, one.Path), position{float64(one.X), float64(one.Y)}), one.Code)
	}
	land := read(t, collection(t, newCountry(3, 5, 65, 0.6).features(25), metres), "E00001")
	for _, one := range land.Areas {
		at, lines := position{float64(one.X), float64(one.Y)}, drawn(t, one.Path)
		assert.True(t, inside(lines, at), one.Code)
		assert.Greater(t, toLine(lines, at), 30.0, "%s of some 200 units across", one.Code)
	}
}

// Small islands and lakes are left out, the largest part of an area never; an area
// too small for the grid is a square, so that there is something to point at.
func TestSmallPartsAreLeftOut(t *testing.T) {
	made := read(t, collection(t, []fileFeature{
		{map[string]any{"code": "mainland"}, "MultiPolygon", [][][][2]float64{
			{square(0, 0, 1000), square(500, 500, 2), square(700, 700, 20)}, {square(1200, 0, 2)}, {square(1200, 500, 20)},
		}},
		{map[string]any{"code": "enclave"}, "Polygon", [][][2]float64{square(700, 700, 20)}},
		{map[string]any{"code": "skerry"}, "Polygon", [][][2]float64{square(1400, 1400, 4)}},
		{map[string]any{"code": "speck"}, "Polygon", [][][2]float64{square(1500, 0, 0.001)}},
	}, metres), "mainland")
	parts := map[string]int{}
	for _, one := range made.Areas {
		parts[one.Code] = len(drawn(t, one.Path))
	}
	assert.Equal(t, map[string]int{"mainland": 3, "enclave": 1, "skerry": 1, "speck": 1}, parts, "the mainland with its enclave and one island")
}

// Features of one code are one area, and where they touch there is no border.
func TestPartsOfOneCodeAreOneArea(t *testing.T) {
	made := read(t, collection(t, []fileFeature{
		featureOf("a", square(0, 0, 1000)), featureOf("a", square(1000, 0, 1000)), featureOf("b", square(0, 1000, 1000)),
	}, metres), "a", "b")
	require.Len(t, made.Areas, 2)
	assert.Equal(t, "M0 500l500 0 500 0 0 500-1000 0z", made.Areas[0].Path, "with the point where b ends")
}

// The paths of 42 areas are short, whatever detail the file has.
func TestPathsAreShortWhateverTheDetail(t *testing.T) {
	land := newCountry(11, 7, 257, 0.5)
	features := land.features(42)
	points := 0
	for _, one := range features {
		points += len(one.places.([][][2]float64)[0])
	}
	require.Greater(t, points, 50_000)
	text := collection(t, features, metres)
	for _, bytes := range []int{100_000, 20_000, 5_000} {
		made, err := Settings{Bytes: bytes}.Read(strings.NewReader(text), []string{"E00001"})
		require.NoError(t, err)
		length := 0
		for _, one := range made.Areas {
			length += len(one.Path)
		}
		assert.LessOrEqual(t, length, bytes)
		requireTiles(t, land, features, made, defaultGrid)
	}
	_, err := Settings{Bytes: 500}.Read(strings.NewReader(text), []string{"E00001"})
	assert.ErrorContains(t, err, "42 areas are too many for paths of 500 bytes")
}

// The property with the codes is found, and what does not match on either side is
// told.
func TestTheCodesAreFound(t *testing.T) {
	board := func(cd, cdh, name string, x float64) fileFeature {
		return fileFeature{map[string]any{"FID": 1 + x, "ICB23CD": cd, "ICB23CDH": cdh, "ICB23NM": name, "LONG": 1.5, "none": nil}, "Polygon", [][][2]float64{square(1000*x, 1000, 1000)}}
	}
	text := collection(t, []fileFeature{board("E54000050", "QHM", "North", 0), board("E54000048", "QE1", "South", 1), board("E54000057", "QOP", "Middle", 2)})

	made := read(t, text, "QE1", "QHM", "QXX")
	assert.Equal(t, "ICB23CDH", made.Property)
	assert.Equal(t, []string{"QE1", "QHM", "QOP"}, codesOf(made))
	assert.Equal(t, []string{"QOP"}, made.WithoutCode)
	assert.Equal(t, []string{"QXX"}, made.WithoutArea)

	assert.Equal(t, "ICB23CD", read(t, text, "E54000048", "E54000050", "QOP").Property, "the one that has more")
	assert.Equal(t, []string{"E54000048", "ICB 2", "x"}, codesOf(read(t, collection(t, []fileFeature{
		{map[string]any{"id": "E54000048", "key": 7}, "Polygon", [][][2]float64{square(0, 0, 9)}},
		{map[string]any{"id": " ICB 2 ", "key": 8}, "Polygon", [][][2]float64{square(9, 0, 9)}},
		{map[string]any{"id": "x", "key": 9}, "Polygon", [][][2]float64{square(9, 9, 9)}},
	}), "E54000048", "ICB 2")))
	assert.Equal(t, []string{"ICB 4711", "ICB 815"}, codesOf(read(t, collection(t, []fileFeature{
		{map[string]any{"key": 4711}, "Polygon", [][][2]float64{square(0, 0, 9)}},
		{map[string]any{"key": "815"}, "Polygon", [][][2]float64{square(9, 0, 9)}},
	}), "ICB 4711", "ICB 815")), "figures write a code that is a number with its level")

	withID := `{"type": "FeatureCollection", "features": [{"type": "Feature", "id": "QE1", "properties": null, "geometry": {"type": "Polygon", "coordinates": [[[0,0],[1,0],[1,1],[0,0]]]}},
		{"type": "Feature", "id": "QHM", "geometry": null}]}`
	made = read(t, withID, "QE1", "QHM")
	assert.Equal(t, "id", made.Property)
	assert.Equal(t, []string{"QHM"}, made.WithoutArea, "a feature without a place is none")

	twice := fileFeature{map[string]any{"code": "QE1", "again": "QE1"}, "Polygon", [][][2]float64{square(0, 0, 9)}}
	assert.Equal(t, "again", read(t, collection(t, []fileFeature{twice}), "QE1").Property, "two that say the same")
}

func codesOf(m Map) []string {
	var list []string
	for _, one := range m.Areas {
		list = append(list, one.Code)
	}
	return list
}

// Every fault is a diagnostic with a code and a hint.
func TestBadFiles(t *testing.T) {
	feature := func(rest string) string {
		return `{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"code": "QE1"}, ` + rest + `}]}`
	}
	shape := func(kind, coordinates string) string {
		return feature(`"geometry": {"coordinates": ` + coordinates + `, "type": "` + kind + `"}`)
	}
	const fine = "[[[0,0],[1,0],[1,1],[0,0]]]"
	two := func(first, second string) string {
		return `{"type": "FeatureCollection", "features": [
			{"type": "Feature", "properties": ` + first + `, "geometry": {"type": "Polygon", "coordinates": ` + fine + `}},
			{"type": "Feature", "properties": ` + second + `, "geometry": {"type": "Polygon", "coordinates": [[[1,1],[2,1],[2,2],[1,1]]]}}]}`
	}
	cases := []struct{ name, text, code, message string }{
		{"nothing", "", "GEO004", "it ends before its end, after 0 bytes"},
		{"no JSON", "ICB23CD,ICB23NM\nE54000050,North", "GEO004", "it is no JSON, near byte"},
		{"a list", "[1, 2]", "GEO001", "it holds no object"},
		{"an object", `{"a": {"b": [1, {"c": null}]}}`, "GEO001", "it has no type"},
		{"another kind", `{"type": "Catalogue"}`, "GEO001", "its type is none of GeoJSON's"},
		{"TopoJSON", `{"type": "Topology", "arcs": [[[0,0]]]}`, "GEO002", "it is TopoJSON"},
		{"one feature", `{"type": "Feature"}`, "GEO003", "one Feature and no FeatureCollection"},
		{"one shape", `{"coordinates": ` + fine + `, "type": "Polygon"}`, "GEO003", "one Polygon and no FeatureCollection"},
		{"no feature", `{"type": "FeatureCollection", "features": []}`, "GEO003", "it has no feature"},
		{"features that are none", `{"type": "FeatureCollection", "features": [7]}`, "GEO003", "feature 1: it is no object"},
		{"features of another kind", `{"type": "FeatureCollection", "features": [{"type": "Polygon"}]}`, "GEO003", "feature 1: its type is not Feature"},
		{"no list", `{"type": "FeatureCollection", "features": {}}`, "GEO003", "its features are no list"},
		{"no place", feature(`"geometry": null`), "GEO003", "none of its features has a place"},
		{"cut off", shape("Polygon", fine)[:120], "GEO004", "it ends before its end"},
		{"two files in one", shape("Polygon", fine) + "{}", "GEO004", "something follows after its end"},
		{"not a number", shape("Polygon", "[[[0,NaN],[1,0],[1,1],[0,0]]]"), "GEO004", "it is no JSON, near byte"},
		{"a huge number", shape("Polygon", "[[[0,1e999],[1,0],[1,1],[0,0]]]"), "GEO004", "a number is too large"},
		{"text for a number", shape("Polygon", `[[["0",0],[1,0],[1,1],[0,0]]]`), "GEO007", "hold something that is no number"},
		{"null for a number", shape("Polygon", `[[[null,0],[1,0],[1,1],[0,0]]]`), "GEO007", "hold something that is no number"},
		{"a point", shape("Point", "[0,0]"), "GEO006", "feature 1: it is a Point and no area"},
		{"a line", shape("LineString", "[[0,0],[1,1]]"), "GEO006", "it is a LineString and no area"},
		{"several shapes", feature(`"geometry": {"type": "GeometryCollection", "geometries": []}`), "GEO006", "it is a GeometryCollection and no area"},
		{"an unknown shape", shape("Blob", fine), "GEO006", "no type of GeoJSON's"},
		{"a polygon nested like several", shape("Polygon", "["+fine+"]"), "GEO007", "nested 4 deep, those of a Polygon are 3"},
		{"several nested like one", shape("MultiPolygon", fine), "GEO007", "nested 3 deep, those of a MultiPolygon are 4"},
		{"uneven nesting", shape("Polygon", "[[[0,0],[[1,0]],[1,1],[0,0]]]"), "GEO007", "nested unevenly"},
		{"numbers among lists", shape("Polygon", "[[[0,0],1]]"), "GEO007", "nested unevenly"},
		{"nested too deep", shape("Polygon", "[[[[[0,0]]]]]"), "GEO007", "nested unevenly, or too deep"},
		{"an empty ring", shape("Polygon", "[[]]"), "GEO007", "hold an empty list"},
		{"an open ring", shape("Polygon", "[[[0,0],[1,0],[1,1],[0,1]]]"), "GEO007", "its ring 1 is open"},
		{"too few points", shape("Polygon", "[[[0,0],[1,0],[1,1],[0,0]],[[0,0],[1,1],[0,0]]]"), "GEO007", "its ring 2 has 3 points"},
		{"half a point", shape("Polygon", "[[[0],[1,0],[1,1],[0]]]"), "GEO007", "a point has one coordinate"},
		{"coordinates that are none", shape("Polygon", `"here"`), "GEO007", "its coordinates are no list"},
		{"coordinates twice", feature(`"geometry": {"type": "Polygon", "coordinates": ` + fine + `, "coordinates": ` + fine + `}`), "GEO007", "it has coordinates twice"},
		{"beyond the pole", shape("Polygon", "[[[0,0],[1,0],[1,91],[0,0]]]"), "GEO008", "no degrees"},
		{"beyond the earth", shape("Polygon", "[[[0,0],[1e9,0],[1,91],[0,0]]]"), "GEO008", "farther than any place on earth"},
		{"a line of no width", shape("Polygon", "[[[0,0],[1,0],[2,0],[0,0]]]"), "GEO008", "all of its points lie on one line"},
		{"other codes", two(`{"LAD23CD": "E06000001", "LAD23NM": "Some Place", "n": "a b"}`, `{"LAD23CD": "E06000002"}`), "GEO009",
			`no property of its areas has a code of the figures, which are such as "QE1"; its areas have "LAD23CD" (such as "E06000001"), "LAD23NM", "n"`},
		{"no properties", two("{}", "null"), "GEO009", "its areas have no properties"},
		{"a tie", two(`{"a": "QE1", "b": "x"}`, `{"a": "y", "b": "QE1"}`), "GEO010", `its properties "a" and "b" both have 1 codes of the figures, for different areas`},
		{"an area without a code", two(`{"a": "QE1"}`, `{"a": null}`), "GEO011", `feature 2: it has no code in its property "a"`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := Settings{Name: "boards.geojson"}.Read(strings.NewReader(c.text), []string{"QE1"})
			var input *diagnostic.Input
			require.ErrorAs(t, err, &input)
			assert.Contains(t, err.Error(), c.message)
			assert.Contains(t, err.Error(), "boards.geojson")
			assert.Contains(t, err.Error(), "["+c.code+"]")
			assert.NotEmpty(t, input.Hint)
		})
	}
}

// endless is a file of one ring without an end.
type endless struct{ head *strings.Reader }

func (e endless) Read(into []byte) (int, error) {
	if e.head.Len() > 0 {
		return e.head.Read(into)
	}
	return copy(into, strings.Repeat("[0,0],", len(into)/6+1)[:max(len(into)/6, 1)*6]), nil
}

// A file without an end is read no further than its bounds: no more points are kept.
func TestAFileWithoutAnEnd(t *testing.T) {
	start := `{"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [[`
	d := newDecoder("boundaries", bufio.NewReader(endless{strings.NewReader(start)}))
	d.most = 50_000
	require.ErrorContains(t, d.collection(), "more than 50000 points [GEO005]")
}

func TestAFileThatIsTooLarge(t *testing.T) {
	short := &bounded{strings.NewReader(`{"type": "FeatureCollection"}`), 10}
	text, err := io.ReadAll(short)
	assert.Len(t, text, 10)
	assert.ErrorIs(t, err, errTooLarge)
}

func TestTooManyFeatures(t *testing.T) {
	text := `{"type": "FeatureCollection", "features": [` + strings.Repeat(`{"type": "Feature"},`, mostFeatures) + `{"type": "Feature"}]}`
	_, err := Read(strings.NewReader(text), []string{"QE1"})
	assert.ErrorContains(t, err, "more than 10000 features")
}

// Lines to and fro over the whole map are no borders.
func TestLinesThatAreNoBorders(t *testing.T) {
	var ring [][2]float64
	for i := range 6000 {
		ring = append(ring, [2]float64{float64(i%2) * 1e6, float64(i) * 1e6 / 6000})
	}
	ring = append(ring, ring[0])
	text := collection(t, []fileFeature{featureOf("QE1", ring)})
	_, err := Settings{Grid: mostGrid}.Read(strings.NewReader(text), []string{"QE1"})
	assert.ErrorContains(t, err, "longer than those of any map")
}

// What the reader says is passed on.
func TestAFileThatCannotBeRead(t *testing.T) {
	broken := errors.New("the disk is broken")
	_, err := Read(io.MultiReader(strings.NewReader(`{"type": `), failing{broken}), []string{"QE1"})
	assert.ErrorIs(t, err, broken)
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestSettings(t *testing.T) {
	for _, grid := range []int{-1, 99, 4097} {
		_, err := Settings{Grid: grid}.Read(strings.NewReader("{}"), nil)
		assert.ErrorContains(t, err, fmt.Sprintf("a grid of %d units", grid))
	}
}

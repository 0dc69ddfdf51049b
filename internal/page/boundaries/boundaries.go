// Package boundaries makes a small map of a file of boundaries: the areas of a
// GeoJSON FeatureCollection as SVG paths that are short enough for a page of one
// file, whatever detail the file has.
//
// What it promises: neighbours keep a common border. Borders are put on a grid of
// whole numbers, cut where three areas meet, and made simpler once for both sides.
// Wherever a point lies farther than Map.Tolerance from every border drawn, it is in
// the area that it was in before, and in no other. Except that small islands and
// enclaves are left out; but every area is drawn: one that is too small for the grid
// is a square. The order of features, rings and points in the file does not matter, and
// the same areas give the same bytes.
//
// What is wrong with a file is a diagnostic that quotes nothing but names of
// properties and codes of areas.
package boundaries

import (
	"bufio"
	"fmt"
	"io"
	"math"

	"tre-toolkit/internal/diagnostic"
)

// Map is a small map. Paths lie between 0 and Width, and 0 and Height; y grows
// downwards.
type Map struct {
	Width, Height int
	Areas         []Area   // by code
	Property      string   // of the file, which holds the codes
	Tolerance     float64  // how far a border may be from where it was, in units of the map
	WithoutCode   []string // codes of areas that no figure is for; they are drawn
	WithoutArea   []string // codes of figures that no area is for
}

// Area is one area. The code is the one that Read was given, or the file's own where
// none was given. The path is filled by the even-odd rule: the SVG attribute
// fill-rule="evenodd" goes with it. X and Y are a point inside, far from the border.
type Area struct {
	Code string
	Path string
	X, Y int
}

// Settings bound a map. The zero value of each is the default.
type Settings struct {
	Name  string // what errors call the file; "boundaries"
	Grid  int    // the units of the longer side, 100 to 4096; 1000
	Bytes int    // of all paths together; 100,000
}

const (
	defaultGrid  = 1000
	leastGrid    = 100
	mostGrid     = 4096
	defaultBytes = 100_000

	mostFileBytes = 200 << 20
	mostFeatures  = 10_000
	mostPoints    = 8_000_000
)

// Read makes a map of a GeoJSON file with the default settings.
func Read(r io.Reader, codes []string) (Map, error) { return Settings{}.Read(r, codes) }

// Read makes a map of a GeoJSON file. The codes are those of the organisations that
// there are figures for; the property of the file that holds most of them says
// which area is whose. Features of one code are parts of one area. Coordinates are
// degrees of longitude and latitude, or metres where the file says so or they can be
// nothing else.
//
// An error is a *diagnostic.Input, or that of the reader.
func (s Settings) Read(r io.Reader, codes []string) (Map, error) {
	if s.Name == "" {
		s.Name = "boundaries"
	}
	if s.Grid == 0 {
		s.Grid = defaultGrid
	}
	if s.Bytes == 0 {
		s.Bytes = defaultBytes
	}
	if s.Grid < leastGrid || s.Grid > mostGrid {
		return Map{}, fmt.Errorf("a grid of %d units: it has %d to %d", s.Grid, leastGrid, mostGrid)
	}
	d := newDecoder(s.Name, bufio.NewReaderSize(r, 1<<16))
	if err := d.collection(); err != nil {
		return Map{}, err
	}
	made := Map{}
	areas, err := made.match(s.Name, d.features, codes)
	if err != nil {
		return Map{}, err
	}
	bounds, err := d.project()
	if err != nil {
		return Map{}, err
	}
	g := newGrid(bounds, s.Grid)
	made.Width, made.Height = g.width, g.height
	edges, err := g.edges(s.Name, areas)
	if err != nil {
		return Map{}, err
	}
	return made, made.draw(s, newNetwork(g, edges), areas)
}

// leastTolerance is the tolerance of simplification that a map begins with, and
// snapping how far a point is from its place on the grid at most.
const (
	leastTolerance = 1.0
	snapping       = math.Sqrt2 / 2
)

// draw makes the paths, with a larger tolerance until they are short enough.
func (m *Map) draw(s Settings, net network, areas []area) error {
	for tolerance := leastTolerance; tolerance < float64(s.Grid); tolerance *= 1.5 {
		m.Tolerance = math.Ceil(100*(tolerance+snapping)) / 100
		m.Areas = net.draw(areas, tolerance)
		length := 0
		for _, one := range m.Areas {
			length += len(one.Path)
		}
		if length <= s.Bytes {
			return nil
		}
	}
	return fault(s.Name, "", "GEO012", "%d areas are too many for paths of %d bytes", len(areas), s.Bytes)
}

// fault returns one thing wrong with the file. Place is a feature or empty.
func fault(name, place, code, format string, args ...any) error {
	return &diagnostic.Input{
		Findings: []diagnostic.Finding{{File: name, Column: place, Code: code, Message: fmt.Sprintf(format, args...)}},
		Hint:     hints[code],
	}
}

// hints say what mends each fault.
var hints = map[string]string{
	"GEO001": "boundaries come as GeoJSON, for example from the ONS Open Geography portal",
	"GEO002": "save the areas as GeoJSON, not as TopoJSON; GIS programs and mapshaper convert one to the other",
	"GEO003": "a file has a FeatureCollection with a feature for each area",
	"GEO004": "download the file again, or export it again as GeoJSON",
	"GEO005": "take a generalised file: ONS calls them BGC, BSC and BUC",
	"GEO006": "areas are of the type Polygon or MultiPolygon; leave points and lines out of the file",
	"GEO007": "export the file again as GeoJSON: a ring ends at the point where it begins and has four points at least",
	"GEO008": "coordinates are degrees, longitude first, or metres of a national grid",
	"GEO009": "the file must have the areas that the figures are for, and a property with their codes; encrypted codes need a file with encrypted codes",
	"GEO010": "take one of the properties out of the file",
	"GEO011": "every feature needs its code in that property",
	"GEO012": "take a file of larger areas",
}

// area is one area of the file: the rings of all its features.
type area struct {
	code  string
	rings []ring
}

// ring is a closed line: its last point is its first.
type ring []position

type position struct{ x, y float64 }

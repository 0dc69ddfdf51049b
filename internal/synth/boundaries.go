package synth

import (
	_ "embed"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strings"
)

// The outline of the made-up England, degrees of longitude and latitude, clockwise
// from the north: a hand-drawn coast and border.
//
//go:embed outline.csv
var outlineCSV string

// point is a place on the map, in degrees of longitude and latitude.
type point struct{ longitude, latitude float64 }

// narrowing is how much shorter a degree of longitude is than one of latitude.
const narrowing = 0.6

func (p point) distance(q point) float64 {
	return math.Hypot((p.longitude-q.longitude)*narrowing, p.latitude-q.latitude)
}

func readOutline() ([]point, error) {
	lines, err := csv.NewReader(strings.NewReader(outlineCSV)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("outline.csv: %w", err)
	}
	var outline []point
	for _, line := range lines[1:] {
		numbers, err := parseNumbers(line)
		if err != nil {
			return nil, fmt.Errorf("outline.csv: %w", err)
		}
		outline = append(outline, point{numbers[0], numbers[1]})
	}
	return outline, nil
}

// tiling cuts the outline into one cell for each board: what is nearer to its
// centre than to another's. Neighbours share their corners exactly.
func (e *england) tiling() ([][]point, error) {
	outline, err := readOutline()
	if err != nil {
		return nil, err
	}
	var corners []point
	cells := make([][]point, len(e.boards))
	for i := range e.boards {
		cell := outline
		for j := range e.boards {
			if i != j {
				cell = nearerPart(cell, e.boards[i].centre, e.boards[j].centre)
			}
		}
		for _, corner := range cell {
			cells[i] = append(cells[i], snap(&corners, corner))
		}
	}
	return cells, nil
}

// nearerPart cuts off the part of a cell that is nearer to another centre.
func nearerPart(cell []point, centre, other point) []point {
	beyond := func(p point) float64 { return p.distance(centre) - p.distance(other) }
	var kept []point
	for i, p := range cell {
		next := cell[(i+1)%len(cell)]
		if beyond(p) <= 0 {
			kept = append(kept, p)
		}
		if (beyond(p) <= 0) != (beyond(next) <= 0) {
			kept = append(kept, crossing(p, next, centre, other))
		}
	}
	return kept
}

// crossing returns the point between two others that is as far from two centres.
func crossing(p, q, centre, other point) point {
	across := point{(other.longitude - centre.longitude) * narrowing * narrowing, other.latitude - centre.latitude}
	middle := point{(centre.longitude + other.longitude) / 2, (centre.latitude + other.latitude) / 2}
	side := func(x point) float64 {
		return (x.longitude-middle.longitude)*across.longitude + (x.latitude-middle.latitude)*across.latitude
	}
	at := side(p) / (side(p) - side(q))
	return point{p.longitude + at*(q.longitude-p.longitude), p.latitude + at*(q.latitude-p.latitude)}
}

// snap returns the corner that is known at a point, or makes it one. Corners are
// worked out anew for every cell, and differ in their last digits.
func snap(corners *[]point, at point) point {
	for _, known := range *corners {
		if known.distance(at) < 1e-4 {
			return known
		}
	}
	rounded := point{math.Round(at.longitude*1e5) / 1e5, math.Round(at.latitude*1e5) / 1e5}
	*corners = append(*corners, rounded)
	return rounded
}

// Shapes of RFC 7946, as far as they are written.
type (
	featureCollection struct {
		Type     string    `json:"type"`
		Features []feature `json:"features"`
	}
	feature struct {
		Type       string     `json:"type"`
		Properties properties `json:"properties"`
		Geometry   polygon    `json:"geometry"`
	}
	properties struct {
		Code   string `json:"code"`
		Name   string `json:"name"`
		Region string `json:"region"`
	}
	polygon struct {
		Type        string         `json:"type"`
		Coordinates [][][2]float64 `json:"coordinates"`
	}
)

// writeBoundaries writes the boards' areas as GeoJSON.
func (e *england) writeBoundaries(w io.Writer) error {
	cells, err := e.tiling()
	if err != nil {
		return err
	}
	collection := featureCollection{Type: "FeatureCollection"}
	for i, cell := range cells {
		ring := make([][2]float64, 0, len(cell)+1)
		for n := range len(cell) + 1 { // exterior rings run counterclockwise and end where they began
			corner := cell[(2*len(cell)-n)%len(cell)]
			ring = append(ring, [2]float64{corner.longitude, corner.latitude})
		}
		b := &e.boards[i]
		collection.Features = append(collection.Features, feature{
			Type: "Feature", Properties: properties{b.code, b.name, regions[b.region]},
			Geometry: polygon{"Polygon", [][][2]float64{ring}},
		})
	}
	return json.NewEncoder(w).Encode(collection)
}

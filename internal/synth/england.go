package synth

import (
	"cmp"
	_ "embed"
	"encoding/csv"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// The integrated care boards of the made-up England: the region that each is in,
// where its centre lies, its people in hundred thousands, and how many sub-ICBs and
// providers it has. There are as many as in England, and London's are small and
// crowded; no line is about a real one.
//
//go:embed icbs.csv
var icbsCSV string

// regionNames are the names of the commissioning regions, in the order of their
// codes.
var regionNames = [len(regions)]string{
	"London", "South West", "South East", "Midlands", "East of England", "North West", "North East and Yorkshire",
}

// board is an integrated care board.
type board struct {
	code, name string
	region     int // place in regions
	centre     point
	people     float64
	providers  []provider
	wait       float64 // how much longer than elsewhere people wait
	benefit    float64 // how much likelier than elsewhere they get better
}

// provider is one that treats people.
type provider struct {
	code, name string
	number     int
	lost       *provider // one that merged into it, if any
}

// subICB is an area of a board, and who serves its people.
type subICB struct {
	code, name string
	board      *board
	places     []place
	upTo       []float64 // what share of its people are served at each place or one before
}

// place is where a referral is dealt with: an area's people at a provider.
type place struct {
	area     *subICB
	provider *provider
}

// england is the country of the national shape: its boards in regions, their areas,
// and the providers that serve each area. It is the same for every seed.
type england struct {
	boards []board
	areas  []subICB
	upTo   []float64 // what share of the people are in each area or one before
}

// slippingBoard is the place of the board that falls behind: from slipsFrom on, its
// people wait longer by the month and get better less.
const slippingBoard = 18

var slipsFrom = dayOf(2022, 4, 1)

// newEngland lays out the country.
func newEngland() (*england, error) {
	lines, err := csv.NewReader(strings.NewReader(icbsCSV)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("icbs.csv: %w", err)
	}
	made := &england{boards: make([]board, len(lines)-1)}
	areas, providers := make([]int, len(made.boards)), 0
	for i, line := range lines[1:] {
		numbers, err := parseNumbers(line[1:])
		if err != nil {
			return nil, fmt.Errorf("icbs.csv: %w", err)
		}
		region := slices.Index(regions[:], line[0])
		if region < 0 {
			return nil, fmt.Errorf("icbs.csv: there is no region %s", line[0])
		}
		character := draw(mix(0, uint64(i)))
		made.boards[i] = board{
			code: fmt.Sprintf("ZI%02d", i+1), name: fmt.Sprintf("ICB %02d of %s", i+1, withArticle(regionNames[region])),
			region: region, centre: point{numbers[0], numbers[1]}, people: numbers[2],
			wait: 0.75 + 0.5*character.share(1), benefit: 0.1*character.share(2) - 0.05,
		}
		areas[i] = int(numbers[3])
		for range int(numbers[4]) {
			providers++
			made.boards[i].providers = append(made.boards[i].providers, provider{
				code: fmt.Sprintf("ZZ%03d", providers), number: providers,
				name: fmt.Sprintf("Provider %03d (%s)", providers, regionNames[region]),
			})
		}
	}
	made.divide(areas)
	return made, nil
}

func parseNumbers(fields []string) ([]float64, error) {
	numbers := make([]float64, len(fields))
	for i, field := range fields {
		var err error
		if numbers[i], err = strconv.ParseFloat(field, 64); err != nil {
			return nil, err
		}
	}
	return numbers, nil
}

func withArticle(region string) string {
	if region == "London" || region == "East of England" {
		return region
	}
	return "the " + region
}

// divide gives each board its areas, the first the largest.
func (e *england) divide(counts []int) {
	var all, before float64
	for i := range e.boards {
		all += e.boards[i].people
	}
	for i, count := range counts {
		b := &e.boards[i]
		near := e.near(b)
		var weights float64
		for nth := range count {
			weights += 1 / float64(nth+2)
		}
		for nth := range count {
			made := subICB{
				code: fmt.Sprintf("ZS%03d", len(e.areas)+1), name: fmt.Sprintf("Sub-ICB %d of ICB %02d", nth+1, i+1), board: b,
			}
			made.serve(nth, near)
			before += b.people / float64(nth+2) / weights
			e.areas, e.upTo = append(e.areas, made), append(e.upTo, before/all)
		}
	}
	for i := range e.areas {
		for n := range e.areas[i].places {
			e.areas[i].places[n].area = &e.areas[i]
		}
	}
}

// near returns the two boards nearest to one.
func (e *england) near(b *board) []*board {
	var others []*board
	for i := range e.boards {
		if other := &e.boards[i]; other != b {
			others = append(others, other)
		}
	}
	slices.SortStableFunc(others, func(x, y *board) int {
		return cmp.Compare(x.centre.distance(b.centre), y.centre.distance(b.centre))
	})
	return others[:2]
}

// serve settles where an area's people are served: most at one provider of its
// board, some at the others, a few at those of the boards nearby.
func (a *subICB) serve(nth int, near []*board) {
	own := a.board.providers
	sum := 0.0
	add := func(one *provider, share float64) {
		sum += share
		a.places, a.upTo = append(a.places, place{provider: one}), append(a.upTo, sum)
	}
	for i := range own {
		add(&own[i], 0.22/float64(len(own))+0.72*float64(b2i(i == nth%len(own))))
	}
	for _, b := range near {
		add(&b.providers[0], 0.03)
	}
}

// areaOf returns the area at a share of the people.
func (e *england) areaOf(share float64) *subICB { return &e.areas[stepAt(e.upTo, share)] }

// placeOf returns the place at a share of an area's referrals.
func (a *subICB) placeOf(share float64) *place { return &a.places[stepAt(a.upTo, share)] }

// waitOn is how much longer than elsewhere those referred on a day wait.
func (b *board) waitOn(e *england, d day) float64 {
	return b.wait * (1 + 0.05*b.slipped(e, d))
}

// benefitOn is how much likelier than elsewhere those referred on a day get better.
func (b *board) benefitOn(e *england, d day) float64 {
	return b.benefit - 0.007*b.slipped(e, d)
}

// slipped is for how many months a board has been falling behind.
func (b *board) slipped(e *england, d day) float64 {
	if b != &e.boards[slippingBoard] {
		return 0
	}
	return math.Max(float64(d-slipsFrom)/30, 0)
}

package layout

import (
	"fmt"
	"math"
	"strings"

	"tre-toolkit/internal/disclosure/audit"
	"tre-toolkit/internal/outputs/notation"
)

// Share is a percentage with its count and what it is a percentage of.
type Share struct {
	Percent, Part, Whole CellAt
	HasWhole             bool
}

// readProportions takes the numbers of a column of proportions, which run from 0
// to 1, for the percentages that they are.
func (m *Model) readProportions(at int) {
	if notation.AnyWord(notation.Words(m.Header[at]), hundredWords) {
		return
	}
	values := &m.columns[at]
	shown := 0
	for row := range values.codes {
		switch v := values.at(row); {
		case v.Kind != notation.Number:
		case v.Percent || v.Float() < 0 || v.Float() > 1:
			return
		default:
			shown++
		}
	}
	if shown == 0 {
		return
	}
	for row := range values.codes {
		v := values.at(row)
		if v.Kind != notation.Number {
			continue
		}
		for v.Decimals < 2 {
			v.Digits, v.Decimals = v.Digits*10, v.Decimals+1
		}
		v.Decimals -= 2
		values.codes[row] = values.add(v)
	}
}

// isRatio reports a column named as a ratio beside its numerator and its
// denominator, as in a table of measures.
func (m *Model) isRatio(column int, facts columnFacts) bool {
	if !ratioNames[strings.ToLower(m.Header[column])] || facts.fractions == 0 || facts.over100 {
		return false
	}
	return m.column("numerator") >= 0 && m.column("denominator") >= 0
}

var ratioNames = notation.WordSet("ratio value rate fraction prevalence")

// hundredWords name percentages, of which a small one is no proportion.
var hundredWords = notation.WordSet("% pct percent percentage percentages perc pc")

// Statement says what a share tells, such as "12.0% of 50".
func (m *Model) Statement(s Share) string {
	p, whole := m.At(s.Percent), m.At(s.Whole)
	n, _ := whole.Whole()
	return fmt.Sprintf("%.*f%% of %d", p.Decimals, p.Float(), n)
}

// Narrowed works out what a percentage leaves of a rounded count: one value, and
// the one whole that goes with it where a single pair is left.
func (m *Model) Narrowed(s Share) (part, whole int64, pairs int) {
	low, high := m.Bounds(s.Part)
	wholeLow, wholeHigh := m.Bounds(s.Whole)
	if low == high || m.At(s.Part).Kind != notation.Number || wholeHigh-wholeLow > mostRounded || high-low > mostRounded {
		return 0, 0, 0
	}
	values := 0
	for n := low; n <= high; n++ {
		fits := 0
		for of := max(wholeLow, 1); of <= wholeHigh; of++ {
			if m.shareFits(m.At(s.Percent), n, n, of, of) {
				part, whole, fits = n, of, fits+1
			}
		}
		if fits > 0 {
			values++
		}
		pairs += fits
	}
	if values != 1 {
		return 0, 0, 0
	}
	return part, whole, pairs
}

// mostRounded bounds how many counts a rounded one can stand for, when each is
// tried.
const mostRounded = 1000

// Fits reports whether a percentage can be that of its count and its whole, both
// shown.
func (m *Model) Fits(s Share) bool {
	low, high := m.Bounds(s.Part)
	wholeLow, wholeHigh := m.Bounds(s.Whole)
	return wholeHigh <= 0 || m.shareFits(m.At(s.Percent), low, high, max(wholeLow, 1), wholeHigh)
}

// FitsShown reports whether a percentage is that of its count and its whole as
// they are printed, and so tells nothing that they do not.
func (m *Model) FitsShown(s Share) bool {
	n, _ := m.At(s.Part).Whole()
	of, _ := m.At(s.Whole).Whole()
	return m.shareFits(m.At(s.Percent), n, n, of, of)
}

// shareFits reports whether a percentage can be that of a part and a whole.
func (m *Model) shareFits(p notation.Value, partLow, partHigh, wholeLow, wholeHigh int64) bool {
	if wholeLow <= 0 {
		return false
	}
	half := 0.5/math.Pow10(p.Decimals) + 1e-9
	least := 100 * float64(partLow) / float64(wholeHigh)
	most := 100 * float64(partHigh) / float64(wholeLow)
	return p.Float() >= least-half && p.Float() <= most+half
}

// AddsTo100 reports whether a column's percentages are shares of one whole.
func (m *Model) AddsTo100(column int) bool {
	var sum float64
	shown := 0
	for row := range m.Rows() {
		if v := m.Value(column, row); v.Kind == notation.Number && !m.TotalRow[row] {
			sum += v.Float()
			shown++
		}
	}
	return shown > 1 && sum > 98 && sum < 102
}

// Relations returns what a share ties together, for the auditor.
func (m *Model) Relations(s Share, part, whole int) []audit.Relation {
	p := m.At(s.Percent)
	if p.Decimals > 4 || p.Digits < 0 || p.Digits > 10_000_000 {
		return nil
	}
	return audit.Percentage(part, whole, p.Digits, p.Decimals, strings.TrimSpace(m.Statement(s)))
}

// ValuesBetween writes a range: "7", or "7 to 9".
func ValuesBetween(low, high int64) string {
	if low == high {
		return fmt.Sprint(low)
	}
	return fmt.Sprintf("%d to %d", low, high)
}

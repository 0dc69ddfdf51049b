package layout

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
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

// DeclaresPair reports whether it was said what a percentage is of.
func (m *Model) DeclaresPair(column int) bool {
	_, _, said := m.declaredPair(column)
	return said
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

// Pairing is the count that a percentage column is of, and the column that it is
// a percentage of: -1 when that is the count's own total.
type Pairing struct{ Part, Whole int }

// Paired returns what a percentage column is of, as PairFor does, by columns.
func (m *Model) Paired(column int) (Pairing, bool) {
	if known, ok := m.pairs[column]; ok {
		return known, known.Part >= 0
	}
	pair := m.findPair(column)
	if m.pairs == nil {
		m.pairs = map[int]Pairing{}
	}
	m.pairs[column] = pair
	return pair, pair.Part >= 0
}

// PairFor finds the count column and the whole that a percentage column fits:
// as declared, by arithmetic where rows show all three, by name otherwise.
func (m *Model) PairFor(column int) (int, func(int) (CellAt, bool), bool) {
	pair, ok := m.Paired(column)
	if !ok {
		return 0, nil, false
	}
	return pair.Part, m.wholeOf(pair.Part, pair.Whole), true
}

func (m *Model) findPair(column int) Pairing {
	if part, whole, said := m.declaredPair(column); said {
		return Pairing{part, whole}
	}
	best, pair := 0, Pairing{-1, -1}
	near := m.nearCounts(column)
	named := m.namedPart(column, near)
	for _, part := range near {
		if named >= 0 && part != named {
			continue
		}
		for _, whole := range append([]int{-1}, near...) {
			if whole == part {
				continue
			}
			if n := m.matches(column, part, m.wholeOf(part, whole)); n > best {
				best, pair = n, Pairing{part, whole}
			}
		}
	}
	if best == 0 {
		pair.Part, pair.Whole = m.pairByName(column)
		if named >= 0 {
			pair.Part = named
		}
	}
	return pair
}

// nearest is how many count columns around a percentage are tried.
const nearest = 8

// nearCounts returns the count columns nearest to a column, those named as a
// whole before all others.
func (m *Model) nearCounts(column int) []int {
	near := slices.Clone(m.wholes[:min(len(m.wholes), nearest)])
	right, _ := slices.BinarySearch(m.CountColumns, column)
	for left := right - 1; len(near) < nearest && (left >= 0 || right < len(m.CountColumns)); {
		var next int
		if right == len(m.CountColumns) || left >= 0 && column-m.CountColumns[left] <= m.CountColumns[right]-column {
			next, left = m.CountColumns[left], left-1
		} else {
			next, right = m.CountColumns[right], right+1
		}
		if !slices.Contains(near, next) {
			near = append(near, next)
		}
	}
	slices.Sort(near)
	return near
}

// wholeOf returns where the whole of a row's part stands: in a column, or, for
// column -1, in the total of the part.
func (m *Model) wholeOf(part, whole int) func(int) (CellAt, bool) {
	return func(row int) (CellAt, bool) {
		if whole >= 0 {
			return CellAt{row, whole}, true
		}
		if m.totalOf == nil {
			m.findTotals()
		}
		total, ok := m.totalOf[CellAt{row, part}]
		return total, ok
	}
}

// findTotals notes the first total of every part. Only percentages need it.
func (m *Model) findTotals() {
	m.totalOf = map[CellAt]CellAt{}
	for _, l := range m.Lines {
		if l.Guessed {
			continue
		}
		for part := range l.Parts.All {
			if _, known := m.totalOf[part]; !known {
				m.totalOf[part] = l.Total
			}
		}
	}
}

// matches counts the rows that bear a pair out, or none when one row in ten
// does not.
func (m *Model) matches(column, part int, whole func(int) (CellAt, bool)) int {
	tried, fits := 0, 0
	for row := range min(m.Rows(), 5000) {
		at, ok := whole(row)
		p, n := m.Value(column, row), m.Value(part, row)
		if !ok || p.Kind != notation.Number || n.Kind != notation.Number || m.At(at).Kind != notation.Number {
			continue
		}
		tried++
		low, high := m.Bounds(CellAt{row, part})
		wholeLow, wholeHigh := m.Bounds(at)
		if m.shareFits(p, low, high, wholeLow, wholeHigh) {
			fits++
		}
	}
	if fits*10 < tried*9 {
		return 0
	}
	return fits
}

// pairByName takes the nearest count to the left that is not named as a whole,
// and the count that is, or the total.
func (m *Model) pairByName(column int) (part, whole int) {
	part, whole = -1, -1
	for _, count := range m.CountColumns {
		switch {
		case m.IsDenominator(count):
			whole = count
		case count < column || part < 0:
			part = count
		}
	}
	return part, whole
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

// IsDenominator reports whether a column is what percentages are of: as declared,
// or by its name.
func (m *Model) IsDenominator(column int) bool { return m.whole[column] }

func (m *Model) namesDenominator(column int) bool {
	if len(m.Declared.Denominators) > 0 {
		return containsFold(m.Declared.Denominators, m.Header[column])
	}
	return notation.AnyWord(notation.Words(m.Header[column]), notation.DenominatorWords)
}

// namedPart returns the count column that a percentage names: "% male" is the
// percentage of "Male". It returns -1 when none of the counts near it is.
func (m *Model) namedPart(column int, near []int) int {
	bare := func(name string) string {
		named := slices.DeleteFunc(notation.Words(name), func(word string) bool { return notation.PercentWords[word] || notation.QuantityWords[word] })
		return strings.Join(named, " ")
	}
	name := bare(m.Header[column])
	for _, count := range near {
		if name != "" && bare(m.Header[count]) == name {
			return count
		}
	}
	return -1
}

// wholeNames say of what a percentage of the count beside it is.
var wholeNames = notation.WordSet("row rows col column columns valid cum cumulative weighted unweighted within study table cohort")

// NamesAnother reports whether a percentage beside a single count is of something
// else than that count: "% readmitted" beside "patients" is of those readmitted,
// and the count is what it is of.
func (m *Model) NamesAnother(column int) bool {
	if len(m.CountColumns) != 1 || m.AddsTo100(column) || m.DeclaresPair(column) {
		return false
	}
	counted := notation.Words(m.Header[m.CountColumns[0]])
	for _, word := range notation.Words(m.Header[column]) {
		if !notation.PercentWords[word] && !notation.QuantityWords[word] && !notation.DenominatorWords[word] && !wholeNames[word] && !slices.Contains(counted, word) {
			return true
		}
	}
	return false
}

// RateOf works a masked count out of a rate per so many and its population.
func (m *Model) RateOf(column, row int) (string, bool) {
	found := perPattern.FindStringSubmatch(m.Header[column])
	if found == nil {
		return "", false
	}
	per, err := strconv.ParseInt(strings.ReplaceAll(found[1], ",", ""), 10, 64)
	if err != nil || per < 1 || per > 10_000_000 {
		return "", false
	}
	if found[2] != "" {
		per *= 1000
	}
	for _, count := range m.CountColumns {
		n, shown := m.Value(count, row).Whole()
		if !shown || !m.IsDenominator(count) {
			continue
		}
		rate := m.Value(column, row)
		half := 0.5 / math.Pow10(rate.Decimals)
		low := int64(math.Ceil((rate.Float()-half)*float64(n)/float64(per) - 1e-9))
		high := int64(math.Floor((rate.Float()+half)*float64(n)/float64(per) + 1e-9))
		if low > high {
			return "", true
		}
		return fmt.Sprintf("%.*f per %d of %d = %s", rate.Decimals, rate.Float(), per, n, ValuesBetween(max(low, 0), high)), true
	}
	return "", true
}

// CountFor returns the count that a statistic belongs to: the nearest before
// it that is not named as a whole, or the nearest, or the only one.
func (m *Model) CountFor(column int) (int, bool) {
	nearest := -1
	for i := column - 1; i >= 0; i-- {
		if m.Roles[i] != RoleCount {
			continue
		}
		if !m.IsDenominator(i) {
			return i, true
		}
		nearest = max(nearest, i)
	}
	if nearest >= 0 {
		return nearest, true
	}
	return m.countAfter(column)
}

// countAfter returns the only count that can be meant by a statistic that stands
// before all counts: the numerator of "ratio, numerator, denominator".
func (m *Model) countAfter(column int) (int, bool) {
	counts := slices.DeleteFunc(slices.Clone(m.CountColumns), func(count int) bool { return len(m.CountColumns) > 1 && m.IsDenominator(count) })
	if len(counts) != 1 {
		return 0, false
	}
	return counts[0], true
}

var perPattern = regexp.MustCompile(`(?i)per[ _]?([0-9][0-9,]*)(k?)`)

// ValuesBetween writes a range: "7", or "7 to 9".
func ValuesBetween(low, high int64) string {
	if low == high {
		return fmt.Sprint(low)
	}
	return fmt.Sprintf("%d to %d", low, high)
}

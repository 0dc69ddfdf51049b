package layout

import (
	"cmp"
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

// Statement says what a share tells, such as "12.0% of 50".
func (m *Model) Statement(s Share) string {
	p, whole := m.At(s.Percent), m.At(s.Whole)
	n, _ := whole.Whole()
	return fmt.Sprintf("%.*f%% of %d", p.Decimals, p.Float(), n)
}

// Narrows reports whether a percentage leaves one value of a rounded count.
func (m *Model) Narrows(s Share) bool {
	low, high := m.Policy.Bounds(m.At(s.Part))
	wholeLow, wholeHigh := m.Policy.Bounds(m.At(s.Whole))
	if low == high || m.At(s.Part).Kind != notation.Number {
		return false
	}
	left := 0
	for n := low; n <= high; n++ {
		if m.shareFits(m.At(s.Percent), n, n, wholeLow, wholeHigh) {
			left++
		}
	}
	return left == 1
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

// PairFor finds the count column and the whole that a percentage column fits:
// by arithmetic where rows show all three, by name otherwise.
func (m *Model) PairFor(column int) (int, func(int) (CellAt, bool), bool) {
	best, bestPart, bestWhole := 0, -1, -1
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
				best, bestPart, bestWhole = n, part, whole
			}
		}
	}
	if best == 0 {
		bestPart, bestWhole = m.pairByName(column)
		if named >= 0 {
			bestPart = named
		}
	}
	if bestPart < 0 {
		return 0, nil, false
	}
	return bestPart, m.wholeOf(bestPart, bestWhole), true
}

// nearest is how many count columns around a percentage are tried.
const nearest = 8

// nearCounts returns the count columns nearest to a column, and those named as
// a whole.
func (m *Model) nearCounts(column int) []int {
	near := slices.Clone(m.CountColumns)
	distance := func(other int) int {
		if notation.AnyWord(notation.Words(m.Header[other]), notation.DenominatorWords) {
			return 0
		}
		return max(column-other, other-column)
	}
	slices.SortStableFunc(near, func(a, b int) int { return cmp.Compare(distance(a), distance(b)) })
	near = near[:min(len(near), nearest)]
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
		total, ok := m.TotalOf[CellAt{row, part}]
		return total, ok
	}
}

// FindTotals notes the first total of every part. Only percentages need it.
func (m *Model) FindTotals() {
	m.TotalOf = map[CellAt]CellAt{}
	for _, l := range m.Lines {
		if l.Guessed {
			continue
		}
		for _, part := range l.Parts {
			if _, known := m.TotalOf[part]; !known {
				m.TotalOf[part] = l.Total
			}
		}
	}
}

// matches counts the rows that bear a pair out, or none when one row in ten
// does not.
func (m *Model) matches(column, part int, whole func(int) (CellAt, bool)) int {
	tried, fits := 0, 0
	for row := range m.Rows[:min(len(m.Rows), 5000)] {
		at, ok := whole(row)
		p, n := m.Values[column][row], m.Values[part][row]
		if !ok || p.Kind != notation.Number || n.Kind != notation.Number || m.At(at).Kind != notation.Number {
			continue
		}
		tried++
		low, high := m.Policy.Bounds(n)
		wholeLow, wholeHigh := m.Policy.Bounds(m.At(at))
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
		case notation.AnyWord(notation.Words(m.Header[count]), notation.DenominatorWords):
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
	for row := range m.Rows {
		if v := m.Values[column][row]; v.Kind == notation.Number && !m.TotalRow[row] {
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
		n, shown := m.Values[count][row].Whole()
		if !shown || !notation.AnyWord(notation.Words(m.Header[count]), notation.DenominatorWords) {
			continue
		}
		rate := m.Values[column][row]
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
		if !notation.AnyWord(notation.Words(m.Header[i]), notation.DenominatorWords) {
			return i, true
		}
		nearest = max(nearest, i)
	}
	if nearest >= 0 {
		return nearest, true
	}
	if len(m.CountColumns) == 1 {
		return m.CountColumns[0], true
	}
	return 0, false
}

var perPattern = regexp.MustCompile(`(?i)per[ _]?([0-9][0-9,]*)(k?)`)

// ValuesBetween writes a range: "7", or "7 to 9".
func ValuesBetween(low, high int64) string {
	if low == high {
		return fmt.Sprint(low)
	}
	return fmt.Sprintf("%d to %d", low, high)
}

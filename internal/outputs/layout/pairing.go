package layout

import (
	"slices"
	"strings"

	"tre-toolkit/internal/outputs/notation"
)

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

// IsDenominator reports whether a column is what percentages are of: as declared,
// or by its name.
func (m *Model) IsDenominator(column int) bool { return m.whole[column] }

func (m *Model) namesDenominator(column int) bool {
	if len(m.Declared.Denominators) > 0 {
		return containsFold(m.Declared.Denominators, m.Header[column])
	}
	return notation.AnyWord(notation.Words(m.Header[column]), notation.DenominatorWords)
}

// DeclaresPair reports whether it was said what a percentage is of.
func (m *Model) DeclaresPair(column int) bool {
	_, _, said := m.declaredPair(column)
	return said
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

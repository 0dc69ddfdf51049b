package disclosure

import (
	"math"
	"strings"
)

// Cell turns one count into what the profile lets be shown of it.
func (p Profile) Cell(count Count) Cell {
	switch {
	case p.isLow(count):
		return p.primary()
	case p.rules.RoundingBase.Value > 1:
		return Cell{state: Rounded, value: float64(p.round(count.number()))}
	default:
		return Cell{state: Shown, value: float64(count.number())}
	}
}

// Cells turns each count of a column into a cell. Where the owner asks that the
// masked counts stand for enough people together, the smallest of the others are
// masked until they do, all that are equal at once; a zero protects nothing.
func (p Profile) Cells(counts []Count) []Cell {
	cells := make([]Cell, len(counts))
	hidden := int64(0)
	for i, count := range counts {
		cells[i] = p.Cell(count)
		if cells[i].Masked() {
			hidden += count.number()
		}
	}
	for hidden > 0 && hidden < p.rules.HiddenTogether.Value {
		smallest := smallestShown(cells, counts)
		if smallest == 0 {
			break
		}
		for i, count := range counts {
			if count.number() == smallest {
				cells[i], hidden = p.secondary(), hidden+smallest
			}
		}
	}
	return cells
}

// smallestShown returns the smallest count above zero whose cell is not masked; 0
// when there is none.
func smallestShown(cells []Cell, counts []Count) int64 {
	smallest := int64(0)
	for i, count := range counts {
		if n := count.number(); !cells[i].Masked() && n > 0 && (smallest == 0 || n < smallest) {
			smallest = n
		}
	}
	return smallest
}

// Total returns the total that the profile prints under its cells. It is made
// of the cells, not of the counts, so a masked cell can add nothing to it. A
// total with nothing shown above it is masked too: printing 0 there would
// state a number that is not true.
//
// A profile whose owner wants true totals gets the same: a true total over a
// masked cell would have to be protected by further masks.
func (p Profile) Total(cells []Cell) Cell {
	var sum float64
	anyMasked := false
	for _, cell := range cells {
		value, shown := cell.Value()
		sum += value
		anyMasked = anyMasked || !shown
	}
	if anyMasked && sum < float64(p.rules.Threshold.Value) {
		return p.secondary()
	}
	if !anyMasked && p.isLow(CountOf(int64(sum))) {
		return p.primary()
	}
	state := Shown
	if p.rules.RoundingBase.Value > 1 {
		state = Rounded
	}
	return Cell{state: state, value: sum}
}

// Percentage returns 100 x part / whole as the profile prints it: masked when
// the counts behind it are, from exact or printed numbers as the owner says.
func (p Profile) Percentage(part, whole Count) Cell {
	if p.isLow(part) || whole.IsZero() {
		return p.primary()
	}
	if p.rules.PercentageMask.Value == MaskedByEither && p.isLow(whole) {
		return p.primary()
	}
	numerator, denominator := float64(part.number()), float64(whole.number())
	if p.rules.PercentageFrom.Value == FromShown {
		numerator, denominator = float64(p.round(part.number())), float64(p.round(whole.number()))
	}
	return p.percentage(numerator, denominator)
}

// percentage prints 100 x numerator / denominator to the profile's decimals.
func (p Profile) percentage(numerator, denominator float64) Cell {
	decimals := p.rules.PercentageDecimals.Value
	if denominator < float64(p.rules.PercentageDenominator.Value) {
		decimals = 0
	}
	places := math.Pow10(decimals)
	return Cell{state: Shown, value: math.Round(100*numerator/denominator*places) / places, decimals: decimals}
}

// Beside protects a count that is printed beside counts of groups that contain
// its own group or lie within it. A reader may subtract any two, so the count
// is masked when it is low, and also when it differs from one of the given
// counts that are shown by a low number of people. Both wear the secondary
// mark: with two marks, 11 enrolled, "<10" and "*" would say ten and one.
func (p Profile) Beside(count Count, given ...Count) Cell {
	if p.isLow(count) {
		return p.secondary()
	}
	for _, other := range given {
		apart := max(other.number()-count.number(), count.number()-other.number())
		if !p.isLow(other) && apart > 0 && apart < p.rules.Threshold.Value {
			return p.secondary()
		}
	}
	return p.Cell(count)
}

// Withhold returns a cell that hides whatever it stands for: for a number that
// would give a masked one away.
func (p Profile) Withhold() Cell { return p.secondary() }

// isLow reports whether the profile hides a count of that size.
func (p Profile) isLow(count Count) bool {
	if count.IsZero() {
		return p.rules.Zero.Value == MaskZero
	}
	return count.number() < p.rules.Threshold.Value
}

func (p Profile) primary() Cell   { return Cell{state: Primary, mark: p.rules.Marks.Value[0]} }
func (p Profile) secondary() Cell { return Cell{state: Secondary, mark: p.rules.SecondaryMark.Value} }

// round returns the count as the profile prints it: the nearest multiple of the
// base, halves upwards, or the middle of the band of the base that it lies in,
// which only a true zero is outside of.
func (p Profile) round(n int64) int64 {
	base := p.rules.RoundingBase.Value
	if p.rules.RoundingMethod.Value == RoundMidpoint && base > 1 {
		if n == 0 {
			return 0
		}
		return (n+base-1)/base*base - base/2
	}
	return (2*n + base) / (2 * base) * base
}

// Split protects two parts of a group and their total. Given for the parts and
// for the total are the counts of groups that contain them or lie within.
//
// All three are shown, or none: were one part shown beside a masked one, a
// reader who knows this rule could tell why the other is masked, and with it how
// many it holds.
func (p Profile) Split(first, second Count, givenParts, givenTotal []Count) (parts [2]Cell, total Cell) {
	parts = [2]Cell{p.Beside(first, givenParts...), p.Beside(second, givenParts...)}
	truth := p.Beside(first.Plus(second), givenTotal...)
	if parts[0].Masked() || parts[1].Masked() || truth.Masked() {
		return [2]Cell{p.secondary(), p.secondary()}, p.secondary()
	}
	return parts, p.Total(parts[:])
}

// MarksAnySize reports whether the profile's secondary mark may stand for a
// number of any size. A mark that states a bound, such as "<10", would be untrue
// of a larger number that is hidden to protect another.
func (p Profile) MarksAnySize() bool {
	return !strings.ContainsAny(p.rules.SecondaryMark.Value, "0123456789")
}

// AllowsStatistic reports whether enough people are behind a mean, a median or a
// rate for it to be printed.
func (p Profile) AllowsStatistic(people Count) bool {
	return !p.isLow(people) && people.number() >= p.rules.StatisticPeople.Value
}

// ShareOf returns the percentage that one printed cell is of another, for
// profiles whose percentages are of printed numbers: masked when either is.
func (p Profile) ShareOf(part, whole Cell) Cell {
	numerator, shown := part.Value()
	denominator, wholeShown := whole.Value()
	if !shown || !wholeShown || denominator == 0 {
		return p.secondary()
	}
	return p.percentage(numerator, denominator)
}

// Numbers returns exact counts as plain numbers, for package protect alone: it
// must weigh them against each other. A test over the tree holds that nobody
// else asks.
func Numbers(counts []Count) []int64 {
	numbers := make([]int64, len(counts))
	for i, count := range counts {
		numbers[i] = count.number()
	}
	return numbers
}

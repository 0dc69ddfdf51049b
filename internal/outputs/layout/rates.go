package layout

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

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

var perPattern = regexp.MustCompile(`(?i)per[ _]?([0-9][0-9,]*)(k?)`)

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

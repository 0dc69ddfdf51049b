package outputs

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"tre-toolkit/internal/disclosure/audit"
	"tre-toolkit/internal/outputs/notation"
)

// share is a percentage with its count and what it is a percentage of.
type share struct {
	percent, part, whole cellAt
	hasWhole             bool
}

// statement says what a share tells, such as "12.0% of 50".
func (m *model) statement(s share) string {
	p, whole := m.at(s.percent), m.at(s.whole)
	n, _ := whole.Whole()
	return fmt.Sprintf("%.*f%% of %d", p.Decimals, p.Float(), n)
}

// percentages finds the share behind each percentage and looks for those that
// give a count away. It returns the shares of hidden counts.
func (c *check) percentages(m *model) []share {
	var told []share
	for column, role := range m.roles {
		if role != rolePercent {
			continue
		}
		if m.totalOf == nil {
			m.findTotals()
		}
		part, whole, ok := m.pairFor(column)
		if !ok {
			c.percentOfDenominator(m, column)
			continue
		}
		narrowed := 0
		for row := range m.Rows {
			s := share{percent: cellAt{row, column}, part: cellAt{row, part}}
			if m.at(s.percent).Kind != notation.Number || !m.counted(row) {
				continue
			}
			s.whole, s.hasWhole = whole(row)
			s.hasWhole = s.hasWhole && m.at(s.whole).Kind == notation.Number && s.whole != s.part
			if m.hiddenAt(s.part) && m.at(s.part).Kind != notation.Blank || m.at(s.part).Kind == notation.Blank && c.policy.blankMask {
				told = append(told, s)
			} else if s.hasWhole && m.narrows(s) {
				narrowed++
			}
		}
		c.narrowed(m, column, narrowed)
		c.complement(m, column, part, whole)
	}
	return told
}

// narrowed tells, once a column, that percentages of exact counts say more than
// the rounded counts beside them.
func (c *check) narrowed(m *model, column, times int) {
	if times == 0 {
		return
	}
	f := Finding{Check: "PCT002", Severity: Failed, File: m.File, Table: m.Table.Name, Column: m.Header[column]}
	if c.policy.rules.PercentageNarrows.Value {
		f.Severity = Told
	}
	f.Message = fmt.Sprintf("Percentages narrow %d rounded counts to one value each.", times)
	c.findings.add(f)
}

// narrows reports whether a percentage leaves one value of a rounded count.
func (m *model) narrows(s share) bool {
	low, high := m.policy.bounds(m.at(s.part))
	wholeLow, wholeHigh := m.policy.bounds(m.at(s.whole))
	if low == high || m.at(s.part).Kind != notation.Number {
		return false
	}
	left := 0
	for n := low; n <= high; n++ {
		if m.shareFits(m.at(s.percent), n, n, wholeLow, wholeHigh) {
			left++
		}
	}
	return left == 1
}

// shareFits reports whether a percentage can be that of a part and a whole.
func (m *model) shareFits(p notation.Value, partLow, partHigh, wholeLow, wholeHigh int64) bool {
	if wholeLow <= 0 {
		return false
	}
	half := 0.5/math.Pow10(p.Decimals) + 1e-9
	least := 100 * float64(partLow) / float64(wholeHigh)
	most := 100 * float64(partHigh) / float64(wholeLow)
	return p.Float() >= least-half && p.Float() <= most+half
}

// pairFor finds the count column and the whole that a percentage column fits:
// by arithmetic where rows show all three, by name otherwise.
func (m *model) pairFor(column int) (int, func(int) (cellAt, bool), bool) {
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
func (m *model) nearCounts(column int) []int {
	near := slices.Clone(m.countColumns)
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
func (m *model) wholeOf(part, whole int) func(int) (cellAt, bool) {
	return func(row int) (cellAt, bool) {
		if whole >= 0 {
			return cellAt{row, whole}, true
		}
		total, ok := m.totalOf[cellAt{row, part}]
		return total, ok
	}
}

// findTotals notes the first total of every part. Only percentages need it.
func (m *model) findTotals() {
	m.totalOf = map[cellAt]cellAt{}
	for _, l := range m.lines {
		if l.guessed {
			continue
		}
		for _, part := range l.parts {
			if _, known := m.totalOf[part]; !known {
				m.totalOf[part] = l.total
			}
		}
	}
}

// matches counts the rows that bear a pair out, or none when one row in ten
// does not.
func (m *model) matches(column, part int, whole func(int) (cellAt, bool)) int {
	tried, fits := 0, 0
	for row := range m.Rows[:min(len(m.Rows), 5000)] {
		at, ok := whole(row)
		p, n := m.values[column][row], m.values[part][row]
		if !ok || p.Kind != notation.Number || n.Kind != notation.Number || m.at(at).Kind != notation.Number {
			continue
		}
		tried++
		low, high := m.policy.bounds(n)
		wholeLow, wholeHigh := m.policy.bounds(m.at(at))
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
func (m *model) pairByName(column int) (part, whole int) {
	part, whole = -1, -1
	for _, count := range m.countColumns {
		switch {
		case notation.AnyWord(notation.Words(m.Header[count]), notation.DenominatorWords):
			whole = count
		case count < column || part < 0:
			part = count
		}
	}
	return part, whole
}

// percentOfDenominator looks for percentages that stand beside their whole
// alone: the count is not printed and can be worked out all the same.
func (c *check) percentOfDenominator(m *model, column int) {
	if len(m.countColumns) != 1 {
		return
	}
	whole := m.countColumns[0]
	if m.addsTo100(column) && !notation.AnyWord(notation.Words(m.Header[whole]), notation.DenominatorWords) {
		return
	}
	for row := range m.Rows {
		p := m.values[column][row]
		n, shown := m.values[whole][row].Whole()
		if p.Kind != notation.Number || !shown || n <= 0 || !m.counted(row) {
			continue
		}
		low, high := partOf(p, n)
		if low > high || high >= c.policy.threshold || low == 0 && !c.policy.zeroIsLow() {
			continue
		}
		f := m.finding("PCT002", Failed, cellAt{row, column})
		f.Message = fmt.Sprintf("The percentage and its denominator give a count below %d.", c.policy.threshold)
		f.Certificate = m.statement(share{percent: cellAt{row, column}, whole: cellAt{row, whole}}) + " = " + valuesBetween(low, high)
		c.findings.add(f)
	}
}

func valuesBetween(low, high int64) string {
	if low == high {
		return fmt.Sprint(low)
	}
	return fmt.Sprintf("%d to %d", low, high)
}

// partOf returns the counts that a percentage of n can stand for.
func partOf(p notation.Value, n int64) (low, high int64) {
	half := 0.5 / math.Pow10(p.Decimals)
	low = int64(math.Ceil((p.Float()-half)*float64(n)/100 - 1e-9))
	high = int64(math.Floor((p.Float()+half)*float64(n)/100 + 1e-9))
	return max(low, 0), high
}

// addsTo100 reports whether a column's percentages are shares of one whole.
func (m *model) addsTo100(column int) bool {
	var sum float64
	shown := 0
	for row := range m.Rows {
		if v := m.values[column][row]; v.Kind == notation.Number && !m.totalRow[row] {
			sum += v.Float()
			shown++
		}
	}
	return shown > 1 && sum > 98 && sum < 102
}

// relations returns what a share ties together, for the auditor.
func (m *model) relations(s share, part, whole int) []audit.Relation {
	p := m.at(s.percent)
	if p.Decimals > 4 || p.Digits < 0 || p.Digits > 10_000_000 {
		return nil
	}
	return audit.Percentage(part, whole, p.Digits, p.Decimals, strings.TrimSpace(m.statement(s)))
}

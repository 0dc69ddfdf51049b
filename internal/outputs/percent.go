package outputs

import (
	"fmt"
	"math"
	"strings"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/outputs/layout"
	"tre-toolkit/internal/outputs/notation"
)

// percentages finds the share behind each percentage and looks for those that
// give a count away. It returns the shares of hidden counts.
func (c *check) percentages(m *layout.Model) []layout.Share {
	var told []layout.Share
	for column, role := range m.Roles {
		if role != layout.RolePercent {
			continue
		}
		part, whole, ok := m.PairFor(column)
		if !ok || m.NamesAnother(column) {
			c.percentOfDenominator(m, column)
			continue
		}
		var narrowed []string
		exact := false // worked out from counts that are not those shown
		for row := range m.Rows() {
			s := layout.Share{Percent: layout.CellAt{Row: row, Column: column}, Part: layout.CellAt{Row: row, Column: part}}
			if m.At(s.Percent).Kind != notation.Number || !m.Counted(row) {
				continue
			}
			s.Whole, s.HasWhole = whole(row)
			s.HasWhole = s.HasWhole && m.At(s.Whole).Kind == notation.Number && s.Whole != s.Part
			if m.HiddenAt(s.Part) && m.At(s.Part).Kind != notation.Blank || m.At(s.Part).Kind == notation.Blank && m.Policy.BlankMask {
				told = append(told, s)
			} else if s.HasWhole {
				narrowed = appendNarrowed(narrowed, m, s)
				exact = exact || !m.FitsShown(s)
			}
		}
		if exact || m.Policy.Rules.PercentageFrom.Value == disclosure.FromUnrounded {
			c.narrowed(m, column, narrowed)
		}
		c.complement(m, column, part, whole)
		c.mismatched(m, column, part, whole)
	}
	return told
}

// appendNarrowed adds what a percentage leaves of a rounded count when that is a
// single value.
func appendNarrowed(list []string, m *layout.Model, s layout.Share) []string {
	part, whole, pairs := m.Narrowed(s)
	switch {
	case pairs == 0:
		return list
	case pairs == 1:
		return append(list, fmt.Sprintf("%s: only %d of %d", m.Statement(s), part, whole))
	}
	return append(list, fmt.Sprintf("%s: only %d", m.Statement(s), part))
}

// narrowed tells, once a column, that percentages of exact counts say more than
// the rounded counts beside them.
func (c *check) narrowed(m *layout.Model, column int, narrowed []string) {
	if len(narrowed) == 0 {
		return
	}
	f := Finding{Check: "PCT002", Severity: Failed, File: m.File, Table: m.Table.Name, Line: m.HeaderLine, Column: m.Header[column]}
	if m.Policy.Rules.PercentageNarrows.Value {
		f.Severity = Told
	}
	f.Message = fmt.Sprintf("Percentages narrow rounded counts to one value each, %s.", plural(len(narrowed), "time"))
	f.Certificate = strings.Join(narrowed[:min(len(narrowed), mostProven)], "; ")
	c.findings.add(f)
}

// mostProven is how many proofs of one finding are written out.
const mostProven = 10

// percentOfDenominator looks for percentages that stand beside their whole
// alone: the count is not printed and can be worked out all the same.
func (c *check) percentOfDenominator(m *layout.Model, column int) {
	if len(m.CountColumns) != 1 {
		return
	}
	whole := m.CountColumns[0]
	if m.AddsTo100(column) && !m.IsDenominator(whole) {
		return
	}
	for row := range m.Rows() {
		p := m.Value(column, row)
		n, shown := m.Value(whole, row).Whole()
		if p.Kind != notation.Number || !shown || n <= 0 || !m.Counted(row) {
			continue
		}
		low, high := partOf(p, n)
		if low > high || high >= m.Policy.Threshold || low == 0 && !m.Policy.ZeroIsLow() {
			continue
		}
		f := findingAt(m, "PCT002", Failed, layout.CellAt{Row: row, Column: column})
		f.Message = fmt.Sprintf("The percentage and its denominator give a count below %d.", m.Policy.Threshold)
		f.Certificate = m.Statement(layout.Share{Percent: layout.CellAt{Row: row, Column: column}, Whole: layout.CellAt{Row: row, Column: whole}}) + " = " + layout.ValuesBetween(low, high)
		c.findings.add(f)
	}
}

// partOf returns the counts that a percentage of n can stand for.
func partOf(p notation.Value, n int64) (low, high int64) {
	half := 0.5 / math.Pow10(p.Decimals)
	low = int64(math.Ceil((p.Float()-half)*float64(n)/100 - 1e-9))
	high = int64(math.Floor((p.Float()+half)*float64(n)/100 + 1e-9))
	return max(low, 0), high
}

// mismatched tells of percentages that their counts do not give: one of the three
// numbers is of other people, or was rounded otherwise. It needs most rows to
// bear the pair out, or a declaration.
func (c *check) mismatched(m *layout.Model, column, part int, whole func(int) (layout.CellAt, bool)) {
	fits, others, first := 0, 0, 0
	for row := range m.Rows() {
		s := layout.Share{Percent: layout.CellAt{Row: row, Column: column}, Part: layout.CellAt{Row: row, Column: part}}
		at, known := whole(row)
		if !known || at == s.Part || !m.Counted(row) || m.At(s.Percent).Kind != notation.Number || m.HiddenAt(s.Part) || m.HiddenAt(at) {
			continue
		}
		s.Whole, s.HasWhole = at, true
		if m.Fits(s) {
			fits++
		} else if others++; others == 1 {
			first = row
		}
	}
	if others == 0 || !m.DeclaresPair(column) && (fits < 2 || others > fits) {
		return
	}
	f := findingAt(m, "PCT004", ForReview, layout.CellAt{Row: first, Column: column})
	f.Message = fmt.Sprintf("The percentage is not that of its counts, in %s of the table.", plural(others, "row"))
	c.findings.add(f)
}

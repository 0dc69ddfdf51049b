package outputs

import (
	"fmt"
	"math"

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
		if m.TotalOf == nil {
			m.FindTotals()
		}
		part, whole, ok := m.PairFor(column)
		if !ok {
			c.percentOfDenominator(m, column)
			continue
		}
		narrowed := 0
		for row := range m.Rows {
			s := layout.Share{Percent: layout.CellAt{Row: row, Column: column}, Part: layout.CellAt{Row: row, Column: part}}
			if m.At(s.Percent).Kind != notation.Number || !m.Counted(row) {
				continue
			}
			s.Whole, s.HasWhole = whole(row)
			s.HasWhole = s.HasWhole && m.At(s.Whole).Kind == notation.Number && s.Whole != s.Part
			if m.HiddenAt(s.Part) && m.At(s.Part).Kind != notation.Blank || m.At(s.Part).Kind == notation.Blank && c.policy.BlankMask {
				told = append(told, s)
			} else if s.HasWhole && m.Narrows(s) {
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
func (c *check) narrowed(m *layout.Model, column, times int) {
	if times == 0 {
		return
	}
	f := Finding{Check: "PCT002", Severity: Failed, File: m.File, Table: m.Table.Name, Column: m.Header[column]}
	if c.policy.Rules.PercentageNarrows.Value {
		f.Severity = Told
	}
	f.Message = fmt.Sprintf("Percentages narrow %d rounded counts to one value each.", times)
	c.findings.add(f)
}

// percentOfDenominator looks for percentages that stand beside their whole
// alone: the count is not printed and can be worked out all the same.
func (c *check) percentOfDenominator(m *layout.Model, column int) {
	if len(m.CountColumns) != 1 {
		return
	}
	whole := m.CountColumns[0]
	if m.AddsTo100(column) && !notation.AnyWord(notation.Words(m.Header[whole]), notation.DenominatorWords) {
		return
	}
	for row := range m.Rows {
		p := m.Values[column][row]
		n, shown := m.Values[whole][row].Whole()
		if p.Kind != notation.Number || !shown || n <= 0 || !m.Counted(row) {
			continue
		}
		low, high := partOf(p, n)
		if low > high || high >= c.policy.Threshold || low == 0 && !c.policy.ZeroIsLow() {
			continue
		}
		f := findingAt(m, "PCT002", Failed, layout.CellAt{Row: row, Column: column})
		f.Message = fmt.Sprintf("The percentage and its denominator give a count below %d.", c.policy.Threshold)
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

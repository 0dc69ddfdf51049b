package outputs

import (
	"fmt"
	"slices"
	"strings"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/outputs/layout"
	"tre-toolkit/internal/outputs/notation"
)

// totals checks every total of a table against its parts, and lets the auditor
// loose on what totals and percentages together tell of masked cells.
func (c *check) totals(m *layout.Model, shares []layout.Share) {
	if m.Overfull {
		c.findings.add(Finding{Check: "AUD004", Severity: ForReview, File: m.File, Table: m.Table.Name,
			Message: "The table has more totals than can be tried out against each other; not all were checked."})
	}
	a := &auditor{check: c, model: m, index: map[layout.CellAt]int{}, covered: map[layout.CellAt]bool{}}
	trueTotals := c.countsMasked(m)
	for _, l := range m.Lines {
		c.total(a, l, trueTotals)
	}
	for _, s := range shares {
		if s.HasWhole {
			a.problem.Relations = append(a.problem.Relations, m.Relations(s, a.cell(s.Part), a.cell(s.Whole))...)
		}
	}
	a.solve()
	a.tellTotals()
	a.tellShares(shares)
	a.tellRest()
	a.tellContradictions()
	a.tellSecondary()
	a.listHidden()
	c.audited[m] = a.outcome()
}

// countsMasked decides how the totals of a table are read. Where the rules
// leave it open, one total that differs from the sum of what is shown makes all
// of them true totals: a producer adds up in one way.
func (c *check) countsMasked(m *layout.Model) bool {
	switch m.Policy.Rules.Totals.Value {
	case disclosure.TrueTotals:
		return true
	case disclosure.NoTotals:
		return slices.ContainsFunc(m.Lines, func(l layout.Line) bool {
			s := m.Sum(l)
			return !l.Guessed && !m.HiddenAt(l.Total) && len(s.Hidden) > 0 && s.Total != s.Shown && m.Feasible(s, l)
		})
	}
	return false
}

// total judges one total.
func (c *check) total(a *auditor, l layout.Line, trueTotals bool) {
	m := a.model
	if l.Guessed {
		c.guessedTotal(m, l)
		return
	}
	if v := m.At(l.Total); v.Kind != notation.Number {
		if trueTotals && v.Kind == notation.Mark {
			a.include(l)
		}
		return
	}
	s := m.Sum(l)
	switch {
	case m.IsCategory(l):
		c.category(m, l)
	case s.Total == s.Shown && !trueTotals, c.explainedByLow(m, l, s):
	case len(s.Hidden) == 0:
		c.plainTotal(m, l, s)
	case !m.Feasible(s, l):
		c.impossibleTotal(m, l, s)
	default:
		a.include(l)
		if m.Policy.SumOfShown() {
			a.wrong = append(a.wrong, wrongTotal{l, s})
		}
	}
}

// category tells of a row that is named as a total and can be none.
func (c *check) category(m *layout.Model, l layout.Line) {
	f := findingAt(m, "TOT002", Told, l.Total)
	f.Message = "The row is named as a total and is smaller than one of the others: it was taken for a category."
	c.findings.add(f)
}

// plainTotal judges a total whose parts are all shown.
func (c *check) plainTotal(m *layout.Model, l layout.Line, s layout.LineSum) {
	if s.Total == s.Shown {
		return
	}
	missing := s.Total - s.Shown
	f := findingAt(m, "TOT002", Told, l.Total)
	f.Message = "The total is not the sum of its parts."
	f.Certificate = fmt.Sprintf("the total is %d, the parts add up to %d", s.Total, s.Shown)
	switch {
	case m.Midpoint(l.Total.Column) && m.Feasible(s, l):
		return
	case m.Policy.Rules.Totals.Value == disclosure.SumOfRounded:
		f.Check, f.Severity = "TOT003", Failed
	case m.Policy.Base() > 1 && m.Feasible(s, l):
		return
	case missing > 0 && missing < m.Policy.Threshold:
		f.Severity = Failed
		f.Message = fmt.Sprintf("The total counts people that none of its parts shows, fewer than %d.", m.Policy.Threshold)
		f.Certificate = m.SumText(l, s)
	case m.Policy.SumOfShown():
		f.Severity = ForReview
	}
	c.findings.add(f)
}

// explainedByLow reports whether a total left out parts that should have been
// masked: those are findings already.
func (c *check) explainedByLow(m *layout.Model, l layout.Line, s layout.LineSum) bool {
	var low int64
	for part := range l.Parts.All {
		if n, whole := m.At(part).Whole(); whole && m.Policy.IsLow(n) {
			low += n
		}
	}
	return low > 0 && s.Total == s.Shown-low
}

// impossibleTotal judges a total that no values of the masked cells explain.
func (c *check) impossibleTotal(m *layout.Model, l layout.Line, s layout.LineSum) {
	f := findingAt(m, "AUD003", ForReview, l.Total)
	f.Message = "The total is not the sum of the cells shown, and the masked ones cannot make up the difference."
	f.Certificate = fmt.Sprintf("the total is %d, the cells shown add up to %d", s.Total, s.Shown)
	switch {
	case m.Policy.Rules.Totals.Value == disclosure.SumOfRounded:
		f.Check, f.Severity = "TOT003", Failed
	case m.Policy.SumOfShown():
		f.Check, f.Severity = "TOT002", Failed
		f.Message = "The total is not the sum of the cells shown, as the rules ask, and the masked ones cannot make up the difference."
	}
	c.findings.add(f)
}

// guessedTotal tells of a number that only arithmetic shows to be a total.
func (c *check) guessedTotal(m *layout.Model, l layout.Line) {
	s := m.Sum(l)
	if m.At(l.Total).Kind != notation.Number || len(s.Hidden) == 0 || s.Total == s.Shown {
		return
	}
	f := findingAt(m, "TOT001", ForReview, l.Total)
	names := make([]string, 0, len(s.Hidden))
	for _, at := range s.Hidden {
		names = append(names, m.Name(at))
	}
	f.Message = fmt.Sprintf("The number is the sum of the others and a little more, as a total would be that includes %s.",
		strings.Join(names[:min(len(names), 4)], ", "))
	f.Certificate = m.SumText(l, s) + ": " + totalInWords(s.Total, s.Shown, strings.Join(names[:min(len(names), 4)], ", "))
	c.findings.add(f)
}

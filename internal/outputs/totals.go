package outputs

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/disclosure/audit"
	"tre-toolkit/internal/outputs/notation"
)

// totals checks every total of a table against its parts, and lets the auditor
// loose on what totals and percentages together tell of masked cells.
func (c *check) totals(m *model, shares []share) {
	if m.overfull {
		c.findings.add(Finding{Check: "AUD004", Severity: ForReview, File: m.File, Table: m.Table.Name,
			Message: "The table has more totals than can be tried out against each other; not all were checked."})
	}
	a := &auditor{check: c, model: m, index: map[cellAt]int{}, covered: map[cellAt]bool{}}
	trueTotals := c.countsMasked(m)
	for _, l := range m.lines {
		c.total(a, l, trueTotals)
	}
	for _, s := range shares {
		if s.hasWhole {
			a.problem.Relations = append(a.problem.Relations, m.relations(s, a.cell(s.part), a.cell(s.whole))...)
		}
	}
	a.solve()
	a.tellTotals()
	a.tellShares(shares)
	a.tellRest()
	a.tellContradictions()
	a.listHidden()
}

// countsMasked decides how the totals of a table are read. Where the rules
// leave it open, one total that differs from the sum of what is shown makes all
// of them true totals: a producer adds up in one way.
func (c *check) countsMasked(m *model) bool {
	switch c.policy.rules.Totals.Value {
	case disclosure.TrueTotals:
		return true
	case disclosure.NoTotals:
		return slices.ContainsFunc(m.lines, func(l line) bool {
			s := m.sum(l)
			return !l.guessed && !m.hiddenAt(l.total) && len(s.hidden) > 0 && s.total != s.shown && m.feasible(s, l)
		})
	}
	return false
}

// feasible reports whether a total can be true of its parts.
func (m *model) feasible(s lineSum, l line) bool {
	low, high := m.policy.bounds(m.at(l.total))
	return high >= s.low+s.least && low <= s.high+s.most
}

// total judges one total.
func (c *check) total(a *auditor, l line, trueTotals bool) {
	m := a.model
	if l.guessed {
		c.guessedTotal(m, l)
		return
	}
	if v := m.at(l.total); v.Kind != notation.Number {
		if trueTotals && v.Kind == notation.Mark {
			a.include(l)
		}
		return
	}
	s := m.sum(l)
	switch {
	case s.total == s.shown && !trueTotals, c.explainedByLow(m, l, s):
	case len(s.hidden) == 0:
		c.plainTotal(m, l, s)
	case !m.feasible(s, l):
		c.impossibleTotal(m, l, s)
	default:
		a.include(l)
		if c.policy.sumOfShown() {
			a.wrong = append(a.wrong, wrongTotal{l, s})
		}
	}
}

// plainTotal judges a total whose parts are all shown.
func (c *check) plainTotal(m *model, l line, s lineSum) {
	if s.total == s.shown {
		return
	}
	missing := s.total - s.shown
	f := m.finding("TOT002", Told, l.total)
	f.Message = fmt.Sprintf("The total is %d and its parts add up to %d.", s.total, s.shown)
	switch {
	case c.policy.rules.Totals.Value == disclosure.SumOfRounded:
		f.Check, f.Severity = "TOT003", Failed
	case c.policy.base() > 1 && m.feasible(s, l):
		return
	case missing > 0 && missing < c.policy.threshold:
		f.Severity = Failed
		f.Message = fmt.Sprintf("The total counts %d people that none of its parts shows.", missing)
		f.Certificate = m.sumText(l, s)
	case c.policy.sumOfShown():
		f.Severity = ForReview
	}
	c.findings.add(f)
}

// explainedByLow reports whether a total left out parts that should have been
// masked: those are findings already.
func (c *check) explainedByLow(m *model, l line, s lineSum) bool {
	var low int64
	for _, part := range l.parts {
		if n, whole := m.at(part).Whole(); whole && c.policy.isLow(n) {
			low += n
		}
	}
	return low > 0 && s.total == s.shown-low
}

// impossibleTotal judges a total that no values of the masked cells explain.
func (c *check) impossibleTotal(m *model, l line, s lineSum) {
	f := m.finding("AUD003", ForReview, l.total)
	f.Message = fmt.Sprintf("The total is %d, the cells shown add up to %d, and the masked ones cannot make up the difference.", s.total, s.shown)
	switch {
	case c.policy.rules.Totals.Value == disclosure.SumOfRounded:
		f.Check, f.Severity = "TOT003", Failed
	case c.policy.sumOfShown():
		f.Check = "TOT002"
	}
	c.findings.add(f)
}

// sumText writes a total minus its shown parts.
func (m *model) sumText(l line, s lineSum) string {
	var b strings.Builder
	b.WriteString(strconv.FormatInt(s.total, 10))
	if len(l.parts) > 60 {
		fmt.Fprintf(&b, " - %d", s.shown)
	} else {
		for _, part := range l.parts {
			if n, whole := m.at(part).Whole(); whole && n != 0 {
				fmt.Fprintf(&b, " - %d", n)
			}
		}
	}
	fmt.Fprintf(&b, " = %d", s.total-s.shown)
	return b.String()
}

// auditor turns a table into a problem for package audit, and its answers into
// findings.
type auditor struct {
	check     *check
	model     *model
	problem   audit.Problem
	index     map[cellAt]int
	cells     []cellAt
	lines     []line // by relation; the percentages' relations come after
	wrong     []wrongTotal
	result    audit.Result
	intervals map[cellAt]audit.Interval
	covered   map[cellAt]bool // masked cells that a finding speaks of already
}

type wrongTotal struct {
	line line
	sum  lineSum
}

func (a *auditor) cell(at cellAt) int {
	if i, known := a.index[at]; known {
		return i
	}
	lower, upper := a.check.policy.bounds(a.model.at(at))
	a.index[at] = len(a.cells)
	a.cells = append(a.cells, at)
	a.problem.Cells = append(a.problem.Cells, audit.Cell{
		Label: a.model.name(at), Lower: lower, Upper: upper, Hidden: a.model.hiddenAt(at),
	})
	return a.index[at]
}

func (a *auditor) include(l line) {
	total := a.cell(l.total)
	parts := make([]int, len(l.parts))
	for i, part := range l.parts {
		parts[i] = a.cell(part)
	}
	a.problem.Relations = append(a.problem.Relations, audit.Sum(total, parts...))
	a.lines = append(a.lines, l)
}

func (a *auditor) solve() {
	a.result = audit.Solve(a.problem)
	a.intervals = make(map[cellAt]audit.Interval, len(a.result.Intervals))
	for _, interval := range a.result.Intervals {
		a.intervals[a.cells[interval.Cell]] = interval
	}
}

// tellTotals tells of totals that include masked cells, those that give most
// away first; one that only repeats what others told is left out.
func (a *auditor) tellTotals() {
	slices.SortStableFunc(a.wrong, func(x, y wrongTotal) int { return cmp.Compare(len(x.sum.hidden), len(y.sum.hidden)) })
	for _, wrong := range a.wrong {
		if !slices.ContainsFunc(wrong.sum.hidden, func(at cellAt) bool { return !a.covered[at] }) {
			continue
		}
		for _, at := range wrong.sum.hidden {
			a.covered[at] = true
		}
		a.check.findings.add(a.totalFinding(wrong))
	}
}

func (a *auditor) totalFinding(wrong wrongTotal) Finding {
	m, s := a.model, wrong.sum
	f := m.finding("TOT001", Failed, wrong.line.total)
	if a.check.policy.rules.Totals.Value == disclosure.SumOfRounded {
		f.Check = "TOT003"
		f.Message = fmt.Sprintf("The total is %d; the rounded cells shown add up to %d.", s.total, s.shown)
		return f
	}
	cells := "masked cells"
	if len(s.hidden) == 1 {
		cells = "a masked cell"
	}
	f.Message = fmt.Sprintf("The total includes %s: total %d minus %d shown = %d people in %s.",
		cells, s.total, s.shown, s.total-s.shown, a.names(s.hidden))
	f.Certificate = m.sumText(wrong.line, s)
	if len(s.hidden) > 1 {
		f.Certificate += a.workedOut(s.hidden)
	}
	return f
}

// workedOut lists what follows for the cells behind a sum.
func (a *auditor) workedOut(cells []cellAt) string {
	var b strings.Builder
	for i, at := range cells {
		interval := a.intervals[at]
		if i == 6 {
			b.WriteString("; ...")
			break
		}
		if interval.Bounded() && interval.Proven {
			fmt.Fprintf(&b, "; %s is %s", a.model.name(at), valuesBetween(interval.Lower, interval.Upper))
		}
	}
	return b.String()
}

func (a *auditor) names(cells []cellAt) string {
	names := make([]string, 0, 4)
	for i, at := range cells {
		if i == 3 && len(cells) > 4 {
			names = append(names, fmt.Sprintf("%d more", len(cells)-3))
			break
		}
		names = append(names, a.model.name(at))
	}
	if len(names) == 1 {
		return names[0]
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// tellShares tells of percentages of masked counts.
func (a *auditor) tellShares(shares []share) {
	for _, s := range shares {
		f := a.model.finding("PCT001", Failed, s.percent)
		f.Message = "A percentage is shown of a count that is masked."
		if interval, solved := a.intervals[s.part]; solved && s.hasWhole && interval.Proven && interval.Bounded() && !a.covered[s.part] {
			f.Certificate = a.model.statement(s) + " = " + valuesBetween(interval.Lower, interval.Upper)
		}
		a.covered[s.part] = true
		a.check.findings.add(f)
	}
}

// tellRest tells of masked cells that several numbers together give away.
func (a *auditor) tellRest() {
	for _, interval := range a.result.Intervals {
		at := a.cells[interval.Cell]
		if a.covered[at] || a.contradicted(interval) {
			continue
		}
		if f, telling := a.intervalFinding(at, interval); telling {
			a.check.findings.add(f)
		}
	}
}

// contradicted reports whether an interval is open because numbers contradict
// each other, which is told once for all cells.
func (a *auditor) contradicted(interval audit.Interval) bool {
	return !interval.Proven && len(a.result.Contradictions) > 0
}

// intervalFinding puts what is known of one masked cell into words. A large
// number that was hidden to protect another tells nothing by itself, but its
// protection is gone.
func (a *auditor) intervalFinding(at cellAt, interval audit.Interval) (Finding, bool) {
	policy := a.check.policy
	low := policy.hides(a.model.at(at)) || interval.Upper < policy.threshold
	left := interval.Upper - interval.Lower + 1
	given := a.problem.Cells[interval.Cell]
	f := a.model.finding("AUD002", ForReview, at)
	switch {
	case !interval.Proven:
		f.Check = "AUD004"
		f.Message = "Whether the masked number can be worked out was not settled within the limit of work."
		return f, true
	case left == 1:
		f.Check = "AUD001"
		if low {
			f.Severity = Failed
		}
		f.Message = fmt.Sprintf("The masked number can be worked out: it is %d.", interval.Lower)
	case low && left*2 <= given.Upper-given.Lower+1 && interval.Lower < policy.threshold:
		f.Message = fmt.Sprintf("The masked number can be narrowed down to %s.", valuesBetween(interval.Lower, interval.Upper))
	default:
		return f, false
	}
	f.Certificate = interval.Certificate().String()
	return f, true
}

// tellContradictions tells of totals that no numbers fit together.
func (a *auditor) tellContradictions() {
	for _, contradiction := range a.result.Contradictions {
		f := Finding{Check: "AUD003", Severity: ForReview, File: a.model.File, Table: a.model.Table.Name}
		for _, r := range contradiction.Relations {
			if r < len(a.lines) {
				f = a.model.finding("AUD003", ForReview, a.lines[r].total)
				break
			}
		}
		f.Message = "No numbers fit the totals, percentages and marks together: one of them is wrong."
		a.check.findings.add(f)
	}
}

// listHidden records what is known of every masked cell that a total or a
// percentage touches.
func (a *auditor) listHidden() {
	m := a.model
	for _, interval := range a.result.Intervals {
		at := a.cells[interval.Cell]
		cell := HiddenCell{
			File: m.File, Table: m.Table.Name, Line: m.Rows[at.row].Line, Row: m.rowName(at.row), Column: m.Header[at.column],
			Lower: interval.Lower, Proven: interval.Proven,
		}
		if interval.Bounded() {
			cell.Upper = &interval.Upper
		}
		if interval.Proven && interval.Bounded() {
			cell.Certificate = interval.Certificate().String()
		}
		a.check.hidden = append(a.check.hidden, cell)
	}
}

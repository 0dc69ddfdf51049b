package outputs

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/disclosure/audit"
	"tre-toolkit/internal/outputs/layout"
)

// auditor turns a table into a problem for package audit, and its answers into
// findings.
type auditor struct {
	check     *check
	model     *layout.Model
	problem   audit.Problem
	index     map[layout.CellAt]int
	cells     []layout.CellAt
	lines     []layout.Line // by relation; the percentages' relations come after
	wrong     []wrongTotal
	result    audit.Result
	intervals map[layout.CellAt]audit.Interval
	covered   map[layout.CellAt]bool // masked cells that a finding speaks of already
	// secondary is what follows when the secondary mark hides no low count.
	secondary map[layout.CellAt]audit.Interval
}

// audited is what the audit of one table leaves for that of all tables: what ties
// its cells, and what is known of those that hide something.
type audited struct {
	relations []audit.Relation
	cells     []layout.CellAt // those that the relations index
	bounds    map[layout.CellAt]Bounds
}

func (a *auditor) outcome() audited {
	if len(a.problem.Relations) == 0 {
		return audited{}
	}
	left := audited{a.problem.Relations, a.cells, make(map[layout.CellAt]Bounds, len(a.intervals))}
	for at, interval := range a.intervals {
		left.bounds[at] = Bounds{interval.Lower, interval.Upper}
	}
	return left
}

type wrongTotal struct {
	line layout.Line
	sum  layout.LineSum
}

func (a *auditor) cell(at layout.CellAt) int {
	if i, known := a.index[at]; known {
		return i
	}
	lower, upper := a.model.Bounds(at)
	a.index[at] = len(a.cells)
	a.cells = append(a.cells, at)
	a.problem.Cells = append(a.problem.Cells, audit.Cell{
		Label: a.model.Name(at), Lower: lower, Upper: upper, Hidden: a.model.HiddenAt(at),
	})
	return a.index[at]
}

func (a *auditor) include(l layout.Line) {
	total := a.cell(l.Total)
	parts := make([]int, l.Parts.Len())
	for i := range parts {
		parts[i] = a.cell(l.Parts.At(i))
	}
	a.problem.Relations = append(a.problem.Relations, audit.Sum(total, parts...))
	a.lines = append(a.lines, l)
}

func (a *auditor) solve() {
	a.result = audit.Solve(a.problem)
	if len(a.result.Contradictions) > 0 && a.model.OpenMarks() {
		for i, at := range a.cells {
			a.problem.Cells[i].Lower, a.problem.Cells[i].Upper = a.model.Bounds(at)
		}
		a.result = audit.Solve(a.problem)
	}
	if len(a.result.Contradictions) > 0 && a.dropSumsOfShown() {
		a.result = audit.Solve(a.problem)
	}
	a.intervals = make(map[layout.CellAt]audit.Interval, len(a.result.Intervals))
	for _, interval := range a.result.Intervals {
		a.intervals[a.cells[interval.Cell]] = interval
	}
}

// dropSumsOfShown takes out the totals that are the sum of what is shown, where
// they contradict others: they leave masked cells out, and say nothing of them.
func (a *auditor) dropSumsOfShown() bool {
	kept := a.problem.Relations[:0:0]
	var lines []layout.Line
	for i, relation := range a.problem.Relations {
		if i < len(a.lines) {
			s := a.model.Sum(a.lines[i])
			if !a.model.HiddenAt(a.lines[i].Total) && len(s.Hidden) > 0 && s.Total == s.Shown {
				continue
			}
			lines = append(lines, a.lines[i])
		}
		kept = append(kept, relation)
	}
	dropped := len(kept) < len(a.problem.Relations)
	a.problem.Relations, a.lines = kept, lines
	return dropped
}

// tellTotals tells of totals that include masked cells, those that give most
// away first; one that only repeats what others told is left out.
func (a *auditor) tellTotals() {
	slices.SortStableFunc(a.wrong, func(x, y wrongTotal) int { return cmp.Compare(len(x.sum.Hidden), len(y.sum.Hidden)) })
	for _, wrong := range a.wrong {
		if !slices.ContainsFunc(wrong.sum.Hidden, func(at layout.CellAt) bool { return !a.covered[at] }) {
			continue
		}
		for _, at := range wrong.sum.Hidden {
			a.covered[at] = true
		}
		a.check.findings.add(a.totalFinding(wrong))
	}
}

func (a *auditor) totalFinding(wrong wrongTotal) Finding {
	m, s := a.model, wrong.sum
	f := findingAt(m, "TOT001", Failed, wrong.line.Total)
	if a.model.Policy.Rules.Totals.Value == disclosure.SumOfRounded {
		f.Check = "TOT003"
		f.Message = "The total is not the sum of the rounded cells shown."
		f.Certificate = fmt.Sprintf("the total is %d, the rounded cells add up to %d", s.Total, s.Shown)
		return f
	}
	cells := "masked cells"
	if len(s.Hidden) == 1 {
		cells = "a masked cell"
	}
	f.Message = fmt.Sprintf("The total includes %s: the total less what is shown is the number of people in %s.", cells, a.names(s.Hidden))
	f.Certificate = m.SumText(wrong.line, s) + ": " + totalInWords(s.Total, s.Shown, a.names(s.Hidden))
	if len(s.Hidden) > 1 {
		f.Certificate += a.workedOut(s.Hidden)
	}
	return f
}

// workedOut lists what follows for the cells behind a sum.
func (a *auditor) workedOut(cells []layout.CellAt) string {
	var b strings.Builder
	for i, at := range cells {
		interval := a.intervals[at]
		if i == 6 {
			b.WriteString("; ...")
			break
		}
		if interval.Bounded() && interval.Proven {
			fmt.Fprintf(&b, "; %s is %s", a.model.Name(at), layout.ValuesBetween(interval.Lower, interval.Upper))
		}
	}
	return b.String()
}

func (a *auditor) names(cells []layout.CellAt) string {
	names := make([]string, 0, 4)
	for i, at := range cells {
		if i == 3 && len(cells) > 4 {
			names = append(names, fmt.Sprintf("%d more", len(cells)-3))
			break
		}
		names = append(names, a.model.Name(at))
	}
	if len(names) == 1 {
		return names[0]
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// tellShares tells of percentages of masked counts.
func (a *auditor) tellShares(shares []layout.Share) {
	for _, s := range shares {
		f := findingAt(a.model, "PCT001", Failed, s.Percent)
		f.Message = "A percentage is shown of a count that is masked."
		if interval, solved := a.intervals[s.Part]; solved && s.HasWhole && interval.Proven && interval.Bounded() && !a.covered[s.Part] {
			f.Certificate = a.model.Statement(s) + " = " + layout.ValuesBetween(interval.Lower, interval.Upper)
		}
		a.covered[s.Part] = true
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
func (a *auditor) intervalFinding(at layout.CellAt, interval audit.Interval) (Finding, bool) {
	policy := a.model.Policy
	low := policy.Hides(a.model.At(at)) || interval.Upper < policy.Threshold
	left, given := interval.Upper-interval.Lower+1, a.given(at)
	f := findingAt(a.model, "AUD002", ForReview, at)
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
		f.Message = "The masked number can be worked out."
	case low && left*2 <= given && interval.Lower < policy.Threshold:
		f.Message = "The masked number can be narrowed down to half of what its mark says, or less."
	default:
		return f, false
	}
	f.Certificate = withResult(interval) + a.inWords(interval)
	return f, true
}

// inWords tells a proof that is one total less what is shown as a person would
// say it; nothing of another.
func (a *auditor) inWords(interval audit.Interval) string {
	proof := interval.Certificate()
	if len(proof.Lower) != 1 || len(proof.Upper) != 1 || proof.Lower[0].Meaning != audit.Exactly || proof.Lower[0].Statement != "" || proof.Lower[0].Divisor > 1 {
		return ""
	}
	var total, shown int64
	for i, summand := range proof.Lower[0].Summands {
		switch {
		case summand.Bound || summand.Cell < 0 || summand.Times != 1 && summand.Times != -1 || (summand.Times == 1) != (i == 0):
			return ""
		case i == 0:
			total = summand.Number
		default:
			shown += summand.Number
		}
	}
	return ": " + totalInWords(total, shown, a.model.Name(a.cells[interval.Cell]))
}

// totalInWords says what a total less what is shown leaves, and in which cells.
func totalInWords(total, shown int64, cells string) string {
	people := "people"
	if total-shown == 1 {
		people = "person"
	}
	return fmt.Sprintf("total %d minus %d shown = %d %s in %s", total, shown, total-shown, people, cells)
}

// given returns how many numbers a masked cell could stand for if nothing else
// were known. One whose mark hides larger numbers too is protected while it may
// be a larger one, or any low one.
func (a *auditor) given(at layout.CellAt) int64 {
	if a.model.IsOpen(at) {
		return a.model.Policy.Threshold
	}
	cell := a.problem.Cells[a.index[at]]
	return cell.Upper - cell.Lower + 1
}

// tellContradictions tells of totals that no numbers fit together.
func (a *auditor) tellContradictions() {
	for _, contradiction := range a.result.Contradictions {
		f := Finding{Check: "AUD003", Severity: ForReview, File: a.model.File, Table: a.model.Table.Name}
		for _, r := range contradiction.Relations {
			if r < len(a.lines) {
				f = findingAt(a.model, "AUD003", ForReview, a.lines[r].Total)
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
	for _, interval := range a.result.Intervals {
		at := a.cells[interval.Cell]
		cell := hiddenCell(a.model, at, interval)
		if then, assumed := a.secondary[at]; assumed && then.Proven && then.Bounded() {
			cell.IfSecondary = &Bounds{Lower: then.Lower, Upper: then.Upper}
		}
		a.check.hidden = append(a.check.hidden, cell)
	}
}

func hiddenCell(m *layout.Model, at layout.CellAt, interval audit.Interval) HiddenCell {
	cell := HiddenCell{
		File: m.File, Table: m.Table.Name, Line: m.LineOf(at.Row), Row: m.RowName(at.Row), Column: m.Header[at.Column],
		Lower: interval.Lower, Proven: interval.Proven,
	}
	if interval.Bounded() {
		cell.Upper = &interval.Upper
	}
	if interval.Proven && interval.Bounded() {
		cell.Certificate = interval.Certificate().String()
	}
	return cell
}

// withResult is the proof of an interval, ended with what it proves.
func withResult(interval audit.Interval) string {
	proof, result := interval.Certificate().String(), layout.ValuesBetween(interval.Lower, interval.Upper)
	if proof == "" {
		return "it is " + result
	}
	return proof
}

package outputs

import (
	"tre-toolkit/internal/disclosure/audit"
	"tre-toolkit/internal/outputs/layout"
	"tre-toolkit/internal/outputs/notation"
)

// tellSecondary looks at tables with a mark of their own for cells that were
// hidden to protect others. A reader who guesses so knows that such a cell is
// not low, which narrows the low ones beside it.
func (a *auditor) tellSecondary() {
	problem, primary := a.withoutLowSecondary()
	if primary == 0 {
		return
	}
	a.secondary = map[layout.CellAt]audit.Interval{}
	told := false
	for _, then := range audit.Solve(problem).Intervals {
		at := a.cells[then.Cell]
		a.secondary[at] = then
		if told || !a.model.Policy.Hides(a.model.At(at)) || !then.Proven || !then.Bounded() || then.Lower > then.Upper {
			continue
		}
		before := a.intervals[at]
		if (then.Upper-then.Lower+1)*2 > before.Upper-before.Lower+1 {
			continue
		}
		told = true
		f := findingAt(a.model, "MSK004", ForReview, at)
		f.Message = "A different mark hides the cells that are not low. A reader who sees that can narrow this one down."
		f.Certificate = "if the other mark hides no low count, this one is " + layout.ValuesBetween(then.Lower, then.Upper) + ": " + then.Certificate().String()
		a.check.findings.add(f)
	}
}

// withoutLowSecondary returns the problem of a reader who takes every cell of the
// secondary mark to be the threshold or more, and how many primary marks stand
// beside them. Without both kinds of marks there is no such reader.
func (a *auditor) withoutLowSecondary() (audit.Problem, int) {
	problem := a.problem
	problem.Cells = append([]audit.Cell(nil), a.problem.Cells...)
	primary, secondary := 0, 0
	for i, at := range a.cells {
		v := a.model.At(at)
		switch {
		case v.Kind != notation.Mark:
		case a.model.Policy.IsSecondary(v):
			secondary++
			problem.Cells[i].Lower = max(problem.Cells[i].Lower, a.model.Policy.Threshold)
		case a.model.Policy.Hides(v):
			primary++
		}
	}
	if secondary == 0 {
		return problem, 0
	}
	return problem, primary
}

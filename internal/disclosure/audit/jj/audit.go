package jj

import (
	"context"
	"errors"
	"strconv"

	"tre-toolkit/internal/disclosure/audit"
)

// Verdict says whether a level of protection is met.
type Verdict string

// A level is met, not met, or not asked for; where the interval is not proven it
// may be met by what was found only.
const (
	NotAsked  Verdict = ""
	Met       Verdict = "met"
	NotMet    Verdict = "not met"
	NotProven Verdict = "not proven"
)

// Answer is what a reader can know of one hidden cell.
type Answer struct {
	Index        int
	Status       Status
	Lower, Upper Number
	Proven       bool // exact; otherwise the interval of a reader may be narrower
	Certificate  string
	// Of a primary cell: whether the interval reaches far enough below and above
	// its value, and is wide enough.
	LowerLevel, UpperLevel, SlidingLevel Verdict
}

// Exact reports whether a reader knows the cell's value.
func (a Answer) Exact() bool { return a.Proven && a.Lower == a.Upper }

// Report is the audit of one file.
type Report struct {
	Answers []Answer // one per hidden cell, in the order of the file
	// Contradictions lists constraints, by their place, that no numbers fit.
	Contradictions [][]int
}

// ErrNotScaled says that a file's numbers have too many digits for an exact
// audit.
var ErrNotScaled = errors.New("the numbers have too many digits to be audited exactly")

// greatest keeps sums over one constraint inside what the audit adds up exactly.
const greatest = 1 << 58

// Problem puts the file as a reader sees it: the values of cells that are
// published, the bounds of those that are hidden, and the sums. Numbers are whole
// units of the smallest decimal place in use, since a hidden value is taken to
// have no more places than the published ones. Cells are labelled by index. The
// error is ErrNotScaled or nil.
func (f File) Problem() (audit.Problem, error) {
	problem := audit.Problem{Decimals: f.places()}
	widest := int64(1)
	for _, constraint := range f.Constraints {
		relation, size, ok := constraint.relation(problem.Decimals)
		if !ok {
			return audit.Problem{}, ErrNotScaled
		}
		problem.Relations = append(problem.Relations, relation)
		widest = max(widest, size)
	}
	for _, cell := range f.Cells {
		known, ok := cell.known(problem.Decimals, greatest/widest)
		if !ok {
			return audit.Problem{}, ErrNotScaled
		}
		problem.Cells = append(problem.Cells, known)
	}
	return problem, nil
}

// places returns the decimal places of the file's values.
func (f File) places() int {
	places := 0
	for _, cell := range f.Cells {
		places = max(places, cell.Value.places())
	}
	for _, constraint := range f.Constraints {
		places = max(places, constraint.Sum.places())
	}
	return places
}

// relation returns a constraint with whole coefficients, and their size
// altogether; false when they do not fit.
func (c Constraint) relation(places int) (relation audit.Relation, size int64, ok bool) {
	finest := 0
	for _, term := range c.Terms {
		finest = max(finest, term.Coefficient.places())
	}
	for _, term := range c.Terms {
		coefficient, ok := term.Coefficient.floor(finest)
		if !ok || max(coefficient, -coefficient) > greatest/int64(len(c.Terms)) {
			return audit.Relation{}, 0, false
		}
		relation.Terms = append(relation.Terms, audit.Term{Cell: term.Cell, Coefficient: coefficient})
		size += max(coefficient, -coefficient)
	}
	sum, ok := c.Sum.floor(places + finest)
	relation.Lower, relation.Upper = sum, sum
	return relation, size, ok && max(sum, -sum) <= greatest
}

// known returns a cell as a reader sees it. A bound beyond the most that is added
// up exactly is as good as none.
func (c Cell) known(places int, most int64) (audit.Cell, bool) {
	known := audit.Cell{Label: "cell " + strconv.Itoa(c.Index), Hidden: c.Status.Hidden()}
	value, ok := c.Value.floor(places)
	if !ok || max(value, -value) > most {
		return audit.Cell{}, false
	}
	known.Lower, known.Upper = value, value
	if known.Hidden {
		known.Lower = bounded(c.Lower, most, func() (int64, bool) { return c.Lower.ceiling(places) })
		known.Upper = bounded(c.Upper, most, func() (int64, bool) { return c.Upper.floor(places) })
	}
	return known, true
}

func bounded(n Number, most int64, units func() (int64, bool)) int64 {
	whole, ok := units()
	switch {
	case !ok && n.digits > 0:
		return most
	case !ok:
		return -most
	}
	return min(max(whole, -most), most)
}

// Audit works out what a reader can know of each hidden cell. A file whose
// numbers cannot be scaled is answered with the bounds that it gives itself, not
// proven. The error is the context's, when it is done.
func (f File) Audit(ctx context.Context) (Report, error) {
	problem, err := f.Problem()
	if err != nil {
		return f.unproven(), ctx.Err()
	}
	result, err := audit.SolveContext(ctx, problem)
	if err != nil {
		return Report{}, err
	}
	var report Report
	for _, contradiction := range result.Contradictions {
		report.Contradictions = append(report.Contradictions, contradiction.Relations)
	}
	cut := f.cut(problem)
	for _, interval := range result.Intervals {
		if cut && max(-interval.Lower, interval.Upper) >= farAway {
			interval.Proven = false // it may come of the bounds that were cut
		}
		report.Answers = append(report.Answers, f.Cells[interval.Cell].answer(interval, problem))
	}
	return report, nil
}

// farAway is far below the bounds at which cells are cut.
const farAway = 1 << 30

// cut reports whether a cell's bounds were too far for the problem.
func (f File) cut(problem audit.Problem) bool {
	for i, cell := range f.Cells {
		if !cell.Status.Hidden() {
			continue
		}
		low, lowFits := cell.Lower.ceiling(problem.Decimals)
		high, highFits := cell.Upper.floor(problem.Decimals)
		if !lowFits || !highFits || low != problem.Cells[i].Lower || high != problem.Cells[i].Upper {
			return true
		}
	}
	return false
}

func (f File) unproven() Report {
	var report Report
	for _, cell := range f.Cells {
		if cell.Status.Hidden() {
			report.Answers = append(report.Answers, Answer{
				Index: cell.Index, Status: cell.Status, Lower: cell.Lower, Upper: cell.Upper,
			}.judged(func(Number, int64) Verdict { return NotProven }, 0, 0, cell))
		}
	}
	return report
}

func (c Cell) answer(interval audit.Interval, problem audit.Problem) Answer {
	places := problem.Decimals
	value, _ := c.Value.floor(places) // it was scaled before
	return Answer{
		Index: c.Index, Status: c.Status, Proven: interval.Proven,
		Lower: scaled(interval.Lower, places), Upper: scaled(interval.Upper, places),
		Certificate: interval.Certificate().String(),
	}.judged(func(level Number, room int64) Verdict {
		switch needed, ok := level.ceiling(places); {
		case ok && room < needed || !ok && level.digits > 0:
			return NotMet
		case !interval.Proven:
			return NotProven
		}
		return Met
	}, value-interval.Lower, interval.Upper-value, c)
}

// judged holds the room below and above a primary cell's value against the
// levels it has to have.
func (a Answer) judged(verdict func(level Number, room int64) Verdict, below, above int64, cell Cell) Answer {
	if cell.Status == Primary {
		a.LowerLevel = verdict(cell.LowerLevel, below)
		a.UpperLevel = verdict(cell.UpperLevel, above)
		a.SlidingLevel = verdict(cell.SlidingLevel, below+above)
	}
	return a
}

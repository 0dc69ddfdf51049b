package audit

import "math"

// sum is a proof: relations, each taken so many times, added up. What is left of
// the open cells is at the bound that limits the cell in question most.
type sum struct {
	relations []int
	times     []int64
	limits    limits
}

// limits are the ranges that the open cells of a component had without its own
// relations, so that a proof speaks of published numbers only.
type limits map[int][2]int64

// sumStep writes a sum out as one line of a proof.
func (s *system) sumStep(made change, at int) Step {
	by := made.sum
	var terms []Term
	for k, r := range by.relations {
		for _, term := range s.relations[r].Terms {
			terms = append(terms, Term{term.Cell, term.Coefficient * by.times[k]})
		}
	}
	terms = merged(terms)
	upwards := (coefficientOf(terms, made.cell) > 0) == (made.side == upperSide)
	var constant int64
	ranged := false
	for k, r := range by.relations {
		bound := s.relations[r].Lower
		if (by.times[k] > 0) == upwards {
			bound = s.relations[r].Upper
		}
		constant += by.times[k] * bound
		ranged = ranged || s.relations[r].Lower != s.relations[r].Upper
	}
	known := func(cell int, which side) int64 {
		if limit, open := by.limits[cell]; open {
			return limit[which]
		}
		return s.boundAt(cell, which, at)
	}
	step := s.combine(terms, constant, made.cell, made.side, known)
	step.Value, step.Relations = made.value, s.published(by.relations)
	if ranged {
		step.Meaning = meaningOf(made.side)
	}
	step.simplify()
	return step
}

// simplify divides a sum and its divisor by what all of it shares.
func (s *Step) simplify() {
	shared := s.Divisor
	for _, summand := range s.Summands {
		if summand.Cell < 0 {
			shared = gcd(shared, summand.Number)
		} else {
			shared = gcd(shared, summand.Times)
		}
	}
	if shared <= 1 {
		return
	}
	s.Divisor /= shared
	for i := range s.Summands {
		if s.Summands[i].Cell < 0 {
			s.Summands[i].Number /= shared
		} else {
			s.Summands[i].Times /= shared
		}
	}
}

// adds reports whether adding up stays far inside 64 bits.
func (s *system) adds(by *sum) bool {
	var all float64
	for k, r := range by.relations {
		relation := s.relations[r]
		once := 0.0
		for _, end := range []int64{relation.Lower, relation.Upper} {
			if end > -noLimit && end < noLimit { // an end that is none stops nothing
				once = math.Max(once, math.Abs(float64(end)))
			}
		}
		for _, term := range relation.Terms {
			cell := s.problem.Cells[term.Cell]
			once += math.Abs(float64(term.Coefficient)) * math.Max(math.Abs(float64(cell.Lower)), math.Abs(float64(cell.Upper)))
		}
		all += once * math.Abs(float64(by.times[k]))
	}
	return all < float64(noLimit)
}

// holds adds a step up and reports whether its numbers give its value.
func (s Step) holds(which side) bool {
	var total int64
	for _, summand := range s.Summands {
		total += summand.Times * summand.Number
	}
	if s.Divisor < 1 {
		return false
	}
	if which == lowerSide {
		return ceilDiv(total, s.Divisor) == s.Value
	}
	return floorDiv(total, s.Divisor) == s.Value
}

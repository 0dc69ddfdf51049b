package audit

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Certificate proves an interval: what gives its lower end and what gives its
// upper end, each with the steps that it rests on.
type Certificate struct {
	Lower, Upper []Step // the last step gives the bound; none when it was known at first sight
}

// Step is one line of a proof: a sum of numbers that bounds a cell.
type Step struct {
	Cell      int
	Label     string // the cell's label
	Meaning   Meaning
	Value     int64
	Summands  []Summand
	Divisor   int64  // what the sum is divided by, rounded inwards; 1 in a plain sum
	Statement string // in place of a sum, where the relation is not one
	Relations []int  // the relations added up
	Decimals  int    // decimal places of every number, see Problem
}

// Meaning says what a step proves of its cell.
type Meaning int

// A step proves that a cell has its value, at least or at most.
const (
	Exactly Meaning = iota
	AtLeast
	AtMost
)

// Summand is one number of a step: a cell's value, or the bound that it cannot
// pass.
type Summand struct {
	Cell   int   // index of the cell, or -1 for a plain number
	Times  int64 // how often it is added; negative when taken away
	Number int64
	Bound  bool // the number is a limit of a cell that is not shown
}

// Expression returns the step's sum, such as "827 - 15 - 11 - 794 = 7".
func (s Step) Expression() string {
	if s.Statement != "" {
		return s.Statement + " = " + decimal(s.Value, s.Decimals)
	}
	var b strings.Builder
	for i, summand := range readable(s.Summands) {
		writeSummand(&b, summand, s.Decimals, i == 0)
	}
	if b.Len() == 0 {
		b.WriteByte('0')
	}
	sum := b.String()
	if s.Divisor > 1 {
		sum = "(" + sum + ") / " + strconv.FormatInt(s.Divisor, 10)
	}
	return sum + " = " + decimal(s.Value, s.Decimals)
}

// decimal writes a number of units of 10 to the power of minus places, without
// zeros at its end.
func decimal(n int64, places int) string {
	digits := strconv.FormatInt(n, 10)
	if places == 0 {
		return digits
	}
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	if missing := places + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	whole, part := digits[:len(digits)-places], strings.TrimRight(digits[len(digits)-places:], "0")
	if part != "" {
		part = "." + part
	}
	return sign + whole + part
}

// maxSummands keeps a printed sum to what a person can add up by hand.
const maxSummands = 60

// readable puts the numbers taken away into one when there are too many to
// print.
func readable(summands []Summand) []Summand {
	if len(summands) <= maxSummands {
		return summands
	}
	var short []Summand
	rest := Summand{Cell: -1, Times: -1}
	for _, summand := range summands {
		if summand.Times > 0 {
			short = append(short, summand)
		} else {
			rest.Number -= summand.Times * summand.Number
		}
	}
	return append(short, rest)
}

func writeSummand(b *strings.Builder, summand Summand, decimals int, first bool) {
	times := summand.Times
	switch {
	case times < 0 && first:
		b.WriteByte('-')
	case times < 0:
		b.WriteString(" - ")
	case !first:
		b.WriteString(" + ")
	}
	if times = max(times, -times); times != 1 {
		b.WriteString(strconv.FormatInt(times, 10) + " x ")
	}
	b.WriteString(decimal(summand.Number, decimals))
}

// String returns the proof in one line: the bare sum where one sum settles the
// cell, the named steps otherwise.
func (c Certificate) String() string {
	steps := c.steps()
	if len(steps) == 1 && steps[0].Meaning == Exactly {
		return steps[0].Expression()
	}
	lines := make([]string, len(steps))
	for i, step := range steps {
		lines[i] = step.Label + " " + step.Meaning.words() + step.Expression()
	}
	return strings.Join(lines, "; ")
}

func (m Meaning) words() string {
	switch m {
	case AtLeast:
		return "at least "
	case AtMost:
		return "at most "
	}
	return "is "
}

// steps returns the steps of both ends, each once.
func (c Certificate) steps() []Step {
	var steps []Step
	for _, step := range slices.Concat(c.Lower, c.Upper) {
		if !slices.ContainsFunc(steps, step.same) {
			steps = append(steps, step)
		}
	}
	return steps
}

func (s Step) same(other Step) bool {
	return s.Cell == other.Cell && s.Meaning == other.Meaning && s.Value == other.Value
}

// maxSteps keeps a certificate to what a person can follow.
const maxSteps = 40

// Certificate returns the proof of the interval.
func (i Interval) Certificate() Certificate {
	if i.system == nil {
		return Certificate{}
	}
	return i.system.certificate(i.Cell)
}

func (s *system) certificate(cell int) Certificate {
	return Certificate{
		Lower: s.explain(s.latest[lowerSide][cell]),
		Upper: s.explain(s.latest[upperSide][cell]),
	}
}

// explain returns the steps behind one change of the trail, oldest first.
func (s *system) explain(index int) []Step {
	if index < 0 {
		return nil
	}
	var steps []Step
	told := map[int]bool{}
	var tell func(int)
	tell = func(at int) {
		if at < 0 || told[at] || len(told) >= maxSteps {
			return
		}
		told[at] = true
		step, causes := s.step(at)
		for _, cause := range causes {
			tell(cause)
		}
		steps = append(steps, step)
	}
	tell(index)
	return steps
}

// step puts one change into words and returns the changes that it rests on.
func (s *system) step(at int) (Step, []int) {
	made := s.trail[at]
	if made.sum != nil {
		step := s.sumStep(made, at)
		return step, s.causes(step, at)
	}
	if made.relation < 0 {
		return s.searchStep(made), nil
	}
	relation := s.relations[made.relation]
	bound := relation.Lower
	if (made.side == upperSide) == (coefficientOf(relation.Terms, made.cell) > 0) {
		bound = relation.Upper
	}
	known := func(cell int, which side) int64 { return s.boundAt(cell, which, at) }
	step := s.combine(relation.Terms, bound, made.cell, made.side, known)
	step.Value, step.Statement, step.Relations = made.value, relation.Statement, []int{made.relation}
	if relation.Lower != relation.Upper && step.Meaning == Exactly {
		step.Meaning = meaningOf(made.side)
	}
	if relation.Statement != "" && s.lower[made.cell] == s.upper[made.cell] {
		step.Meaning = Exactly
	}
	return step, s.causes(step, at)
}

func coefficientOf(terms []Term, cell int) int64 {
	for _, term := range terms {
		if term.Cell == cell {
			return term.Coefficient
		}
	}
	return 0
}

// combine solves a sum of terms for one cell, with every other cell at the
// bound that limits it most.
func (s *system) combine(terms []Term, bound int64, target int, which side, known func(int, side) int64) Step {
	own := coefficientOf(terms, target)
	step := Step{
		Cell: target, Label: s.problem.Cells[target].Label,
		Divisor: own * unit(own), Decimals: s.problem.Decimals,
	}
	if bound != 0 {
		step.Summands = append(step.Summands, Summand{Cell: -1, Times: unit(own), Number: bound})
		step.Value += unit(own) * bound
	}
	for _, term := range terms {
		if term.Cell == target {
			continue
		}
		summand := s.limiting(term.Cell, -term.Coefficient*unit(own), which, known)
		if summand.Bound {
			step.Meaning = meaningOf(which)
		}
		step.Value += summand.Times * summand.Number
		step.Summands = append(step.Summands, summand)
	}
	slices.SortStableFunc(step.Summands, func(a, b Summand) int {
		return cmp.Compare(unit(b.Times), unit(a.Times))
	})
	return step
}

func (s *system) limiting(cell int, times int64, which side, known func(int, side) int64) Summand {
	low, high := known(cell, lowerSide), known(cell, upperSide)
	summand := Summand{Cell: cell, Times: times, Number: low, Bound: low != high}
	if (times > 0) == (which == upperSide) {
		summand.Number = high
	}
	return summand
}

// searchStep stands for a proof by trying out: no single sum gives it.
func (s *system) searchStep(made change) Step {
	return Step{
		Cell: made.cell, Label: s.problem.Cells[made.cell].Label,
		Meaning: meaningOf(made.side), Value: made.value, Decimals: s.problem.Decimals,
		Statement: "what all sums and percentages together leave",
	}
}

func unit(n int64) int64 { return 2*oneIf(n > 0) - 1 }

func oneIf(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
}

func meaningOf(which side) Meaning {
	if which == lowerSide {
		return AtLeast
	}
	return AtMost
}

// boundAt returns a bound as it was before a change of the trail.
func (s *system) boundAt(cell int, which side, at int) int64 {
	if i := s.changeBefore(cell, which, at); i >= 0 {
		return s.trail[i].value
	}
	if which == lowerSide {
		return s.problem.Cells[cell].Lower
	}
	return s.problem.Cells[cell].Upper
}

func (s *system) changeBefore(cell int, which side, at int) int {
	i := s.latest[which][cell]
	for i >= at {
		i = s.trail[i].previous
	}
	return i
}

// causes returns the changes that gave a step's numbers.
func (s *system) causes(step Step, at int) []int {
	var causes []int
	for _, summand := range step.Summands {
		if summand.Cell < 0 {
			continue
		}
		for _, which := range []side{lowerSide, upperSide} {
			if i := s.changeBefore(summand.Cell, which, at); i >= 0 && s.trail[i].value == summand.Number {
				causes = append(causes, i)
			}
		}
	}
	return causes
}

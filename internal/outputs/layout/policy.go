package layout

import (
	"slices"
	"strings"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/outputs/notation"
)

// Policy is a profile in the form that checks ask it.
type Policy struct {
	Rules     disclosure.Rules
	Threshold int64
	least     int64 // the least number that a primary mark can stand for
	marks     []string
	secondary string
	BlankMask bool // a blank cell is one of the marks
	midpoint  bool // every count is rounded to a midpoint
}

// NewPolicy makes a profile ready to be asked.
func NewPolicy(profile disclosure.Profile) Policy {
	p := Policy{Rules: profile.Rules(), least: 1}
	p.Threshold = p.Rules.Threshold.Value
	if p.ZeroIsLow() {
		p.least = 0
	}
	for _, mark := range p.Rules.Marks.Value {
		p.marks = append(p.marks, plainMark(mark))
		p.BlankMask = p.BlankMask || mark == ""
	}
	p.secondary = plainMark(p.Rules.SecondaryMark.Value)
	p.midpoint = p.Rules.RoundingMethod.Value == disclosure.RoundMidpoint && p.Base() > 1
	return p
}

func plainMark(text string) string {
	cleaned, _ := notation.Clean(text)
	if v := notation.ParseValue(cleaned); v.Kind == notation.Mark && v.Stated {
		return v.Mark
	}
	return strings.ToLower(cleaned)
}

// ZeroIsLow reports whether the rules mask zeros.
func (p *Policy) ZeroIsLow() bool { return p.Rules.Zero.Value == disclosure.MaskZero }

// IsLow reports whether a shown number is one that the rules hide.
func (p *Policy) IsLow(n int64) bool {
	if n == 0 {
		return p.ZeroIsLow()
	}
	return n > 0 && n < p.Threshold
}

// Knows reports whether the rules list a mark.
func (p *Policy) Knows(v notation.Value) bool {
	return slices.Contains(p.marks, v.Mark) || v.Mark == p.secondary
}

// SumOfShown reports whether the rules say that totals leave masked cells out.
func (p *Policy) SumOfShown() bool {
	return p.Rules.Totals.Value == disclosure.SumOfShown || p.Rules.Totals.Value == disclosure.SumOfRounded
}

// IsRounded reports whether a shown count is one that the rules' rounding makes.
func (p *Policy) IsRounded(n int64) bool {
	if p.midpoint {
		return n == 0 || (n+p.Base()/2)%p.Base() == 0
	}
	return n%p.Base() == 0
}

// Base is what counts are rounded to; 1 when they are not.
func (p *Policy) Base() int64 { return max(1, p.Rules.RoundingBase.Value) }

// Bounds returns the numbers that a cell can stand for, as a reader knows them
// from the rules alone.
func (p *Policy) Bounds(v notation.Value) (lower, upper int64) {
	switch {
	case v.Kind == notation.Number:
		n, _ := v.Whole()
		return p.boundsOf(n)
	case v.Kind == notation.Blank && p.BlankMask:
		return p.least, p.Threshold - 1
	case v.Kind != notation.Mark:
		return 0, notation.Unbounded
	case v.Stated:
		return max(v.Lower, min(p.least, v.Upper)), v.Upper
	case v.Mark == p.secondary && p.secondary != p.marks[0]:
		return 0, notation.Unbounded
	case slices.Contains(p.marks, v.Mark):
		return p.least, p.Threshold - 1
	}
	return 0, notation.Unbounded
}

// boundsOf returns the counts that a shown number can stand for.
func (p *Policy) boundsOf(n int64) (lower, upper int64) {
	if p.midpoint {
		return midpointBand(n, p.Base())
	}
	return p.unrounded(n)
}

// unrounded returns the counts that are rounded to n, halves upwards. A count
// below the threshold would have been masked, but for a true zero where the rules
// show it.
func (p *Policy) unrounded(n int64) (lower, upper int64) {
	base := p.Base()
	if base == 1 || n%base != 0 {
		return n, n
	}
	lower, upper = n-base/2, n+(base-1)/2
	if lower < p.Threshold && n >= p.Threshold {
		lower = p.Threshold
	}
	if n == 0 && upper < p.Threshold && !p.ZeroIsLow() {
		upper = 0
	}
	return max(lower, 0), upper
}

// midpointBand returns the counts whose band of the base has n in its middle: 3
// stands for 1 to 6.
func midpointBand(n, base int64) (lower, upper int64) {
	if n <= 0 || (n+base/2)%base != 0 {
		return n, n
	}
	return n - base/2 + 1, n + base/2
}

// Hides reports whether a mark stands for a low number only, so that working it
// out discloses something.
func (p *Policy) Hides(v notation.Value) bool {
	_, upper := p.Bounds(v)
	return upper < p.Threshold || v.Kind == notation.Mark && !p.IsSecondary(v)
}

// IsSecondary reports whether a mark may hide any number, to protect another.
func (p *Policy) IsSecondary(v notation.Value) bool {
	return v.Kind == notation.Mark && !v.Stated && v.Mark == p.secondary && p.secondary != p.marks[0]
}

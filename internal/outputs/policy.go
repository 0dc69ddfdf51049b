package outputs

import (
	"slices"
	"strings"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/outputs/notation"
)

// policy is a profile in the form that checks ask it.
type policy struct {
	rules     disclosure.Rules
	threshold int64
	least     int64 // the least number that a primary mark can stand for
	marks     []string
	secondary string
	blankMask bool // a blank cell is one of the marks
}

func newPolicy(profile disclosure.Profile) policy {
	p := policy{rules: profile.Rules(), least: 1}
	p.threshold = p.rules.Threshold.Value
	if p.zeroIsLow() {
		p.least = 0
	}
	for _, mark := range p.rules.Marks.Value {
		p.marks = append(p.marks, plainMark(mark))
		p.blankMask = p.blankMask || mark == ""
	}
	p.secondary = plainMark(p.rules.SecondaryMark.Value)
	return p
}

func plainMark(text string) string {
	cleaned, _ := notation.Clean(text)
	if v := notation.ParseValue(cleaned); v.Kind == notation.Mark && v.Stated {
		return v.Mark
	}
	return strings.ToLower(cleaned)
}

func (p policy) zeroIsLow() bool { return p.rules.Zero.Value == disclosure.MaskZero }

// isLow reports whether a shown number is one that the rules hide.
func (p policy) isLow(n int64) bool {
	if n == 0 {
		return p.zeroIsLow()
	}
	return n > 0 && n < p.threshold
}

// knows reports whether the rules list a mark.
func (p policy) knows(v notation.Value) bool {
	return slices.Contains(p.marks, v.Mark) || v.Mark == p.secondary
}

// sumOfShown reports whether the rules say that totals leave masked cells out.
func (p policy) sumOfShown() bool {
	return p.rules.Totals.Value == disclosure.SumOfShown || p.rules.Totals.Value == disclosure.SumOfRounded
}

// base is what counts are rounded to; 1 when they are not.
func (p policy) base() int64 { return max(1, p.rules.RoundingBase.Value) }

// bounds returns the numbers that a cell can stand for, as a reader knows them
// from the rules alone.
func (p policy) bounds(v notation.Value) (lower, upper int64) {
	switch {
	case v.Kind == notation.Number:
		n, _ := v.Whole()
		return p.unrounded(n)
	case v.Kind == notation.Blank && p.blankMask:
		return p.least, p.threshold - 1
	case v.Kind != notation.Mark:
		return 0, notation.Unbounded
	case v.Stated:
		return max(v.Lower, min(p.least, v.Upper)), v.Upper
	case v.Mark == p.secondary && p.secondary != p.marks[0]:
		return 0, notation.Unbounded
	case slices.Contains(p.marks, v.Mark):
		return p.least, p.threshold - 1
	}
	return 0, notation.Unbounded
}

// unrounded returns the counts that are rounded to n, halves upwards. A count
// below the threshold would have been masked.
func (p policy) unrounded(n int64) (lower, upper int64) {
	base := p.base()
	if base == 1 || n%base != 0 {
		return n, n
	}
	lower, upper = n-base/2, n+(base-1)/2
	if lower < p.threshold && n >= p.threshold {
		lower = p.threshold
	}
	return max(lower, 0), upper
}

// hides reports whether a mark stands for a low number only, so that working it
// out discloses something.
func (p policy) hides(v notation.Value) bool {
	_, upper := p.bounds(v)
	return upper < p.threshold || v.Kind == notation.Mark && !p.isSecondary(v)
}

// isSecondary reports whether a mark may hide any number, to protect another.
func (p policy) isSecondary(v notation.Value) bool {
	return v.Kind == notation.Mark && !v.Stated && v.Mark == p.secondary && p.secondary != p.marks[0]
}

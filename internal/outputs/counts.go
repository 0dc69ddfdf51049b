package outputs

import (
	"fmt"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/outputs/layout"
	"tre-toolkit/internal/outputs/notation"
)

// counts looks for shown numbers that the rules hide, and for numbers that are
// not rounded as they ask.
func (c *check) counts(m *layout.Model) {
	unnamed := c.unnamedMidpoints(m)
	for _, column := range m.CountColumns {
		zeros := 0
		for row := range m.Rows() {
			n, whole := m.Value(column, row).Whole()
			if !whole || !m.Counted(row) {
				continue
			}
			at := layout.CellAt{Row: row, Column: column}
			switch {
			case m.Low(at):
				c.findings.add(lowCount(m, at, n))
			case n == 0:
				zeros++
			case !m.IsRounded(at) && !unnamed[column]:
				f := findingAt(m, "RND001", Failed, at)
				f.Message = fmt.Sprintf("The count is not a multiple of %d.", m.Policy.Base())
				if m.Midpoint(column) {
					f.Message = "The count is not a midpoint of the rules' bands."
				}
				c.findings.add(f)
			}
		}
		c.caution(m, column, zeros)
	}
	c.mixedBases(m)
}

// lowCount tells of a count that the rules hide. The number stands in the proof
// alone, so that the message may be released.
func lowCount(m *layout.Model, at layout.CellAt, n int64) Finding {
	f := findingAt(m, "LOW001", Failed, at)
	f.Message = fmt.Sprintf("A count is shown that is below %d.", m.Policy.Threshold)
	f.Certificate = fmt.Sprintf("the cell shows %d", n)
	if n == 0 {
		f.Check, f.Certificate = "LOW002", ""
		f.Message = "A zero is shown, and the rules mask zeros."
	}
	return f
}

// caution tells of shown zeros where the rules want them looked at, once a
// column.
func (c *check) caution(m *layout.Model, column, zeros int) {
	if zeros == 0 || m.Policy.Rules.Zero.Value != disclosure.CautionZero {
		return
	}
	c.findings.add(Finding{Check: "LOW002", Severity: Told, File: m.File, Table: m.Table.Name, Line: m.HeaderLine, Column: m.Header[column],
		Message: "Zeros are shown. The rules keep them, unless they tell that nobody or everybody of a group has a trait.",
		Fix:     "Look at what each zero tells of its row and of its column."})
}

// How many counts must agree before their rounding is more than chance: one in
// six is a midpoint, one in five a multiple of 5, and people like round numbers.
const (
	fewestMidpoints = 5
	fewestRounded   = 10
)

// unnamedMidpoints finds columns of counts that are all midpoints and do not say
// so in their names.
func (c *check) unnamedMidpoints(m *layout.Model) map[int]bool {
	base := m.Policy.Rules.MidpointBase.Value
	if base == 0 || m.Policy.Rules.RoundingMethod.Value == disclosure.RoundMidpoint {
		return nil
	}
	found := map[int]bool{}
	for _, column := range m.CountColumns {
		if m.Midpoint(column) || !allOf(m, column, fewestMidpoints, func(n int64) bool { return (n+base/2)%base == 0 }) {
			continue
		}
		found[column] = true
		c.findings.add(Finding{Check: "RND003", Severity: ForReview, File: m.File, Table: m.Table.Name, Line: m.HeaderLine, Column: m.Header[column],
			Message: fmt.Sprintf("All counts are midpoints of bands of %d, and the column's name does not say so.", base)})
	}
	return found
}

// allOf reports whether enough counts of a column that are shown and not zero
// hold a test, and all of them do.
func allOf(m *layout.Model, column, fewest int, holds func(n int64) bool) bool {
	tried := 0
	for row := range m.Rows() {
		n, whole := m.Value(column, row).Whole()
		if !whole || n == 0 || !m.Counted(row) {
			continue
		}
		if !holds(n) {
			return false
		}
		tried++
	}
	return tried >= fewest
}

// mixedBases tells of a table some of whose columns are rounded and others not,
// or otherwise: a reader can undo the one with the other. Exact counts under
// rules that round are findings of their own.
func (c *check) mixedBases(m *layout.Model) {
	rounded, exact, midpoints := -1, -1, -1
	for _, column := range m.CountColumns {
		switch {
		case m.Midpoint(column):
			midpoints = column
		case differs(m, column) && allOf(m, column, fewestRounded, func(n int64) bool { return n%5 == 0 }):
			rounded = column
		case m.Policy.Base() == 1 && c.manyCounts(m, column):
			exact = column
		}
	}
	f := Finding{Check: "RND002", Severity: ForReview, File: m.File, Table: m.Table.Name, Line: m.HeaderLine}
	switch {
	case midpoints >= 0 && rounded >= 0:
		f.Column = m.Header[rounded]
		f.Message = "Counts of this column are rounded to multiples of 5, and those of another to midpoints: together they leave fewer numbers than either."
	case rounded >= 0 && exact >= 0:
		f.Severity, f.Column = Told, m.Header[rounded]
		f.Message = "Counts of this column are rounded, and those of another are not."
	default:
		return
	}
	c.findings.add(f)
}

// differs reports whether a column shows at least as many different numbers as half
// of what tells rounding from chance: one denominator over and over is not rounded.
func differs(m *layout.Model, column int) bool {
	seen := map[int64]bool{}
	for row := range m.Rows() {
		if n, whole := m.Value(column, row).Whole(); whole && n > 0 && m.Counted(row) {
			seen[n] = true
		}
	}
	return 2*len(seen) >= fewestRounded
}

func (c *check) manyCounts(m *layout.Model, column int) bool {
	return allOf(m, column, fewestRounded, func(int64) bool { return true })
}

// marks looks at how numbers are hidden.
func (c *check) marks(m *layout.Model) {
	for _, column := range m.CountColumns {
		seen := map[string]bool{}
		for row := range m.Rows() {
			at := layout.CellAt{Row: row, Column: column}
			if v := m.At(at); v.Kind != notation.Number && m.Counted(row) {
				c.mark(m, at, v, seen)
			}
		}
	}
}

// mark judges one mark; each kind is told once a column.
func (c *check) mark(m *layout.Model, at layout.CellAt, v notation.Value, seen map[string]bool) {
	shown := v.Mark
	if v.Kind == notation.Text {
		shown = "other text"
	}
	if seen[shown] {
		return
	}
	seen[shown] = true
	f := findingAt(m, "MSK001", ForReview, at)
	switch {
	case v.Kind == notation.Blank && m.Policy.BlankMask, v.Kind == notation.Mark && m.Policy.Knows(v):
		c.wantNote(m, at)
		return
	case v.Kind == notation.Blank:
		f.Check, f.Message = "MSK003", "A blank cell stands among counts; it can be read as none, as unknown or as hidden."
	case v.Kind == notation.Mark && notation.Mistakable[v.Mark]:
		f.Check, f.Severity = "MSK003", Failed
		f.Message = fmt.Sprintf("%q stands for a hidden number; it can be taken for a value.", v.Mark)
	case v.Kind == notation.Text:
		f.Message = "A cell among counts is neither a number nor a mark that the rules list."
	default:
		f.Message = fmt.Sprintf("The mark %q is not one of those that the rules list.", v.Mark)
	}
	c.findings.add(f)
}

// wantNote remembers a mark until all files are read: another file may explain
// it.
func (c *check) wantNote(m *layout.Model, at layout.CellAt) {
	if !m.Policy.Rules.NoteRequired.Value {
		return
	}
	for _, waiting := range c.unnoted {
		if waiting.File == m.File {
			return
		}
	}
	f := findingAt(m, "MSK002", ForReview, at)
	f.Message = "Masked cells are marked, and no text in the folder says what the mark means."
	c.unnoted = append(c.unnoted, &f)
}

func (c *check) missingNotes() {
	if c.noted {
		return
	}
	for _, f := range c.unnoted {
		c.findings.add(*f)
	}
}

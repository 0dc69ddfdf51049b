package outputs

import (
	"fmt"

	"tre-toolkit/internal/outputs/layout"
	"tre-toolkit/internal/outputs/notation"
)

// counts looks for shown numbers that the rules hide, and for numbers that are
// not rounded as they ask.
func (c *check) counts(m *layout.Model) {
	for _, column := range m.CountColumns {
		for row := range m.Rows {
			n, whole := m.Values[column][row].Whole()
			if !whole || !m.Counted(row) {
				continue
			}
			at := layout.CellAt{Row: row, Column: column}
			switch {
			case n == 0 && c.policy.ZeroIsLow():
				f := findingAt(m, "LOW002", Failed, at)
				f.Message = "A zero is shown, and the rules mask zeros."
				c.findings.add(f)
			case c.policy.IsLow(n):
				f := findingAt(m, "LOW001", Failed, at)
				f.Message = fmt.Sprintf("The count %d is shown, and counts below %d are masked.", n, c.policy.Threshold)
				c.findings.add(f)
			case n%c.policy.Base() != 0:
				f := findingAt(m, "RND001", Failed, at)
				f.Message = fmt.Sprintf("The count is not a multiple of %d.", c.policy.Base())
				c.findings.add(f)
			}
		}
	}
}

// marks looks at how numbers are hidden.
func (c *check) marks(m *layout.Model) {
	for _, column := range m.CountColumns {
		seen := map[string]bool{}
		for row := range m.Rows {
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
	case v.Kind == notation.Blank && c.policy.BlankMask, v.Kind == notation.Mark && c.policy.Knows(v):
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
	if !c.policy.Rules.NoteRequired.Value {
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

// statistics looks for means and the like beside a count that is masked or low.
func (c *check) statistics(m *layout.Model) {
	for column, role := range m.Roles {
		count, ok := m.CountFor(column)
		if role != layout.RoleStatistic || !ok {
			continue
		}
		for row := range m.Rows {
			v := m.Values[count][row]
			if m.Values[column][row].Kind != notation.Number || !m.Counted(row) || v.Kind == notation.Number || !c.policy.Hides(v) {
				continue
			}
			f := findingAt(m, "LOW003", Failed, layout.CellAt{Row: row, Column: column})
			f.Message = fmt.Sprintf("A statistic is shown of people whose count is masked; it needs at least %d.", c.policy.Rules.StatisticPeople.Value)
			if certificate, isRate := m.RateOf(column, row); isRate {
				f.Check, f.Certificate, f.Message = "PCT001", certificate, "A rate is shown of a count that is masked."
			}
			c.findings.add(f)
		}
	}
}

package outputs

import (
	"fmt"

	"tre-toolkit/internal/outputs/notation"
)

// counts looks for shown numbers that the rules hide, and for numbers that are
// not rounded as they ask.
func (c *check) counts(m *model) {
	for _, column := range m.countColumns {
		for row := range m.Rows {
			n, whole := m.values[column][row].Whole()
			if !whole || !m.counted(row) {
				continue
			}
			at := cellAt{row, column}
			switch {
			case n == 0 && c.policy.zeroIsLow():
				f := m.finding("LOW002", Failed, at)
				f.Message = "A zero is shown, and the rules mask zeros."
				c.findings.add(f)
			case c.policy.isLow(n):
				f := m.finding("LOW001", Failed, at)
				f.Message = fmt.Sprintf("The count %d is shown, and counts below %d are masked.", n, c.policy.threshold)
				c.findings.add(f)
			case n%c.policy.base() != 0:
				f := m.finding("RND001", Failed, at)
				f.Message = fmt.Sprintf("The count is not a multiple of %d.", c.policy.base())
				c.findings.add(f)
			}
		}
	}
}

// marks looks at how numbers are hidden.
func (c *check) marks(m *model) {
	for _, column := range m.countColumns {
		seen := map[string]bool{}
		for row := range m.Rows {
			at := cellAt{row, column}
			if v := m.at(at); v.Kind != notation.Number && m.counted(row) {
				c.mark(m, at, v, seen)
			}
		}
	}
}

// mark judges one mark; each kind is told once a column.
func (c *check) mark(m *model, at cellAt, v notation.Value, seen map[string]bool) {
	shown := v.Mark
	if v.Kind == notation.Text {
		shown = "other text"
	}
	if seen[shown] {
		return
	}
	seen[shown] = true
	f := m.finding("MSK001", ForReview, at)
	switch {
	case v.Kind == notation.Blank && c.policy.blankMask, v.Kind == notation.Mark && c.policy.knows(v):
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
func (c *check) wantNote(m *model, at cellAt) {
	if !c.policy.rules.NoteRequired.Value {
		return
	}
	for _, waiting := range c.unnoted {
		if waiting.File == m.File {
			return
		}
	}
	f := m.finding("MSK002", ForReview, at)
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
func (c *check) statistics(m *model) {
	for column, role := range m.roles {
		count, ok := m.countFor(column)
		if role != roleStatistic || !ok {
			continue
		}
		for row := range m.Rows {
			v := m.values[count][row]
			if m.values[column][row].Kind != notation.Number || !m.counted(row) || v.Kind == notation.Number || !c.policy.hides(v) {
				continue
			}
			f := m.finding("LOW003", Failed, cellAt{row, column})
			f.Message = fmt.Sprintf("A statistic is shown of people whose count is masked; it needs at least %d.", c.policy.rules.StatisticPeople.Value)
			if certificate, isRate := m.rateOf(column, row); isRate {
				f.Check, f.Certificate, f.Message = "PCT001", certificate, "A rate is shown of a count that is masked."
			}
			c.findings.add(f)
		}
	}
}

// countFor returns the count that a statistic belongs to: the nearest before
// it that is not named as a whole, or the nearest, or the only one.
func (m *model) countFor(column int) (int, bool) {
	nearest := -1
	for i := column - 1; i >= 0; i-- {
		if m.roles[i] != roleCount {
			continue
		}
		if !notation.AnyWord(notation.Words(m.Header[i]), notation.DenominatorWords) {
			return i, true
		}
		nearest = max(nearest, i)
	}
	if nearest >= 0 {
		return nearest, true
	}
	if len(m.countColumns) == 1 {
		return m.countColumns[0], true
	}
	return 0, false
}

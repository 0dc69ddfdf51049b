package layout

import "tre-toolkit/internal/outputs/notation"

// A star or a blank is taken for a low count, as the rules have it. Where one
// mark also hides the cells that protect the low ones, the totals may leave more
// than low counts can make up: the reader then knows that the mark says nothing
// of how large a number is, and so does the model.

// findOpenMarks finds the marks that hide more than low counts, from the totals
// of the table.
func (m *Model) findOpenMarks() {
	for _, l := range m.Lines {
		if l.Guessed || m.HiddenAt(l.Total) {
			continue
		}
		s := m.Sum(l)
		low, _ := m.Bounds(l.Total)
		if len(s.Hidden) == 0 || low <= s.high+s.most {
			continue
		}
		for _, at := range s.Hidden {
			m.openMark(m.At(at))
		}
	}
}

// openMark takes a mark for one that may hide any number. A mark that states its
// bounds keeps them.
func (m *Model) openMark(v notation.Value) {
	if !presumed(v) {
		return
	}
	if m.open == nil {
		m.open = map[string]bool{}
	}
	m.open[v.Mark] = true
}

// presumed reports a mark whose bounds are those of the rules and not its own.
func presumed(v notation.Value) bool {
	return v.Kind == notation.Blank || v.Kind == notation.Mark && !v.Stated
}

func (m *Model) isOpen(v notation.Value) bool {
	return len(m.open) > 0 && presumed(v) && m.open[v.Mark]
}

// IsOpen reports whether a cell's mark hides more than low counts in this table.
func (m *Model) IsOpen(c CellAt) bool { return m.isOpen(m.At(c)) }

// OpenMarks takes every mark that does not state its bounds for one that may hide
// any number, because the totals leave no other reading. It reports whether that
// changed anything.
func (m *Model) OpenMarks() bool {
	before := len(m.open)
	for _, column := range m.CountColumns {
		for row := range m.Rows() {
			if at := (CellAt{row, column}); m.HiddenAt(at) && m.Counted(row) {
				if lower, upper := m.Policy.Bounds(m.At(at)); lower != 0 || upper != notation.Unbounded {
					m.openMark(m.At(at))
				}
			}
		}
	}
	return len(m.open) > before
}

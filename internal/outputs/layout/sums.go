package layout

import (
	"fmt"
	"strconv"
	"strings"

	"tre-toolkit/internal/outputs/notation"
)

// Cells are cells of one table in a line: those of several rows in one column,
// or of several columns in one row.
type Cells struct {
	places []int32 // rows, or columns
	of     int32   // the column, or the row
	across bool    // the places are columns
}

// Len returns how many cells there are.
func (c Cells) Len() int { return len(c.places) }

// At returns one of the cells.
func (c Cells) At(i int) CellAt {
	if c.across {
		return CellAt{int(c.of), int(c.places[i])}
	}
	return CellAt{int(c.places[i]), int(c.of)}
}

// All gives the cells in order.
func (c Cells) All(yield func(CellAt) bool) {
	for i := range c.places {
		if !yield(c.At(i)) {
			return
		}
	}
}

func (m *Model) hidesAny(cells Cells) bool {
	for at := range cells.All {
		if m.HiddenAt(at) {
			return true
		}
	}
	return false
}

// LineSum is what a line adds up to.
type LineSum struct {
	Total, Shown int64
	low, high    int64 // what the shown parts can be, unrounded
	least, most  int64 // what the hidden parts can be
	Hidden       []CellAt
}

// Sum adds up what is shown of a line, and bounds what is not.
func (m *Model) Sum(l Line) LineSum {
	var s LineSum
	s.Total, _ = m.At(l.Total).Whole()
	for part := range l.Parts.All {
		low, high := m.Bounds(part)
		if n, whole := m.wholeAt(part); whole {
			s.Shown += n
			s.low += low
			s.high += high
			continue
		}
		s.Hidden = append(s.Hidden, part)
		s.least += low
		s.most = min(s.most+high, notation.Unbounded)
	}
	return s
}

// IsCategory reports a line whose total is none: a row among others that is
// smaller than one of them, such as the total hysterectomies beside the subtotal
// ones. A last row is a total, and a wrong one.
func (m *Model) IsCategory(l Line) bool {
	total, whole := m.At(l.Total).Whole()
	if !whole || l.Total.Row == m.Rows()-1 || m.outlined[l.Total.Row] || m.totalColumn[l.Total.Column] {
		return false
	}
	for part := range l.Parts.All {
		if n, shown := m.wholeAt(part); shown && n > total && part.Column == l.Total.Column {
			return true
		}
	}
	return false
}

// Feasible reports whether a total can be true of its parts.
func (m *Model) Feasible(s LineSum, l Line) bool {
	low, high := m.Bounds(l.Total)
	return high >= s.low+s.least && low <= s.high+s.most
}

// SumText writes a total minus its shown parts.
func (m *Model) SumText(l Line, s LineSum) string {
	var b strings.Builder
	b.WriteString(strconv.FormatInt(s.Total, 10))
	if l.Parts.Len() > 60 {
		fmt.Fprintf(&b, " - %d", s.Shown)
	} else {
		for part := range l.Parts.All {
			if n, whole := m.At(part).Whole(); whole && n != 0 {
				fmt.Fprintf(&b, " - %d", n)
			}
		}
	}
	fmt.Fprintf(&b, " = %d", s.Total-s.Shown)
	return b.String()
}

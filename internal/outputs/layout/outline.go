package layout

import (
	"regexp"
	"slices"
	"strings"

	"tre-toolkit/internal/outputs/notation"
)

// subtotalLabel is a label such as "North total"; by itself it makes no total,
// since a hysterectomy is total or subtotal.
var subtotalLabel = regexp.MustCompile(`(?i)\S[ ,:-]+(?:sub-?)?total$`)

func namesSubtotal(label string) bool {
	const total = "total"
	return len(label) > len(total) && strings.EqualFold(label[len(label)-len(total):], total) && subtotalLabel.MatchString(label)
}

// levelNames are names of columns that say how deep in a hierarchy a row stands.
var levelNames = notation.WordSet("level tier depth hierarchy")

// branch is a row and the rows that it may be the total of.
type branch struct {
	parent   int
	children []int32
}

// findOutline finds the totals that a table's outline shows: rows below which
// others are indented, rows of a higher level where a column names the levels,
// and rows named "North total" beside those of the north. They are taken for
// totals when the numbers bear that out, together or not at all, unless levels are
// declared.
func (m *Model) findOutline() {
	m.outlined = make([]bool, m.Rows())
	if len(m.KeyColumns) == 0 || len(m.Declared.Levels) > 0 {
		return
	}
	for _, branches := range [][]branch{m.indented(), m.levelled(), m.subtotals()} {
		if len(branches) == 0 || !m.bearsOut(branches) {
			continue
		}
		for _, b := range branches {
			m.outlined[b.parent], m.TotalRow[b.parent] = true, true
			for _, column := range m.CountColumns {
				if m.room(len(b.children)) {
					m.Lines = append(m.Lines, Line{Total: CellAt{b.parent, column}, Parts: cellsOf(b.children, column)})
				}
			}
		}
		return
	}
}

// bearsOut reports whether most sums that are shown in full are right and all
// others are possible.
func (m *Model) bearsOut(branches []branch) bool {
	full, right := 0, 0
	for _, b := range branches {
		for _, column := range m.CountColumns {
			l := Line{Total: CellAt{b.parent, column}, Parts: cellsOf(b.children, column)}
			if m.HiddenAt(l.Total) {
				continue
			}
			s := m.Sum(l)
			fits := m.fits(l) || m.Policy.Base() > 1 && m.Feasible(s, l)
			switch {
			case len(s.Hidden) == 0:
				full++
				if fits {
					right++
				}
			case !fits:
				return false
			}
		}
	}
	return right*10 >= full*9
}

// indented returns the outline that blanks before the labels draw.
func (m *Model) indented() []branch {
	column := m.KeyColumns[0]
	depths, differ := make([]int, m.Rows()), false
	for row := range m.Rows() {
		raw := m.raw(row, column)
		depths[row] = len(raw) - len(strings.TrimLeft(raw, " \t\u00a0\u2003"))
		differ = differ || depths[row] != depths[0]
	}
	if !differ {
		return nil
	}
	return m.branches(depths)
}

// levelled returns the outline of a table that names each row's level, the
// highest first.
func (m *Model) levelled() []branch {
	at := slices.IndexFunc(m.KeyColumns, func(column int) bool {
		return slices.ContainsFunc(notation.Words(m.Header[column]), func(word string) bool { return levelNames[word] })
	})
	if at < 0 || len(m.KeyColumns) < 2 {
		return nil
	}
	order := map[string]int{}
	depths := make([]int, m.Rows())
	for row := range m.Rows() {
		level := m.Key(row, at)
		if _, known := order[level]; !known {
			order[level] = len(order)
		}
		depths[row] = order[level]
	}
	if len(order) < 2 || len(order) > mostLevels {
		return nil
	}
	return m.branches(depths)
}

// mostLevels is how many levels an outline may have.
const mostLevels = 8

// branches reads an outline: the children of a row are those one step below it,
// up to the next row that is no deeper.
func (m *Model) branches(depths []int) []branch {
	var found []branch
	var open []int // places in found, by depth
	for row := range m.Rows() {
		if !m.Counted(row) || m.TotalRow[row] {
			continue
		}
		for len(open) > 0 && depths[found[open[len(open)-1]].parent] >= depths[row] {
			open = open[:len(open)-1]
		}
		if len(open) > 0 {
			above := &found[open[len(open)-1]]
			above.children = append(above.children, int32(row))
		}
		open = append(open, len(found))
		found = append(found, branch{parent: row})
	}
	return slices.DeleteFunc(found, func(b branch) bool { return len(b.children) < 2 })
}

// subtotals returns the rows that are named as totals of something, each with the
// rows before it back to the last of them, or the rows after it.
func (m *Model) subtotals() []branch {
	last := len(m.KeyColumns) - 1
	var before, after []branch
	var since []int32
	for row := range m.Rows() {
		switch {
		case !m.Counted(row) || m.TotalRow[row]:
		case m.labels.facts[m.labels.of(row)[last]].subtotal:
			before = append(before, branch{row, since})
			after = append(after, branch{parent: row})
			since = nil
		default:
			since = append(since, int32(row))
			if len(after) > 0 {
				after[len(after)-1].children = since
			}
		}
	}
	few := func(b branch) bool { return len(b.children) < 2 }
	switch {
	case len(before) == 0:
		return nil
	case !slices.ContainsFunc(before, few):
		return before
	case !slices.ContainsFunc(after, few):
		return after
	}
	return nil
}

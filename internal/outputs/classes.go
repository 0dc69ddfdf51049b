package outputs

import (
	"fmt"
	"slices"

	"tre-toolkit/internal/outputs/layout"
	"tre-toolkit/internal/outputs/notation"
)

// classes looks for class disclosure: everybody of a group in one class, or
// nobody in it, which tells something of each of its members.
func (c *check) classes(m *layout.Model) {
	severity, wanted := severityOf(m.Policy.Rules.ClassDisclosure.Value)
	if !wanted {
		return
	}
	told := map[layout.CellAt]bool{}
	c.classesOfLines(m, severity, told)
	c.classesOfRows(m, severity, told)
	for column, role := range m.Roles {
		if role == layout.RolePercent {
			c.classesOfShares(m, column, severity, told)
		}
	}
}

// classesOfLines looks at sums all of whose people fall into one part.
func (c *check) classesOfLines(m *layout.Model, severity Severity, told map[layout.CellAt]bool) {
	for _, l := range m.Lines {
		only, others := layout.CellAt{}, 0
		whole := l.Parts.Len() > 1 && !l.Guessed
		for part := range l.Parts.All {
			n, shown := m.At(part).Whole()
			whole = whole && shown
			if n != 0 {
				only, others = part, others+1
			}
		}
		if !whole || others != 1 || told[only] {
			continue
		}
		told[only] = true
		f := findingAt(m, "CLS001", severity, only)
		f.Message = "Everybody of the group falls into this one class; the others hold nobody."
		c.findings.add(f)
	}
}

// classesOfRows looks at rows of several counts of which all but one are zero, in
// tables without totals.
func (c *check) classesOfRows(m *layout.Model, severity Severity, told map[layout.CellAt]bool) {
	if len(m.CountColumns) < 2 || len(m.Lines) > 0 || slices.ContainsFunc(m.CountColumns, m.IsDenominator) {
		return
	}
	for row := range m.Rows() {
		only, others := layout.CellAt{}, 0
		whole := m.Counted(row)
		for _, column := range m.CountColumns {
			n, shown := m.Value(column, row).Whole()
			whole = whole && shown
			if n != 0 {
				only, others = layout.CellAt{Row: row, Column: column}, others+1
			}
		}
		if !whole || others != 1 || told[only] {
			continue
		}
		told[only] = true
		f := findingAt(m, "CLS001", severity, only)
		f.Message = "Everybody of the row falls into this one column; the others hold nobody."
		c.findings.add(f)
	}
}

// missingWords name percentages of values that are missing, which tell nothing of
// anybody.
var missingWords = notation.WordSet("missing complete completeness")

// classesOfShares looks at percentages of 0 and 100. One that is only rounded to
// 100, or that stands in a total, tells nothing.
func (c *check) classesOfShares(m *layout.Model, column int, severity Severity, told map[layout.CellAt]bool) {
	part, whole, paired := m.PairFor(column)
	if !paired && m.AddsTo100(column) || notation.AnyWord(notation.Words(m.Header[column]), missingWords) {
		return
	}
	if paired && m.NamesAnother(column) {
		paired = false // the count beside it is what it is of
	}
	shown := 0
	for row := range m.Rows() {
		if v := m.Value(column, row); v.Kind == notation.Number && !m.TotalRow[row] {
			shown++
		}
	}
	for row := range m.Rows() {
		p := m.Value(column, row)
		if p.Kind != notation.Number || !m.Counted(row) || m.TotalRow[row] || p.Float() != 0 && p.Float() != 100 || shown < 2 {
			continue
		}
		at := layout.CellAt{Row: row, Column: column}
		if paired {
			of, known := whole(row)
			n, isShown := m.Value(part, row).Whole()
			if !isShown || p.Float() == 0 && n != 0 || told[layout.CellAt{Row: row, Column: part}] {
				continue
			}
			if p.Float() == 100 && (!known || m.HiddenAt(of) || of.Row == row && of.Column == part || m.At(of).Digits != m.Value(part, row).Digits) {
				continue
			}
		}
		f := findingAt(m, "CLS001", severity, at)
		f.Message = fmt.Sprintf("%g%% of the group: that tells something of each of its members.", p.Float())
		c.findings.add(f)
	}
}

// remainders looks for counts whose whole stands beside them and that leave a low
// number of others: 44 of 50 leaves 6; 66 in the main table of a dataset and 58
// in another leave 8 who are in the one alone.
func (c *check) remainders(m *layout.Model) {
	severity, wanted := severityOf(m.Policy.Rules.Differences.Value)
	if !wanted || m.Policy.Base() > 1 {
		return
	}
	for _, cells := range m.Supersets() {
		n, _ := m.At(cells[1]).Whole()
		of, _ := m.At(cells[0]).Whole()
		f := findingAt(m, "DIF003", severity, cells[1])
		f.Message = fmt.Sprintf("The count is fewer than %d people short of the one for %s, which holds all of them.", m.Policy.Threshold, m.Name(cells[0]))
		f.Certificate = fmt.Sprintf("%d - %d = %d", of, n, of-n)
		c.findings.add(f)
	}
	for _, pair := range m.PartsOfWholes() {
		for row := range m.Rows() {
			part, whole := layout.CellAt{Row: row, Column: pair.Part}, layout.CellAt{Row: row, Column: pair.Whole}
			n, shown := m.At(part).Whole()
			of, wholeShown := m.At(whole).Whole()
			rest := of - n
			if !shown || !wholeShown || !m.Counted(row) || rest <= 0 || rest >= m.Policy.Threshold || m.Low(part) || m.Low(whole) {
				continue
			}
			f := findingAt(m, "PCT003", severity, part)
			f.Message = fmt.Sprintf("The whole, in column %s, less the count leaves fewer than %d people.", m.Header[pair.Whole], m.Policy.Threshold)
			f.Certificate = fmt.Sprintf("%d - %d = %d", of, n, rest)
			c.findings.add(f)
		}
	}
}

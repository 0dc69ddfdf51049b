package outputs

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/outputs/layout"
	"tre-toolkit/internal/outputs/notation"
)

// statistics looks for means and the like of people whose count is masked: in
// the column beside it, or in the rows below it.
func (c *check) statistics(m *layout.Model) {
	for column, role := range m.Roles {
		count, ok := m.CountFor(column)
		if role != layout.RoleStatistic || !ok {
			continue
		}
		for row := range m.Rows() {
			v := m.Value(count, row)
			at := layout.CellAt{Row: row, Column: column}
			if m.Value(column, row).Kind != notation.Number || !m.Counted(row) {
				continue
			}
			if v.Kind == notation.Number {
				c.statisticOfFew(m, at, layout.CellAt{Row: row, Column: count})
				continue
			}
			if !m.Policy.Hides(v) {
				continue
			}
			if certificate, isRate := m.RateOf(column, row); isRate {
				f := findingAt(m, "PCT001", Failed, at)
				f.Certificate, f.Message = certificate, "A rate is shown of a count that is masked."
				c.findings.add(f)
				continue
			}
			c.findings.add(statisticOfMasked(m, at))
		}
	}
	c.statisticsBelowCounts(m)
	c.extremes(m)
	c.fits(m)
	c.numbersAtRisk(m)
}

// statisticOfFew tells of a statistic whose count is shown and may be that of
// fewer people than the rules ask for. One of a rounded count is told when all
// that the count can stand for is too few.
func (c *check) statisticOfFew(m *layout.Model, at, count layout.CellAt) {
	least := m.Policy.Rules.StatisticPeople.Value
	n, whole := m.At(count).Whole()
	if _, most := m.Bounds(count); !whole || n <= 0 || most >= least || m.IsDenominator(count.Column) {
		return
	}
	f := findingAt(m, "LOW003", Failed, at)
	f.Message = fmt.Sprintf("A statistic is shown of fewer than %d people.", least)
	c.findings.add(f)
}

func statisticOfMasked(m *layout.Model, at layout.CellAt) Finding {
	f := findingAt(m, "LOW003", Failed, at)
	f.Message = fmt.Sprintf("A statistic is shown of people whose count is masked; it needs at least %d.", m.Policy.Rules.StatisticPeople.Value)
	return f
}

// statisticsBelowCounts looks at tables of measures: a masked "n" and a shown
// "mean age" of the same group.
func (c *check) statisticsBelowCounts(m *layout.Model) {
	measures := m.MeasureColumns()
	if len(measures) == 0 {
		return
	}
	for column, role := range m.Roles {
		if role == layout.RoleKey {
			continue
		}
		masked := map[string]bool{}
		for row := range m.Rows() {
			v := m.Value(column, row)
			if m.CountsRow(row, measures) && v.Kind == notation.Mark && m.Policy.Hides(v) {
				masked[groupOf(m, row, measures)] = true
			}
		}
		for row := range m.Rows() {
			if len(masked) > 0 && m.Value(column, row).Kind == notation.Number && namesStatistic(m, row, measures) && masked[groupOf(m, row, measures)] {
				c.findings.add(statisticOfMasked(m, layout.CellAt{Row: row, Column: column}))
			}
		}
	}
}

// groupOf returns a row's labels but for those that name measures.
func groupOf(m *layout.Model, row int, measures []int) string {
	var labels strings.Builder
	for _, column := range m.KeyColumns {
		if !slices.Contains(measures, column) {
			labels.WriteString(m.Cell(row, column) + "\x1f")
		}
	}
	return labels.String()
}

func namesStatistic(m *layout.Model, row int, measures []int) bool {
	return slices.ContainsFunc(measures, func(column int) bool { return m.NamesStatistic(m.Cell(row, column)) })
}

var extremeWords = notation.WordSet("min max minimum maximum lowest highest youngest oldest smallest largest range")

// extremes looks for minima and maxima, each of which is usually the value of
// one person. They are told once a column.
func (c *check) extremes(m *layout.Model) {
	severity, wanted := severityOf(m.Policy.Rules.Extremes.Value)
	if !wanted {
		return
	}
	tell := func(at layout.CellAt) {
		f := findingAt(m, "STA001", severity, at)
		f.Message = "A minimum or a maximum is shown; it is usually the value of one person."
		c.findings.add(f)
	}
	measures := m.MeasureColumns()
	for column, role := range m.Roles {
		if role == layout.RoleKey || role == layout.RoleOther {
			continue
		}
		named := role == layout.RoleStatistic && namesExtreme(m.Header[column])
		for row := range m.Rows() {
			if m.Value(column, row).Kind != notation.Number || !named && !rowNamesExtreme(m, row, measures) {
				continue
			}
			tell(layout.CellAt{Row: row, Column: column})
			if named {
				break
			}
		}
	}
}

func namesExtreme(name string) bool {
	named := notation.Words(name)
	return notation.AnyWord(named, extremeWords) && !notation.AnyWord(named, notation.ThingWords)
}

func rowNamesExtreme(m *layout.Model, row int, measures []int) bool {
	return slices.ContainsFunc(measures, func(column int) bool {
		label := m.Cell(row, column)
		return m.NamesStatistic(label) && namesExtreme(label)
	})
}

// severityOf turns what a profile says of a matter into what a finding of it
// does; false when nothing is to be said.
func severityOf(rule string) (Severity, bool) {
	switch rule {
	case disclosure.Forbid:
		return Failed, true
	case disclosure.Review:
		return ForReview, true
	case disclosure.Tell:
		return Told, true
	}
	return "", false
}

var (
	residualWords = notation.WordSet("resid residual residuals error")
	freedomWords  = notation.WordSet("df dof ddf freedom")
	squareName    = regexp.MustCompile(`(?i)^(?:adj(?:usted|\.)?[ _-]?)?(?:pseudo[ _-]?)?r[ _-]?(?:2|²|\^2|sq|squared?)$`)
	// freedomProse is how statsmodels and R print the residual degrees of freedom.
	freedomProse = regexp.MustCompile(`(?i)(?:df residuals?:?|residual df:?|df\.residual:?)\s+([0-9]+)\b|\bon ([0-9]+) +(?:residual )?degrees? of freedom`)
	squareProse  = regexp.MustCompile(`(?i)\br-?(?:squared|2|²)[:=]?\s+1(?:\.0+)?(?:[^0-9.]|$)`)
)

// fits looks at what tables say of models: too few residual degrees of
// freedom, and a fit that leaves nothing over.
func (c *check) fits(m *layout.Model) {
	limit := m.Policy.Rules.DegreesOfFreedom.Value
	for column, role := range m.Roles {
		if limit == 0 || role == layout.RoleKey {
			continue
		}
		for row := range m.Rows() {
			v := m.Value(column, row)
			at := layout.CellAt{Row: row, Column: column}
			switch {
			case v.Kind != notation.Number:
			case says(m, at, namesResidualFreedom) && v.Float() < float64(limit):
				c.findings.add(tooFewDegrees(findingAt(m, "STA002", Failed, at), limit, v.Float()))
			case says(m, at, squareName.MatchString) && v.Float() == 1 && !v.Percent:
				c.findings.add(perfectFit(findingAt(m, "STA002", ForReview, at)))
			}
		}
	}
}

// says reports whether a cell's column, or a label of its row, has a meaning.
func says(m *layout.Model, at layout.CellAt, holds func(name string) bool) bool {
	if holds(m.Header[at.Column]) || holds(m.RowName(at.Row)+" "+m.Header[at.Column]) {
		return true
	}
	return slices.ContainsFunc(m.KeyColumns, func(column int) bool { return holds(m.Cell(at.Row, column)) })
}

func namesResidualFreedom(name string) bool {
	named := notation.Words(name)
	return notation.AnyWord(named, freedomWords) && notation.AnyWord(named, residualWords)
}

func tooFewDegrees(f Finding, limit int64, found float64) Finding {
	f.Message = fmt.Sprintf("A model has fewer than %d residual degrees of freedom: it nearly prints its data.", limit)
	f.Certificate = fmt.Sprintf("%g residual degrees of freedom", found)
	return f
}

func perfectFit(f Finding) Finding {
	f.Message = "A model fits perfectly: as many parameters as people, or a variable that follows from the others."
	return f
}

// modelStems are in every text that freedomProse or squareProse finds.
var modelStems = []string{"df", "degree", "r2", "r²", "r-2", "r-²", "squared"}

// modelsInProse looks for the same in the printed output of statistical programs,
// in lower case.
func (c *check) modelsInProse(path string, line int, text string) {
	limit := c.policyFor(path, "").Rules.DegreesOfFreedom.Value
	if limit == 0 || !containsAny(text, modelStems) {
		return
	}
	at := Finding{Check: "STA002", Severity: Failed, File: path, Line: line}
	for _, found := range freedomProse.FindAllStringSubmatch(text, -1) {
		if n, err := strconv.ParseInt(found[1]+found[2], 10, 64); err == nil && n < limit {
			c.findings.add(tooFewDegrees(at, limit, float64(n)))
		}
	}
	if squareProse.MatchString(text) {
		at.Severity = ForReview
		c.findings.add(perfectFit(at))
	}
}

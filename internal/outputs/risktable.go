package outputs

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"tre-toolkit/internal/outputs/layout"
	"tre-toolkit/internal/outputs/notation"
)

// numbersAtRisk looks at the tables below survival curves. Everybody who is at risk
// at one time and no longer at the next had the event or left: a fall of a few
// people counts them, though no cell of the table is low. Risk ImplicitTables of the
// SACRO guide to statbarns.
func (c *check) numbersAtRisk(m *layout.Model) {
	severity, wanted := severityOf(m.Policy.Rules.Differences.Value)
	if !wanted {
		return
	}
	for _, column := range m.CountColumns {
		if !namesAtRisk(m.Header[column]) {
			continue
		}
		before := map[string]layout.CellAt{} // by group: the row above
		for row := range m.Rows() {
			at, group := layout.CellAt{Row: row, Column: column}, timelessLabels(m, row)
			if above, known := before[group]; known {
				c.fallAtRisk(m, above, at, severity)
			}
			before[group] = at
		}
	}
	if times := timesInHeader(m); times != nil && neverRises(m, times) {
		for row := range m.Rows() {
			for i := range times[1:] {
				c.fallAtRisk(m, layout.CellAt{Row: row, Column: times[i]}, layout.CellAt{Row: row, Column: times[i+1]}, severity)
			}
		}
	}
}

// fallAtRisk tells of a fall by a low number of people between two cells.
func (c *check) fallAtRisk(m *layout.Model, from, to layout.CellAt, severity Severity) {
	before, shown := m.At(from).Whole()
	after, alsoShown := m.At(to).Whole()
	if !shown || !alsoShown || !m.Counted(from.Row) || !m.Counted(to.Row) || before <= after || !m.Policy.IsLow(before-after) || m.Policy.Base() > 1 {
		return
	}
	f := findingAt(m, "PCT003", severity, to)
	f.Message = fmt.Sprintf("Between two times the number at risk falls by fewer than %d: so many had the event or left.", m.Policy.Threshold)
	f.Certificate = fmt.Sprintf("%d - %d = %d", before, after, before-after)
	f.Fix = "Give the numbers at risk at times that lie further apart, or round them."
	c.findings.add(f)
}

// namesAtRisk reports the name of a column of numbers at risk: n.risk, at_risk.
func namesAtRisk(name string) bool {
	named := notation.Words(name)
	risk := slices.Index(named, "risk")
	return slices.Contains(named, "nrisk") || slices.Contains(named, "atrisk") ||
		risk > 0 && slices.Contains([]string{"at", "n", "nb", "number"}, named[risk-1])
}

// timelessLabels returns the labels of a row but for times, which rise.
func timelessLabels(m *layout.Model, row int) string {
	group := ""
	for _, column := range m.KeyColumns {
		if text := m.Cell(row, column); notation.ParseValue(text).Kind != notation.Number && !timeName.MatchString(text) {
			group += text + "\x1f"
		}
	}
	return group
}

// timeName is a time since the start: "6", "6 months", "t=6", "Month 6".
var timeName = regexp.MustCompile(`(?i)^(?:t ?= ?|(?:time|day|week|month|year)s? ?)?([0-9]{1,5}(?:\.[0-9]+)?) ?(?:d|w|m|y|days?|weeks?|months?|mths?|years?|yrs?)?$`)

// fewestTimes is how many columns of rising times from zero are more than chance.
const fewestTimes = 3

// timesInHeader returns the columns that are no labels when their names are rising
// times from zero, and nothing otherwise.
func timesInHeader(m *layout.Model) []int {
	var columns []int
	previous := -1.0
	for column, role := range m.Roles {
		if role == layout.RoleKey {
			continue
		}
		found := timeName.FindStringSubmatch(m.Header[column])
		if found == nil {
			return nil
		}
		time, err := strconv.ParseFloat(found[1], 64)
		if err != nil || time <= previous || len(columns) == 0 && time != 0 {
			return nil
		}
		previous, columns = time, append(columns, column)
	}
	if len(columns) < fewestTimes {
		return nil
	}
	return columns
}

// neverRises reports whether the counts of every row fall or stay.
func neverRises(m *layout.Model, columns []int) bool {
	for row := range m.Rows() {
		previous := int64(-1)
		for _, column := range columns {
			n, shown := m.Value(column, row).Whole()
			if !shown {
				continue
			}
			if previous >= 0 && n > previous {
				return false
			}
			previous = n
		}
	}
	return true
}

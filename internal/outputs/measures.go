package outputs

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"tre-toolkit/internal/outputs/layout"
	"tre-toolkit/internal/outputs/notation"
)

// countsAmongStatistics looks for low counts in columns of means and the like:
// in a table of measures each row says what its numbers are.
func (c *check) countsAmongStatistics(m *layout.Model) {
	if !slices.Contains(m.Roles, layout.RoleStatistic) && !slices.Contains(m.Roles, layout.RolePercent) {
		return
	}
	measures := m.MeasureColumns()
	for column, role := range m.Roles {
		if role != layout.RoleStatistic && role != layout.RolePercent {
			continue
		}
		for row := range m.Rows() {
			n, whole := m.Value(column, row).Whole()
			if !whole || !m.Policy.IsLow(n) || !m.CountsRow(row, measures) {
				continue
			}
			c.findings.add(lowCount(m, layout.CellAt{Row: row, Column: column}, n))
		}
	}
}

// sizeInCell finds "N = 7" in a name or a label.
var sizeInCell = regexp.MustCompile(`(?i)(?:^|[^a-z])(?:n|count|participants|people|patients|persons) ?[=:] ?([0-9]+(?:,[0-9]{3})*)(?:[^0-9.,%]|[.,]?$|[.,][^0-9])`)

// sizesInText looks for low counts that stand in names of columns and in cells of
// text, such as "Cases (n=7)".
func (c *check) sizesInText(m *layout.Model) {
	for column, name := range m.Header {
		if n, low := lowSize(m.Policy, name); low {
			c.findings.add(Finding{Check: "LOW001", Severity: Failed, File: m.File, Table: m.Table.Name, Line: m.HeaderLine, Column: m.Header[column],
				Message:     fmt.Sprintf("The name of the column tells a count below %d.", m.Policy.Threshold),
				Certificate: fmt.Sprintf("the name says %d", n)})
		}
	}
	for row := range m.Rows() {
		for column := range m.Header {
			if m.Value(column, row).Kind != notation.Text {
				continue
			}
			if n, low := lowSize(m.Policy, m.Cell(row, column)); low {
				f := findingAt(m, "LOW001", Failed, layout.CellAt{Row: row, Column: column})
				f.Message = fmt.Sprintf("The text tells a count below %d.", m.Policy.Threshold)
				f.Certificate = fmt.Sprintf("the text says %d", n)
				c.findings.add(f)
			}
		}
	}
}

func lowSize(policy layout.Policy, text string) (int64, bool) {
	if !strings.ContainsAny(text, "=:") {
		return 0, false
	}
	for _, found := range sizeInCell.FindAllStringSubmatch(text, -1) {
		n, err := strconv.ParseInt(strings.ReplaceAll(found[1], ",", ""), 10, 64)
		if err == nil && policy.IsLow(n) {
			return n, true
		}
	}
	return 0, false
}

var (
	// severalNumbers is a cell that begins with a whole number and goes on to another.
	severalNumbers = regexp.MustCompile(`^[0-9]+[^0-9A-Za-z.].*[0-9]`)
	// knownNumbers are such cells that are labels or statistics: ranges, dates,
	// times, years, an estimate with its interval or deviation, a p value.
	knownNumbers = regexp.MustCompile(`^[0-9.]+ ?(?:-|to|–|/) ?[0-9.]+[^0-9]*$|^[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}|^[0-9]{1,2}:[0-9]{2}|` +
		`^[0-9.,]+ ?[(\[] ?[-0-9.]+ ?(?:,|-|to|;|–) ?[-0-9.]+ ?[)\]]$|^[0-9.,]+ ?[(\[] ?[0-9.]+%? ?[)\]]$|^[0-9.]+ ?(?:±|\+/-) ?[0-9.]+$`)
)

// notUnderstood tells of columns that were taken for labels and whose cells are
// mostly several numbers each.
func (c *check) notUnderstood(m *layout.Model) {
	for _, column := range m.KeyColumns {
		if column == 0 || notation.IsSetting(m.Header[column]) {
			continue
		}
		strange, others := 0, 0
		for row := range m.Rows() {
			switch cell := m.Cell(row, column); {
			case cell == "":
			case severalNumbers.MatchString(cell) && !knownNumbers.MatchString(cell):
				strange++
			default:
				others++
			}
		}
		if strange > others {
			c.findings.add(Finding{Check: "FIL002", Severity: ForReview, File: m.File, Table: m.Table.Name, Line: m.HeaderLine, Column: m.Header[column],
				Message: "A column of numbers that was not understood. A person must look."})
		}
	}
}

// weighted looks for weighted counts of too few people.
func (c *check) weighted(m *layout.Model) {
	for column, role := range m.Roles {
		if role != layout.RoleStatistic || !isWeightedCount(m.Header[column]) {
			continue
		}
		for row := range m.Rows() {
			v := m.Value(column, row)
			if v.Kind != notation.Number || !m.Counted(row) || v.Float() <= 0 || v.Float() >= float64(m.Policy.Threshold) {
				continue
			}
			f := findingAt(m, "LOW003", Failed, layout.CellAt{Row: row, Column: column})
			f.Message = fmt.Sprintf("The weighted count is below %d.", m.Policy.Threshold)
			c.findings.add(f)
		}
	}
}

func isWeightedCount(name string) bool {
	named := notation.Words(name)
	return slices.Contains(named, "weighted") && notation.AnyWord(named, notation.CountWords) && !notation.AnyWord(named, notation.PercentWords) &&
		!slices.ContainsFunc(named, func(word string) bool { return word != "weighted" && notation.StatisticWords[word] })
}

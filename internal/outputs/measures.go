package outputs

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"tre-toolkit/internal/outputs/notation"
)

// countLabel is a row label that says that its numbers are counts, whatever
// stands in the other rows.
var countLabel = regexp.MustCompile(`^(?:n|no\.?|count|counts|freq|frequency|number|sample size|size)(?: of)?(?: (?:participants|people|persons|patients|individuals))?(?: ?[(\[,].*)?$`)

// countsAmongStatistics looks for low counts in columns of means and the like:
// in a table of measures each row says what its numbers are.
func (c *check) countsAmongStatistics(m *model) {
	if !slices.Contains(m.roles, roleStatistic) && !slices.Contains(m.roles, rolePercent) {
		return
	}
	measures := m.measureColumns()
	for column, role := range m.roles {
		if role != roleStatistic && role != rolePercent {
			continue
		}
		for row := range m.Rows {
			n, whole := m.values[column][row].Whole()
			if !whole || !c.policy.isLow(n) || !m.countsRow(row, measures) {
				continue
			}
			f := m.finding("LOW001", Failed, cellAt{row, column})
			f.Message = fmt.Sprintf("The count %d is shown, and counts below %d are masked.", n, c.policy.threshold)
			if n == 0 {
				f.Check, f.Message = "LOW002", "A zero is shown, and the rules mask zeros."
			}
			c.findings.add(f)
		}
	}
}

// measureColumns returns the label columns that name statistics in some rows.
func (m *model) measureColumns() []int {
	var measures []int
	for _, column := range m.keyColumns {
		for row := range m.Rows {
			if namesStatistic(m.cell(row, column)) {
				measures = append(measures, column)
				break
			}
		}
	}
	return measures
}

func namesStatistic(label string) bool {
	return isStatistic(label) || isStatisticName(notation.Words(label))
}

// countsRow reports whether a row's labels say that it holds counts: n and the
// like anywhere, words for people only beside rows of statistics.
func (m *model) countsRow(row int, measures []int) bool {
	counts := false
	for _, column := range m.keyColumns {
		label := m.cell(row, column)
		if namesStatistic(label) {
			return false
		}
		named := notation.Words(label)
		counts = counts || countLabel.MatchString(strings.ToLower(strings.ReplaceAll(label, "_", " "))) ||
			slices.Contains(measures, column) && notation.AnyWord(named, notation.CountWords) && !slices.Contains(named, "per") && !isTotal(label)
	}
	return counts
}

// sizeInCell finds "N = 7" in a name or a label.
var sizeInCell = regexp.MustCompile(`(?i)(?:^|[^a-z])(?:n|count|participants|people|patients|persons) ?[=:] ?([0-9]+(?:,[0-9]{3})*)(?:[^0-9.,%]|[.,]?$|[.,][^0-9])`)

// sizes looks for low counts that stand in names of columns and in cells of
// text, such as "Cases (n=7)".
func (c *check) sizes(m *model) {
	for column, name := range m.Header {
		if n, low := c.lowSize(name); low {
			c.findings.add(Finding{Check: "LOW001", Severity: Failed, File: m.File, Table: m.Table.Name, Line: m.HeaderLine, Column: m.Header[column],
				Message: fmt.Sprintf("The name of the column tells a count of %d, and counts below %d are masked.", n, c.policy.threshold)})
		}
	}
	for row := range m.Rows {
		for column := range m.Header {
			if m.values[column][row].Kind != notation.Text {
				continue
			}
			if n, low := c.lowSize(m.cell(row, column)); low {
				f := m.finding("LOW001", Failed, cellAt{row, column})
				f.Message = fmt.Sprintf("The text tells a count of %d, and counts below %d are masked.", n, c.policy.threshold)
				c.findings.add(f)
			}
		}
	}
}

func (c *check) lowSize(text string) (int64, bool) {
	if !strings.ContainsAny(text, "=:") {
		return 0, false
	}
	for _, found := range sizeInCell.FindAllStringSubmatch(text, -1) {
		n, err := strconv.ParseInt(strings.ReplaceAll(found[1], ",", ""), 10, 64)
		if err == nil && c.policy.isLow(n) {
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
func (c *check) notUnderstood(m *model) {
	for _, column := range m.keyColumns {
		if column == 0 {
			continue
		}
		strange, others := 0, 0
		for row := range m.Rows {
			switch cell := m.cell(row, column); {
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
func (c *check) weighted(m *model) {
	for column, role := range m.roles {
		if role != roleStatistic || !isWeightedCount(m.Header[column]) {
			continue
		}
		for row := range m.Rows {
			v := m.values[column][row]
			if v.Kind != notation.Number || !m.counted(row) || v.Float() <= 0 || v.Float() >= float64(c.policy.threshold) {
				continue
			}
			f := m.finding("LOW003", Failed, cellAt{row, column})
			f.Message = fmt.Sprintf("The weighted count is below %d.", c.policy.threshold)
			c.findings.add(f)
		}
	}
}

func isWeightedCount(name string) bool {
	named := notation.Words(name)
	return slices.Contains(named, "weighted") && notation.AnyWord(named, notation.CountWords) && !notation.AnyWord(named, notation.PercentWords) &&
		!slices.ContainsFunc(named, func(word string) bool { return word != "weighted" && notation.StatisticWords[word] })
}

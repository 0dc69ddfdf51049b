package quality

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/spec"
)

// findings puts into words what of a report needs a look: rules that are broken,
// and months that are missing.
func findings(report Report) []Finding {
	list := []Finding{}
	for _, check := range report.Checks {
		if check.State == Broken {
			list = append(list, Finding{check.Severity, check.Table, check.says(report)})
		}
	}
	for _, table := range report.Tables {
		if len(table.Missing) > 0 {
			list = append(list, Finding{spec.SeverityWarning, table.Name, "no rows at all of " + Spans(table.Missing)})
		}
		list = append(list, table.emptyMonths()...)
	}
	slices.SortStableFunc(list, func(one, other Finding) int { return strings.Compare(one.Severity, other.Severity) })
	return list
}

// says puts a broken rule into words.
func (c Check) says(report Report) string {
	says := fmt.Sprintf("%s is broken for %s: %s of the rows", c.Code, strings.Join(c.Columns, ", "), c.Rows)
	if c.Rows.Masked() {
		says = fmt.Sprintf("%s is broken for %s: the number of rows is not shown (%s)", c.Code, strings.Join(c.Columns, ", "), c.Rows)
	}
	if c.Kind != spec.CodeListRule {
		return says
	}
	if unlisted := report.Unlisted(c.Table, c.Columns[0]); len(unlisted) > 0 {
		codes := make([]string, len(unlisted))
		for i, one := range unlisted {
			codes[i] = strconv.Quote(one.Code)
		}
		says += "; codes that the list lacks: " + strings.Join(codes, ", ")
	}
	return says
}

// Unlisted returns the codes of a column that its list lacks, of those that may be
// told.
func (r Report) Unlisted(table, column string) []CodeName {
	for _, t := range r.Tables {
		for _, c := range t.Columns {
			if t.Name == table && c.Name == column && c.Codes != nil {
				return c.Codes.Unlisted
			}
		}
	}
	return nil
}

// emptyMonths tells of columns without a value in some months, those of the same
// months together.
func (t Table) emptyMonths() []Finding {
	var order []string
	columns := map[string][]string{}
	for _, column := range t.Columns {
		if len(column.EmptyMonths) == 0 {
			continue
		}
		months := Spans(column.EmptyMonths)
		if columns[months] == nil {
			order = append(order, months)
		}
		columns[months] = append(columns[months], column.Name)
	}
	var list []Finding
	for _, months := range order {
		list = append(list, Finding{spec.SeverityWarning, t.Name, "without a value in any row of " + months + ": " + strings.Join(columns[months], ", ")})
	}
	return list
}

// Spans writes months in order as few words: those that follow each other as from
// and to.
func Spans(months []string) string {
	var parts []string
	for i := 0; i < len(months); {
		end := i
		for end+1 < len(months) && follows(months[end], months[end+1]) {
			end++
		}
		part := months[i]
		if end > i {
			part += " to " + months[end]
		}
		parts = append(parts, part)
		i = end + 1
	}
	return strings.Join(parts, ", ")
}

func follows(one, next string) bool {
	first, err := spec.ParseDate(one + "-01")
	if err != nil {
		return false
	}
	return (monthOf(first) + 1).String() == next
}

// marks explains the marks that stand in a report.
func marks(report Report, profile disclosure.Profile) []Mark {
	rules := profile.Rules()
	lowest := 1
	if rules.Zero.Value == disclosure.MaskZero {
		lowest = 0
	}
	first, second := rules.Marks.Value[0], rules.SecondaryMark.Value
	list := []Mark{{first, fmt.Sprintf("a count of %d to %d", lowest, rules.Threshold.Value-1)}}
	if first == second {
		list[0].Meaning += ", or a number that is hidden because such a count could be worked out from it"
	} else {
		list = append(list, Mark{second, "a number that is hidden, because few people are behind it or because a hidden count could be worked out from it"})
	}
	return slices.DeleteFunc(list, func(m Mark) bool { return !report.holds(m.Mark) })
}

// note says in words what the numbers count and what the marks mean.
func note(marks []Mark) string {
	text := "Numbers are of rows, which are records about people: they are shown, or masked, by the same rules as numbers of people. Percentages are of the table's rows, and of printed numbers."
	for _, one := range marks {
		text += fmt.Sprintf(" The mark %q stands for %s.", one.Mark, one.Meaning)
	}
	return text
}

// holds reports whether a mark stands anywhere in the report.
func (r Report) holds(mark string) bool {
	var cells []*disclosure.Cell
	for _, check := range r.Checks {
		cells = append(cells, check.Rows, check.Percent, check.People)
	}
	for _, table := range r.Tables {
		cells = append(cells, &table.Rows, table.Outside, table.NoMonth)
		for _, one := range table.Months {
			cells = append(cells, &one.Rows)
		}
		for _, column := range table.Columns {
			cells = append(cells, &column.Empty, &column.EmptyPercent, column.Invalid, column.InvalidPercent)
		}
	}
	return slices.ContainsFunc(cells, func(c *disclosure.Cell) bool { return c != nil && c.Masked() && c.String() == mark })
}

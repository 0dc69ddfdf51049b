package outputs

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"tre-toolkit/internal/outputs/layout"
	"tre-toolkit/internal/outputs/notation"
)

// MeasuresDesign says of a table of published NHS measures, a figure a row, which
// periods, levels and variables it has. Figures of a year are the sums of its
// quarters', those of all the sums of a variable's values, and so on: two such
// tables of one dataset are margins of each other though they share no cell.
type MeasuresDesign struct {
	Periods   []string `json:"periods"` // FIRST DAY/LAST DAY, such as 2022-04-01/2023-03-31
	Levels    []string `json:"levels"`
	Variables []string `json:"variables"` // Total for the figures of all
}

// Measured is a table of published measures under rules that print exact counts.
type Measured struct {
	File  string `json:"file"`
	Table string `json:"table,omitempty"` // when the file has several
	MeasuresDesign
}

// measuresColumns are the names that the columns of such tables go by: those of NHS
// England's publication, and those of this toolkit's JSON.
var measuresColumns = map[string]string{
	"reporting_period_start": "start", "start": "start",
	"reporting_period_end": "end", "end": "end",
	"group_type": "level", "level": "level",
	"measure_id": "id", "id": "id",
	"variable_type": "variable", "variable": "variable",
}

// designOf returns the design of a table, and nil for one that is no table of
// published measures.
func designOf(m *layout.Model) *MeasuresDesign {
	at := map[string]int{}
	for column, name := range m.Header {
		if known := measuresColumns[strings.ToLower(strings.TrimSpace(name))]; known != "" {
			at[known] = column
		}
	}
	for _, needed := range []string{"start", "end", "level", "id"} {
		if _, has := at[needed]; !has {
			return nil
		}
	}
	periods, levels, variables := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for row := range m.Rows() {
		first, isFirst := dayOf(m.Cell(row, at["start"]))
		last, isLast := dayOf(m.Cell(row, at["end"]))
		if !isFirst || !isLast {
			return nil
		}
		periods[first+"/"+last] = true
		levels[notation.Printable(m.Cell(row, at["level"]))] = true
		variable := "Total"
		if column, has := at["variable"]; has {
			variable = notation.Printable(m.Cell(row, column))
		}
		variables[variable] = true
	}
	return &MeasuresDesign{slices.Sorted(maps.Keys(periods)), slices.Sorted(maps.Keys(levels)), slices.Sorted(maps.Keys(variables))}
}

// dayOf reads a day as the publication writes it, or as ISO 8601 does.
func dayOf(text string) (string, bool) {
	for _, form := range []string{"02/01/2006", time.DateOnly} {
		if day, err := time.Parse(form, strings.TrimSpace(text)); err == nil {
			return day.Format(time.DateOnly), true
		}
	}
	return "", false
}

// With returns the design of two tables side by side.
func (d MeasuresDesign) With(other MeasuresDesign) MeasuresDesign {
	both := func(a, b []string) []string { return slices.Compact(slices.Sorted(slices.Values(slices.Concat(a, b)))) }
	return MeasuresDesign{both(d.Periods, other.Periods), both(d.Levels, other.Levels), both(d.Variables, other.Variables)}
}

// AddsUp says what makes some figures of a design the sums of others: periods that
// overlap, several levels, or several variables. It is empty when nothing does.
func (d MeasuresDesign) AddsUp() string {
	switch {
	case len(d.Levels) > 1:
		return "levels"
	case len(d.Variables) > 1:
		return "variables"
	}
	last := ""
	for _, period := range d.Periods { // in the order of their first days
		first, end, _ := strings.Cut(period, "/")
		if last != "" && first <= last {
			return "periods"
		}
		last = max(last, end)
	}
	return ""
}

// measuresOf keeps the design of a table of published measures where counts are
// exact.
func (c *check) measuresOf(m *layout.Model) {
	if design := designOf(m); design != nil && m.Policy.Base() == 1 {
		c.measured = append(c.measured, Measured{notation.Printable(m.File), m.Table.Name, *design})
	}
}

// measuresSideBySide asks for a person where figures of published measures add up to
// others under rules that print exact counts: masked ones may follow by subtraction,
// and that is not worked out here.
func (c *check) measuresSideBySide() {
	for i, one := range c.measured {
		if why := one.AddsUp(); why != "" {
			c.findings.add(one.Finding(why, ""))
			continue
		}
		for _, before := range c.measured[:i] {
			if why := one.With(before.MeasuresDesign).AddsUp(); why != "" && before.AddsUp() == "" {
				c.findings.add(one.Finding(why, before.File))
				break
			}
		}
	}
}

// Finding is that figures of a table add up to others for what they are of several
// of, in a file beside it or, when none is named, in the table itself.
func (m Measured) Finding(why, beside string) Finding {
	f := Finding{Check: "MEA001", Severity: ForReview, File: m.File, Table: m.Table}
	f.Message = fmt.Sprintf("Measures of several %s stand in one table: some are the sums of others, and masked ones may follow by subtraction.", why)
	if beside != "" {
		f.Message = fmt.Sprintf("Its measures and those of %s are of several %s: some are the sums of others, and masked ones may follow by subtraction.", beside, why)
	}
	return f
}

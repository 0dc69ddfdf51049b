package report

import (
	"fmt"
	"html"
	"html/template"
	"strings"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/spec"
)

// sheets writes every figure of every organisation once, as tables in a noscript
// element an organisation. The script takes them apart by their tags, so their form
// is fixed: "<tr>" before a row, "<td>" before a figure, no closing tags of cells,
// rows and columns in the order of the layout. Every table names its organisation in
// a column, so that nobody takes two tables for one.
func (m *model) sheets() template.HTML {
	var b strings.Builder
	for _, one := range m.organisations {
		b.WriteString(`<noscript data-level="` + html.EscapeString(string(one.level)) + `" data-code="` + html.EscapeString(one.code) +
			`" data-name="` + html.EscapeString(one.name) + `"><details><summary>` + html.EscapeString(one.name) + "</summary>\n")
		for at := range m.kinds {
			m.sheet(&b, one, at, "counts", m.counts)
			m.sheet(&b, one, at, "others", m.others)
			if m.kinds[at].HasBy {
				m.sheetBy(&b, one, at, "counts", m.countsBy, true)
				m.sheetBy(&b, one, at, "others", m.othersBy, false)
			}
		}
		b.WriteString("</details></noscript>\n")
	}
	return template.HTML(b.String())
}

// sheetTitles name what a table holds.
var sheetTitles = map[string]string{"counts": "Counts", "others": "Percentages and averages"}

func (m *model) open(b *strings.Builder, kind int, what, more string) {
	b.WriteString(`<table data-key="` + m.kinds[kind].id() + " " + what + more + `"><caption>` + sheetTitles[what] + ` by ` +
		strings.ToLower(m.kinds[kind].Title()))
	if more != "" {
		b.WriteString(" and breakdown")
	}
	b.WriteString("</caption>\n<thead>")
}

// sheet writes the figures of all: a row a period, a column a measure.
func (m *model) sheet(b *strings.Builder, of *organisation, kind int, what string, list []shown) {
	if len(list) == 0 {
		return
	}
	m.open(b, kind, what, "")
	b.WriteString("<tr><th>Organisation<th>" + m.kinds[kind].Title())
	for _, measure := range list {
		b.WriteString("<th>" + html.EscapeString(measure.heading()))
	}
	b.WriteString("</thead>\n<tbody>")
	periods := m.kinds[kind].Periods
	for i, period := range periods {
		b.WriteString("<tr>" + headOf(of.name, i, len(periods)) + "<th>" + html.EscapeString(period.Short))
		for _, measure := range list {
			b.WriteString("<td>" + printed(m.cell(of, kind, i, measure)))
		}
		b.WriteByte('\n')
	}
	b.WriteString("</tbody></table>\n")
}

// sheetBy writes the figures by variables: a row a value, a column a period and
// measure. Counts end each variable with what all of its values show.
func (m *model) sheetBy(b *strings.Builder, of *organisation, kind int, what string, list []shown, totals bool) {
	if len(list) == 0 {
		return
	}
	m.open(b, kind, what, " by")
	b.WriteString("<tr><th>Organisation<th>Variable<th>Value")
	for _, p := range m.kinds[kind].Periods {
		for _, measure := range list {
			b.WriteString("<th>" + html.EscapeString(measure.heading()+", "+p.Short))
		}
	}
	b.WriteString("</thead>\n<tbody>")
	row, rows := 0, 0
	for _, variable := range m.variables {
		rows += len(variable.Values)
		if totals {
			rows++
		}
	}
	for _, variable := range m.variables {
		values := variable.Values
		if totals {
			values = append(values[:len(values):len(values)], spec.TotalValue)
		}
		for i, value := range values {
			b.WriteString("<tr>" + headOf(of.name, row, rows) + headOf(variable.Title, i, len(values)) + "<th>" + html.EscapeString(variable.label(value)))
			for period := range m.kinds[kind].Periods {
				for _, measure := range list {
					b.WriteString("<td>" + printed(m.cellBy(of, kind, breakdown{period, variable.Name, value}, measure)))
				}
			}
			b.WriteByte('\n')
			row++
		}
	}
	b.WriteString("</tbody></table>\n")
}

// headOf is a heading that stands beside as many rows, written in the first of them.
func headOf(name string, row, rows int) string {
	if row > 0 {
		return ""
	}
	return fmt.Sprintf("<th rowspan=%d>%s", rows, html.EscapeString(name))
}

// heading is a measure as a table names it: what is no count says so.
func (s shown) heading() string {
	switch {
	case s.Unit == spec.Percent:
		return s.Label + " (%)"
	case s.Kind != spec.CountMeasure:
		return s.Label + " (" + s.Unit + ")"
	}
	return s.Label
}

func printed(cell disclosure.Cell) string { return html.EscapeString(cell.String()) }

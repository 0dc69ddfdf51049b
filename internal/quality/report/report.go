// Package report writes a quality report as text, Markdown, JSON and HTML. What it
// is given has passed the disclosure gate: it writes cells as they are and works
// nothing out of them. The HTML is one file that needs no network and no script.
package report

import (
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/quality"
)

// Formats are the names of the forms that a report is written in.
var Formats = []string{"text", "md", "json", "html"}

// Write writes a report in one of Formats.
func Write(w io.Writer, format string, report quality.Report) error {
	switch format {
	case "text":
		return writeText(w, report)
	case "md":
		return writeMarkdown(w, report)
	case "json":
		encoder := json.NewEncoder(w)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", "  ")
		return encoder.Encode(report)
	case "html":
		return writeHTML(w, report)
	}
	return fmt.Errorf("there is no format %q", format)
}

// notAsked stands where a report has no number. It is nothing, so that nobody takes
// it for a mark of a hidden one.
const notAsked = ""

// orNone returns what is printed of a cell that may be absent.
func orNone(cell *disclosure.Cell) string {
	if cell == nil {
		return notAsked
	}
	return cell.String()
}

// sentence says what a report was made from.
func sentence(r quality.Report) string {
	freeze := ""
	if r.Freeze > 0 {
		freeze = fmt.Sprintf(", freeze %d", r.Freeze)
	}
	return fmt.Sprintf("%s version %d (%s, DOI %s)%s, rules %s.", r.Dataset, r.Version, r.VersionDate, r.DOI, freeze, r.Rules)
}

// inState lists the checks of a report that came to one of these states.
func inState(r quality.Report, states ...string) []quality.Check {
	return slices.DeleteFunc(slices.Clone(r.Checks), func(c quality.Check) bool { return !slices.Contains(states, c.State) })
}

func writeText(w io.Writer, r quality.Report) error {
	fmt.Fprintln(w, sentence(r))
	fmt.Fprintln(w)
	for _, one := range r.Findings {
		fmt.Fprintf(w, "%-7s  %s: %s\n", one.Severity, one.Table, one.Says)
	}
	if len(r.Findings) == 0 {
		fmt.Fprintln(w, "nothing to look at")
	}
	fmt.Fprintln(w)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "table\trows")
	for _, one := range r.Tables {
		fmt.Fprintf(table, "%s\t%s\n", one.Name, one.Rows)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(w)
	for _, one := range inState(r, quality.NotJudged) {
		fmt.Fprintf(w, "not judged  %s of %s: %s\n", one.Code, one.Table, one.Why)
	}
	_, err := fmt.Fprintln(w, r.Note)
	return err
}

// months says from which month to which a table's rows are counted.
func months(table quality.Table) string {
	if len(table.Months) == 0 {
		return notAsked
	}
	return table.Months[0].Month + " to " + table.Months[len(table.Months)-1].Month
}

// inCell returns a text as a cell of a Markdown table holds it.
func inCell(text string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ", "<", `\<`, "*", `\*`).Replace(text)
}

func writeMarkdown(w io.Writer, r quality.Report) error {
	fmt.Fprintf(w, "# Data quality of %s version %d\n\n%s\n\n%s\n\n", r.Dataset, r.Version, sentence(r), r.Note)
	fmt.Fprint(w, "## To look at\n\n")
	for _, one := range r.Findings {
		fmt.Fprintf(w, "- %s, %s: %s\n", one.Severity, one.Table, inCell(one.Says))
	}
	if len(r.Findings) == 0 {
		fmt.Fprintln(w, "Nothing.")
	}
	markdownChecks(w, r)
	for _, table := range r.Tables {
		markdownTable(w, table)
	}
	_, err := fmt.Fprintln(w)
	return err
}

func markdownChecks(w io.Writer, r quality.Report) {
	fmt.Fprint(w, "\n## Checks\n\n| check | severity | table | columns | outcome | rows that break it | all rows | % | people |\n|---|---|---|---|---|---:|---:|---:|---:|\n")
	for _, check := range inState(r, quality.Broken, quality.NotTold, quality.Held) {
		fmt.Fprintf(w, "| %s | %s | %s | %s | %s | %s | %s | %s | %s |\n", check.Code, check.Severity, check.Table,
			strings.Join(check.Columns, ", "), check.State, inCell(orNone(check.Rows)), inCell(orNone(check.All)), inCell(orNone(check.Percent)), inCell(orNone(check.People)))
	}
	if unasked := inState(r, quality.NotJudged); len(unasked) > 0 {
		fmt.Fprint(w, "\nNot judged:\n\n")
		for _, check := range unasked {
			fmt.Fprintf(w, "- %s of %s: %s\n", check.Code, check.Table, check.Why)
		}
	}
}

func markdownTable(w io.Writer, table quality.Table) {
	fmt.Fprintf(w, "\n## %s\n\nRows: %s.", table.Name, inCell(table.Rows.String()))
	if len(table.Months) > 0 {
		fmt.Fprintf(w, " By %s: %s. Outside of the extract periods: %s; without a month: %s.", table.MonthColumn, months(table), inCell(orNone(table.Outside)), inCell(orNone(table.NoMonth)))
	}
	if len(table.Missing) > 0 {
		fmt.Fprintf(w, " **Months without rows: %s.**", quality.Spans(table.Missing))
	}
	fmt.Fprint(w, "\n\n")
	if len(table.Months) > 0 {
		fmt.Fprint(w, "| table | month | rows |\n|---|---|---:|\n")
		for _, one := range table.Months {
			fmt.Fprintf(w, "| %s | %s | %s |\n", one.Table, one.Month, inCell(one.Rows.String()))
		}
		fmt.Fprintln(w)
	}
	fmt.Fprint(w, "| column | type | empty rows | all rows | empty % |\n|---|---|---:|---:|---:|\n")
	for _, column := range table.Columns {
		fmt.Fprintf(w, "| %s | %s | %s | %s | %s |\n", column.Name, column.Type, inCell(column.Empty.String()), inCell(column.All.String()), inCell(column.EmptyPercent.String()))
	}
	if coded := judgedColumns(table); len(coded) > 0 {
		fmt.Fprint(w, "\n| column | invalid rows | all rows | invalid % | codes |\n|---|---:|---:|---:|---|\n")
		for _, column := range coded {
			fmt.Fprintf(w, "| %s | %s | %s | %s | %s |\n", column.Name, inCell(orNone(column.Invalid)), inCell(column.All.String()), inCell(orNone(column.InvalidPercent)), list(column.Codes))
		}
	}
	if dated := datedColumns(table); len(dated) > 0 {
		fmt.Fprint(w, "\n| column | first month | last month |\n|---|---|---|\n")
		for _, column := range dated {
			fmt.Fprintf(w, "| %s | %s | %s |\n", column.Name, column.FirstMonth, column.LastMonth)
		}
	}
}

// judgedColumns lists the columns whose values a rule judges.
func judgedColumns(table quality.Table) []quality.Column {
	return slices.DeleteFunc(slices.Clone(table.Columns), func(c quality.Column) bool { return c.Invalid == nil })
}

// datedColumns lists the columns with dates of months that are shown.
func datedColumns(table quality.Table) []quality.Column {
	return slices.DeleteFunc(slices.Clone(table.Columns), func(c quality.Column) bool { return c.FirstMonth == "" })
}

// list says how much of a list of codes a column has.
func list(codes *quality.Codes) string {
	if codes == nil {
		return "a scale"
	}
	return fmt.Sprintf("%d of the list's %d", codes.Seen, codes.Listed)
}

// breakable lets a long name break after an underscore.
func breakable(name string) template.HTML {
	return template.HTML(strings.ReplaceAll(template.HTMLEscapeString(name), "_", "_<wbr>"))
}

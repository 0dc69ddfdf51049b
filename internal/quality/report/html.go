package report

import (
	_ "embed"
	"html/template"
	"io"
	"strconv"
	"strings"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/quality"
	"tre-toolkit/internal/spec"
)

//go:embed report.html.tmpl
var htmlSource string

//go:embed report.css
var style string

var htmlReport = template.Must(template.New("report").Funcs(template.FuncMap{
	"breakable": breakable, "orNone": orNone, "list": list, "months": months,
	"spans": quality.Spans, "masked": masked, "percent": percent, "join": joined, "pointer": pointer, "judged": judgedColumns, "dated": datedColumns,
}).Parse(htmlSource))

// page is what the template knows.
type page struct {
	quality.Report
	Style              template.CSS
	LookAt, Held       checks
	NotJudged          []quality.Check
	Charted            []charted
	Kinds              []kind
	Width, Height      float64
	Left, Bottom, Edge float64
}

// checks are the rows of one table of checks.
type checks struct {
	ID, Caption string
	Checks      []quality.Check
}

// kind is the findings of one severity.
type kind struct {
	Severity, Meaning string
	Findings          []quality.Finding
}

type charted struct {
	quality.Table
	Chart chart
}

func writeHTML(w io.Writer, r quality.Report) error {
	p := page{
		Report: r, Style: template.CSS(style),
		Width: chartWidth, Height: chartHeight, Left: chartLeft, Bottom: chartBottom, Edge: chartWidth - 4,
	}
	p.LookAt = checks{"checks-look", "Rules that are broken, or of which that is not shown.", inState(r, quality.Broken, quality.NotTold)}
	p.Held = checks{"checks-held", "Rules that no row breaks.", inState(r, quality.Held)}
	p.NotJudged = inState(r, quality.NotJudged)
	for _, table := range r.Tables {
		p.Charted = append(p.Charted, charted{table, newChart(table)})
	}
	p.Kinds = []kind{
		{Severity: spec.SeverityError, Meaning: "cannot be right"},
		{Severity: spec.SeverityWarning, Meaning: "may be right; somebody should look"},
	}
	for i := range p.Kinds {
		for _, one := range r.Findings {
			if one.Severity == p.Kinds[i].Severity {
				p.Kinds[i].Findings = append(p.Kinds[i].Findings, one)
			}
		}
	}
	return htmlReport.Execute(w, p)
}

// masked reports whether a cell that may be absent hides its number.
func masked(cell *disclosure.Cell) bool { return cell != nil && cell.Masked() }

// percent returns the length of a bar for a printed percentage; none for a masked one.
func percent(cell *disclosure.Cell) string {
	if cell == nil {
		return ""
	}
	value, shown := cell.Value()
	if !shown {
		return ""
	}
	return strconv.FormatFloat(value, 'f', 1, 64)
}

// pointer lets one template print cells that may be absent and cells that may not.
func pointer(cell disclosure.Cell) *disclosure.Cell { return &cell }

func joined(words []string) string { return strings.Join(words, ", ") }

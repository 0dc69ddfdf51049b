package report

import (
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/measures"
	"tre-toolkit/internal/page/boundaries"
	"tre-toolkit/internal/page/script"
	"tre-toolkit/internal/spec"
)

//go:embed report.html.tmpl
var htmlSource string

//go:embed report.css
var style string

var htmlReport = template.Must(template.New("report").Parse(htmlSource))

// view is what the template knows.
type view struct {
	Title, Lead, Source, Citation string
	Rules, Rounding               string
	Policy                        string
	Style                         template.CSS
	Script                        template.JS
	Layout                        layout
	Marks                         []measures.Mark
	Tables                        []tableView
	Topics                        []topicView
	Sheets                        template.HTML
	Areas                         []boundaries.Area
}

type topicView struct {
	spec.Topic
	Charts    []chartView
	Agreement *tableView
	Faults    *tableView
	About     *aboutView
}

// chartView is a chart as it stands before any script runs.
type chartView struct {
	Key   string
	Chart spec.Chart
	Shown string // what of the figures is shown
	Lines *line
	Table tableView
}

// tableView is a table of text. The first cell of a row is its heading.
type tableView struct {
	ID, Title, Text, Caption string
	Head                     []string
	Rows                     [][]cellView
}

// cellView is a cell of text, and its length beside others where that is drawn.
type cellView struct {
	Text  string
	Meter *meter
}

func cellsOf(texts ...string) []cellView {
	cells := make([]cellView, len(texts))
	for i, text := range texts {
		cells[i].Text = text
	}
	return cells
}

type aboutView struct {
	Notes       []string
	CannotSay   []string
	Definitions tableView
	Unverified  []string
}

func (m *model) write(w io.Writer) error {
	v := view{
		Title: m.Layout.Title, Lead: m.Layout.Lead, Source: m.Source.Sentence(), Citation: m.Citation,
		Rules: m.rules().Name(), Rounding: m.rounding(), Style: template.CSS(style),
		Layout: m.layout(), Marks: m.Figures[0].All.Marks(), Sheets: m.sheets(), Areas: m.areas(),
	}
	if len(m.organisations) > 0 { // otherwise nothing could be picked
		v.Script = template.JS(script.Report)
	}
	v.Policy = policy(string(v.Script))
	for _, table := range m.Tables {
		v.Tables = append(v.Tables, gridView(table))
	}
	for _, topic := range m.topics() {
		v.Topics = append(v.Topics, m.topicView(topic))
	}
	return htmlReport.Execute(w, v)
}

func (m *model) rules() disclosure.Profile { return m.Figures[0].All.Rules() }

// policy lets the page use its own style, and the script that it has, and nothing
// else.
func policy(own string) string {
	allowed := "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; style-src " + sourceOf(style)
	if own != "" {
		allowed += "; script-src " + sourceOf(own)
	}
	return allowed
}

func sourceOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

func (m *model) topicView(topic spec.Topic) topicView {
	made := topicView{Topic: topic}
	for _, chart := range topic.Charts {
		made.Charts = append(made.Charts, m.chartView(topic, chart))
	}
	for _, section := range topic.Sections {
		switch section {
		case spec.AgreementSection:
			made.Agreement = m.agreement()
		case spec.FaultsSection:
			table := m.faults()
			made.Faults = &table
		case spec.DefinitionsSection:
			made.About = m.about()
		}
	}
	return made
}

// chartView draws a chart of the default view.
func (m *model) chartView(topic spec.Topic, chart spec.Chart) chartView {
	made := chartView{Key: topic.ID + "-" + chart.ID, Chart: chart}
	list := m.shownOf(chart.Measures)
	one := m.first()
	newest := m.newest(one)
	period := m.kinds[0].Periods[newest]
	switch chart.Form {
	case spec.LineForm:
		lines := m.line(one, 0, list)
		made.Lines, made.Shown = &lines, one.name+", by "+strings.ToLower(m.kinds[0].Title())
		made.Table = m.tableOverPeriods(one, list)
	case spec.ColumnsForm:
		cells := make([]disclosure.Cell, len(list))
		for i, measure := range list {
			cells[i] = m.cell(one, 0, newest, measure)
		}
		made.bars("Of these", labelsOf(list), cells, list[0].Unit)
		made.Shown = one.name + ", " + period.Name
	case spec.RankedForm:
		m.ranked(&made, list[0], newest)
	case spec.ByForm:
		m.byVariable(&made, list[0], one)
	}
	made.Table.Caption = chart.Title + ": " + made.Shown
	return made
}

func (c *chartView) bars(of string, labels []string, cells []disclosure.Cell, unit string) {
	c.Table.Head = []string{of, unitTitle(unit)}
	most := mostOf(cells, unit)
	for i, label := range labels {
		c.Table.Rows = append(c.Table.Rows, []cellView{{Text: label}, withMeter(cells[i], most)})
	}
}

func unitTitle(unit string) string {
	if unit == spec.Percent {
		return "%"
	}
	return strings.ToUpper(unit[:1]) + unit[1:]
}

func labelsOf(list []shown) []string {
	labels := make([]string, len(list))
	for i, one := range list {
		labels[i] = one.Label
	}
	return labels
}

// shownOf returns measures by id, in that order.
func (m *model) shownOf(ids []string) []shown {
	list := make([]shown, len(ids))
	for i, id := range ids {
		figure, _ := m.Layout.Figure(id)
		at := m.Measures.Index(id)
		list[i] = shown{figure, m.Measures.Measures[at], at}
	}
	return list
}

func (m *model) tableOverPeriods(of *organisation, list []shown) tableView {
	table := tableView{Head: []string{m.kinds[0].Title()}}
	for _, measure := range list {
		table.Head = append(table.Head, measure.heading())
	}
	for i, period := range m.kinds[0].Periods {
		row := []string{period.Name}
		for _, measure := range list {
			row = append(row, m.cell(of, 0, i, measure).String())
		}
		table.Rows = append(table.Rows, cellsOf(row...))
	}
	return table
}

// ranked compares the organisations of the largest level that has several.
func (m *model) ranked(chart *chartView, measure shown, period int) {
	level := m.compared()
	list := m.within(level)
	slices.SortStableFunc(list, func(a, b *organisation) int {
		return cmp.Or(disclosure.LargestFirst(m.cell(a, 0, period, measure), m.cell(b, 0, period, measure)), strings.Compare(a.name, b.name))
	})
	var labels []string
	var cells []disclosure.Cell
	for _, one := range list {
		labels, cells = append(labels, one.name), append(cells, m.cell(one, 0, period, measure))
	}
	chart.bars("Organisation", labels, cells, measure.Unit)
	chart.Shown = fmt.Sprintf("%s, %s, %s", measure.Label, strings.ToLower(m.titleOf(level)), m.kinds[0].Periods[period].Name)
}

// byVariable shows the values of a variable in the newest period of the first kind
// that has them.
func (m *model) byVariable(chart *chartView, measure shown, of *organisation) {
	kind := slices.IndexFunc(m.kinds, func(k kind) bool { return k.HasBy })
	variable := m.variables[0]
	for _, one := range m.variables {
		if one.Name == chart.Chart.Variable {
			variable = one
		}
	}
	newest := len(m.kinds[kind].Periods) - 1
	cells := make([]disclosure.Cell, len(variable.Values))
	for i, value := range variable.Values {
		cells[i] = m.cellBy(of, kind, breakdown{newest, variable.Name, value}, measure)
	}
	chart.bars(variable.Title, variable.labels(), cells, measure.Unit)
	chart.Shown = fmt.Sprintf("%s by %s, %s, %s", measure.Label, lowerFirst(variable.Title), of.name, m.kinds[kind].Periods[newest].Name)
}

func lowerFirst(text string) string { return strings.ToLower(text[:1]) + text[1:] }

package report

import (
	"strings"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/measures"
	"tre-toolkit/internal/metrics"
)

// agreement compares the shipped flags with the outcomes that the scores give.
func (m *model) agreement() *tableView {
	list := m.coarsest().Agreement()
	if len(list) == 0 {
		return nil
	}
	table := &tableView{
		ID: "quality-agreement", Title: "Flags and scores",
		Text:    "Outcomes are shipped as flags. They are worked out again here from the first and last scores, and compared.",
		Caption: "Finished courses by what the shipped flags and the scores say of them, over all periods of this report",
		Head:    []string{"Outcome", "By flag", "By scores", "Judged by, or why not", "Courses"},
	}
	for _, one := range list {
		table.Rows = append(table.Rows, cellsOf(one.Outcome, yesNo(one.Flagged), yesNo(one.Scored), one.Reason, one.Pathways.String()))
	}
	return table
}

func yesNo(is bool) string {
	if is {
		return "yes"
	}
	return "no"
}

// faults lists what is plainly wrong with the data.
func (m *model) faults() tableView {
	table := tableView{
		ID: "quality-faults", Title: "Faults of the data",
		Text:    "What is counted nowhere, or otherwise than it was delivered, because it cannot be right.",
		Caption: "What is wrong with the data, and how many referrals or appointments have it", Head: []string{"Fault", "Number"},
	}
	for _, one := range m.coarsest().Faults() {
		table.Rows = append(table.Rows, cellsOf(one.Fault, one.Pathways.String()))
	}
	return table
}

// coarsest returns the results of the largest kind of period, which are of the same
// pathways as the others.
func (m *model) coarsest() measures.Results { return m.Figures[len(m.Figures)-1].All }

// about explains the measures, and what was done to their values.
func (m *model) about() *aboutView {
	results := m.coarsest()
	about := &aboutView{Notes: results.Notes(), Unverified: m.unverified(results.Unverified())}
	for _, topic := range m.Layout.Topics {
		about.CannotSay = append(about.CannotSay, topic.CannotSay...)
	}
	about.Definitions = tableView{
		Caption: "The measures of this report",
		Head:    []string{"In this report", "Measure", "Published name", "What it is", "Source"},
	}
	known := map[string]bool{}
	for _, list := range [][]shown{m.counts, m.others, m.countsBy, m.othersBy} {
		for _, one := range list {
			if id := one.ReportFigure.ID; !known[id] {
				known[id] = true
				about.Definitions.Rows = append(about.Definitions.Rows, cellsOf(one.Label, id, one.Measure.Name, one.Means, one.Source))
			}
		}
	}
	return about
}

// unverified keeps what concerns this report: its measures, and the cut-offs.
func (m *model) unverified(list []string) []string {
	var kept []string
	for _, one := range list {
		id, _, _ := strings.Cut(one, " ")
		_, reported := m.Layout.Figure(id)
		if m.Measures.Index(id) < 0 || reported {
			kept = append(kept, one)
		}
	}
	return kept
}

// gridView is a table of studies by columns, each cell with its length: in a row
// beside the row's most, or in a column beside the column's.
func gridView(table Table) tableView {
	made := tableView{ID: table.ID, Title: table.Title, Text: table.Text, Caption: table.Title, Head: []string{"Study"}}
	columns := table.Grid.Columns
	for _, column := range columns {
		made.Head = append(made.Head, strings.ReplaceAll(column.Name, "_", " "))
	}
	for i, study := range table.Grid.Studies {
		line := make([]disclosure.Cell, len(columns))
		for at, column := range columns {
			line[at] = column.Cells[i]
		}
		row := cellsOf(study)
		for at, column := range columns {
			most := mostOf(column.Cells, "")
			if table.ByRow {
				most = mostOf(line, "")
			}
			row = append(row, withMeter(line[at], most))
		}
		made.Rows = append(made.Rows, row)
	}
	row := []string{metrics.TotalRow}
	for _, column := range columns {
		row = append(row, column.Total.String())
	}
	made.Rows = append(made.Rows, cellsOf(row...))
	return made
}

package extract

import (
	"fmt"
	"slices"

	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

// PlannedColumn is a column and what becomes of it.
type PlannedColumn struct {
	Name      string `json:"name"`
	Type      string `json:"type"`
	Category  string `json:"category"`
	Treatment string `json:"treatment"`
	Label     string `json:"label,omitempty"`

	column     spec.Column
	coarsening spec.Coarsening
	recoded    recoding
	steps      []columnStep
}

// recoding says what the lent function makes of a column's values.
type recoding int

const (
	notRecoded    recoding = iota
	recodedByKey           // codes of the column's own key
	recodedByRule          // coarser ones
)

// columnStep is a statement that treats a column's values.
type columnStep struct {
	statement string
	args      warehouse.Args
}

// projectIDColumn is what every file begins with.
func projectIDColumn(project spec.ProjectID) PlannedColumn {
	return PlannedColumn{
		Name: project.Column().String(), Type: "VARCHAR", Category: "project id",
		Treatment: "pseudonym of the participant in this project", Label: "Participant, in this project only",
	}
}

// plannedColumns returns a table's columns in the order of its file.
func (p Plan) plannedColumns(table spec.Table, number spec.VersionNumber, chosen spec.ProjectTable) []PlannedColumn {
	columns := []PlannedColumn{projectIDColumn(p.sources.Project.ID)}
	for _, column := range chosen.Given(table, number) {
		columns = append(columns, p.plannedColumn(table, chosen, column))
	}
	return columns
}

func (p Plan) plannedColumn(table spec.Table, chosen spec.ProjectTable, column spec.Column) PlannedColumn {
	planned := PlannedColumn{
		Name: column.Name.String(), Type: column.Type.String(), Category: string(column.Category),
		Treatment: "as delivered", Label: column.Label, column: column,
	}
	if column.Category == spec.Linking {
		planned.Type, planned.Treatment = "VARCHAR", "re-keyed for this project"
		planned.do("33_rekeyed", nil)
		if column.Name == table.PeriodKey {
			planned.steps[0].statement = "32_key_rekeyed"
		}
		return planned
	}
	if shift := p.sources.Project.DateShift; shift != nil && column.Type.IsDate() {
		planned.Treatment = fmt.Sprintf("shifted by the participant's own days, up to %d either way", shift.MostDays)
		planned.do("35_shifted", nil)
	}
	if at := slices.IndexFunc(chosen.Coarsen, func(c spec.Coarsening) bool { return c.Column == column.Name }); at >= 0 {
		planned.makeCoarser(chosen.Coarsen[at])
		return planned
	}
	if column.Code {
		planned.recode(slices.Contains(chosen.RealCodes, column.Name))
	}
	return planned
}

func (c *PlannedColumn) do(statement string, args warehouse.Args) {
	c.steps = append(c.steps, columnStep{statement, args})
}

// recode gives codes of providers and areas values of the project's own, unless
// it asked for the real ones.
func (c *PlannedColumn) recode(asReal bool) {
	if asReal {
		c.Treatment = "the real code, as asked for by name"
		return
	}
	c.Treatment, c.recoded = "re-keyed for this project and column", recodedByKey
	c.do("34_recoded", nil)
}

func (c *PlannedColumn) makeCoarser(to spec.Coarsening) {
	if len(c.steps) > 0 {
		c.Treatment += ", then " + to.String()
	} else {
		c.Treatment = "made coarser: " + to.String()
	}
	c.Type, c.coarsening = to.Type().String(), to
	switch to.To {
	case spec.ToYear:
		c.do("36_to_year", nil)
	case spec.ToQuarter:
		c.do("37_to_quarter", nil)
	case spec.ToMonth:
		c.do("38_to_month", nil)
	case spec.ToAgeBand:
		c.do("39_to_age_band", warehouse.Args{"width_" + c.Name: to.Width, "top_" + c.Name: to.Top})
	default:
		c.recoded = recodedByRule
		c.do("34_recoded", nil)
	}
}

// keyColumn returns which column holds the table's re-keyed period key; below 0
// when none does.
func (t PlannedTable) keyColumn() int {
	return slices.IndexFunc(t.Columns, func(c PlannedColumn) bool {
		return c.Category == string(spec.Linking) && c.column.Name == t.table.PeriodKey
	})
}

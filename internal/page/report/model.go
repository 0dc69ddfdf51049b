package report

import (
	"maps"
	"slices"
	"strings"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/measures"
	"tre-toolkit/internal/spec"
)

// model is the figures as the report lays them out.
type model struct {
	Input
	kinds         []kind
	levels        []measures.Level // that have figures, from the largest to the smallest
	variables     []variable
	counts        []shown // measures that are counted
	others        []shown // percentages and averages
	countsBy      []shown // the same, by a variable
	othersBy      []shown
	organisations []*organisation
	known         map[[2]string]*organisation // by level and code
	seen          map[string]map[string]bool  // values of each variable that some organisation shows
}

// kind is one kind of period and its periods.
type kind struct {
	Name    string
	Periods []period
	HasBy   bool
}

// variable is what figures are broken down by, with its values in order.
type variable struct {
	spec.ReportVariable
	Values []string
}

// label is a value as readers see it.
func (v variable) label(value string) string {
	if value == spec.UnknownValue || value == spec.TotalValue {
		return value
	}
	return v.Prefix + value
}

func (v variable) labels() []string {
	labels := make([]string, len(v.Values))
	for i, value := range v.Values {
		labels[i] = v.label(value)
	}
	return labels
}

// shown is a measure that the report shows.
type shown struct {
	spec.ReportFigure
	spec.Measure
	at int // its place among the measures of the results
}

// organisation is one line of a level, with its published cells.
type organisation struct {
	level      measures.Level
	code, name string
	all        [][][]disclosure.Cell             // by kind, period and place of the measure
	by         []map[breakdown][]disclosure.Cell // by kind
}

// breakdown is a value of a variable in a period.
type breakdown struct {
	period          int
	variable, value string
}

func newModel(input Input) *model {
	m := &model{Input: input, known: map[[2]string]*organisation{}, seen: map[string]map[string]bool{}}
	for i, figures := range input.Figures {
		m.kinds = append(m.kinds, kind{figures.Kind, periodsOf(figures.Kind, figures.All.Periods()), figures.By != nil})
		m.collect(i, figures)
	}
	m.counts, m.others = m.split(input.Layout.Measures(false))
	if slices.ContainsFunc(m.kinds, func(k kind) bool { return k.HasBy }) {
		m.countsBy, m.othersBy = m.split(input.Layout.Measures(true))
		m.variables = m.variablesSeen()
	}
	slices.SortStableFunc(m.organisations, func(a, b *organisation) int {
		if by := levelPlace(a.level) - levelPlace(b.level); by != 0 {
			return by
		}
		return strings.Compare(a.code, b.code)
	})
	for _, one := range m.organisations {
		if !slices.Contains(m.levels, one.level) {
			m.levels = append(m.levels, one.level)
		}
	}
	return m
}

func levelPlace(level measures.Level) int { return slices.Index(measures.Levels(), level) }

// split sorts measures into counts, and percentages and averages: apart, so that
// nobody takes one for the other.
func (m *model) split(ids []string) (counts, others []shown) {
	for _, one := range m.shownOf(ids) {
		if one.Kind == spec.CountMeasure {
			counts = append(counts, one)
		} else {
			others = append(others, one)
		}
	}
	return counts, others
}

// collect takes the published cells of one kind of period.
func (m *model) collect(at int, figures Figures) {
	for group := range figures.All.Groups() {
		one := m.organisation(group)
		one.all[at][group.Period] = group.Cells
	}
	if figures.By == nil {
		return
	}
	for group := range figures.By.Groups() {
		if m.seen[group.Variable] == nil {
			m.seen[group.Variable] = map[string]bool{}
		}
		m.seen[group.Variable][group.Value] = true
		one := m.organisation(group)
		if one.by[at] == nil {
			one.by[at] = map[breakdown][]disclosure.Cell{}
		}
		one.by[at][breakdown{group.Period, group.Variable, group.Value}] = group.Cells
	}
}

// organisation returns the one that a group is of.
func (m *model) organisation(group measures.Group) *organisation {
	code, name := group.Code1, group.Name1
	if group.Code2 != "" {
		code, name = code+", "+group.Code2, name+", "+group.Name2
	}
	key := [2]string{string(group.Level), code}
	if one := m.known[key]; one != nil {
		return one
	}
	one := &organisation{level: group.Level, code: code, name: name, by: make([]map[breakdown][]disclosure.Cell, len(m.Figures))}
	for _, figures := range m.Figures {
		one.all = append(one.all, make([][]disclosure.Cell, len(figures.All.Periods())))
	}
	m.known[key] = one
	m.organisations = append(m.organisations, one)
	return one
}

// variablesSeen lists the variables of the layout with those of their values that
// some organisation shows, in the order of the specification.
func (m *model) variablesSeen() []variable {
	var list []variable
	for _, titled := range m.Layout.Variables {
		seen := m.seen[titled.Name]
		if len(seen) == 0 {
			continue
		}
		one := variable{ReportVariable: titled}
		known, _ := m.Measures.Variable(titled.Name)
		for _, group := range known.Groups {
			if seen[group.Name] {
				one.Values = append(one.Values, group.Name)
			}
		}
		for _, value := range slices.Sorted(maps.Keys(seen)) {
			if value != spec.TotalValue && value != spec.UnknownValue && !slices.Contains(one.Values, value) {
				one.Values = append(one.Values, value)
			}
		}
		if seen[spec.UnknownValue] {
			one.Values = append(one.Values, spec.UnknownValue)
		}
		list = append(list, one)
	}
	return list
}

// cell returns a published cell of all; what is in no group is masked.
func (m *model) cell(of *organisation, kind, period int, measure shown) disclosure.Cell {
	if cells := of.all[kind][period]; cells != nil {
		return cells[measure.at]
	}
	return m.withheld()
}

// cellBy returns a published cell of a value of a variable.
func (m *model) cellBy(of *organisation, kind int, at breakdown, measure shown) disclosure.Cell {
	if cells := of.by[kind][at]; cells != nil {
		return cells[measure.at]
	}
	return m.withheld()
}

func (m *model) withheld() disclosure.Cell { return m.rules().Withhold() }

package measures

import (
	"iter"
	"strings"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/spec"
)

// Results are figures that may be shown under the request's rules.
type Results struct {
	counted Counted
	rules   disclosure.Profile
	exact   map[*row][]disclosure.Cell // under rules that print exact counts
}

// Group is the figures of one organisation or study, period and value of a
// variable. Cells stand in the order of the measures.
type Group struct {
	Period       int // place in Periods
	Level        Level
	Code1, Name1 string
	Code2, Name2 string // the provider, of a sub-ICB by provider
	Variable     string // Total for the figures of all, which do not stand beside those of a variable
	Value        string
	Sum          bool // adds up the values of the variable: counts alone
	Cells        []disclosure.Cell
}

// Results passes the figures through the rules. A mark that states a bound is not
// written: what is withheld may be of any size.
func (c Counted) Results() (Results, error) {
	results := Results{counted: c, rules: c.request.Rules.ForAnySize()}
	if !c.request.exact() {
		return results, nil
	}
	results.exact = map[*row][]disclosure.Cell{}
	bound := !c.request.Rules.MarksAnySize()
	for i := range c.tables {
		for _, one := range c.tables[i].rows {
			cells, err := c.protect(&c.tables[i], one)
			if err != nil {
				return Results{}, err
			}
			for at := range cells {
				if bound && cells[at].Masked() {
					cells[at] = results.rules.Withhold()
				}
			}
			results.exact[one] = cells
		}
	}
	return results, nil
}

// Periods returns the periods, in order.
func (r Results) Periods() []Period { return r.counted.request.Periods }

// Rules returns the rules that the figures went through.
func (r Results) Rules() disclosure.Profile { return r.rules }

// Measures returns the measures, in order.
func (r Results) Measures() []spec.Measure { return r.counted.request.Measures.Measures }

// Has reports whether a group has a figure of a measure: a sum over the values of
// a variable has counts alone.
func (r Results) Has(group Group, measure int) bool {
	return !group.Sum || r.Measures()[measure].Kind == spec.CountMeasure
}

// Groups gives every group that shows something, by period, level, variable,
// organisation and value. One all of whose figures are masked is left out, and
// nobody can tell it from one in which nothing was counted.
func (r Results) Groups() iter.Seq[Group] {
	return func(yield func(Group) bool) {
		for period := range r.Periods() {
			for i := range r.counted.tables {
				if !r.groupsOf(&r.counted.tables[i], period, yield) {
					return
				}
			}
		}
	}
}

func (r Results) groupsOf(t *table, period int, yield func(Group) bool) bool {
	for number, one := range t.organisations {
		group := Group{
			Period: period, Level: t.level, Code1: one.code1, Name1: one.name1, Code2: one.code2, Name2: one.name2, Variable: t.variable,
		}
		if t.variable == "" {
			group.Variable = spec.TotalValue
		}
		var values []Group
		for _, value := range t.values {
			group.Value = value
			group.Cells = r.cells(t, t.rows[place{period + 1, number + 1, value}])
			values = append(values, group)
		}
		if t.variable != "" {
			values = append(values, r.Total(values))
		}
		for _, made := range values {
			if r.shows(made) && !yield(made) {
				return false
			}
		}
	}
	return true
}

// shows reports whether any figure of a group is shown. England is always there, so
// that no period is without a line.
func (r Results) shows(group Group) bool {
	if group.Level == England && group.Value == spec.TotalValue {
		return true
	}
	for i, cell := range group.Cells {
		if r.Has(group, i) && !cell.Masked() {
			return true
		}
	}
	return false
}

// Total adds up the counts of groups as the rules add up what they show: nothing
// that is masked counts. It is a line of the first group, whose value is Total.
// The groups must not share people who may be counted once.
func (r Results) Total(groups []Group) Group {
	total := groups[0]
	total.Value, total.Sum = spec.TotalValue, true
	total.Cells = make([]disclosure.Cell, len(r.Measures()))
	rules := r.rulesOf(total.Level)
	for i := range r.Measures() {
		if !r.Has(total, i) {
			continue
		}
		cells := make([]disclosure.Cell, len(groups))
		for j, group := range groups {
			cells[j] = group.Cells[i]
		}
		total.Cells[i] = rules.Total(cells)
	}
	return total
}

func (r Results) rulesOf(level Level) disclosure.Profile {
	if level == England {
		return r.rules.ForNation()
	}
	return r.rules
}

func (r Results) cells(t *table, one *row) []disclosure.Cell {
	if one == nil {
		one = &row{}
	}
	if cells, made := r.exact[one]; made {
		return cells
	}
	rules := r.rulesOf(t.level)
	cells := make([]disclosure.Cell, len(r.Measures()))
	for i, measure := range r.Measures() {
		switch measure.Kind {
		case spec.CountMeasure:
			cells[i] = rules.CellOf(one.counts.of(i), one.people.of(i))
		case spec.ShareMeasure:
			cells[i] = r.counted.share(rules, one, measure)
		default:
			cells[i] = one.averageCell(rules, i)
		}
	}
	return cells
}

// share is a percentage of exact counts, as the rules print one.
func (c Counted) share(rules disclosure.Profile, one *row, measure spec.Measure) disclosure.Cell {
	part, whole := c.parts(one.counts, measure)
	if rules.CountsPeople() {
		people, _ := c.parts(one.people, spec.Measure{Numerator: measure.Numerator, Denominator: measure.Denominator})
		if rules.CellOf(part, people).Masked() {
			return rules.Percentage(disclosure.Count{}, disclosure.Count{})
		}
	}
	return rules.Percentage(part, whole)
}

// parts returns the counts that a share is of.
func (c Counted) parts(counts tally, measure spec.Measure) (part, whole disclosure.Count) {
	part = counts.of(c.request.Measures.Index(measure.Numerator))
	whole = counts.of(c.request.Measures.Index(measure.Denominator))
	if measure.Less != "" {
		whole = whole.Minus(counts.of(c.request.Measures.Index(measure.Less)))
	}
	return part, whole
}

// averageCell is a mean or a median, of which as many are behind as have an amount, or
// as there are people.
func (r *row) averageCell(rules disclosure.Profile, measure int) disclosure.Cell {
	of := r.average(measure)
	if people := r.people.of(measure); rules.CountsPeople() && of.behind.Exceeds(people) {
		of.behind = people
	}
	return rules.Statistic(of.statistic, of.behind)
}

// Unverified lists what of the results no source that was read says: names and
// ids of measures, and cut-offs and sizes of change where they were used.
func (r Results) Unverified() []string {
	var list []string
	for _, measure := range r.Measures() {
		if measure.Unverified != "" {
			list = append(list, measure.ID+" "+measure.Name+": "+measure.Unverified)
		}
	}
	if !r.counted.request.Choices.Recomputed {
		return list
	}
	return append(list, r.counted.request.unverifiedTools()...)
}

func (r Request) unverifiedTools() []string {
	var list []string
	for _, tool := range r.CutOffs.Tools {
		if !tool.Verified {
			list = append(list, "cut-off or size of change of "+tool.Name+": "+strings.TrimSuffix(tool.Source, "."))
		}
	}
	return list
}

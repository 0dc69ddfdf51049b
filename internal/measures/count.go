package measures

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

// Counted holds the exact figures of a request.
type Counted struct {
	request   Request
	tables    []table
	agreement []agreed
	faults    []fault
}

// table is the figures of one level and variable: one grouping.
type table struct {
	level         Level
	variable      string // empty for the figures of all
	organisations []organisation
	values        []string // of the variable; one, Total, when there is none
	rows          map[place]*row
	matches       map[class][]int // the measures that count each class
}

type organisation struct{ code1, name1, code2, name2 string }

// place is a line of a table: a period and an organisation by number, from 1, and
// a value of the variable.
type place struct {
	period, organisation int
	value                string
}

// row is what was counted at a place, by measure; what is not there is none.
type row struct {
	counts   []disclosure.Count
	people   []disclosure.Count // distinct people, where the rules judge by them
	sums     map[int]disclosure.Statistic
	averaged map[int]disclosure.Count // how many amounts are in the sums
	medians  map[string]disclosure.Statistic
	atoms    map[class]disclosure.Count // where the rules print exact counts
}

// nothing is the row of a place where nothing was counted.
func nothing(measures int) *row {
	return &row{counts: make([]disclosure.Count, measures), people: make([]disclosure.Count, measures)}
}

// class is one class of a family.
type class struct{ family, name string }

// figures are counts by measure, as one list of the database: the place of a
// measure, its count, and so on.
type figures struct {
	measures []int
	counts   []disclosure.Count
}

// Scan reads the list.
func (f *figures) Scan(value any) error {
	list, _ := value.([]any)
	*f = figures{make([]int, len(list)/2), make([]disclosure.Count, len(list)/2)}
	for i := range f.measures {
		place, is := list[2*i].(int64)
		if !is {
			return fmt.Errorf("the place of a measure was expected, not a %T", list[2*i])
		}
		f.measures[i] = int(place)
		if err := f.counts[i].Scan(list[2*i+1]); err != nil {
			return err
		}
	}
	return nil
}

// texts are a list of texts of the database.
type texts []string

// Scan reads the list.
func (t *texts) Scan(value any) error {
	list, _ := value.([]any)
	*t = make(texts, len(list))
	for i, one := range list {
		text, is := one.(string)
		if !is {
			return fmt.Errorf("a list of texts was expected, not of %T", one)
		}
		(*t)[i] = text
	}
	return nil
}

// within counts the levels that share a scope, by each variable.
func (c *counting) within(ctx context.Context, scope string, levels []Level, counted *Counted) error {
	steps := []step{
		{scope, nil},
		{"24_create_places", warehouse.Args{"listed": len(c.request.Organisations) > 0, "unknown_code": c.request.Measures.UnknownCode}},
	}
	if err := c.all(ctx, steps); err != nil {
		return err
	}
	for _, name := range c.groupings() {
		values, err := c.group(ctx, name)
		if err != nil {
			return err
		}
		for _, level := range levels {
			made, err := c.count(ctx, level, name)
			if err != nil {
				return err
			}
			made.values = values
			counted.tables = append(counted.tables, made)
		}
	}
	return nil
}

// groupings are the variables of the request, or none. Figures of all do not stand
// beside those of a variable: a total is what adds up the figures that are shown,
// and a true one beside them would tell what is masked.
func (c *counting) groupings() []string {
	if len(c.request.Variables) > 0 {
		return c.request.Variables
	}
	return []string{""}
}

// group makes the cube of a variable and returns the values that it may have.
func (c *counting) group(ctx context.Context, name string) ([]string, error) {
	variable, _ := c.request.Measures.Variable(name)
	first := c.request.Periods[0].First.String()
	steps := []step{
		{"25_create_variable_values", warehouse.Args{"variable": name, "as_recorded": variable.AsRecorded}},
		{"26_create_counted", warehouse.Args{
			"variable": name, "by_flag": c.request.Choices.FinishedFlag, "recomputed": c.request.Choices.Recomputed, "first_day": first,
		}},
		{"30_create_facts", nil}, {"31_create_cube", nil}, {"32_create_matches", nil},
	}
	if err := c.all(ctx, steps); err != nil || name == "" {
		return []string{spec.TotalValue}, err
	}
	var values []string
	for _, group := range variable.Groups {
		values = append(values, group.Name)
	}
	if variable.AsRecorded {
		err := c.w.Each(ctx, statements["48_values"], nil, func(scan func(...any) error) error {
			var value string
			err := scan(&value)
			values = append(values, value)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return append(values, spec.UnknownValue), nil
}

// count adds up one level.
func (c *counting) count(ctx context.Context, level Level, variable string) (table, error) {
	made := table{level: level, variable: variable, rows: map[place]*row{}}
	if err := c.run(ctx, "40_create_level", warehouse.Args{"level": string(level)}); err != nil {
		return made, err
	}
	reads := []func(context.Context, *table) error{c.readOrganisations, c.readCounts, c.readSums, c.readMedians}
	if c.request.Rules.CountsPeople() {
		reads = append(reads, c.readPeople)
	}
	if c.request.exact() {
		reads = append(reads, c.readAtoms, c.readMatches)
	}
	for _, read := range reads {
		if err := read(ctx, &made); err != nil {
			return made, err
		}
	}
	return made, nil
}

func (c *counting) readOrganisations(ctx context.Context, into *table) error {
	err := c.w.Each(ctx, statements["41_organisations"], nil, func(scan func(...any) error) error {
		var number int
		var one organisation
		if err := scan(&number, &one.code1, &one.name1, &one.code2, &one.name2); err != nil {
			return err
		}
		kind1, kind2 := kindsOf(into.level)
		one.code1, one.code2 = labelled(kind1, one.code1), labelled(kind2, one.code2)
		one.name1, one.name2 = c.name(one.code1, one.name1), c.name(one.code2, one.name2)
		into.organisations = append(into.organisations, one)
		return nil
	})
	if err != nil || into.level != Study {
		if len(into.organisations) == 0 && into.level == England {
			into.organisations = []organisation{{code1: everywhere, name1: c.request.Measures.England}}
		}
		return err
	}
	return c.readStudies(ctx, into)
}

// kindsOf returns what the one or two codes of a level are codes of.
func kindsOf(level Level) (first, second Level) {
	if level == SubICBProvider {
		return SubICB, Provider
	}
	return level, ""
}

// labelled returns a code such that nobody takes it for a count: encrypted codes
// are numbers, and stand in a column of their own.
func labelled(kind Level, code string) string {
	if code == "" || strings.Trim(code, "0123456789") != "" {
		return code
	}
	return string(kind) + " " + code
}

// everywhere is the code of the whole country.
const everywhere = "all"

// name returns what an organisation is called; its code where nobody says.
func (c *counting) name(code, known string) string {
	switch {
	case code == everywhere:
		return c.request.Measures.England
	case code == c.request.Measures.UnknownCode:
		return c.request.Measures.UnknownName
	case known == "":
		return code
	}
	return known
}

// readStudies adds the studies of the freeze that have no pathway: that a study is
// not in a table would tell so.
func (c *counting) readStudies(ctx context.Context, into *table) error {
	known := map[string]bool{}
	for _, one := range into.organisations {
		known[one.code1] = true
	}
	return c.w.Each(ctx, statements["47_studies"], nil, func(scan func(...any) error) error {
		var study string
		if err := scan(&study); err != nil {
			return err
		}
		if !known[study] {
			into.organisations = append(into.organisations, organisation{code1: study, name1: study})
		}
		return nil
	})
}

func (c *counting) row(of *table, at place) *row {
	if of.rows[at] == nil {
		of.rows[at] = nothing(len(c.request.Measures.Measures))
		of.rows[at].sums, of.rows[at].averaged = map[int]disclosure.Statistic{}, map[int]disclosure.Count{}
		of.rows[at].medians, of.rows[at].atoms = map[string]disclosure.Statistic{}, map[class]disclosure.Count{}
	}
	return of.rows[at]
}

func (c *counting) readCounts(ctx context.Context, into *table) error {
	return c.w.Each(ctx, statements["42_count_level"], nil, func(scan func(...any) error) error {
		var at place
		var counted figures
		if err := scan(&at.period, &at.organisation, &at.value, &counted); err != nil {
			return err
		}
		row := c.row(into, at)
		for i, measure := range counted.measures {
			row.counts[measure] = counted.counts[i]
		}
		return nil
	})
}

// readSums reads what means are of.
func (c *counting) readSums(ctx context.Context, into *table) error {
	means := map[string][]int{}
	for i, measure := range c.request.Measures.Measures {
		if measure.Kind == spec.MeanMeasure {
			means[measure.Of] = append(means[measure.Of], i)
		}
	}
	args := warehouse.Args{"families": slices.Sorted(maps.Keys(means))}
	return c.w.Each(ctx, statements["49_sums"], args, func(scan func(...any) error) error {
		var family string
		var at place
		var sum disclosure.Statistic
		var amounts disclosure.Count
		if err := scan(&family, &at.period, &at.organisation, &at.value, &sum, &amounts); err != nil {
			return err
		}
		for _, measure := range means[family] {
			row := c.row(into, at)
			row.sums[measure], row.averaged[measure] = sum, amounts
		}
		return nil
	})
}

func (c *counting) readMedians(ctx context.Context, into *table) error {
	return c.w.Each(ctx, statements["43_medians"], nil, func(scan func(...any) error) error {
		var family string
		var at place
		var median disclosure.Statistic
		if err := scan(&family, &at.period, &at.organisation, &at.value, &median); err != nil {
			return err
		}
		c.row(into, at).medians[family] = median
		return nil
	})
}

func (c *counting) readPeople(ctx context.Context, into *table) error {
	return c.w.Each(ctx, statements["44_count_people"], nil, func(scan func(...any) error) error {
		var at place
		var people figures
		if err := scan(&at.period, &at.organisation, &at.value, &people); err != nil {
			return err
		}
		for i, measure := range people.measures {
			c.row(into, at).people[measure] = people.counts[i]
		}
		return nil
	})
}

func (c *counting) readAtoms(ctx context.Context, into *table) error {
	return c.w.Each(ctx, statements["45_atoms"], nil, func(scan func(...any) error) error {
		var at place
		var families, classes texts
		var counts disclosure.Counts
		if err := scan(&at.period, &at.organisation, &at.value, &families, &classes, &counts); err != nil {
			return err
		}
		for i, family := range families {
			c.row(into, at).atoms[class{family, classes[i]}] = counts[i]
		}
		return nil
	})
}

func (c *counting) readMatches(ctx context.Context, into *table) error {
	into.matches = map[class][]int{}
	return c.w.Each(ctx, statements["46_matches"], nil, func(scan func(...any) error) error {
		var measure int
		var of class
		if err := scan(&measure, &of.family, &of.name); err != nil {
			return err
		}
		into.matches[of] = append(into.matches[of], measure)
		return nil
	})
}

package measures

import (
	"context"
	"strings"

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
			made, err := c.count(ctx, level, name, values)
			if err != nil {
				return err
			}
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
			"variable": name, "recomputed": c.request.Choices.Recomputed, "first_day": first,
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
func (c *counting) count(ctx context.Context, level Level, variable string, values []string) (table, error) {
	made := table{level: level, variable: variable, values: values, rows: map[place]*row{}}
	if err := c.run(ctx, "40_create_level", warehouse.Args{"level": string(level)}); err != nil {
		return made, err
	}
	if err := c.readOrganisations(ctx, &made); err != nil {
		return made, err
	}
	if err := c.readLists(ctx, &made); err != nil {
		return made, err
	}
	reads := []func(context.Context, *table) error{c.readSums, c.readMedians}
	if c.request.exact() {
		reads = append(reads, c.readMatches)
	}
	for _, read := range reads {
		if err := read(ctx, &made); err != nil {
			return made, err
		}
	}
	return made, nil
}

// readLists reads the statements that make lists of a group's figures, pass by pass.
func (c *counting) readLists(ctx context.Context, into *table) error {
	reads := []func(context.Context, *table, warehouse.Args) error{c.readCounts}
	if c.request.Rules.CountsPeople() {
		reads = append(reads, c.readPeople)
	}
	if c.request.exact() {
		reads = append(reads, c.readAtoms)
	}
	for _, periods := range c.passes(len(into.organisations) * len(into.values)) {
		for _, read := range reads {
			if err := read(ctx, into, periods); err != nil {
				return err
			}
		}
	}
	return nil
}

// mostGroups bounds the groups of one pass: lists that the database makes do not
// leave its memory for the disk.
const mostGroups = 50_000

// passes parts the periods such that a pass has no more groups than it may, and at
// least one period. So many groups may be in each period.
func (c *counting) passes(inPeriod int) []warehouse.Args {
	step := max(1, mostGroups/max(1, inPeriod))
	var list []warehouse.Args
	for first := 1; first <= len(c.request.Periods); first += step {
		list = append(list, warehouse.Args{"first_period": first, "last_period": min(first+step-1, len(c.request.Periods))})
	}
	return list
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

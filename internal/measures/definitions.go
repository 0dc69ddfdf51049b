package measures

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

// mostAmount is the largest amount whose band is looked up: a hundred years of days.
const mostAmount = 36_525

// counting is one run of the statements.
type counting struct {
	w       *warehouse.Warehouse
	request Request
}

func (c *counting) run(ctx context.Context, statement string, args warehouse.Args) error {
	_, err := c.w.Run(ctx, statements[statement], args)
	return err
}

// step is one statement and what is bound to it.
type step struct {
	statement string
	args      warehouse.Args
}

func (c *counting) all(ctx context.Context, steps []step) error {
	for _, one := range steps {
		if err := c.run(ctx, one.statement, one.args); err != nil {
			return err
		}
	}
	return nil
}

// prepare fills the tables of definitions and makes the pathways.
func (c *counting) prepare(ctx context.Context) error {
	people := step{"11_create_no_members", nil}
	if c.request.Freeze > 0 {
		people = step{"10_create_members", warehouse.Args{"freeze": c.request.Freeze}}
	}
	steps := []step{
		{"01_create_periods", c.periodArgs()},
		{"02_create_period_days", nil},
		{"03_create_bands", c.bandArgs()},
		{"04_create_amount_bands", warehouse.Args{"most": mostAmount}},
		{"05_create_definitions", c.definitionArgs()},
		{"06_create_tools", c.toolArgs()},
		{"07_create_variable_groups", c.variableArgs()},
		{"08_create_pairings", c.pairingArgs()},
		{"23_create_organisations", c.organisationArgs()},
		people,
		{"20_create_pathways", warehouse.Args{
			"hub": c.table(c.request.Dataset.Hub), "everybody": c.request.Freeze == 0, "by_flag": c.request.Choices.FinishedFlag,
			"depression": c.request.CutOffs.Depression, "anxiety": c.request.CutOffs.Anxiety,
			"with_clause": !c.request.Choices.WithoutClause,
		}},
		{"29_create_repeats", nil},
	}
	if err := c.all(ctx, steps); err != nil {
		return err
	}
	return c.prepareBeside(ctx)
}

// prepareBeside makes what comes of the tables beside the hub. A workspace may
// hold the hub alone; then nothing is counted of them.
func (c *counting) prepareBeside(ctx context.Context) error {
	for _, beside := range []struct{ table, argument, with, without string }{
		{conditionsTable, "conditions", "13_create_due_measures", "14_create_no_due_measures"},
		{activitiesTable, "activities", "27_create_contacts", "28_create_no_contacts"},
	} {
		name, err := spec.ParseIdentifier(beside.table)
		if err != nil {
			return err
		}
		qualified := c.table(name)
		schema, table, _ := strings.Cut(qualified, ".")
		var has bool
		if _, err := c.w.One(ctx, statements["12_has_table"], warehouse.Args{"schema": schema, "name": table}, &has); err != nil {
			return err
		}
		statement, args := beside.without, warehouse.Args(nil)
		if has {
			statement, args = beside.with, warehouse.Args{beside.argument: qualified}
		}
		if err := c.run(ctx, statement, args); err != nil {
			return err
		}
	}
	return nil
}

func (c *counting) table(name spec.Identifier) string {
	return c.request.Dataset.QualifiedTable(name, c.request.Version)
}

func (c *counting) periodArgs() warehouse.Args {
	var firsts, lasts []string
	for _, period := range c.request.Periods {
		firsts, lasts = append(firsts, period.First.String()), append(lasts, period.Last.String())
	}
	return warehouse.Args{"firsts": firsts, "lasts": lasts}
}

// bandArgs cuts the amounts of every family at every end of a measure's range.
func (c *counting) bandArgs() warehouse.Args {
	var families, labels, firsts, lasts []string
	for _, family := range c.request.Measures.Families {
		starts := c.bandStarts(family)
		for i, start := range starts {
			last := spec.Unbounded
			if i+1 < len(starts) {
				last = starts[i+1] - 1
			}
			families, labels = append(families, family.Name), append(labels, fmt.Sprintf("%s from %d", family.Amount, start))
			firsts, lasts = append(firsts, strconv.Itoa(start)), append(lasts, strconv.Itoa(last))
		}
	}
	return warehouse.Args{"band_families": families, "band_labels": labels, "band_firsts": firsts, "band_lasts": lasts}
}

// bandStarts returns the first amounts of a family's bands, or none where no
// measure asks for a range of them.
func (c *counting) bandStarts(of spec.Family) []int {
	var starts []int
	for _, measure := range c.request.Measures.Measures {
		if measure.Of != of.Name || measure.Range == nil {
			continue
		}
		starts = append(starts, 0, measure.Range.From)
		if last := measure.Range.Last(); last < mostAmount {
			starts = append(starts, last+1)
		}
	}
	slices.Sort(starts)
	return slices.Compact(starts)
}

func (c *counting) definitionArgs() warehouse.Args {
	var places, families, patterns, except, from, to, examples []string
	for i, measure := range c.request.Measures.Measures {
		if measure.Of == "" {
			continue
		}
		listed := measure.Values
		if len(listed) == 0 {
			listed = []string{""}
		}
		for _, pattern := range listed {
			places, families, patterns = append(places, strconv.Itoa(i)), append(families, measure.Of), append(patterns, pattern)
			examples = append(examples, example(measure, pattern))
			except = append(except, strings.Join(measure.OtherThan, "\n"))
			first, last := "", ""
			if measure.Range != nil {
				first, last = strconv.Itoa(measure.Range.From), strconv.Itoa(measure.Range.Last())
			}
			from, to = append(from, first), append(to, last)
		}
	}
	return warehouse.Args{"measures": places, "families": families, "patterns": patterns, "except_for": except, "from_amounts": from, "to_amounts": to, "examples": examples}
}

// Sets of characters in patterns of classes: one of these, none of these.
var (
	oneOfThese  = regexp.MustCompile(`\[([^!\]])[^\]]*\]`)
	noneOfThese = regexp.MustCompile(`\[![^\]]*\]`)
)

// example returns a class that a measure counts by a pattern, or by what it does not
// count, so that it has one where the data have none; empty where it counts all.
func example(measure spec.Measure, pattern string) string {
	if len(measure.OtherThan) > 0 {
		return "other"
	}
	class := noneOfThese.ReplaceAllString(oneOfThese.ReplaceAllString(pattern, "$1"), "-")
	return strings.NewReplacer("*", "", "?", "-").Replace(class)
}

func (c *counting) toolArgs() warehouse.Args {
	var tokens, lowests, highests, casenesses, changes []string
	text := func(x float64) string { return strconv.FormatFloat(x, 'f', 2, 64) }
	for _, tool := range c.request.CutOffs.Tools {
		tokens, lowests, highests = append(tokens, tool.Token), append(lowests, text(tool.Lowest)), append(highests, text(tool.Highest))
		casenesses = append(casenesses, text(tool.Caseness))
		change := ""
		if tool.Change != nil {
			change = text(*tool.Change)
		}
		changes = append(changes, change)
	}
	return warehouse.Args{"tokens": tokens, "lowests": lowests, "highests": highests, "casenesses": casenesses, "changes": changes}
}

func (c *counting) variableArgs() warehouse.Args {
	var variables, names, patterns, firsts, lasts []string
	add := func(variable, name, pattern string, from, to *int) {
		variables, names, patterns = append(variables, variable), append(names, name), append(patterns, pattern)
		firsts, lasts = append(firsts, textOf(from)), append(lasts, textOf(to))
	}
	for _, variable := range c.request.Measures.Variables {
		for _, group := range variable.Groups {
			if group.From != nil {
				add(variable.Name, group.Name, "", group.From, group.To)
			}
			for _, value := range group.Values {
				add(variable.Name, group.Name, value, nil, nil)
			}
		}
	}
	return warehouse.Args{"variables": variables, "group_names": names, "group_patterns": patterns, "group_firsts": firsts, "group_lasts": lasts}
}

func textOf(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}

func (c *counting) pairingArgs() warehouse.Args {
	complaints, tokens := []string{}, []string{}
	for _, pairing := range c.request.Measures.Pairings {
		complaints, tokens = append(complaints, pairing.Complaint), append(tokens, pairing.Measure)
	}
	return warehouse.Args{"complaints": complaints, "paired_measures": tokens}
}

func (c *counting) organisationArgs() warehouse.Args {
	codes, names, successors := []string{}, []string{}, []string{}
	for _, one := range c.request.Organisations {
		successor := one.Successor
		if successor == "" {
			successor = one.Code
		}
		codes, names, successors = append(codes, one.Code), append(names, one.Name), append(successors, successor)
	}
	return warehouse.Args{"codes": codes, "names": names, "successors": successors}
}

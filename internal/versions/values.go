package versions

import (
	"context"
	"math"
	"slices"
	"strings"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

// Bounds of what is worth telling of a column.
const (
	leastMove      = 0.01 // of the rows: how far a value's share must move
	leastDeviation = 0.1  // standard deviations that a mean must move; 0.1 is the usual bound of balance between two groups
	mostCodes      = 200  // values of a column that is told value by value
	mostNumbers    = 20   // values of a number that is a code
	mostMoved      = 5    // changes of share that are told of one column
)

type kind string

const (
	text   kind = "text"
	number kind = "number"
	date   kind = "date"
)

func kindOf(types ...string) kind {
	all := func(is func(string) bool) bool {
		return !slices.ContainsFunc(types, func(t string) bool { return !is(t) })
	}
	switch {
	case all(func(t string) bool {
		return strings.HasSuffix(t, "INT") || t == "INTEGER" || strings.HasPrefix(t, "DECIMAL")
	}):
		return number
	case all(func(t string) bool { return t == "DATE" || t == "TIMESTAMP" }):
		return date
	default:
		return text
	}
}

// open reports whether a column's values may be told at all: only those that
// any project may have. An identifier's values, an internal column's and those
// of a column that no specification knows are never told.
func (c comparer) open(table, column string) bool {
	described, known := c.c.Dataset.Table(table)
	if !known {
		return false
	}
	one, known := described.Column(column)
	return known && one.Category == spec.Core
}

// column compares one column's values in both versions.
func (c comparer) column(ctx context.Context, pair columnPair, people group) (ColumnDiff, int, error) {
	diff := ColumnDiff{Name: pair.after.Name}
	if pair.before.Name != pair.after.Name {
		diff.Was = pair.before.Name
	}
	columns := c.args(warehouse.Args{"before_column": pair.before.Name, "after_column": pair.after.Name})
	isOpen := c.open(c.pair.after.name, pair.after.Name) || c.open(c.pair.before.name, pair.after.Name)
	what := kindOf(pair.before.Type, pair.after.Type)
	if err := c.countRows(ctx, columns, isOpen, what); err != nil {
		return diff, 0, err
	}
	var facts struct{ before, after, notable, nulls int64 }
	args := warehouse.Args{"least_move": leastMove}
	if _, err := c.w.One(ctx, statements["42_value_facts"], args, &facts.before, &facts.after, &facts.notable, &facts.nulls); err != nil {
		return diff, 0, err
	}
	values := max(facts.before, facts.after)
	isCode := isOpen && (what == text && values <= mostCodes || what == number && values <= mostNumbers)
	withheld := 0
	if facts.nulls > 0 || isCode && facts.notable > 0 {
		var err error
		if withheld, err = c.values(ctx, columns, isCode, people, &diff); err != nil {
			return diff, withheld, err
		}
	}
	if isCode || !isOpen || what == text {
		return diff, withheld, nil
	}
	more, err := c.spread(ctx, columns, what, people, &diff)
	return diff, withheld + more, err
}

func (c comparer) countRows(ctx context.Context, columns warehouse.Args, isOpen bool, what kind) error {
	statement, args := statements["41_filled_rows"], columns
	if isOpen {
		statement, args = statements["40_value_rows"], with(columns, "kind", string(what))
	}
	_, err := c.w.Run(ctx, statement, args)
	return err
}

func with(args warehouse.Args, name string, value any) warehouse.Args {
	more := warehouse.Args{name: value}
	for name, value := range args {
		more[name] = value
	}
	return more
}

// values tells which values are new, gone or moved, and how empty cells moved.
func (c comparer) values(ctx context.Context, columns warehouse.Args, isCode bool, whole group, diff *ColumnDiff) (withheld int, err error) {
	args := warehouse.Args{"code_like": isCode, "least_move": leastMove}
	if _, err := c.w.Run(ctx, statements["43_notable_values"], args); err != nil {
		return 0, err
	}
	var values []ValueDiff
	var empty []bool
	var parts []group
	person := c.c.Dataset.Person.String()
	err = c.w.Each(ctx, statements["44_people_by_value"], with(columns, "person", person), func(scan func(...any) error) error {
		var value ValueDiff
		var isEmpty bool
		var part group
		err := scan(&value.Value, &isEmpty, &part.before, &part.after)
		values, empty, parts = append(values, value), append(empty, isEmpty), append(parts, part)
		return err
	})
	if err != nil {
		return 0, err
	}
	for i, pair := range c.gate.tell(whole, parts) {
		if pair == nil || parts[i].isZero() {
			withheld++ // also a value that only those who are not counted have
			continue
		}
		values[i].People, values[i].Percents = *pair, c.gate.percentages(parts[i], whole)
		diff.add(values[i], empty[i], parts[i])
	}
	return withheld, nil
}

func (c *ColumnDiff) add(value ValueDiff, isEmpty bool, people group) {
	switch {
	case isEmpty:
		c.Empty = &value
	case people.before.IsZero():
		c.New = append(c.New, value)
	case people.after.IsZero():
		c.Gone = append(c.Gone, value)
	case len(c.Moved) < mostMoved:
		c.Moved = append(c.Moved, value)
	}
}

// spread tells how a number or a date moved, when its mean did by more than a
// little and enough people stand behind it and behind the change of it.
func (c comparer) spread(ctx context.Context, columns warehouse.Args, what kind, whole group, diff *ColumnDiff) (withheld int, err error) {
	var before, after Spread
	var deviationBefore, deviationAfter float64
	var bothFilled bool
	_, err = c.w.One(ctx, statements["45_numbers"], nil,
		&before.Mean, &after.Mean, &deviationBefore, &deviationAfter,
		&before.Lower, &before.Median, &before.Upper, &after.Lower, &after.Median, &after.Upper, &bothFilled)
	if err != nil || !bothFilled {
		return 0, err
	}
	pooled := math.Sqrt((deviationBefore*deviationBefore + deviationAfter*deviationAfter) / 2)
	if move := math.Abs(after.Mean - before.Mean); move == 0 || move < leastDeviation*pooled {
		return 0, nil
	}
	var people group
	var moved disclosure.Count
	args := with(columns, "person", c.c.Dataset.Person.String())
	if _, err := c.w.One(ctx, statements["46_people_behind_numbers"], args, &people.before, &people.after, &moved); err != nil {
		return 0, err
	}
	ok := c.gate.pair(whole.before, whole.after).shown() && c.gate.enough(people.before) && c.gate.enough(people.after) &&
		c.gate.enough(moved) && c.gate.apart(people.before, people.after)
	if !ok {
		return 1, nil
	}
	if what == number { // a date is written as a day anyway
		before.Mean, after.Mean = rounded(before.Mean), rounded(after.Mean)
	}
	diff.Spread = &SpreadDiff{before, after, what == date}
	return 0, nil
}

// rounded keeps four significant digits: a mean with more would be a sum.
func rounded(mean float64) float64 {
	if mean == 0 {
		return 0
	}
	scale := math.Pow10(3 - int(math.Floor(math.Log10(math.Abs(mean)))))
	return math.Round(mean*scale) / scale
}

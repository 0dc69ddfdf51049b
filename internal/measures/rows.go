package measures

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

// place is a line of a table: a period and an organisation by number, from 1, and
// a value of the variable.
type place struct {
	period, organisation int
	value                string
}

// row is what was counted at a place. Most places of a large grouping are small, so
// that a row holds what is there and nothing of what is not.
type row struct {
	counts   tally
	people   tally // distinct people, where the rules judge by them
	averages []average
	atoms    map[class]disclosure.Count // where the rules print exact counts
}

// class is one class of a family.
type class struct{ family, name string }

// average is a mean or a median of a measure's place, and how many are behind it.
type average struct {
	measure   int16
	statistic disclosure.Statistic
	behind    disclosure.Count
}

// average returns what was averaged of a measure, of nobody where nothing was.
func (r *row) average(measure int) average {
	at := slices.IndexFunc(r.averages, func(a average) bool { return int(a.measure) == measure })
	if at < 0 {
		return average{}
	}
	return r.averages[at]
}

// tally is counts by the places of measures, in no order; what is not there is none.
type tally struct {
	measures []int16
	counts   []disclosure.Count
}

// of returns the count of a measure.
func (t tally) of(measure int) disclosure.Count {
	if at := slices.Index(t.measures, int16(measure)); at >= 0 {
		return t.counts[at]
	}
	return disclosure.Count{}
}

// Scan reads a list of the database: the place of a measure, its count, and so on.
func (t *tally) Scan(value any) error {
	list, _ := value.([]any)
	*t = tally{make([]int16, len(list)/2), make([]disclosure.Count, len(list)/2)}
	for i := range t.measures {
		measure, is := list[2*i].(int64)
		if !is {
			return fmt.Errorf("the place of a measure was expected, not a %T", list[2*i])
		}
		t.measures[i] = int16(measure)
		if err := t.counts[i].Scan(list[2*i+1]); err != nil {
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

func (t *table) row(at place) *row {
	if t.rows[at] == nil {
		t.rows[at] = &row{}
	}
	return t.rows[at]
}

func (c *counting) readCounts(ctx context.Context, into *table, periods warehouse.Args) error {
	return c.readTallies(ctx, "42_count_level", into, periods, func(r *row) *tally { return &r.counts })
}

func (c *counting) readPeople(ctx context.Context, into *table, periods warehouse.Args) error {
	return c.readTallies(ctx, "44_count_people", into, periods, func(r *row) *tally { return &r.people })
}

func (c *counting) readTallies(ctx context.Context, statement string, into *table, periods warehouse.Args, of func(*row) *tally) error {
	return c.w.Each(ctx, statements[statement], periods, func(scan func(...any) error) error {
		var at place
		var read tally
		err := scan(&at.period, &at.organisation, &at.value, &read)
		*of(into.row(at)) = read
		return err
	})
}

// averaged lists the places of the measures of a kind, by their family.
func (c *counting) averaged(kind string) map[string][]int {
	list := map[string][]int{}
	for i, measure := range c.request.Measures.Measures {
		if measure.Kind == kind {
			list[measure.Of] = append(list[measure.Of], i)
		}
	}
	return list
}

func (c *counting) readSums(ctx context.Context, into *table) error {
	means := c.averaged(spec.MeanMeasure)
	args := warehouse.Args{"families": slices.Sorted(maps.Keys(means))}
	return c.w.Each(ctx, statements["49_sums"], args, func(scan func(...any) error) error {
		var family string
		var at place
		var sum disclosure.Statistic
		var amounts disclosure.Count
		err := scan(&family, &at.period, &at.organisation, &at.value, &sum, &amounts)
		row := into.row(at)
		for _, measure := range means[family] {
			row.averages = append(row.averages, average{int16(measure), sum.Over(amounts), amounts})
		}
		return err
	})
}

// readMedians reads medians. Every event of a family that they are worked out of
// has an amount, so that the count of the measure is behind them.
func (c *counting) readMedians(ctx context.Context, into *table) error {
	medians := c.averaged(spec.MedianMeasure)
	return c.w.Each(ctx, statements["43_medians"], nil, func(scan func(...any) error) error {
		var family string
		var at place
		var median disclosure.Statistic
		err := scan(&family, &at.period, &at.organisation, &at.value, &median)
		row := into.row(at)
		for _, measure := range medians[family] {
			row.averages = append(row.averages, average{int16(measure), median, row.counts.of(measure)})
		}
		return err
	})
}

func (c *counting) readAtoms(ctx context.Context, into *table, periods warehouse.Args) error {
	return c.w.Each(ctx, statements["45_atoms"], periods, func(scan func(...any) error) error {
		var at place
		var families, classes texts
		var counts disclosure.Counts
		if err := scan(&at.period, &at.organisation, &at.value, &families, &classes, &counts); err != nil {
			return err
		}
		row := into.row(at)
		row.atoms = make(map[class]disclosure.Count, len(families))
		for i, family := range families {
			row.atoms[class{family, classes[i]}] = counts[i]
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

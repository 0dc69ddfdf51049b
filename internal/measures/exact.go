package measures

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/disclosure/protect"
	"tre-toolkit/internal/spec"
)

// Under rules that print exact counts the measures of one row give one another
// away: referrals less those from everybody but one source, endings less those for
// every reason but one, those who entered less those who waited at most six weeks.
// All of it is sums of classes, so a row is protected as one table whose cells are
// the measures that are printed and the classes that are not.
//
// A stock is the one of the period before, and who came less who went; so stocks
// are not printed where there are several periods.

// lattice is one row as a table: a cell a set of classes, and how the sets add up.
type lattice struct {
	counted Counted
	table   *table
	row     *row
	alias   map[string]string // of sets that are the same set
	counts  map[string]disclosure.Count
	sums    map[string][]string // total to parts, of one way to add up a total
	printed map[string][]int    // the measures that print a set
	apart   map[string]bool     // families whose classes do not add up as a reader takes them to
}

// protect returns the cells of a row under rules that print exact counts.
func (c Counted) protect(t *table, one *row) ([]disclosure.Cell, error) {
	l := lattice{
		counted: c, table: t, row: one, alias: map[string]string{},
		counts: map[string]disclosure.Count{}, sums: map[string][]string{}, printed: map[string][]int{}, apart: map[string]bool{},
	}
	l.addFamilies()
	l.addMeasures()
	cells := make([]disclosure.Cell, len(c.request.Measures.Measures))
	for i, measure := range c.request.Measures.Measures {
		cells[i] = c.request.Rules.CellOf(one.counts.of(i), one.people.of(i))
		if family, _ := c.request.Measures.Family(measure.Of); measure.Kind == spec.CountMeasure && l.withheld(family) {
			cells[i] = c.request.Rules.Withhold()
		}
	}
	for _, component := range l.components() {
		made, err := l.protect(component)
		if err != nil {
			return nil, err
		}
		for key, cell := range made {
			for _, measure := range l.printed[key] {
				cells[measure] = cell
			}
		}
	}
	l.derive(cells)
	return cells, nil
}

// classes lists what a family may fall into: where a zero is masked like a low
// count, also what did not occur, since that it did not must not be told.
func (l *lattice) classes(family string) []string {
	found := map[string]bool{}
	for of := range l.row.atoms {
		if of.family == family {
			found[of.name] = true
		}
	}
	if l.counted.request.Rules.Cell(disclosure.Count{}).Masked() {
		for of := range l.table.matches {
			if of.family == family {
				found[of.name] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

const wholeOf = " as a whole"

// key names a set of classes of a family.
func (l *lattice) key(family spec.Family, classes, all []string) string {
	if len(classes) == len(all) {
		return l.canonical(family.Event() + wholeOf)
	}
	return l.canonical(family.Name + "\n" + strings.Join(classes, "\n"))
}

func (l *lattice) canonical(key string) string {
	for l.alias[key] != "" {
		key = l.alias[key]
	}
	return key
}

// same says that two sets are one.
func (l *lattice) same(one, other string) {
	if one, other = l.canonical(one), l.canonical(other); one != other {
		l.alias[one] = other
	}
}

// addFamilies says that the classes of every family of an event add up to all of
// it, that repeat referrals are among those received, and that courses that finished
// are those that ended with two treatments.
func (l *lattice) addFamilies() {
	measures := l.counted.request.Measures
	l.same("received.history\nrepeat", "repeated"+wholeOf)
	if !l.counted.request.Choices.FinishedFlag {
		l.same("ended.fate\nfinished", "finished"+wholeOf)
	}
	for _, family := range measures.Families {
		if all := l.classes(family.Name); len(all) == 1 {
			l.same(family.Name+"\n"+all[0], family.Event()+wholeOf)
		}
	}
	for _, family := range measures.Families {
		all := l.classes(family.Name)
		var parts []string
		for _, name := range all {
			part := l.key(family, []string{name}, all)
			l.counts[part] = l.row.atoms[class{family.Name, name}]
			parts = append(parts, part)
		}
		l.add(family.Event()+wholeOf, family.Name, parts)
	}
	l.addTreated()
}

// add notes a way to add up a total. Totals that are their only part tell nothing.
func (l *lattice) add(total, way string, parts []string) {
	total = l.canonical(total)
	if len(parts) == 0 || len(parts) == 1 && parts[0] == total {
		return
	}
	var count disclosure.Count
	for _, part := range parts {
		count = count.Plus(l.counts[part])
	}
	l.counts[total] = count
	l.sums[total+"\r"+way] = parts
}

// addTreated says that those who ended without a treatment were not seen, or seen
// and not treated. A reader will take it so; where dates and counts of the data do
// not agree on it, how those without a treatment overlap with the others is not
// known here, and they are withheld.
func (l *lattice) addTreated() {
	const treated = "ended.treated"
	untreated := l.canonical(treated + "\nno")
	parts := []string{l.canonical("ended.fate\nnot seen"), l.canonical("ended.fate\nseen")}
	without, known := l.counts[untreated]
	if !known || slices.Contains(parts, untreated) {
		return
	}
	if sum := l.counts[parts[0]].Plus(l.counts[parts[1]]); without.Exceeds(sum) || sum.Exceeds(without) {
		l.apart[treated] = true
		return
	}
	parts = slices.DeleteFunc(parts, func(part string) bool { _, there := l.counts[part]; return !there })
	l.add(untreated, "by fate", parts)
}

// addMeasures puts every printed count in its place.
func (l *lattice) addMeasures() {
	measures := l.counted.request.Measures
	counting := map[string]map[int][]string{}
	for of, list := range l.table.matches {
		for _, measure := range list {
			if counting[of.family] == nil {
				counting[of.family] = map[int][]string{}
			}
			counting[of.family][measure] = append(counting[of.family][measure], of.name)
		}
	}
	for i, measure := range measures.Measures {
		family, _ := measures.Family(measure.Of)
		if measure.Kind != spec.CountMeasure || l.withheld(family) {
			continue
		}
		all := l.classes(family.Name)
		classes := counting[family.Name][i]
		classes = slices.DeleteFunc(slices.Clone(classes), func(name string) bool { return !slices.Contains(all, name) })
		if len(classes) == 0 {
			continue
		}
		slices.Sort(classes)
		key := l.key(family, classes, all)
		l.printed[key] = append(l.printed[key], i)
		if _, known := l.counts[key]; known {
			continue
		}
		var parts []string
		for _, name := range classes {
			parts = append(parts, l.key(family, []string{name}, all))
		}
		l.add(key, "measure", parts)
	}
}

// withheld reports whether a family is a stock beside other periods', or is apart.
func (l *lattice) withheld(family spec.Family) bool {
	return family.Stock && len(l.counted.request.Periods) > 1 || l.apart[family.Name]
}

// components groups the sets that hang together by a sum.
func (l *lattice) components() [][]string {
	group := map[string]string{}
	var root func(string) string
	root = func(key string) string {
		if group[key] == "" || group[key] == key {
			return key
		}
		return root(group[key])
	}
	for way, parts := range l.sums {
		total, _, _ := strings.Cut(way, "\r")
		for _, part := range parts {
			if a, b := root(total), root(part); a != b {
				group[max(a, b)] = min(a, b)
			}
		}
	}
	members := map[string][]string{}
	for key := range l.counts {
		members[root(key)] = append(members[root(key)], key)
	}
	var list [][]string
	for _, of := range slices.Sorted(maps.Keys(members)) {
		slices.Sort(members[of])
		list = append(list, members[of])
	}
	return list
}

// protect returns the cells of one component. What cannot be protected is withheld
// as a whole, and so is what stands for fewer people than it counts things, where
// that matters: people do not add up.
func (l *lattice) protect(keys []string) (map[string]disclosure.Cell, error) {
	rules := l.counted.request.Rules
	made := map[string]disclosure.Cell{}
	withhold := func() map[string]disclosure.Cell {
		for _, key := range keys {
			made[key] = rules.Withhold()
		}
		return made
	}
	for _, key := range keys {
		for _, measure := range l.printed[key] {
			if rules.CellOf(l.row.counts.of(measure), l.row.people.of(measure)).Masked() != rules.Cell(l.row.counts.of(measure)).Masked() {
				return withhold(), nil
			}
		}
	}
	result, err := protect.Protect(l.protectable(keys), rules)
	var refusal *protect.Refusal
	if errors.As(err, &refusal) {
		return withhold(), nil
	}
	if err != nil {
		return nil, err
	}
	for i, key := range keys {
		made[key] = result.Cells[i]
	}
	return made, nil
}

func (l *lattice) protectable(keys []string) protect.Table {
	var table protect.Table
	at := map[string]int{}
	for i, key := range keys {
		at[key] = i
		printed := len(l.printed[key]) > 0
		table.Cells = append(table.Cells, protect.Cell{Name: key, Count: l.counts[key], Counted: printed, Unprinted: !printed})
	}
	for _, way := range slices.Sorted(maps.Keys(l.sums)) {
		total, _, _ := strings.Cut(way, "\r")
		if _, within := at[total]; !within {
			continue
		}
		sum := protect.Sum{Total: at[total]}
		for _, part := range l.sums[way] {
			sum.Parts = append(sum.Parts, at[part])
		}
		table.Sums = append(table.Sums, sum)
	}
	return table
}

// derive makes shares and averages of what the counts show: a share of printed
// counts says nothing that they do not, and an average needs all of its people to
// be shown.
func (l *lattice) derive(cells []disclosure.Cell) {
	measures, rules := l.counted.request.Measures, l.counted.request.Rules
	for i, measure := range measures.Measures {
		family, _ := measures.Family(measure.Of)
		switch {
		case measure.Kind == spec.ShareMeasure:
			cells[i] = l.counted.shownShare(l.row, cells, measure)
		case measure.Kind == spec.MeanMeasure, measure.Kind == spec.MedianMeasure:
			cells[i] = rules.Withhold()
			if l.wholeIsShown(cells, family) {
				cells[i] = l.row.averageCell(rules, i)
			}
		}
	}
}

// wholeIsShown reports whether a count of all of a family's event is printed.
func (l *lattice) wholeIsShown(cells []disclosure.Cell, of spec.Family) bool {
	return slices.ContainsFunc(l.printed[l.canonical(of.Event()+wholeOf)], func(measure int) bool { return !cells[measure].Masked() })
}

func (c Counted) shownShare(one *row, cells []disclosure.Cell, measure spec.Measure) disclosure.Cell {
	measures, rules := c.request.Measures, c.request.Rules
	for _, id := range []string{measure.Numerator, measure.Denominator, measure.Less} {
		if id != "" && cells[measures.Index(id)].Masked() {
			return rules.Withhold()
		}
	}
	part, whole := c.parts(one.counts, measure)
	if rules.Rules().PercentageFrom.Value == disclosure.FromUnrounded {
		return rules.Percentage(part, whole)
	}
	return rules.ShareOf(rules.Cell(part), rules.Cell(whole))
}

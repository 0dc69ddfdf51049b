package layout

import "slices"

// overlap is a table of people who can stand in several of its columns, as those
// of a study do in several tables of a dataset: one line of cells for each group
// of people, and by column or by label what they are in.
type overlap struct {
	lines [][]CellAt // by group; the same place in each is the same column or label
	ok    bool
}

// fewestGroups and fewestSets are how large a table must be before its numbers
// show that one of its columns holds everybody of the others.
const (
	fewestGroups = 3
	fewestSets   = 3
	mostSets     = 200
)

// Supersets returns pairs of shown cells, a whole and a part of it, that are
// fewer than the threshold apart: in tables one of whose columns, or labels, is
// never below the others while the others add up to more than it. Its people are
// then not parted by the others, but in them.
func (m *Model) Supersets() [][2]CellAt {
	var pairs [][2]CellAt
	for _, o := range m.overlaps() {
		whole := o.superset(m)
		if whole < 0 {
			continue
		}
		for _, line := range o.lines {
			of, _ := m.At(line[whole]).Whole()
			for i, at := range line {
				n, shown := m.At(at).Whole()
				if i != whole && shown && !m.HiddenAt(line[whole]) && n > 0 && of-n > 0 && of-n < m.Policy.Threshold {
					pairs = append(pairs, [2]CellAt{line[whole], at})
				}
			}
		}
	}
	return pairs
}

// superset returns the place that holds everybody, or -1.
func (o overlap) superset(m *Model) int {
	if len(o.lines) < fewestGroups || len(o.lines[0]) < fewestSets {
		return -1
	}
	for whole := range o.lines[0] {
		if o.holdsAll(m, whole) {
			return whole
		}
	}
	return -1
}

func (o overlap) holdsAll(m *Model, whole int) bool {
	overlapping, tried := 0, 0
	for _, line := range o.lines {
		of, shown := m.At(line[whole]).Whole()
		if !shown {
			continue
		}
		var sum int64
		for i, at := range line {
			n, _ := m.At(at).Whole()
			if i != whole && n > of {
				return false
			}
			if i != whole {
				sum += n
			}
		}
		tried++
		if sum > of {
			overlapping++
		}
	}
	return tried >= fewestGroups && overlapping*10 >= tried*9
}

// overlaps lays a table out by its columns of counts and, when it is long, by
// each of its label columns.
func (m *Model) overlaps() []overlap {
	var all []overlap
	if wide := m.CountColumns; len(wide) >= fewestSets && len(wide) <= mostSets {
		var o overlap
		columns := slices.DeleteFunc(slices.Clone(wide), func(column int) bool { return m.totalColumn[column] })
		for row := range m.Rows() {
			if !m.Counted(row) || m.TotalRow[row] {
				continue
			}
			line := make([]CellAt, len(columns))
			for i, column := range columns {
				line[i] = CellAt{row, column}
			}
			o.lines = append(o.lines, line)
		}
		all = append(all, o)
	}
	if len(m.CountColumns) != 1 || len(m.KeyColumns) < 2 {
		return all
	}
	f := &lineFinder{Model: m}
	for d := range m.KeyColumns {
		if o := f.overlapBy(d); o.ok {
			all = append(all, o)
		}
	}
	return all
}

// overlapBy lays a long table out with the labels of one column as the places of
// a line; groups that lack a label are left out.
func (f *lineFinder) overlapBy(d int) overlap {
	labels, groups := map[string]int{}, map[string]map[int]CellAt{}
	var order []string
	for row := range f.Rows() {
		if !f.Counted(row) || f.TotalRow[row] {
			continue
		}
		label := f.Key(row, d)
		if _, known := labels[label]; !known {
			if len(labels) == mostSets {
				return overlap{}
			}
			labels[label] = len(labels)
		}
		context := f.context(row, []int{d})
		if groups[context] == nil {
			groups[context] = map[int]CellAt{}
			order = append(order, context)
		}
		groups[context][labels[label]] = CellAt{row, f.CountColumns[0]}
	}
	o := overlap{ok: len(labels) >= fewestSets}
	for _, context := range order {
		if len(groups[context]) != len(labels) {
			continue
		}
		line := make([]CellAt, len(labels))
		for place, at := range groups[context] {
			line[place] = at
		}
		o.lines = append(o.lines, line)
	}
	return o
}

// PartsOfWholes returns the columns of counts that stand beside a column of what
// they are of, such as cases beside a population, and that its name or a
// percentage says so of. No part exceeds its whole.
func (m *Model) PartsOfWholes() []Pairing {
	var pairs []Pairing
	add := func(pair Pairing) {
		if pair.Part >= 0 && pair.Whole >= 0 && pair.Part != pair.Whole && !slices.Contains(pairs, pair) && m.within(pair) {
			pairs = append(pairs, pair)
		}
	}
	for column, role := range m.Roles {
		if role == RolePercent {
			if pair, ok := m.Paired(column); ok {
				add(pair)
			}
		}
	}
	for _, whole := range m.wholes {
		parts := 0
		for _, part := range m.CountColumns {
			if part != whole && !m.whole[part] {
				parts++
			}
		}
		if parts > nearest || m.totalColumn[whole] {
			continue
		}
		for _, part := range m.CountColumns {
			if !m.whole[part] {
				add(Pairing{part, whole})
			}
		}
	}
	return pairs
}

// within reports whether no row shows more of a part than of its whole.
func (m *Model) within(pair Pairing) bool {
	tried := 0
	for row := range m.Rows() {
		n, shown := m.Value(pair.Part, row).Whole()
		of, wholeShown := m.Value(pair.Whole, row).Whole()
		if !shown || !wholeShown || !m.Counted(row) {
			continue
		}
		if n > of {
			return false
		}
		tried++
	}
	return tried > 0
}

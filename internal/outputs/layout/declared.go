package layout

import (
	"slices"
	"strings"
)

// Declared is what a producer says that a table means. What it leaves out is
// guessed.
type Declared struct {
	// Columns by role, by their names.
	Keys, Counts, Percentages, Statistics, Other []string
	// Totals are labels of rows and names of columns that are totals of others.
	// When there is one, no other name makes a total; an outline still does.
	Totals []string
	// Denominators are columns that percentages are of.
	Denominators []string
	Levels       []Level
	Pairs        []Pair
}

// Level says that one label is the total of others, wherever they label rows or
// name columns.
type Level struct {
	Parent   string   `toml:"parent"`
	Children []string `toml:"children"`
}

// Pair says which count a percentage is of, and of what whole: a column, or the
// count's own total when none is named.
type Pair struct {
	Percentage string `toml:"percentage"`
	Count      string `toml:"count"`
	Whole      string `toml:"whole"`
}

// role returns the role that a column was given, by its name in any case.
func (d Declared) role(name string) (Role, bool) {
	for _, given := range []struct {
		role    Role
		columns []string
	}{
		{RoleKey, d.Keys}, {RoleCount, d.Counts}, {RolePercent, d.Percentages}, {RoleStatistic, d.Statistics}, {RoleOther, d.Other},
		{RoleCount, d.Denominators},
	} {
		if containsFold(given.columns, name) {
			return given.role, true
		}
	}
	return 0, false
}

func containsFold(names []string, name string) bool {
	return slices.ContainsFunc(names, func(other string) bool { return strings.EqualFold(other, name) })
}

func (m *Model) declareTotals() {
	if len(m.Declared.Totals) == 0 {
		return
	}
	m.totalLabels = map[string]bool{}
	for _, label := range m.Declared.Totals {
		m.totalLabels[strings.ToLower(label)] = true
	}
}

// column finds a column by its name, in any case.
func (m *Model) column(name string) int {
	return slices.IndexFunc(m.Header, func(header string) bool { return name != "" && strings.EqualFold(header, name) })
}

// declaredPair returns the count and the whole that a percentage was said to be
// of; whole is -1 when it is the count's total.
func (m *Model) declaredPair(column int) (part, whole int, said bool) {
	for _, pair := range m.Declared.Pairs {
		if !strings.EqualFold(pair.Percentage, m.Header[column]) {
			continue
		}
		part, whole = m.column(pair.Count), m.column(pair.Whole)
		return part, whole, part >= 0
	}
	return 0, 0, false
}

// findLevels adds a line for every declared parent whose children stand beside
// it: rows that are the same but for one label, or columns.
func (m *Model) findLevels() {
	for _, level := range m.Declared.Levels {
		m.levelOfRows(level)
		m.levelOfColumns(level)
	}
}

func (m *Model) levelOfRows(level Level) {
	f := &lineFinder{Model: m}
	for d := range m.KeyColumns {
		parents, children := map[string]int32{}, map[string][]int32{}
		var order []string
		for row := range m.Rows() {
			if !m.Counted(row) {
				continue
			}
			context := f.context(row, []int{d})
			switch key := m.Key(row, d); {
			case strings.EqualFold(key, level.Parent):
				parents[context] = int32(row)
				order = append(order, context)
			case containsFold(level.Children, key):
				children[context] = append(children[context], int32(row))
			}
		}
		for _, context := range order {
			f.addLines(parents[context], children[context])
		}
	}
}

func (m *Model) levelOfColumns(level Level) {
	parent := m.column(level.Parent)
	if parent < 0 || m.Roles[parent] != RoleCount {
		return
	}
	var parts []int32
	for _, child := range level.Children {
		if column := m.column(child); column >= 0 && m.Roles[column] == RoleCount {
			parts = append(parts, int32(column))
		}
	}
	if len(parts) == 0 {
		return
	}
	m.totalColumn[parent] = true
	for row := range m.Rows() {
		if m.Counted(row) && m.room(len(parts)) {
			m.Lines = append(m.Lines, columnLine(row, parent, parts))
		}
	}
}

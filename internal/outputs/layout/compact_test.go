package layout_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/BurntSushi/toml"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/outputs/document"
	"tre-toolkit/internal/outputs/layout"
	"tre-toolkit/internal/outputs/notation"
)

func policy(t testing.TB, name string) layout.Policy {
	t.Helper()
	var rules disclosure.Rules
	_, err := toml.DecodeFile(filepath.Join("..", "..", "..", "specs", "rules", name+".toml"), &rules)
	require.NoError(t, err)
	profile, err := disclosure.NewProfile(rules)
	require.NoError(t, err)
	return layout.NewPolicy(profile)
}

// anyCell is a cell as people write counts, percentages, marks and nothing.
func anyCell() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.Map(rapid.Int64Range(0, 20_000_000_000), func(n int64) string { return fmt.Sprint(n) }),
		rapid.Map(rapid.Float64Range(-5, 100), func(x float64) string { return fmt.Sprintf("%.2f", x) }),
		rapid.Map(rapid.IntRange(0, 1000), func(n int) string { return fmt.Sprintf("%d.%d%%", n/10, n%10) }),
		rapid.SampledFrom([]string{"", " ", "<10", "<5", "<=7", "*", "-", "n/a", "007", "1,234", "1e3", "7.0", "- 7", "text", "２０", "-12"}),
	)
}

// TestCellsAreKeptAsTheyWereRead holds the few bytes in which a table is kept
// against what its cells say, before and after it is compacted.
func TestCellsAreKeptAsTheyWereRead(t *testing.T) {
	rules := policy(t, "ukllc-metrics")
	rapid.Check(t, func(rt *rapid.T) {
		written := rapid.SliceOfN(anyCell(), 1, 60).Draw(rt, "cells")
		labels := rapid.SliceOfN(rapid.SampledFrom([]string{"A", "B", "", "a long label", "É"}), len(written), len(written)).Draw(rt, "labels")
		table := &document.Table{File: "t.csv", Header: []string{"cohort", "participants"}, HeaderLine: 1}
		for i, cell := range written {
			table.Rows = append(table.Rows, document.Row{Line: 2 * i, Cells: []string{labels[i], cell}})
		}
		m := layout.NewDeclared(table, rules, layout.Declared{Keys: []string{"cohort"}, Counts: []string{"participants"}})
		expect := func() {
			require.Equal(rt, len(written), m.Rows())
			for row, cell := range written {
				at := layout.CellAt{Row: row, Column: 1}
				cleaned, _ := notation.Clean(cell)
				v := notation.ParseValue(cleaned)
				require.Equal(rt, v, m.At(at), cell)
				require.Equal(rt, v.Kind != notation.Number, m.HiddenAt(at), cell)
				require.Equal(rt, labels[row], m.Key(row, 0))
				require.Equal(rt, labels[row], m.KeyTexts()[m.KeyNumber(row, 0)])
				require.Equal(rt, 2*row, m.LineOf(row))
			}
		}
		expect()
		m.Compact()
		expect()
		assert.Equal(rt, []string{"cohort", "participants"}, m.Header)
	})
}

func TestCompactKeepsNamedColumns(t *testing.T) {
	table := &document.Table{File: "t.csv", Header: []string{"region", "n", "turnover", "largest"}, Rows: []document.Row{
		{Line: 2, Cells: []string{"North", "20", "100.5", "60.25"}}, {Line: 3, Cells: []string{"South", "30", "80.5", "20.25"}},
	}}
	m := layout.NewDeclared(table, policy(t, "ukllc-metrics"), layout.Declared{Keys: []string{"region"}, Counts: []string{"n"}, Other: []string{"turnover", "largest"}})
	m.Compact("Turnover")
	assert.Equal(t, 80.5, m.Value(2, 1).Float())
	assert.Equal(t, notation.Value{}, m.Value(3, 1), "a column that was let go of is blank")
	assert.Equal(t, notation.Value{}, m.Value(0, 1))
}

// TestPartsOfATotal reads the parts of totals of rows and of columns in order.
func TestPartsOfATotal(t *testing.T) {
	table := &document.Table{File: "t.csv", Header: []string{"cohort", "women", "men", "total"}, Rows: []document.Row{
		{Cells: []string{"A", "20", "30", "50"}}, {Cells: []string{"B", "40", "50", "90"}}, {Cells: []string{"Total", "60", "80", "140"}},
	}}
	m := layout.New(table, policy(t, "ukllc-metrics"))
	parts := map[layout.CellAt][]layout.CellAt{}
	for _, line := range m.Lines {
		for part := range line.Parts.All {
			parts[line.Total] = append(parts[line.Total], part)
		}
		assert.Equal(t, line.Parts.Len(), len(parts[line.Total]))
		assert.Equal(t, line.Parts.At(0), parts[line.Total][0])
		delete(parts, layout.CellAt{Row: 2, Column: 3}) // it is the total of a row and of a column
	}
	assert.Equal(t, map[layout.CellAt][]layout.CellAt{
		{Row: 2, Column: 1}: {{Row: 0, Column: 1}, {Row: 1, Column: 1}},
		{Row: 2, Column: 2}: {{Row: 0, Column: 2}, {Row: 1, Column: 2}},
		{Row: 0, Column: 3}: {{Row: 0, Column: 1}, {Row: 0, Column: 2}},
		{Row: 1, Column: 3}: {{Row: 1, Column: 1}, {Row: 1, Column: 2}},
	}, parts)
}

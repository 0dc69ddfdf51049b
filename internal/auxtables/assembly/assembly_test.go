package assembly_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tre-toolkit/internal/spec"
)

// Every auxiliary table is what plain loops over the same rows make of it. A draw
// looks at one generation and a few tables: the queries are long to plan.
func TestAssemblyIsWhatTheOracleSays(t *testing.T) {
	dataset, generations, loaded := talkingTherapies(t)
	w := memory(t, 2)
	rapid.Check(t, func(t *rapid.T) {
		generation := rapid.SampledFrom(generations).Draw(t, "generation")
		rows, wanted := drawn(t, dataset, generation)
		tables := someTables(t, dataset, 2)
		for table, made := range assembled(t, w, tables, loaded, generation, rows) {
			require.Equal(t, sorted(t, wanted[table]), sorted(t, made), "%s of %s", table, generation.Name)
		}
	})
}

// someTables draws auxiliary tables, the hub more often than others: it is the one
// of many joins.
func someTables(t *rapid.T, dataset spec.Dataset, n int) []spec.Table {
	hub, _ := dataset.Table(dataset.Hub.String())
	tables := rapid.Permutation(dataset.Tables).Draw(t, "tables")[:n]
	isHub := func(table spec.Table) bool { return table.Name == hub.Name }
	if !slices.ContainsFunc(tables, isHub) && rapid.Bool().Draw(t, "with the hub") {
		tables[0] = hub
	}
	return tables
}

// drawn returns a random delivery and what is to be made of it.
func drawn(t *rapid.T, dataset spec.Dataset, one spec.Generation) (delivery, map[string][]record) {
	if one.Name == "v1.5" {
		rows := ofV15(t, one)
		return rows, newOracle15(dataset, one, rows).tables()
	}
	rows := ofV2(t, one)
	return rows, newOracle(dataset, one, rows).tables()
}

// Neither the order of the rows nor the number of threads decides anything, not
// even between rows of one id that differ.
func TestAssemblyKnowsNoOrder(t *testing.T) {
	dataset, generations, loaded := talkingTherapies(t)
	one, many := memory(t, 1), memory(t, 4)
	rapid.Check(t, func(t *rapid.T) {
		generation := rapid.SampledFrom(generations).Draw(t, "generation")
		rows, _ := drawn(t, dataset, generation)
		tables := someTables(t, dataset, 1)
		shuffled := delivery{}
		for _, table := range generation.Tables {
			doubled := withDoubles(rows[table.Name])
			rows[table.Name] = doubled
			if len(doubled) > 0 {
				shuffled[table.Name] = rapid.Permutation(doubled).Draw(t, "other order")
			}
		}
		again := assembled(t, many, tables, loaded, generation, shuffled)
		for table, made := range assembled(t, one, tables, loaded, generation, rows) {
			require.Equal(t, sorted(t, made), sorted(t, again[table]), table)
		}
	})
}

// withDoubles adds to each row another of the same id and keys that says something
// else wherever the row has a mark of its own.
func withDoubles(rows []record) []record {
	for _, row := range rows[:len(rows):len(rows)] {
		double := maps.Clone(row)
		for name, value := range row {
			if strings.HasPrefix(value, name+" ") {
				double[name] += " again"
			}
		}
		rows = append(rows, double)
	}
	return rows
}

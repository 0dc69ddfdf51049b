package recompute

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/metrics"
	"tre-toolkit/internal/spec"
	"tre-toolkit/specs"
)

// grid makes a table of counts by study and column under a profile's rules.
func grid(t require.TestingT, rules string, studies, columns []string, counts func(study, column int) int64) metrics.Grid {
	profile, err := spec.LoadRules(specs.Files, rules)
	require.NoError(t, err)
	made := metrics.Grid{
		Stamp: metrics.Stamp{
			Dataset: "NHSE_IAPT", Version: 3, VersionDate: "2024-04-26", DOI: "TBC", Freeze: 16, FreezeDate: "2026-05-01", Rules: rules,
		},
		Studies: studies,
	}
	for c, name := range columns {
		column := metrics.Column{Name: name}
		for s := range studies {
			column.Cells = append(column.Cells, profile.Cell(disclosure.CountOf(counts(s, c))))
		}
		column.Total = profile.Total(column.Cells)
		made.Columns = append(made.Columns, column)
	}
	return made
}

// printed writes a table in every form that tre-extract metrics has for it.
func printed(t require.TestingT, g metrics.Grid) map[string][]byte {
	long, err := g.LongCSV()
	require.NoError(t, err)
	longJSON, err := g.LongJSON()
	require.NoError(t, err)
	wide, err := g.WideCSV()
	require.NoError(t, err)
	wideJSON, err := g.WideJSON()
	require.NoError(t, err)
	return map[string][]byte{"long.csv": long, "long.json": longJSON, "wide.csv": wide, "wide.json": wideJSON, "t.md": g.Markdown("Participants")}
}

func metadataOf(t require.TestingT, g metrics.Grid, table []byte) []byte {
	metadata, err := g.Metadata("t.csv", "Participants", table)
	require.NoError(t, err)
	return metadata
}

// held compares a printed table with the one that it should be.
func held(t require.TestingT, name string, text []byte, g metrics.Grid) Outcome {
	table, err := Parse(name, text, metadataOf(t, g, []byte("study\n")))
	require.NoError(t, err, name)
	outcome := Outcome{Differs: []Difference{}}
	outcome.compare(table, g)
	return outcome
}

// Whatever is counted, a table is proven in every form that it is printed in, and
// one cell that is changed is named.
func TestEveryFormIsProven(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		studies := rapid.SliceOfNDistinct(rapid.StringMatching(`[A-Z][A-Z0-9_]{1,6}`), 1, 5, rapid.ID).Draw(t, "studies")
		slices.Sort(studies)
		columns := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z][a-z_]{2,8}`), 1, 4, rapid.ID).Draw(t, "columns")
		rules := rapid.SampledFrom([]string{"ukllc-metrics", "ukllc-researcher", "nhs-talking-therapies"}).Draw(t, "rules")
		counts := rapid.SliceOfN(rapid.Int64Range(0, 60), 20, 20).Draw(t, "counts")
		g := grid(t, rules, studies, columns, func(study, column int) int64 { return counts[4*study+column] })
		for name, text := range printed(t, g) {
			outcome := held(t, name, text, g)
			require.Empty(t, outcome.Differs, "%s\n%s", name, text)
			require.Equal(t, (len(studies)+1)*len(columns), outcome.Cells)
		}
		study, column := rapid.IntRange(0, len(studies)-1).Draw(t, "study"), rapid.IntRange(0, len(columns)-1).Draw(t, "column")
		changed := grid(t, rules, studies, columns, func(s, c int) int64 {
			if s == study && c == column {
				return counts[4*s+c] + 100
			}
			return counts[4*s+c]
		})
		for name, text := range printed(t, changed) {
			differs := held(t, name, text, g).Differs
			require.True(t, slices.ContainsFunc(differs, func(d Difference) bool { return d.Row == studies[study] && d.Column == columns[column] }), "%s: %v", name, differs)
			for _, difference := range differs {
				require.True(t, difference.Row == studies[study] || difference.Row == metrics.TotalRow)
				require.NotRegexp(t, `[0-9]`, difference.Problem, "no number is repeated")
			}
		}
	})
}

func TestWhatCanBeWrongWithACell(t *testing.T) {
	g := grid(t, "ukllc-metrics", []string{"A", "B"}, []string{"care_activities"}, func(study, _ int) int64 { return []int64{7, 40}[study] })
	right := "study,table,participants\nA,care_activities,<10\nB,care_activities,40\nTotal,care_activities,40\n"
	require.Empty(t, held(t, "t.csv", []byte(right), g).Differs)
	cases := []struct{ old, with, row, problem string }{
		{"A,care_activities,<10", "A,care_activities,7", "A", shownButMasked},
		{"A,care_activities,<10", "A,care_activities,*", "A", otherMark},
		{"B,care_activities,40", "B,care_activities,<10", "B", maskedButShown},
		{"B,care_activities,40", "B,care_activities,41", "B", otherNumber},
		{"Total,care_activities,40", "Total,care_activities,47", "Total", otherNumber},
		{"B,care_activities,40\n", "", "B", cellMissing},
		{"B,care_activities,40\n", "B,care_activities,40\nB,care_activities,41\n", "B", cellTwice},
		{"B,care_activities,40\n", "B,care_activities,40\nC,care_activities,60\n", "C", noSuchCell},
	}
	for _, one := range cases {
		differs := held(t, "t.csv", []byte(strings.Replace(right, one.old, one.with, 1)), g).Differs
		require.Len(t, differs, 1, one.problem)
		assert.Equal(t, Difference{one.row, "care_activities", one.problem}, differs[0])
	}
}

func TestFindingTables(t *testing.T) {
	g := grid(t, "ukllc-metrics", []string{"A"}, []string{"care_activities"}, func(int, int) int64 { return 40 })
	files := printed(t, g)
	dir := t.TempDir()
	write := func(name string, text []byte) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), text, 0o600))
	}
	write("t.csv", files["long.csv"])
	write("t.csv-metadata.json", metadataOf(t, g, files["long.csv"]))
	write("t.json", files["long.json"])
	write("bare.csv", files["long.csv"])
	write("note.md", []byte("A note.\n"))
	write("lost.csv-metadata.json", metadataOf(t, g, files["long.csv"]))
	require.NoError(t, os.Symlink("t.csv", filepath.Join(dir, "link.csv")))
	tables, unproven, err := Find(dir)
	require.NoError(t, err)
	var names []string
	for _, table := range tables {
		names = append(names, table.File)
		assert.Equal(t, Participants, table.Kind)
	}
	assert.Equal(t, []string{"t.csv", "t.json"}, names)
	assert.Equal(t, []Unproven{
		{"bare.csv", ErrNoStamp.Error()}, {"link.csv", "it is no regular file"},
		{"lost.csv-metadata.json", ErrNoMetrics.Error()}, {"note.md", ErrNoMetrics.Error()},
	}, unproven)
	tables, unproven, err = Find(filepath.Join(dir, "t.csv"))
	require.NoError(t, err)
	assert.Len(t, tables, 1)
	assert.Empty(t, unproven)
	_, _, err = Find(filepath.Join(dir, "absent"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

// FuzzParse reads any bytes without a panic, and compares what it takes for a
// table.
func FuzzParse(f *testing.F) {
	g := grid(f, "ukllc-metrics", []string{"A"}, []string{"care_activities"}, func(int, int) int64 { return 40 })
	for name, text := range printed(f, g) {
		f.Add(name, text, metadataOf(f, g, text))
	}
	f.Fuzz(func(t *testing.T, name string, text, metadata []byte) {
		table, err := Parse(name, text, metadata)
		if err != nil {
			return
		}
		outcome := Outcome{}
		outcome.compare(table, g)
		require.Equal(t, 2, outcome.Cells)
	})
}

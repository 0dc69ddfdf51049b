package metrics

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/disclosure"
)

func stampedGrid(t *testing.T) Grid {
	t.Helper()
	profile := smallProfile(t)
	grid := Grid{
		Stamp: Stamp{
			Dataset: "NHSE_IAPT", Version: 3, VersionDate: "2024-04-26", DOI: "10.71760/ukllc-dataset-00360-03",
			Freeze: 16, FreezeDate: "2026-05-01", Rules: "ukllc-metrics", Marks: marksOf(profile),
		},
		Studies: []string{"A", "B"},
	}
	for _, name := range []string{"hub", "care|s"} {
		cells := profile.Cells([]disclosure.Count{disclosure.CountOf(3), disclosure.CountOf(40)})
		grid.Columns = append(grid.Columns, Column{name, cells, profile.Total(cells)})
	}
	return grid
}

// Every file that a table is written to says what it was made from.
func TestStampsAreReadWhereTheyAreWritten(t *testing.T) {
	grid := stampedGrid(t)
	table, err := grid.LongCSV()
	require.NoError(t, err)
	metadata, err := grid.Metadata("t.csv", "A title", table)
	require.NoError(t, err)
	long, err := grid.LongJSON()
	require.NoError(t, err)
	wide, err := grid.WideJSON()
	require.NoError(t, err)
	for name, text := range map[string][]byte{
		"t.csv" + MetadataSuffix: metadata, "long.json": long, "wide.json": wide, "t.md": grid.Markdown("A title"), "T.MD": grid.Markdown("A title"),
	} {
		stamp, carries := StampOf(name, text)
		require.True(t, carries, name)
		assert.Empty(t, grid.Stamp.Differences(stamp), name)
		stamp.Marks = grid.Stamp.Marks // Markdown tells of them in words
		assert.Equal(t, grid.Stamp, stamp, name)
	}
	_, carries := StampOf("t.csv", table)
	assert.False(t, carries, "a CSV file keeps its columns and has its stamp beside it")
}

func TestFilesWithoutAStamp(t *testing.T) {
	for name, text := range map[string]string{
		"empty.json": "", "other.json": `{"dataset": "NHSE_IAPT"}`, "list.json": `[1]`, "null.json": "null",
		"half.json": `{"tre:stamp": {"dataset": "NHSE_IAPT", "version": 3}}`,
		"date.json": `{"dataset":"D","version":3,"version_date":"soon","freeze":1,"freeze_date":"2026-05-01","rules":"r"}`,
		"prose.md":  "NHSE_IAPT version 3 of last year.", "table.md": "| study | hub |\n|---|---|\n| A | 40 |\n",
		"notes.txt": "NHSE_IAPT version 3 (2024-04-26, DOI TBC), freeze 16 (2026-05-01), rules ukllc-metrics.",
	} {
		_, carries := StampOf(name, []byte(text))
		assert.False(t, carries, name)
	}
}

func TestDifferencesOfStamps(t *testing.T) {
	one := stampedGrid(t).Stamp
	other := one
	other.Rules, other.DOI = "ukllc-researcher", "TBC"
	assert.Empty(t, one.Differences(other), "rules change what is shown, not what was counted")
	other.Freeze, other.Version = 17, 2
	assert.Equal(t, []string{"version 3 and 2", "freeze 16 and 17"}, one.Differences(other))
	other = one
	other.VersionDate = "2022-01-06"
	assert.Equal(t, []string{"version of 2024-04-26 and 2022-01-06"}, one.Differences(other), "lineages share numbers")
}

// FuzzStampOf reads any bytes without a panic; what it takes for a stamp is whole.
func FuzzStampOf(f *testing.F) {
	f.Add(".md", []byte("NHSE_IAPT version 3 (2024-04-26, DOI TBC), freeze 16 (2026-05-01), rules ukllc-metrics."))
	f.Add(".json", []byte(`{"tre:stamp":{"dataset":"D","version":3,"version_date":"2024-04-26","freeze":1,"freeze_date":"2026-05-01","rules":"r"}}`))
	f.Fuzz(func(t *testing.T, ending string, text []byte) {
		if stamp, carries := StampOf("t"+ending, text); carries {
			require.True(t, stamp.isWhole())
		}
	})
}

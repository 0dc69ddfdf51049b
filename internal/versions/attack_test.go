package versions

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/warehouse"
)

// masked is a world of two studies that the table of participants shows, 40 and
// 30 people, and of one with k people that it masks, nobody else. Every cell of
// everybody changes between the versions; the masked study has a code of its own.
func masked(t *testing.T, w *warehouse.Warehouse, k int) Diff {
	t.Helper()
	codes := func(version string) worldTable {
		return worldTable{"hub", []string{"code VARCHAR", "area VARCHAR"}, hubRows(70+k, func(i int, r row) {
			r["code"], r["area"] = fmt.Sprint(version, i%3), nil
			if i < 35 {
				r["area"] = "E01"
			}
			if i >= 70 {
				r["code"] = version + " of the masked study"
			}
			if i >= 70 && version == "newer" {
				r["area"] = "E02"
			}
		})}
	}
	made := newWorld(t, w, []worldTable{codes("old")}, []worldTable{codes("newer")})
	for i, r := range hubRows(70+k, func(int, row) {}) {
		study := "SHOWN_B"
		if i < 40 {
			study = "SHOWN_A"
		}
		if i >= 70 {
			study = "MASKED"
		}
		made.enrol(t, 2, study, r)
	}
	diff, err := Compare(context.Background(), w, made.comparison(profileOf(t, 10, disclosure.ShowZero), 2))
	require.NoError(t, err)
	return diff
}

// An attacker holds the table of participants, with SHOWN_A 40, SHOWN_B 30 and
// MASKED <10, and the change log. From whichever number of the log the attacker
// takes what the table shows: nothing is left of the masked study, because no
// number of people is another with one person or with nine in it.
func TestAMaskedStudyIsNotWhatTheLogLeavesOver(t *testing.T) {
	told := func(k int) string {
		diff := masked(t, memory(t, 1), k)
		table := diff.Tables[0]
		require.Equal(t, "70, now 70", table.Participants.String(), "the shown cells, 40 and 30, and no more")
		require.NotEmpty(t, table.Columns)
		assert.NotContains(t, diff.Markdown(), "of the masked study")
		assert.NotContains(t, diff.Markdown(), "E02")
		table.RowsBefore, table.RowsAfter = 0, 0 // rows are of the whole delivery
		text, err := encode(table.changes())
		require.NoError(t, err)
		return string(text)
	}
	one := told(1)
	for k := 2; k < 10; k++ {
		require.Equal(t, one, told(k), "with %d people in the masked study", k)
	}
}

func TestNobodyIsCountedWithoutAFreeze(t *testing.T) {
	w := newWorld(t, memory(t, 1), []worldTable{plainHub()}, []worldTable{plainHub(func(i int, r row) { r["code"] = "n" + codes[i%3] })})
	diff, err := Compare(context.Background(), w.Warehouse, w.comparison(profileOf(t, 10, disclosure.ShowZero), 0))
	require.NoError(t, err)
	table := diff.Tables[0]
	for _, cell := range []disclosure.Cell{table.Participants.Before, table.Participants.After, table.Pathways.Added, table.Pathways.Removed, table.Pathways.Changed} {
		assert.True(t, cell.Masked())
	}
	assert.Empty(t, table.Columns)
	assert.Positive(t, table.Withheld)
	assert.Contains(t, diff.Markdown(), "No number of people is told")
}

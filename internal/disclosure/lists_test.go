package disclosure_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/disclosure"
)

func TestListsAreScannedFromTheDatabase(t *testing.T) {
	var counts disclosure.Counts
	require.NoError(t, counts.Scan([]any{int64(3), int32(1234), nil}))
	require.Len(t, counts, 3)
	assert.True(t, counts[2].IsZero())
	assert.NotContains(t, fmt.Sprintf("%v %+v %#v %d", counts, counts, counts, counts), "1234")
	assert.Error(t, counts.Scan("3"))
	assert.Error(t, counts.Scan([]any{-1.5}))
	require.NoError(t, counts.Scan(nil))
	assert.Empty(t, counts)

	var statistics disclosure.Statistics
	require.NoError(t, statistics.Scan([]any{1234.5, nil}))
	assert.True(t, statistics[1].IsNone())
	assert.NotContains(t, fmt.Sprintf("%v %+v %#v %f", statistics, statistics, statistics, statistics), "1234")
	assert.Error(t, statistics.Scan(1234.5))
	assert.Error(t, statistics.Scan([]any{"1234"}))
}

func TestAProfileWritesAnyOfItsMarks(t *testing.T) {
	nhs := shipped(t, "nhs-talking-therapies")
	starred, err := nhs.Writing("*")
	require.NoError(t, err)
	assert.Equal(t, "", nhs.Cell(disclosure.CountOf(3)).String())
	assert.Equal(t, "*", starred.Cell(disclosure.CountOf(3)).String())
	assert.Equal(t, "*", starred.Withhold().String())
	assert.ElementsMatch(t, nhs.Rules().Marks.Value, starred.Rules().Marks.Value)
	_, err = nhs.Writing("<5")
	assert.ErrorContains(t, err, `"<5" is no mark`)
}

// A mark that states a bound is not written for counts of any size.
func TestAMarkForAnySizeStatesNoBound(t *testing.T) {
	researcher, metrics := shipped(t, "ukllc-researcher"), shipped(t, "ukllc-metrics")
	assert.Equal(t, "<10", researcher.Withhold().String())
	assert.Equal(t, "*", researcher.ForAnySize().Withhold().String())
	assert.Equal(t, "*", researcher.ForAnySize().Cell(disclosure.CountOf(3)).String(), "one mark for all, or the other would tell")
	assert.True(t, researcher.ForAnySize().MarksAnySize())
	assert.Equal(t, metrics, metrics.ForAnySize())
}

func TestTheLargestComesFirstAndTheMaskedLast(t *testing.T) {
	rules := shipped(t, "ukllc-metrics")
	share := func(part, whole int64) disclosure.Cell {
		return rules.ShareOf(rules.Cell(disclosure.CountOf(part)), rules.Cell(disclosure.CountOf(whole)))
	}
	cells := []disclosure.Cell{rules.Withhold(), share(502, 1000), share(505, 1000), rules.Cell(disclosure.CountOf(3)), share(20, 40)}
	slices.SortStableFunc(cells, disclosure.LargestFirst)
	assert.Equal(t, []string{"50.5", "50.2", "50.0", "*", "<10"}, []string{cells[0].String(), cells[1].String(), cells[2].String(), cells[3].String(), cells[4].String()})
}

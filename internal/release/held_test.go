package release_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tre-toolkit/internal/outputs"
	"tre-toolkit/internal/release"
)

// TestAHeldTableIsTheTable packs tables of any cells, those that no file of ours
// has included, and opens them again; as JSON they are what they were.
func TestAHeldTableIsTheTable(t *testing.T) {
	text := rapid.SampledFrom([]string{"", "a", "b", "a, b", "b, a", "<10"})
	number := rapid.OneOf(rapid.Int64Range(-3, 3), rapid.Int64())
	cell := rapid.Custom(func(rt *rapid.T) outputs.PublishedCell {
		return outputs.PublishedCell{
			Place: rapid.OneOf(rapid.Just([]string(nil)), rapid.SliceOfN(text, 1, 3)).Draw(rt, "place"),
			Name:  text.Draw(rt, "name"), Row: text.Draw(rt, "row"), Column: text.Draw(rt, "column"),
			Line: rapid.IntRange(0, 1<<40).Draw(rt, "line"), Mark: text.Draw(rt, "mark"),
			Total: rapid.Bool().Draw(rt, "total"), Masked: rapid.Bool().Draw(rt, "masked"), Low: rapid.Bool().Draw(rt, "low"),
			Lower: number.Draw(rt, "lower"), Upper: number.Draw(rt, "upper"), Value: number.Draw(rt, "value"),
		}
	})
	rapid.Check(t, func(rt *rapid.T) {
		table := release.Table{Identity: "1", PublishedTable: outputs.PublishedTable{
			File: "t.csv", Labels: []string{"study"}, Columns: []string{"n"}, Cells: rapid.SliceOfN(cell, 1, 6).Draw(rt, "cells"),
		}}
		held := release.Hold(table)
		require.Equal(rt, len(table.Cells), held.Len())
		require.Equal(rt, &table, held.Open())

		plain, err := json.Marshal(table)
		require.NoError(rt, err)
		packed, err := json.Marshal(held)
		require.NoError(rt, err)
		require.JSONEq(rt, string(plain), string(packed))
		var again release.Held
		require.NoError(rt, json.Unmarshal(packed, &again))
		require.Equal(rt, &table, again.Open())
	})
}

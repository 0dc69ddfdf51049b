package fingerprint

import (
	"context"
	"embed"
	"io/fs"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/warehouse"
)

//go:embed testdata/sql/*.sql
var tableFiles embed.FS

func tables(t *testing.T, threads int) map[string]string {
	t.Helper()
	ctx := context.Background()
	w, err := warehouse.Memory(ctx, warehouse.Settings{Threads: threads})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, w.Close()) })
	prints := map[string]string{}
	for name, statement := range loadTables(t) {
		_, err := w.Run(ctx, statement, nil)
		require.NoError(t, err)
		prints[name[3:]], err = Of(ctx, w, "main."+name[3:])
		require.NoError(t, err)
	}
	return prints
}

func loadTables(t *testing.T) warehouse.Statements {
	t.Helper()
	files, err := fs.Sub(tableFiles, "testdata")
	require.NoError(t, err)
	return warehouse.MustLoad(files)
}

func TestWhatDoesNotMatter(t *testing.T) {
	prints := tables(t, 1)
	for _, same := range []string{"rows_turned_round", "columns_turned_round"} {
		assert.Equal(t, prints["plain"], prints[same], same)
	}
	assert.Equal(t, prints, tables(t, 4), "threads")
	assert.Regexp(t, `^[0-9a-f]{8}-[0-9a-f]{32}$`, prints["plain"])
	assert.True(t, Comparable(prints["plain"], prints["row_twice"]))
	assert.False(t, Comparable(prints["plain"], "00000000-0"))
	assert.False(t, Comparable("", ""))
}

func TestWhatMatters(t *testing.T) {
	prints := tables(t, 2)
	seen := map[string]string{}
	for name, print := range prints {
		if name == "rows_turned_round" || name == "columns_turned_round" {
			continue
		}
		assert.Empty(t, seen[print], "%s and %s", name, seen[print])
		seen[print] = name
	}
}

func TestOfNoTable(t *testing.T) {
	ctx := context.Background()
	w, err := warehouse.Memory(ctx, warehouse.Settings{})
	require.NoError(t, err)
	defer w.Close()
	_, err = Of(ctx, w, "main.nothing")
	assert.ErrorContains(t, err, "there is no table main.nothing")
}

package assembly_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/auxtables/assembly"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
	"tre-toolkit/specs"
)

// talkingTherapies loads the shipped dataset with its generations and assembly.
func talkingTherapies(t testing.TB) (spec.Dataset, []spec.Generation, assembly.Assembly) {
	t.Helper()
	dataset, err := spec.LoadDataset(specs.Files, "NHSE_IAPT")
	require.NoError(t, err)
	generations, err := spec.LoadGenerations(specs.Files, "NHSE_IAPT")
	require.NoError(t, err)
	loaded, err := assembly.Load(specs.Files, dataset, generations)
	require.NoError(t, err)
	return dataset, generations, loaded
}

func names(generations []spec.Generation) []string {
	list := make([]string, len(generations))
	for i, generation := range generations {
		list[i] = generation.Name
	}
	return list
}

// stage makes the empty staged tables of the generations.
func stage(t testing.TB, w *warehouse.Warehouse, generations []spec.Generation) {
	t.Helper()
	for _, generation := range generations {
		for _, table := range generation.Tables {
			_, err := w.Run(context.Background(), warehouse.CreateTemporaryTable(table.Staged, table.StagedColumns()), nil)
			require.NoError(t, err, table.Name)
		}
	}
}

func memory(t testing.TB, threads int) *warehouse.Warehouse {
	t.Helper()
	w, err := warehouse.Memory(context.Background(), warehouse.Settings{Threads: threads})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.Close()) })
	return w
}

func TestEveryShippedQueryKeepsToTheSpecification(t *testing.T) {
	ctx := context.Background()
	dataset, generations, loaded := talkingTherapies(t)
	w := memory(t, 1)
	stage(t, w, generations)
	version, err := spec.ParseDate("2024-04-26")
	require.NoError(t, err)
	require.NoError(t, loaded.Accept(ctx, w, names(generations), version))
	for _, table := range dataset.Tables {
		for _, step := range loaded.Steps(table, names(generations)) {
			assert.NoError(t, step.Check(ctx, w), "%s of %s", table.Name, step.Generation)
		}
	}
}

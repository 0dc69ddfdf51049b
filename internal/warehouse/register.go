package warehouse

import (
	"context"
	"embed"
	"maps"
	"slices"
)

//go:embed sql/*.sql
var sqlFiles embed.FS

var statements = MustLoad(sqlFiles)

// createRegister makes the tables that every workspace has, in the order of
// their files' numbers.
func (w *Warehouse) createRegister(ctx context.Context) error {
	for _, name := range slices.Sorted(maps.Keys(statements)) {
		if _, err := w.Run(ctx, statements[name], nil); err != nil {
			return err
		}
	}
	return nil
}

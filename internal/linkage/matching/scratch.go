package matching

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"tre-toolkit/internal/warehouse"
)

// Scratch runs work in a database that is made for it and gone afterwards, with a
// private folder to spill to. The folder is made in base; an empty base is the
// system's own folder for temporary files.
func Scratch(ctx context.Context, base string, settings warehouse.Settings, work func(*warehouse.Warehouse) error) (err error) {
	dir, err := os.MkdirTemp(base, "linking-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	place := filepath.Join(dir, "scratch")
	if err := warehouse.Create(ctx, place, warehouse.TTP); err != nil {
		return err
	}
	workspace, err := warehouse.OpenForWriting(ctx, place, "link", settings)
	if err != nil {
		return err
	}
	return errors.Join(work(workspace.Warehouse), workspace.Close())
}

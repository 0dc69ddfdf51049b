package warehouse

import (
	"context"
	"errors"
	"os"
	"path/filepath"
)

// Scratch runs work in a database that is made for it and gone afterwards, with a
// private folder to spill to. The folder is made in base; an empty base is the
// system's own folder for temporary files.
func Scratch(ctx context.Context, base string, settings Settings, work func(*Warehouse) error) (err error) {
	dir, err := os.MkdirTemp(base, "scratch-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	place := filepath.Join(dir, "workspace")
	if err := Create(ctx, place, TTP); err != nil {
		return err
	}
	workspace, err := OpenForWriting(ctx, place, "scratch", settings)
	if err != nil {
		return err
	}
	return errors.Join(work(workspace.Warehouse), workspace.Close())
}

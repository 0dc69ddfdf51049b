package synth

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// stage lets make write a delivery in a directory beside the real place, and
// moves its entries there when all is done. Nothing is written over, and nothing
// is left when it fails.
func stage(ctx context.Context, dir string, entries []string, make func(ctx context.Context, dir string) (Summary, error)) (Summary, error) {
	if err := vacant(dir, entries); err != nil {
		return Summary{}, err
	}
	made, err := makeDir(dir)
	if err != nil {
		return Summary{}, err
	}
	staging, err := os.MkdirTemp(dir, ".synth-")
	if err != nil {
		return Summary{}, errors.Join(err, removeIf(made, dir))
	}
	summary, err := make(ctx, staging)
	if err == nil {
		err = publish(staging, dir, entries)
	}
	err = errors.Join(err, os.RemoveAll(staging))
	if err != nil {
		return Summary{}, errors.Join(err, removeIf(made, dir))
	}
	return summary, nil
}

// vacant makes sure that nothing would be written over.
func vacant(dir string, entries []string) error {
	for _, name := range entries {
		path := filepath.Join(dir, name)
		if _, err := os.Lstat(path); err == nil {
			return fmt.Errorf("%s: %w", path, fs.ErrExist)
		}
	}
	return nil
}

// makeDir makes a directory and reports whether it was missing.
func makeDir(dir string) (made bool, err error) {
	if _, err := os.Stat(dir); err == nil {
		return false, nil
	}
	return true, os.MkdirAll(dir, 0o755)
}

func removeIf(made bool, dir string) error {
	if made {
		return os.Remove(dir)
	}
	return nil
}

// publish moves everything to its place, or nothing.
func publish(staging, dir string, entries []string) error {
	for i, name := range entries {
		if err := os.Rename(filepath.Join(staging, name), filepath.Join(dir, name)); err != nil {
			for _, moved := range entries[:i] {
				err = errors.Join(err, os.RemoveAll(filepath.Join(dir, moved)))
			}
			return err
		}
	}
	return nil
}

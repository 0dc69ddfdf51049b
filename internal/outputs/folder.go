package outputs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"tre-toolkit/internal/outputs/document"
)

// walk reads every file below the paths, in order of their names. It opens
// folders as roots, so that no link leads out of them, and follows no link at
// all.
func walk(ctx context.Context, paths []string, limits document.Limits, run *check) error {
	w := &walker{ctx: ctx, limits: limits.OrDefault(), run: run}
	w.left = w.limits.Files
	for _, name := range paths {
		prefix := ""
		if len(paths) > 1 {
			prefix = filepath.Base(filepath.Clean(name))
		}
		if err := w.path(name, prefix); err != nil {
			return err
		}
	}
	return nil
}

type walker struct {
	ctx    context.Context
	limits document.Limits
	run    *check
	left   int
}

func (w *walker) path(name, prefix string) error {
	info, err := os.Stat(name)
	if err != nil {
		return fmt.Errorf("%s: %w", name, reason(err))
	}
	if info.IsDir() {
		return w.folder(name, prefix)
	}
	root, err := os.OpenRoot(filepath.Dir(name))
	if err != nil {
		return fmt.Errorf("%s: %w", name, reason(err))
	}
	defer root.Close()
	base := filepath.Base(name)
	info, err = root.Lstat(base)
	if err != nil {
		return fmt.Errorf("%s: %w", name, reason(err))
	}
	return w.file(root, base, base, info.Mode())
}

func (w *walker) folder(name, prefix string) error {
	root, err := os.OpenRoot(name)
	if err != nil {
		return fmt.Errorf("%s: %w", name, reason(err))
	}
	defer root.Close()
	return fs.WalkDir(root.FS(), ".", func(inside string, entry fs.DirEntry, err error) error {
		shown := path.Join(prefix, inside)
		switch {
		case w.ctx.Err() != nil:
			return w.ctx.Err()
		case err != nil:
			w.run.skipped(shown, "unreadable", "FIL002", ForReview, "it could not be opened")
			return nil
		case inside == ".":
			return nil
		case entry.IsDir() && workingFolders[entry.Name()] != "":
			w.run.skipped(shown, "working folder", "FIL001", ForReview, workingFolders[entry.Name()])
			return fs.SkipDir
		case entry.IsDir() && strings.HasPrefix(entry.Name(), "."):
			w.run.skipped(shown, "hidden folder", "FIL001", ForReview, "it is a hidden folder")
			return fs.SkipDir
		case entry.IsDir():
			return nil
		}
		return w.file(root, inside, shown, entry.Type())
	})
}

// file reads one regular file; everything else is reported and left alone.
func (w *walker) file(root *os.Root, inside, shown string, mode fs.FileMode) error {
	if err := w.ctx.Err(); err != nil {
		return err
	}
	if w.left--; w.left < 0 {
		if w.left == -1 {
			w.run.skipped(shown, "too many files", "FIL002", ForReview, fmt.Sprintf("there are more than %d files; this one and those after it were left out", w.limits.Files))
		}
		return nil
	}
	switch {
	case mode&fs.ModeSymlink != 0:
		w.run.skipped(shown, "link", "FIL006", Failed, "it is a link, and links are not followed")
	case !mode.IsRegular():
		w.run.skipped(shown, "special", "FIL006", Failed, "it is not a regular file")
	default:
		w.content(root, inside, shown)
	}
	return nil
}

// workingFolders are what programs leave beside one's work.
var workingFolders = map[string]string{
	".git":               "it is a repository, which holds every earlier version of its files",
	".ipynb_checkpoints": "it holds earlier versions of notebooks",
	"__MACOSX":           "it holds what macOS notes of files",
	"__pycache__":        "it holds programs",
	"$RECYCLE.BIN":       "it holds deleted files",
}

// content reads one file, or the beginning of a large one.
func (w *walker) content(root *os.Root, inside, shown string) {
	kind := document.KindOf(shown)
	file, err := root.Open(inside)
	if err != nil {
		w.run.skipped(shown, kind, "FIL002", ForReview, "it could not be opened")
		return
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		w.run.skipped(shown, kind, "FIL002", ForReview, "it could not be opened")
		return
	}
	most := w.limits.FileBytes
	if info.Size() > most {
		most = w.limits.FirstBytes
	}
	var content bytes.Buffer
	content.Grow(int(min(info.Size(), most)) + bytes.MinRead)
	if _, err := io.Copy(&content, io.LimitReader(file, most)); err != nil {
		w.run.skipped(shown, kind, "FIL002", ForReview, "it could not be read to its end")
		return
	}
	w.run.source(shown, content.Bytes(), info.Size())
}

// reason drops the path that the caller names already.
func reason(err error) error {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err
	}
	return err
}

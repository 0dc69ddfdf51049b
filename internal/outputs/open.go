package outputs

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// ErrNotRegular is returned for a link, a folder and everything else that is no
// plain file.
var ErrNotRegular = errors.New("it is not a regular file")

// ErrChanged is returned for a file that is not as it was when it was checked.
var ErrChanged = errors.New("it changed while it was checked")

// IsPart reports whether an entry of a report stands for no file of its own that
// can be opened, given the error of opening it: a member of an archive, a folder
// or a link that was left alone.
func (f File) IsPart(err error) bool {
	return errors.Is(err, ErrNotRegular) || errors.Is(err, fs.ErrNotExist) && f.Bytes == 0
}

// Open opens a file that was checked below the paths, by the name that the
// report gives it. It follows no link out of the folder that was checked. A file
// inside an archive does not exist to it: the archive does.
func Open(paths []string, shown string) (*os.File, error) {
	result := error(fs.ErrNotExist)
	for _, name := range paths {
		folder, inside, under := placeBelow(name, shown, len(paths) > 1)
		if !under {
			continue
		}
		file, err := openRegular(folder, inside)
		if err == nil {
			return file, nil
		}
		result = err
	}
	return nil, result
}

// placeBelow returns the folder to open and the file's name in it, when a path of
// a check can hold a file of that name.
func placeBelow(name, shown string, several bool) (folder, inside string, under bool) {
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return "", "", false
	case !info.IsDir():
		return filepath.Dir(name), filepath.Base(name), filepath.Base(name) == shown
	case several:
		inside, under = strings.CutPrefix(shown, filepath.Base(filepath.Clean(name))+"/")
		return name, filepath.FromSlash(inside), under
	}
	return name, filepath.FromSlash(shown), true
}

func openRegular(folder, name string) (*os.File, error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	info, err := root.Lstat(name)
	if errors.Is(err, syscall.ENOTDIR) {
		return nil, fs.ErrNotExist // a file inside an archive
	}
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, ErrNotRegular
	}
	return root.Open(name)
}

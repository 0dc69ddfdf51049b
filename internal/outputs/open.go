package outputs

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
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
var ErrChanged = errors.New("INT001: it is not the file that was checked: it changed meanwhile")

// IsPart reports whether an entry of a report stands for no file of its own that
// can be opened, given the error of opening it: a member of an archive, a folder
// or a link that was left alone.
func (f File) IsPart(err error) bool {
	return errors.Is(err, ErrNotRegular) || errors.Is(err, fs.ErrNotExist) && f.Bytes == 0
}

// sized notes how large a file is, and what was looked at.
func (f *File) sized(content []byte, size int64) {
	sum := sha256.Sum256(content)
	f.Bytes, f.SHA256, f.looked = size, hex.EncodeToString(sum[:]), int64(len(content))
}

// Seal is a writer that takes the content of a checked file, as it is read again
// to be kept, and tells whether it is what was checked.
type Seal struct {
	of            File
	whole, looked hash.Hash
	bytes         int64
}

// Seal returns a seal for the file.
func (f File) Seal() *Seal { return &Seal{of: f, whole: sha256.New(), looked: sha256.New()} }

// Write takes the next bytes of the file. It returns no error.
func (s *Seal) Write(content []byte) (int, error) {
	s.whole.Write(content) // a hash takes every byte
	if left := s.of.looked - s.bytes; left > 0 {
		s.looked.Write(content[:min(left, int64(len(content)))])
	}
	s.bytes += int64(len(content))
	return len(content), nil
}

// Sum returns the SHA-256 and the size of all that was written. The error is
// ErrChanged when that is not what was checked; of a file that was looked at in
// part, its size and that part are compared.
func (s *Seal) Sum() (sum string, bytes int64, err error) {
	if s.of.SHA256 != "" && (s.bytes != s.of.Bytes || hex.EncodeToString(s.looked.Sum(nil)) != s.of.SHA256) {
		err = ErrChanged
	}
	return hex.EncodeToString(s.whole.Sum(nil)), s.bytes, err
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

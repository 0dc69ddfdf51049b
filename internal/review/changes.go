package review

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"tre-toolkit/internal/outputs"
)

// stat is what a file looked like from outside when it was hashed. As long as it
// looks the same its bytes are not read again to tell whether it changed; before
// a decision and a seal they are.
type stat struct {
	info   os.FileInfo
	size   int64
	time   time.Time
	sha256 string
}

func statOf(info os.FileInfo, sha256 string) stat {
	return stat{info, info.Size(), info.ModTime(), sha256}
}

func (s stat) looksLike(info os.FileInfo) bool {
	return s.info != nil && os.SameFile(s.info, info) && s.size == info.Size() && s.time.Equal(info.ModTime())
}

// rawName is a file's name as the check has it.
func (r *Review) rawName(path string) string {
	if raw, known := r.found.raw[path]; known {
		return raw
	}
	return path
}

// isChanged reports whether a file is on the disk as it was checked. With thorough
// its bytes are read in any case.
func (r *Review) isChanged(file CheckedFile, thorough bool) (bool, error) {
	stream, err := outputs.Open([]string{r.options.Path}, r.rawName(file.Path))
	if file.SHA256 == "" {
		return false, nil // it cannot leave, whatever it is
	}
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, outputs.ErrNotRegular) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	defer stream.Close()
	info, err := stream.Stat()
	if err != nil {
		return false, err
	}
	if known := r.hashed[file.Path]; !thorough && known.looksLike(info) {
		return known.sha256 != file.SHA256, nil
	}
	sum, err := hashOf(stream)
	if err != nil {
		return false, err
	}
	r.hashed[file.Path] = statOf(info, sum)
	return sum != file.SHA256, nil
}

// addChanges says which files are not as they were checked, and which were not
// checked at all.
func (r *Review) addChanges(ctx context.Context, o *Overview) error {
	known := map[string]bool{}
	for i, item := range o.Files {
		if err := ctx.Err(); err != nil {
			return err
		}
		known[item.Path] = true
		changed, err := r.isChanged(item.CheckedFile, false)
		if err != nil {
			return err
		}
		o.Files[i].Changed = changed
	}
	return filepath.WalkDir(r.options.Path, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return nil // what cannot be opened is a file under review, or was added as such
		}
		inside, err := filepath.Rel(r.options.Path, name)
		if err != nil {
			return err
		}
		path := shown(filepath.ToSlash(inside))
		if inside == "." {
			path = shown(filepath.Base(name))
		}
		switch {
		case entry.IsDir() && inside == ".":
			return nil
		case entry.IsDir() && known[path]:
			return fs.SkipDir
		case !entry.IsDir() && !known[path]:
			o.Added = append(o.Added, path)
		}
		return nil
	})
}

func hashOf(stream io.Reader) (string, error) {
	hash := sha256.New()
	if _, err := io.Copy(hash, stream); err != nil {
		return "", err
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

package recompute

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"tre-toolkit/internal/metrics"
	"tre-toolkit/internal/outputs/notation"
)

// Unproven is a file that was not recomputed, and why.
type Unproven struct {
	File   string `json:"file"`
	Reason string `json:"reason"`
}

// mostBytes is how large a metrics table may be.
const mostBytes = 64 << 20

// Find reads the metrics tables below a path. Every other file is listed as
// unproven; a metadata file beside its CSV is a part of that.
func Find(name string) ([]Table, []Unproven, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, nil, err
	}
	folder, only := name, ""
	if !info.IsDir() {
		folder, only = filepath.Dir(name), filepath.Base(name)
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, nil, err
	}
	defer root.Close()
	s := search{files: root.FS()}
	if only != "" {
		s.file(only)
		return s.tables, s.unproven, nil
	}
	err = fs.WalkDir(s.files, ".", func(inside string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			s.leave(inside, "it could not be opened")
		case entry.IsDir():
		case !entry.Type().IsRegular():
			s.leave(inside, "it is no regular file")
		case !s.isMetadata(inside):
			s.file(inside)
		}
		return nil
	})
	return s.tables, s.unproven, err
}

// search collects what is found below a path.
type search struct {
	files    fs.FS
	tables   []Table
	unproven []Unproven
}

func (s *search) leave(name, reason string) {
	s.unproven = append(s.unproven, Unproven{notation.Printable(name), reason})
}

// isMetadata reports whether a file belongs to a CSV file beside it.
func (s *search) isMetadata(name string) bool {
	table, isMetadata := strings.CutSuffix(name, metrics.MetadataSuffix)
	if !isMetadata || path.Ext(table) != ".csv" {
		return false
	}
	_, err := fs.Stat(s.files, table)
	return err == nil
}

func (s *search) file(name string) {
	text, err := s.read(name)
	if err != nil {
		s.leave(name, err.Error())
		return
	}
	metadata, err := s.read(name + metrics.MetadataSuffix)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.leave(name, "its metadata: "+err.Error())
		return
	}
	table, err := Parse(notation.Printable(name), text, metadata)
	if err != nil {
		s.leave(name, err.Error())
		return
	}
	s.tables = append(s.tables, table)
}

func (s *search) read(name string) ([]byte, error) {
	file, err := s.files.Open(name)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fs.ErrNotExist
		}
		return nil, errors.New("it could not be opened")
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, mostBytes+1))
	if err != nil {
		return nil, errors.New("it could not be read to its end")
	}
	if len(text) > mostBytes {
		return nil, fmt.Errorf("it is larger than %d MB", mostBytes>>20)
	}
	return text, nil
}

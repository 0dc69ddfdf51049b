package synth

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
)

// spool writes many files at once without holding them open: each has a small
// buffer, and is opened to append it when it is full.
type spool struct {
	dir   string
	files []spooled
}

// spooled is one file of a spool.
type spooled struct {
	name        string // below the spool's directory
	buffer      bytes.Buffer
	rows, bytes int64
}

const spoolBytes = 32 << 10

// add gives the spool a file with its header, and returns its place.
func (s *spool) add(name string, header []byte) (place int) {
	s.files = append(s.files, spooled{name: name})
	s.files[len(s.files)-1].buffer.Write(header)
	return len(s.files) - 1
}

// write appends rows to the file at a place.
func (s *spool) write(place int, text []byte, rows int64) error {
	file := &s.files[place]
	file.rows += rows
	file.buffer.Write(text)
	if file.buffer.Len() < spoolBytes {
		return nil
	}
	return s.flush(file)
}

func (s *spool) flush(file *spooled) error {
	path := filepath.Join(s.dir, file.name)
	out, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	written, err := file.buffer.WriteTo(out)
	file.bytes += written
	return errors.Join(err, out.Close())
}

// close writes what is left of every file and lists them.
func (s *spool) close() ([]File, error) {
	files := make([]File, len(s.files))
	for i := range s.files {
		file := &s.files[i]
		if err := s.flush(file); err != nil {
			return nil, err
		}
		files[i] = File{Path: file.name, Rows: file.rows, Bytes: file.bytes}
	}
	return files, nil
}

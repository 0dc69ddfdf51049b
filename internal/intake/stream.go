package intake

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/klauspost/compress/zstd"
)

// Packing says how a file's text is packed; the database knows the same words.
type Packing string

// The packings that are read.
const (
	Unpacked Packing = "none"
	Gzip     Packing = "gzip"
	Zstd     Packing = "zstd"
)

// What a packed file may become. Deflate packs a thousand bytes into one at the
// very most, and so sparse is no table; a smaller file is given room all the same.
const (
	mostRatio    = 1_000
	alwaysRoom   = 64 << 20
	mostWindow   = 128 << 20 // of zstandard: what its own program unpacks without being asked
	parquetMagic = "PAR1"
)

var packingMagic = map[Packing]string{Gzip: "\x1f\x8b", Zstd: "\x28\xb5\x2f\xfd"}

// Errors of a packed file.
var (
	errTooLarge = fmt.Errorf("unpacks to more than %d times its size: no table does", mostRatio)
	errCutShort = errors.New("the packed data end early: the file was cut")
	errDamaged  = errors.New("the packed data are damaged")
)

// stream reads the text of a file, unpacked, within bounds.
type stream struct {
	file     *os.File
	stored   *bufio.Reader // the file as it is
	packing  Packing
	text     io.Reader
	close    func()
	size     int64 // of the file
	regular  bool  // not a pipe, which is read once
	unpacked int64
	ioErr    error // the disk's, and not the packing's
	watch    io.Writer
}

// openStream opens a file; watch is told of its bytes as they are stored, if they
// are not the text itself.
func openStream(path string, watch io.Writer) (*stream, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	s := &stream{file: file, packing: Unpacked, close: func() {}}
	if info, err := file.Stat(); err == nil {
		s.size, s.regular = info.Size(), info.Mode().IsRegular()
	}
	s.stored = bufio.NewReader(readerFunc(s.disk))
	start, _ := s.stored.Peek(4)
	for packing, magic := range packingMagic {
		if bytes.HasPrefix(start, []byte(magic)) {
			s.packing = packing
		}
	}
	if watch != nil && (s.packing != Unpacked || string(start) == parquetMagic) {
		peeked, _ := s.stored.Peek(s.stored.Buffered())
		_, _ = watch.Write(peeked) // a hash takes everything
		s.watch = watch
	}
	if err := s.unpack(); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return s, nil
}

// unpack starts reading the packed text. An error of the packing comes with the
// first Read.
func (s *stream) unpack() error {
	switch s.packing {
	case Gzip:
		reader, err := gzip.NewReader(s.stored)
		if err != nil {
			s.text = failing{err}
			return nil
		}
		s.text = reader
	case Zstd:
		reader, err := zstd.NewReader(s.stored, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(mostWindow))
		if err != nil {
			return err
		}
		s.text, s.close = reader, reader.Close
	default:
		s.text = s.stored
	}
	return nil
}

// failing is a text that cannot be read.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// disk reads the file, and remembers the disk's own errors, so that they are not
// taken for damage of the packing.
func (s *stream) disk(into []byte) (int, error) {
	n, err := s.file.Read(into)
	if s.watch != nil {
		_, _ = s.watch.Write(into[:n]) // a hash takes everything
	}
	if err != nil && !errors.Is(err, io.EOF) {
		s.ioErr = err
	}
	return n, err
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(into []byte) (int, error) { return f(into) }

// Read reads the text. What is wrong with the packing is one of the errors above.
func (s *stream) Read(into []byte) (int, error) {
	n, err := s.text.Read(into)
	s.unpacked += int64(n)
	if s.packing == Unpacked {
		return n, err
	}
	switch {
	case s.unpacked > max(alwaysRoom, mostRatio*s.size), errors.Is(err, zstd.ErrDecoderSizeExceeded), errors.Is(err, zstd.ErrWindowSizeExceeded):
		return n, errTooLarge
	case err == nil, errors.Is(err, io.EOF):
		return n, err
	case s.ioErr != nil:
		return n, s.ioErr
	case errors.Is(err, io.ErrUnexpectedEOF):
		return n, errCutShort
	default:
		return n, errDamaged
	}
}

// Close closes the file.
func (s *stream) Close() error {
	s.close()
	return s.file.Close()
}

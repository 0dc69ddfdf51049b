// Package intake looks at CSV files before the database reads them, and says
// afterwards which of their rows the database rejected, by line. It counts
// records with code of its own, so that what the database says can be checked.
package intake

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

// Source is what is known of a file before the database reads it. Its
// records are counted here, by code that shares nothing with the database's
// reader, so that rows read = rows loaded + rows rejected is a real check.
type Source struct {
	Path    string
	Bytes   int64
	SHA256  string
	Header  []string // column names, trimmed and in lower case
	Records int64    // data records, header excluded
}

// Name returns the file's name without its folder.
func (s Source) Name() string { return filepath.Base(s.Path) }

// Args returns the values that every statement which reads the file binds: its
// path, and its columns in its order as two JSON objects from which SQL makes
// the struct that read_csv wants, without anything being guessed. A column
// without a type is text.
func (s Source) Args(types map[string]spec.ColumnType) warehouse.Args {
	path, err := filepath.Abs(s.Path)
	if err != nil {
		path = s.Path
	}
	return warehouse.Args{
		"path": path,
		"column_types": s.columns(func(name string) string {
			if kind, known := types[name]; known {
				return kind.String()
			}
			return textType
		}),
		"column_shape": s.columns(func(string) string { return textType }),
	}
}

const textType = "VARCHAR"

// columns returns a JSON object with something for every column, in the file's
// order. Columns that nobody reads may lack a name or share one.
func (s Source) columns(of func(name string) string) string {
	var object strings.Builder
	for i, name := range s.Header {
		if name == "" || slices.Contains(s.Header[:i], name) {
			name = fmt.Sprintf("_unread_%d", i+1)
		}
		key, _ := json.Marshal(name) // text always encodes
		fmt.Fprintf(&object, ",%s:%q", key, of(name))
	}
	return "{" + strings.TrimPrefix(object.String(), ",") + "}"
}

const chunkSize = 1 << 20

var byteOrderMark = []byte("\xef\xbb\xbf")

// Inspect reads a whole file once: hash, header, record count, encoding and
// quoting. What is wrong with it comes back as findings; an error is an I/O
// error.
func Inspect(ctx context.Context, path string) (Source, []diagnostic.Finding, error) {
	file, err := os.Open(path)
	if err != nil {
		return Source{}, nil, err
	}
	defer file.Close()
	hash := sha256.New()
	scan := &scanner{atFieldStart: true}
	buffer := make([]byte, chunkSize)
	for {
		if ctx.Err() != nil {
			return Source{}, nil, ctx.Err()
		}
		n, err := file.Read(buffer)
		hash.Write(buffer[:n])
		scan.take(buffer[:n])
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return Source{}, nil, err
		}
	}
	source := Source{Path: path, Bytes: scan.size, SHA256: hex.EncodeToString(hash.Sum(nil)), Records: scan.finish() - 1}
	findings := scan.findings(filepath.Base(path))
	if len(findings) > 0 {
		return source, findings, nil
	}
	source.Header, err = readHeader(file)
	if errors.Is(err, io.EOF) { // a byte order mark and nothing else
		return source, noRecords(filepath.Base(path)), nil
	}
	return source, nil, err
}

// readHeader reads the first record as column names.
func readHeader(file *os.File) ([]string, error) {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	reader := bufio.NewReaderSize(file, chunkSize)
	if start, _ := reader.Peek(len(byteOrderMark)); bytes.Equal(start, byteOrderMark) {
		_, _ = reader.Discard(len(byteOrderMark))
	}
	records := csv.NewReader(reader)
	records.LazyQuotes = true
	header, err := records.Read()
	if err != nil {
		return nil, err
	}
	for i, name := range header {
		header[i] = strings.ToLower(strings.TrimSpace(name))
	}
	return header, nil
}

// Lines returns the line that each record begins on, for records numbered from 1
// behind the header. Numbers and lines drift apart at empty lines and at line
// ends within quotes.
func (s Source) Lines(ctx context.Context, records []int64) (map[int64]int64, error) {
	file, err := os.Open(s.Path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	reader := csv.NewReader(bufio.NewReaderSize(file, chunkSize))
	reader.LazyQuotes, reader.FieldsPerRecord, reader.ReuseRecord = true, -1, true
	wanted, last := map[int64]bool{}, int64(-1)
	for _, record := range records {
		wanted[record], last = true, max(last, record)
	}
	lines := map[int64]int64{}
	for number := int64(0); number <= last && ctx.Err() == nil; number++ {
		if _, err := reader.Read(); err != nil {
			return nil, err
		}
		if wanted[number] {
			line, _ := reader.FieldPos(0)
			lines[number] = int64(line)
		}
	}
	return lines, ctx.Err()
}

// scanner walks the bytes of a CSV file and keeps count of records and of what
// no CSV file of ours may hold.
type scanner struct {
	size    int64
	records int64

	line         int64 // line ends seen
	inQuotes     bool
	quoteLine    int64 // where the open quote began
	atFieldStart bool
	afterQuote   bool // a quote inside quotes was just seen
	inRecord     bool // the current record has bytes

	lineEnd   string // what the first line ends with: "\n" or "\r\n"
	afterCR   bool   // a carriage return outside quotes was just seen
	mixedLine int64  // first line that ends otherwise

	start     []byte // the first bytes, for byte order marks
	partial   []byte // a rune cut by a chunk's end
	badLine   int64  // first line that is not UTF-8
	nulLine   int64  // first line with a NUL byte
	endedLine bool
}

func (s *scanner) take(chunk []byte) {
	if len(chunk) == 0 {
		return
	}
	if missing := 4 - len(s.start); missing > 0 {
		s.start = append(s.start, chunk[:min(missing, len(chunk))]...)
	}
	s.checkText(chunk)
	s.walk(chunk)
	s.size += int64(len(chunk))
	s.endedLine = chunk[len(chunk)-1] == '\n'
}

// walk goes through a chunk in runs: outside quotes up to the next quote, inside them
// up to the next one. Only a run with an empty line is walked byte by byte.
func (s *scanner) walk(chunk []byte) {
	for len(chunk) > 0 {
		run := bytes.IndexByte(chunk, '"')
		if run < 0 {
			run = len(chunk)
		}
		switch {
		case run == 0:
			s.step(chunk[0])
			run = 1
		case s.inQuotes:
			s.line += int64(bytes.Count(chunk[:run], []byte{'\n'}))
		case s.plain(chunk[:run]):
			s.takePlain(chunk[:run])
		default:
			for _, c := range chunk[:run] {
				s.step(c)
			}
		}
		chunk = chunk[run:]
	}
}

// plain reports whether every line end of a run outside quotes ends a record,
// in the one way that the file's lines end.
func (s *scanner) plain(run []byte) bool {
	if s.lineEnd == "" || s.afterCR || run[0] == '\n' || run[0] == '\r' || bytes.Contains(run, []byte("\n\n")) || bytes.Contains(run, []byte("\n\r\n")) {
		return false
	}
	returns := bytes.Count(run, []byte{'\r'})
	if s.lineEnd == "\n" {
		return returns == 0
	}
	return returns == bytes.Count(run, []byte{'\n'}) && returns == bytes.Count(run, []byte("\r\n"))
}

func (s *scanner) takePlain(run []byte) {
	ends := int64(bytes.Count(run, []byte{'\n'}))
	s.records += ends
	s.line += ends
	last := run[len(run)-1]
	s.inRecord, s.afterQuote = last != '\n', false
	s.atFieldStart = last == '\n' || last == ','
}

// step follows RFC 4180: a quote opens a field only at its start, two quotes
// inside quotes are one, and a line end inside quotes is data.
func (s *scanner) step(c byte) {
	if c == '\n' {
		s.line++
	}
	if s.inQuotes {
		s.inQuotes = c != '"'
		s.afterQuote = c == '"'
		return
	}
	s.checkLineEnd(c)
	switch {
	case c == '"' && s.afterQuote:
		s.inQuotes, s.afterQuote = true, false
	case c == '"' && s.atFieldStart:
		s.inQuotes, s.inRecord, s.quoteLine, s.atFieldStart = true, true, s.line+1, false
	case c == '\n':
		s.endRecord()
	case c == '\r':
		s.afterQuote = false
	default:
		s.inRecord, s.afterQuote, s.atFieldStart = true, false, c == ','
	}
}

// checkLineEnd finds the first line end that is not like the first one. The
// database takes one kind a file.
func (s *scanner) checkLineEnd(c byte) {
	end := ""
	switch {
	case c == '\n' && s.afterCR:
		end = "\r\n"
	case c == '\n':
		end = "\n"
	case s.afterCR:
		end = "\r"
	}
	s.afterCR = c == '\r'
	if end == "" {
		return
	}
	if s.lineEnd == "" && end != "\r" {
		s.lineEnd = end
	}
	if end != s.lineEnd && s.mixedLine == 0 {
		s.mixedLine = s.line
		if end == "\r" {
			s.mixedLine++ // it ended no line
		}
	}
}

func (s *scanner) endRecord() {
	if s.inRecord {
		s.records++
	}
	s.inRecord, s.afterQuote, s.atFieldStart = false, false, true
}

// checkText looks for bytes that are not UTF-8 and for NUL bytes.
func (s *scanner) checkText(chunk []byte) {
	if s.nulLine == 0 {
		if at := bytes.IndexByte(chunk, 0); at >= 0 {
			s.nulLine = s.line + int64(bytes.Count(chunk[:at], []byte{'\n'})) + 1
		}
	}
	if s.badLine != 0 {
		return
	}
	text := chunk
	if len(s.partial) > 0 {
		text = append(s.partial, chunk...)
	}
	cut := len(text) - incompleteRune(text)
	s.partial = append([]byte(nil), text[cut:]...)
	if utf8.Valid(text[:cut]) {
		return
	}
	at := firstInvalid(text[:cut])
	s.badLine = s.line + int64(bytes.Count(text[:at], []byte{'\n'})) + 1
}

// incompleteRune returns how many bytes at the end begin a rune that the next
// chunk completes.
func incompleteRune(text []byte) int {
	for back := 1; back <= min(utf8.UTFMax-1, len(text)); back++ {
		if c := text[len(text)-back]; utf8.RuneStart(c) {
			if c >= utf8.RuneSelf && !utf8.FullRune(text[len(text)-back:]) {
				return back
			}
			return 0
		}
	}
	return 0
}

func firstInvalid(text []byte) int {
	at := 0
	for at < len(text) {
		r, size := utf8.DecodeRune(text[at:])
		if r == utf8.RuneError && size == 1 {
			return at
		}
		at += size
	}
	return at
}

// finish returns the number of records, header included.
func (s *scanner) finish() int64 {
	if s.inRecord {
		s.records++
	}
	if s.afterCR && s.mixedLine == 0 {
		s.mixedLine = s.line + 1
	}
	if s.badLine == 0 && len(s.partial) > 0 {
		s.badLine = s.line + 1
	}
	return s.records
}

// startsEmpty reports whether the first line is empty, which readers of CSV take
// for different things.
func (s *scanner) startsEmpty() bool {
	first := bytes.TrimPrefix(s.start, byteOrderMark)
	return len(first) > 0 && (first[0] == '\n' || first[0] == '\r')
}

func noRecords(name string) []diagnostic.Finding {
	return []diagnostic.Finding{{File: name, Code: "CSV001", Message: "the file is empty: not even a header"}}
}

func (s *scanner) findings(name string) []diagnostic.Finding {
	finding := func(line int64, code, message string) []diagnostic.Finding {
		return []diagnostic.Finding{{File: name, Line: line, Code: code, Message: message}}
	}
	switch {
	case s.records == 0:
		return noRecords(name)
	case bytes.HasPrefix(s.start, []byte{0xff, 0xfe}), bytes.HasPrefix(s.start, []byte{0xfe, 0xff}):
		return finding(1, "CSV002", "the file is UTF-16; it must be UTF-8")
	case s.nulLine > 0:
		return finding(s.nulLine, "CSV003", "a NUL byte: the file is not text, or was cut by a failing disk")
	case s.badLine > 0:
		return finding(s.badLine, "CSV004", "a byte that is not UTF-8; the file may be Latin-1 or Windows-1252")
	case s.startsEmpty():
		return finding(1, "CSV010", "the first line is empty; it must be the header")
	case s.mixedLine > 0:
		return finding(s.mixedLine, "CSV007", "the line ends otherwise than the lines above: carriage returns (CR) are mixed with line feeds (LF)")
	case s.inQuotes:
		return finding(s.quoteLine, "CSV005", "a quote is opened here and never closed: the file may be truncated")
	}
	return nil
}

// OtherDelimiter names what a header that is no comma-separated one seems to
// be separated by; it is empty when nothing seems wrong.
func (s Source) OtherDelimiter() string {
	if len(s.Header) != 1 {
		return ""
	}
	for _, other := range [][2]string{{"\t", "tabs"}, {";", "semicolons"}, {"|", "pipes"}} {
		if strings.Contains(s.Header[0], other[0]) {
			return other[1]
		}
	}
	return ""
}

// InspectFile is Inspect for a file that the user named: a file that is not
// there is a finding and not an I/O error.
func InspectFile(ctx context.Context, path string) (Source, []diagnostic.Finding, error) {
	source, findings, err := Inspect(ctx, path)
	if errors.Is(err, fs.ErrNotExist) {
		return source, []diagnostic.Finding{{File: path, Code: "DEL006", Message: "there is no such file"}}, nil
	}
	return source, findings, err
}

// CheckColumns says which needed columns a file lacks and which it has twice.
func CheckColumns(source Source, needed []string) []diagnostic.Finding {
	if other := source.OtherDelimiter(); other != "" {
		return []diagnostic.Finding{{File: source.Name(), Line: 1, Code: "CSV006", Message: "the columns are separated by " + other + ", not by commas"}}
	}
	var findings []diagnostic.Finding
	for _, name := range needed {
		times := 0
		for _, given := range source.Header {
			if given == name {
				times++
			}
		}
		switch {
		case times == 0:
			findings = append(findings, diagnostic.Finding{File: source.Name(), Line: 1, Column: name, Code: "COL003", Message: "this column is missing"})
		case times > 1:
			findings = append(findings, diagnostic.Finding{File: source.Name(), Line: 1, Column: name, Code: "COL001", Message: "this column is there twice"})
		}
	}
	return findings
}

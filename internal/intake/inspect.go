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
	"hash"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

// Source is what is known of a file before the database reads it. Its
// records are counted here, by code that shares nothing with the database's
// reader, so that rows read = rows loaded + rows rejected is a real check.
type Source struct {
	Path      string
	Format    Format
	Packing   Packing
	Delimiter string // between the cells of a text; empty in Parquet
	Bytes     int64  // of the file as it is
	SHA256    string // of the file as it is
	TextBytes int64  // of the text that a packed file holds; Bytes of another
	// TextSHA256 is of the text that a packed file holds; SHA256 of another. Two
	// files of the same text are the same file, however they are packed.
	TextSHA256 string
	Header     []string // column names, trimmed and in lower case
	Floating   []string // columns that Parquet holds as floating-point numbers
	Records    int64    // data records, header excluded
	Blanks     bool     // a cell may have blanks around it, or be an empty text in quotes
	lineEnd    string
	marked     bool // begins with a byte order mark
}

// Format says how rows are written.
type Format string

// The formats that are read.
const (
	Text    Format = "text" // a row a line, cells between delimiters
	Parquet Format = "parquet"
)

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

// Dialect returns what a statement binds that reads text of any delimiter and
// packing.
func (s Source) Dialect() warehouse.Args {
	return warehouse.Args{"delimiter": s.Delimiter, "packing": string(s.Packing)}
}

// Alike reports whether two texts have the same columns in the same order and are
// written in the same way, so that one statement may read both.
func (s Source) Alike(other Source) bool {
	return s.Format == Text && other.Format == Text && s.Delimiter == other.Delimiter && s.Packing == other.Packing &&
		s.lineEnd == other.lineEnd && s.marked == other.marked && slices.Equal(s.Header, other.Header)
}

const chunkSize = 1 << 20

var byteOrderMark = []byte("\xef\xbb\xbf")

// Inspect reads a whole file once: hash, header, record count, encoding,
// quoting, delimiter and packing. What is wrong with it comes back as findings;
// an error is an I/O error.
func Inspect(ctx context.Context, path string) (Source, []diagnostic.Finding, error) {
	stored := sha256.New()
	in, err := openStream(path, stored)
	if err != nil {
		return Source{}, nil, err
	}
	defer in.Close()
	if start, _ := in.stored.Peek(len(parquetMagic)); string(start) == parquetMagic {
		return inspectParquet(ctx, in, stored)
	}
	scan, text, problem := &scanner{atFieldStart: true}, sha256.New(), error(nil)
	if problem = readThrough(ctx, in, scan, text); problem != nil && !isPackingError(problem) {
		return Source{}, nil, problem
	}
	source := Source{Path: path, Format: Text, Packing: in.packing, Delimiter: string(scan.delimiter), Bytes: scan.size, TextBytes: scan.size, Records: scan.finish() - 1}
	source.Blanks, source.lineEnd, source.marked = scan.blanks, scan.lineEnd, scan.marked > 0
	source.TextSHA256 = hex.EncodeToString(text.Sum(nil))
	source.SHA256 = source.TextSHA256
	if in.packing != Unpacked {
		source.SHA256, source.Bytes = hex.EncodeToString(stored.Sum(nil)), in.size
	}
	name := filepath.Base(path)
	if problem != nil {
		return source, []diagnostic.Finding{{File: name, Line: scan.line + 1, Code: "CSV012", Message: problem.Error()}}, nil
	}
	findings := scan.findings(name)
	if len(findings) > 0 {
		return source, source.namingColumn(ctx, scan, findings), nil
	}
	if !in.regular {
		return source, []diagnostic.Finding{{File: name, Code: "DEL007", Message: "is no regular file: a delivery is read more than once"}}, nil
	}
	source.Header, err = readHeader(scan.first, source.Delimiter)
	if errors.Is(err, io.EOF) { // a byte order mark and nothing else
		return source, noRecords(name), nil
	}
	if errors.Is(err, errHeaderLines) {
		return source, []diagnostic.Finding{{File: name, Line: 1, Code: "CSV011", Message: err.Error()}}, nil
	}
	return source, nil, err
}

// readThrough takes a text to its end, hashing each chunk while it is scanned.
func readThrough(ctx context.Context, in *stream, scan *scanner, hash io.Writer) error {
	buffer := make([]byte, min(chunkSize, max(in.size+1, 4096)))
	if in.packing != Unpacked || !in.regular {
		buffer = make([]byte, chunkSize)
	}
	text := withContext(ctx, in) // a pipe may wait between two reads
	for {
		n, err := io.ReadFull(text, buffer)
		if scan.delimiter == 0 {
			scan.first, scan.delimiter = bytes.Clone(buffer[:n]), delimiterOf(buffer[:n])
		}
		hashed := make(chan struct{})
		go func() {
			defer close(hashed)
			_, _ = hash.Write(buffer[:n]) // a hash takes everything
		}()
		scan.take(buffer[:n])
		<-hashed
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func isPackingError(err error) bool {
	return errors.Is(err, errTooLarge) || errors.Is(err, errCutShort) || errors.Is(err, errDamaged)
}

// delimiterOf returns what the cells of a text's first line are separated by: of
// comma, tab and pipe the one that is there most often outside quotes.
func delimiterOf(start []byte) byte {
	times, inQuotes := map[byte]int{}, false
	for _, c := range bytes.TrimPrefix(start, byteOrderMark) {
		if c == '"' {
			inQuotes = !inQuotes
		}
		if c == '\n' && !inQuotes {
			break
		}
		if !inQuotes {
			times[c]++
		}
	}
	most := byte(',')
	for _, other := range []byte{'\t', '|'} {
		if times[other] > times[most] {
			most = other
		}
	}
	return most
}

func inspectParquet(ctx context.Context, in *stream, hash hash.Hash) (Source, []diagnostic.Finding, error) {
	if _, err := io.Copy(io.Discard, withContext(ctx, in)); err != nil {
		return Source{}, nil, err
	}
	digest := hex.EncodeToString(hash.Sum(nil))
	source := Source{Path: in.file.Name(), Format: Parquet, Packing: Unpacked, Bytes: in.size, SHA256: digest, TextBytes: in.size, TextSHA256: digest, Blanks: true}
	shape, err := readParquet(in.file, in.size)
	if errors.Is(err, errParquet) || errors.Is(err, errNested) {
		return source, []diagnostic.Finding{{File: source.Name(), Code: "CSV013", Message: err.Error()}}, nil
	}
	source.Header, source.Floating, source.Records = shape.columns, shape.floating, shape.rows
	return source, nil, err
}

func withContext(ctx context.Context, in io.Reader) io.Reader {
	return readerFunc(func(into []byte) (int, error) {
		if ctx.Err() != nil {
			return 0, ctx.Err()
		}
		return in.Read(into)
	})
}

// errHeaderLines is told of a header that the database would end at its first
// line.
var errHeaderLines = errors.New("a column's name holds a line end; the header must be one line")

// readHeader reads the first record of a text as column names.
func readHeader(first []byte, delimiter string) ([]string, error) {
	header, err := recordsOf(bytes.NewReader(first), delimiter).Read()
	if err != nil {
		return nil, err
	}
	for i, name := range header {
		if strings.ContainsAny(name, "\r\n") {
			return nil, errHeaderLines
		}
		header[i] = strings.ToLower(strings.TrimSpace(name))
	}
	return header, nil
}

// recordsOf reads a text record by record, whatever its quoting.
func recordsOf(in io.Reader, delimiter string) *csv.Reader {
	text := bufio.NewReaderSize(in, 64<<10)
	if start, _ := text.Peek(len(byteOrderMark)); bytes.Equal(start, byteOrderMark) {
		_, _ = text.Discard(len(byteOrderMark))
	}
	records := csv.NewReader(text)
	records.LazyQuotes, records.FieldsPerRecord, records.Comma = true, -1, rune(delimiter[0])
	return records
}

// OtherDelimiter names what a header that is no comma-separated one seems to
// be separated by; it is empty when nothing seems wrong.
func (s Source) OtherDelimiter() string {
	switch s.Delimiter {
	case "\t":
		return "tabs"
	case "|":
		return "pipes"
	}
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

// InspectFile is Inspect for a file that the user named and that must be plain
// text: a file that is not there is a finding and not an I/O error.
func InspectFile(ctx context.Context, path string) (Source, []diagnostic.Finding, error) {
	source, findings, err := Inspect(ctx, path)
	if errors.Is(err, fs.ErrNotExist) {
		return source, []diagnostic.Finding{{File: path, Code: "DEL006", Message: "there is no such file"}}, nil
	}
	if err == nil && len(findings) == 0 && (source.Format != Text || source.Packing != Unpacked) {
		findings = []diagnostic.Finding{{File: source.Name(), Code: "CSV013", Message: "is packed or Parquet; this file must be plain CSV"}}
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

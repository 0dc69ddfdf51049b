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
	if errors.Is(err, errHeaderLines) {
		return source, []diagnostic.Finding{{File: filepath.Base(path), Line: 1, Code: "CSV011", Message: err.Error()}}, nil
	}
	return source, nil, err
}

// errHeaderLines is told of a header that the database would end at its first
// line.
var errHeaderLines = errors.New("a column's name holds a line end; the header must be one line")

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
		if strings.ContainsAny(name, "\r\n") {
			return nil, errHeaderLines
		}
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

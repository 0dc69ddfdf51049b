package intake

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"slices"

	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/spec"
)

// Lines returns the line that rows begin on, for rows numbered from 1 as the
// database kept them: those of the given rejects are not among them. Numbers and
// lines drift apart at empty lines and at line ends within quotes. In Parquet, a
// line is the row's own number.
func (s Source) Lines(ctx context.Context, rows []int64, rejected ...Reject) (map[int64]int64, error) {
	lines := make(map[int64]int64, len(rows))
	if len(rows) == 0 {
		return lines, nil
	}
	last := slices.Max(rows)
	if s.Format == Parquet {
		for _, row := range rows {
			lines[row] = row
		}
		return lines, nil
	}
	for _, row := range rows {
		lines[row] = 0
	}
	without := make(map[int64]bool, len(rejected))
	for _, reject := range rejected {
		without[reject.Line] = true
	}
	in, err := openStream(s.Path, nil)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	records := recordsOf(in, s.Delimiter)
	records.ReuseRecord = true
	if _, err := records.Read(); err != nil {
		return nil, err
	}
	for kept := int64(0); kept < last && ctx.Err() == nil; {
		if _, err := records.Read(); err != nil {
			return nil, err
		}
		line, _ := records.FieldPos(0)
		if without[int64(line)] {
			continue
		}
		kept++
		if _, wanted := lines[kept]; wanted {
			lines[kept] = int64(line)
		}
	}
	return lines, ctx.Err()
}

// findLines turns byte positions of the text into line numbers, which is what an
// editor shows. The database says of a row that it begins where the row above
// ended: empty lines at a position are above its row.
func findLines(ctx context.Context, path string, cells []Reject) error {
	in, err := openStream(path, nil)
	if err != nil {
		return err
	}
	defer in.Close()
	slices.SortStableFunc(cells, func(a, b Reject) int { return int(a.at - b.at) })
	text := bufio.NewReaderSize(in, chunkSize)
	var position, line int64 = 0, 1
	for i := range cells {
		if i > 0 && cells[i].at == cells[i-1].at {
			cells[i].Line = cells[i-1].Line
			continue
		}
		for position < cells[i].at && ctx.Err() == nil {
			chunk, err := text.Peek(int(min(chunkSize, cells[i].at-position)))
			line += int64(bytes.Count(chunk, []byte{'\n'}))
			position += int64(len(chunk))
			_, _ = text.Discard(len(chunk))
			if err != nil && !errors.Is(err, io.EOF) {
				return err
			}
			if len(chunk) == 0 {
				break
			}
		}
		empty, err := emptyLines(text)
		if err != nil {
			return err
		}
		line, position = line+empty.lines, position+empty.bytes
		cells[i].Line = line
	}
	return ctx.Err()
}

// skipped is what emptyLines read past.
type skipped struct{ lines, bytes int64 }

func emptyLines(text *bufio.Reader) (skipped, error) {
	var past skipped
	for {
		c, err := text.ReadByte()
		switch {
		case errors.Is(err, io.EOF):
			return past, nil
		case err != nil:
			return past, err
		case c == '\n':
			past.lines++
		case c != '\r':
			return past, text.UnreadByte()
		}
		past.bytes++
	}
}

// namingColumn adds the column to findings about a byte of the text, where the
// header can be read and has a column there.
func (s Source) namingColumn(ctx context.Context, scan *scanner, findings []diagnostic.Finding) []diagnostic.Finding {
	var at int64
	switch findings[0].Code {
	case "CSV003":
		at = scan.nulByte
	case "CSV004":
		at = scan.badByte
	default:
		return findings
	}
	if findings[0].Line < 2 {
		return findings // it is the header that cannot be read
	}
	header, err := readHeader(scan.first, s.Delimiter)
	if err != nil {
		return findings
	}
	column, err := s.columnAt(ctx, at)
	if err == nil && column < len(header) {
		findings[0].Column = Printable(header[column])
	}
	return findings
}

// columnAt returns the number of the cell, from 0, that a byte of the text is in.
func (s Source) columnAt(ctx context.Context, at int64) (int, error) {
	in, err := openStream(s.Path, nil)
	if err != nil {
		return 0, err
	}
	defer in.Close()
	text := bufio.NewReaderSize(in, chunkSize)
	column, inQuotes := 0, false
	for range at {
		c, err := text.ReadByte()
		if err != nil {
			return 0, err
		}
		switch {
		case c == '"':
			inQuotes = !inQuotes
		case inQuotes:
		case c == s.Delimiter[0]:
			column++
		case c == '\n':
			if column = 0; ctx.Err() != nil {
				return 0, ctx.Err()
			}
		}
	}
	return column, nil
}

// Printable returns a header's name if it looks like one. A file without a
// header has data in its first line, which must not reach the screen.
func Printable(name string) string {
	if _, err := spec.ParseIdentifier(name); err != nil {
		return "(not a column name)"
	}
	return name
}

// Each calls row for every record of a text, with the line that it begins on. The
// cells are only good until row returns.
func (s Source) Each(ctx context.Context, row func(line int64, cells []string) error) error {
	in, err := openStream(s.Path, nil)
	if err != nil {
		return err
	}
	defer in.Close()
	records := recordsOf(in, s.Delimiter)
	records.ReuseRecord = true
	for first := true; ; first = false {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		cells, err := records.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if line, _ := records.FieldPos(0); !first {
			if err := row(int64(line), cells); err != nil {
				return err
			}
		}
	}
}

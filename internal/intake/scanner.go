package intake

import (
	"bytes"
	"encoding/binary"
	"unicode/utf8"

	"tre-toolkit/internal/diagnostic"
)

// scanner walks the bytes of a CSV file and keeps count of records and of what
// no CSV file of ours may hold.
type scanner struct {
	size      int64
	marked    int64 // bytes of the byte order mark
	records   int64
	delimiter byte // between cells; 0 until the first chunk tells
	first     []byte

	line         int64 // line ends seen
	inQuotes     bool
	quoteLine    int64 // where the open quote began
	atFieldStart bool
	afterQuote   bool // a quote inside quotes was just seen
	inRecord     bool // the current record has bytes

	lineEnd   string // what the first line ends with: "\n" or "\r\n"
	afterCR   bool   // a carriage return outside quotes was just seen
	mixedLine int64  // first line that ends otherwise

	blanks bool // a cell may have blanks around it, or be an empty text in quotes
	before byte // the last byte of the chunk before

	start     []byte // the first bytes, for byte order marks
	partial   []byte // a rune cut by a chunk's end
	badLine   int64  // first line that is not UTF-8
	badByte   int64  // where in the text that is
	nulLine   int64  // first line with a NUL byte
	nulByte   int64  // where in the text that is
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
	s.checkBlanks(chunk)
	s.walk(chunk[s.markIn(chunk):])
	s.size += int64(len(chunk))
	s.endedLine = chunk[len(chunk)-1] == '\n'
}

// markIn returns how many of a chunk's first bytes belong to the byte order mark
// that the file may begin with: a quote behind it opens a field.
func (s *scanner) markIn(chunk []byte) int {
	n := 0
	for n < len(chunk) && s.size+int64(n) < int64(len(byteOrderMark)) && s.marked == s.size+int64(n) && chunk[n] == byteOrderMark[s.marked] {
		s.marked++
		n++
	}
	return n
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
	s.atFieldStart = last == '\n' || last == s.delimiter
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
		s.inRecord, s.afterQuote, s.atFieldStart = true, false, c == s.delimiter
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

// checkBlanks notes whether a cell may begin or end with a blank. It may where a
// space stands beside what cells end with, where two quotes follow each other, and
// where a character is not ASCII, since such a one may be a blank.
func (s *scanner) checkBlanks(chunk []byte) {
	if !s.blanks {
		s.blanks = !isASCII(chunk) || bytes.Contains(chunk, []byte(`""`)) || s.before == '"' && chunk[0] == '"' || s.before == ' ' && s.bounds(chunk[0])
	}
	for at := 0; !s.blanks; at++ {
		next := bytes.IndexByte(chunk[at:], ' ')
		if next < 0 {
			break
		}
		at += next
		before := s.before
		if at > 0 {
			before = chunk[at-1]
		}
		s.blanks = s.bounds(before) || at+1 < len(chunk) && s.bounds(chunk[at+1])
	}
	s.before = chunk[len(chunk)-1]
}

// bounds reports whether a byte may stand before or behind a cell; 0 is the start
// of the text.
func (s *scanner) bounds(c byte) bool {
	return c == s.delimiter || c == '\n' || c == '\r' || c == '"' || c == 0
}

func isASCII(text []byte) bool {
	for len(text) >= 8 {
		if binary.LittleEndian.Uint64(text)&0x8080808080808080 != 0 {
			return false
		}
		text = text[8:]
	}
	for _, c := range text {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// checkText looks for bytes that are not UTF-8 and for NUL bytes.
func (s *scanner) checkText(chunk []byte) {
	if s.nulLine == 0 {
		if at := bytes.IndexByte(chunk, 0); at >= 0 {
			s.nulLine = s.line + int64(bytes.Count(chunk[:at], []byte{'\n'})) + 1
			s.nulByte = s.size + int64(at)
		}
	}
	if s.badLine != 0 {
		return
	}
	text, before := chunk, int64(len(s.partial))
	if before > 0 {
		text = append(s.partial, chunk...)
	}
	cut := len(text) - incompleteRune(text)
	s.partial = append([]byte(nil), text[cut:]...)
	if utf8.Valid(text[:cut]) {
		return
	}
	at := firstInvalid(text[:cut])
	s.badLine = s.line + int64(bytes.Count(text[:at], []byte{'\n'})) + 1
	s.badByte = s.size - before + int64(at)
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
		s.badLine, s.badByte = s.line+1, s.size-int64(len(s.partial))
	}
	s.blanks = s.blanks || s.before == ' '
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

package file1

import "bytes"

// class of a byte, to the reader of an unquoted cell.
type class uint8

const (
	plain class = iota
	comma
	ending
	quote
	control
)

var classes = func() (table [256]class) {
	for c := range ' ' {
		table[c] = control
	}
	table[0x7f] = control
	table['\t'] = plain // reported as an outer space or nowhere
	table[','] = comma
	table['\n'], table['\r'] = ending, ending
	table['"'] = quote
	return table
}()

// splitter takes one record apart. Its cells are parts of the data it was given
// or of its own memory, and last until the next record.
type splitter struct {
	cells    [][]byte
	unquoted []byte // cells with quotes in them, written once
	stray    bool   // a quote where none may be
	control  bool   // a control character
}

// split reads the first record of data, which ends with a line feed, and returns
// its length.
func (s *splitter) split(data []byte) int {
	s.cells, s.unquoted, s.stray, s.control = s.cells[:0], s.unquoted[:0], false, false
	at := 0
	for {
		var more bool
		if data[at] == '"' {
			at, more = s.quoted(data, at)
		} else {
			at, more = s.plain(data, at, at)
		}
		if !more {
			return at
		}
	}
}

// plain reads a cell without quotes that begins at start, from at on. It returns
// where the next cell or record begins, and whether it is a cell.
func (s *splitter) plain(data []byte, start, at int) (int, bool) {
	for {
		switch classes[data[at]] {
		case plain:
		case comma:
			s.cells = append(s.cells, data[start:at])
			return at + 1, true
		case ending:
			if data[at] == '\n' {
				s.cells = append(s.cells, bytes.TrimSuffix(data[start:at], []byte{'\r'}))
				return at + 1, false
			}
			s.control = s.control || data[at+1] != '\n'
		case quote:
			s.stray = true
		case control:
			s.control = true
		}
		at++
	}
}

// quoted reads a cell in quotes.
func (s *splitter) quoted(data []byte, start int) (int, bool) {
	at := start
	closing := closingQuote(data[at+1:])
	if closing < 0 { // the cutter leaves none
		s.stray = true
		return s.plain(data, start, at+1)
	}
	cell := data[at+1 : at+1+closing]
	for _, c := range cell {
		s.control = s.control || classes[c] == control || classes[c] == ending
	}
	if bytes.IndexByte(cell, '"') >= 0 {
		from := len(s.unquoted)
		s.unquoted = append(s.unquoted, bytes.ReplaceAll(cell, []byte(`""`), []byte(`"`))...)
		cell = s.unquoted[from:]
	}
	at += closing + 2
	switch {
	case data[at] == ',':
		s.cells = append(s.cells, cell)
		return at + 1, true
	case data[at] == '\n':
		s.cells = append(s.cells, cell)
		return at + 1, false
	case data[at] == '\r' && data[at+1] == '\n':
		s.cells = append(s.cells, cell)
		return at + 2, false
	}
	s.stray = true
	return s.plain(data, start, at)
}

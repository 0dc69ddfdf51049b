// Package jj reads tables in the JJ format, in which tau-ARGUS, sdcTable and
// other programs for tables of statistics hand over cells and the sums between
// them, and audits them.
//
// A file is: a line 0; the number of cells; a line for each cell,
//
//	index value cost status lower upper LPL UPL SPL
//
// where the status is u for a cell that has to be hidden, x (or m) for one
// hidden to protect it, s for one that is shown but might be hidden, z for one
// that must be shown, lower and upper are what anybody knows of the cell before
// anything is published, and the levels are how far below (LPL) and above (UPL)
// the value a reader's interval has to reach, and how wide it has to be (SPL).
// Then the number of constraints and a line for each,
//
//	sum n : index (coefficient) index (coefficient) ...
//
// Numbers are exact decimals. The reader takes nothing on trust: no count in a
// file makes it reserve memory, and a file has to end.
package jj

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Status is what is done with a cell.
type Status byte

// The four states of a cell.
const (
	Primary   Status = 'u' // hidden, for its own sake
	Secondary Status = 'x' // hidden, for others' sake; some programs write m
	Shown     Status = 's' // published, and might be hidden
	Fixed     Status = 'z' // published, and must be
)

// Hidden reports whether a cell of this status is not published.
func (s Status) Hidden() bool { return s == Primary || s == Secondary }

// Cell is one line about a cell.
type Cell struct {
	Index        int // how constraints name the cell
	Value        Number
	Cost         Number // of hiding it
	Status       Status
	Lower, Upper Number // known to everybody beforehand
	LowerLevel   Number // LPL
	UpperLevel   Number // UPL
	SlidingLevel Number // SPL
}

// Term is a cell times a coefficient.
type Term struct {
	Cell        int // place in File.Cells
	Coefficient Number
}

// Constraint says what the sum of its terms is.
type Constraint struct {
	Sum   Number
	Terms []Term
}

// File is a table of one JJ file.
type File struct {
	Cells       []Cell
	Constraints []Constraint
}

// SyntaxError says where a file is not in the JJ format, and why.
type SyntaxError struct {
	Line    int
	Message string
}

// Error names the line.
func (e *SyntaxError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Message) }

// The limits of a file that is read.
const (
	mostBytes    = 1 << 28
	longestLine  = 1 << 24
	mostElements = 2_000_000 // cells, constraints or terms
)

// Read reads a file to its end. What is wrong with it is a *SyntaxError.
func Read(r io.Reader) (File, error) {
	limited := &io.LimitedReader{R: r, N: mostBytes + 1}
	scanner := bufio.NewScanner(limited)
	scanner.Buffer(nil, longestLine)
	p := &parser{lines: scanner, place: map[int]int{}}
	file, err := p.file()
	switch {
	case limited.N <= 0:
		return File{}, p.fault("the file is larger than %d MB", mostBytes>>20)
	case scanner.Err() == bufio.ErrTooLong:
		p.line++
		return File{}, p.fault("the line is longer than %d MB", longestLine>>20)
	case scanner.Err() != nil:
		return File{}, scanner.Err()
	}
	return file, err
}

// parser goes through the lines of a file.
type parser struct {
	lines *bufio.Scanner
	line  int
	terms int
	place map[int]int // index of a cell -> its place
}

func (p *parser) fault(message string, arguments ...any) error {
	return &SyntaxError{p.line, fmt.Sprintf(message, arguments...)}
}

// next returns the next line that is not empty; false at the end.
func (p *parser) next() (string, bool) {
	for p.lines.Scan() {
		p.line++
		if text := strings.TrimSpace(p.lines.Text()); text != "" {
			return text, true
		}
	}
	return "", false
}

func (p *parser) file() (File, error) {
	var file File
	if first, ok := p.next(); !ok || first != "0" {
		return file, p.fault("a JJ file begins with a line 0")
	}
	cells, err := p.count("cells")
	if err != nil {
		return file, err
	}
	for range cells {
		cell, err := p.cell()
		if err != nil {
			return file, err
		}
		p.place[cell.Index] = len(file.Cells)
		file.Cells = append(file.Cells, cell)
	}
	constraints, err := p.count("constraints")
	if err != nil {
		return file, err
	}
	for range constraints {
		constraint, err := p.constraint()
		if err != nil {
			return file, err
		}
		file.Constraints = append(file.Constraints, constraint)
	}
	if _, more := p.next(); more {
		return file, p.fault("there are more than the %d constraints announced", constraints)
	}
	return file, nil
}

func (p *parser) count(of string) (int, error) {
	text, ok := p.next()
	if !ok {
		return 0, p.fault("the file ends before the number of %s", of)
	}
	n, ok := wholeNumber(text)
	if !ok || n > mostElements {
		return 0, p.fault("%.40q is no number of %s from 0 to %d", text, of, mostElements)
	}
	return n, nil
}

// wholeNumber reads a count or an index, which some programs write as 12.0.
func wholeNumber(text string) (int, bool) {
	n, err := strconv.Atoi(strings.TrimSuffix(text, ".0"))
	return n, err == nil && n >= 0
}

func (p *parser) cell() (Cell, error) {
	text, ok := p.next()
	if !ok {
		return Cell{}, p.fault("the file ends before its last cell")
	}
	fields := strings.Fields(text)
	if len(fields) != 9 {
		return Cell{}, p.fault("a cell has 9 fields, this line %d", len(fields))
	}
	var cell Cell
	if cell.Index, ok = wholeNumber(fields[0]); !ok {
		return Cell{}, p.fault("%.40q is no index of a cell", fields[0])
	}
	if _, seen := p.place[cell.Index]; seen {
		return Cell{}, p.fault("cell %d is there already", cell.Index)
	}
	if cell.Status, ok = status(fields[3]); !ok {
		return Cell{}, p.fault("%.40q is no status: u, x, s or z", fields[3])
	}
	names := []string{"value", "cost", "lower bound", "upper bound", "LPL", "UPL", "SPL"}
	texts := append(fields[1:3:3], fields[4:]...)
	for k, to := range []*Number{
		&cell.Value, &cell.Cost, &cell.Lower, &cell.Upper, &cell.LowerLevel, &cell.UpperLevel, &cell.SlidingLevel,
	} {
		if *to, ok = parseNumber(texts[k]); !ok {
			return Cell{}, p.fault("the %s %.40q is no number", names[k], texts[k])
		}
	}
	if cell.Lower.above(cell.Upper) {
		return Cell{}, p.fault("the lower bound is above the upper bound")
	}
	return cell, nil
}

func status(text string) (Status, bool) {
	switch text {
	case "u", "x", "s", "z":
		return Status(text[0]), true
	case "m":
		return Secondary, true
	}
	return 0, false
}

func (p *parser) constraint() (Constraint, error) {
	text, ok := p.next()
	if !ok {
		return Constraint{}, p.fault("the file ends before its last constraint")
	}
	head, tail, found := strings.Cut(text, ":")
	fields := strings.Fields(head)
	if !found || len(fields) != 2 {
		return Constraint{}, p.fault("a constraint begins with its sum, its number of cells and a colon")
	}
	var constraint Constraint
	if constraint.Sum, ok = parseNumber(fields[0]); !ok {
		return Constraint{}, p.fault("the sum %.40q is no number", fields[0])
	}
	announced, ok := wholeNumber(fields[1])
	if !ok {
		return Constraint{}, p.fault("%.40q is no number of cells", fields[1])
	}
	for rest := strings.TrimSpace(tail); rest != ""; rest = strings.TrimSpace(rest) {
		var term Term
		var err error
		if term, rest, err = p.term(rest); err != nil {
			return Constraint{}, err
		}
		constraint.Terms = append(constraint.Terms, term)
	}
	if len(constraint.Terms) != announced {
		return Constraint{}, p.fault("%d cells are announced, %d are there", announced, len(constraint.Terms))
	}
	return constraint, nil
}

// term reads "index (coefficient)" and returns what follows it.
func (p *parser) term(text string) (Term, string, error) {
	if p.terms++; p.terms > mostElements {
		return Term{}, "", p.fault("there are more than %d terms", mostElements)
	}
	name, after, opened := strings.Cut(text, "(")
	inside, rest, closed := strings.Cut(after, ")")
	if !opened || !closed {
		return Term{}, "", p.fault("a term is an index and a coefficient in brackets, not %.40q", text)
	}
	index, ok := wholeNumber(strings.TrimSpace(name))
	place, known := p.place[index]
	if !ok || !known {
		return Term{}, "", p.fault("there is no cell %.40q", strings.TrimSpace(name))
	}
	coefficient, ok := parseNumber(strings.TrimSpace(inside))
	if !ok {
		return Term{}, "", p.fault("the coefficient %.40q is no number", inside)
	}
	return Term{place, coefficient}, rest, nil
}

package file1

import (
	"bytes"
	"strings"
)

// layout says where the columns of a file are.
type layout struct {
	cells int              // that a row has
	at    [columnCount]int // where each column is
}

// begin looks at the file's first bytes and its header, and reports whether the
// rows can be checked. The header is taken off the block.
func (c *checker) begin(first *block, cut *cutter) bool {
	r := &c.report
	stop := func(rule ruleID) bool {
		r.add(finding{rule: rule, column: wholeRow, line: 1})
		return false
	}
	switch {
	case cut.tooLong && bytes.IndexByte(first.data, '\r') >= 0:
		return stop(loneReturn)
	case cut.tooLong || cut.openLine > 0 && len(first.data) == 0:
		c.ending(cut)
		return false
	case len(first.data) == 0:
		return stop(emptyFile)
	}
	var record splitter
	header := first.data[:record.split(first.data)]
	if inner := bytes.TrimRight(header, "\r\n"); bytes.IndexByte(inner, '\r') >= 0 && bytes.IndexByte(inner, '"') < 0 {
		return stop(loneReturn)
	}
	if bytes.IndexByte(header, 0) >= 0 {
		return stop(nulByte)
	}
	known := c.readHeader(record.cells)
	r.Checked = known
	if c.layout.cells > 0 && r.has(noHeader) {
		return known // the first line is a row
	}
	first.line += uint32(bytes.Count(header, newline))
	first.data = first.data[len(header):]
	return known
}

// readHeader finds the columns and reports whether all are there.
func (c *checker) readHeader(cells [][]byte) bool {
	found := [columnCount]int{}
	unknown, recognised, lastColumn, ordered := 0, 0, -1, true
	for at, cell := range cells {
		which := columnNamed(cell)
		switch {
		case which < 0 && retired[strings.ToUpper(string(bytes.TrimSpace(cell)))]:
			c.report.add(finding{rule: columnRetired, column: wholeRow, line: 1})
		case which < 0:
			unknown++
		case found[which] > 0:
			c.report.add(finding{rule: columnTwice, column: uint8(which), line: 1})
		default:
			recognised++
			found[which], c.layout.at[which] = at+1, at
			if string(cell) != columns[which].name {
				c.report.add(finding{rule: columnSpelling, column: uint8(which), line: 1})
			}
			ordered = ordered && which > lastColumn
			lastColumn = which
		}
	}
	if recognised == 0 {
		return c.assumeOrder(len(cells))
	}
	for range unknown {
		c.report.add(finding{rule: columnUnknown, column: wholeRow, line: 1})
	}
	if !ordered {
		c.report.add(finding{rule: columnOrder, column: wholeRow, line: 1})
	}
	for which, at := range found {
		if at == 0 {
			c.report.add(finding{rule: columnMissing, column: uint8(which), line: 1})
		}
	}
	c.layout.cells = len(cells)
	return recognised == columnCount
}

// assumeOrder takes a file without a header by its order, when it has as many
// cells as File 1.
func (c *checker) assumeOrder(cells int) bool {
	c.report.add(finding{rule: noHeader, column: wholeRow, line: 1})
	if cells != columnCount {
		return false
	}
	c.layout.cells = columnCount
	for i := range c.layout.at {
		c.layout.at[i] = i
	}
	return true
}

func columnNamed(cell []byte) int {
	name := bytes.TrimSpace(cell)
	for i := range columns {
		if strings.EqualFold(string(name), columns[i].name) {
			return i
		}
	}
	return -1
}

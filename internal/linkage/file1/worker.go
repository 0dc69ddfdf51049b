package file1

import (
	"bytes"
	"hash/maphash"
	"unicode/utf8"

	"tre-toolkit/internal/identifier"
)

// row is what is kept of a row to compare it with others.
type row struct {
	id     [2]uint64 // of the study id, under the run's seeds
	number uint64
	born   uint32
	line   uint32
	status byte
	gender byte
	active byte  // UKLLC_STATUS
	issuer uint8 // of the number: an index of issuers
}

func (r *row) current() bool  { return r.status == 'C' }
func (r *row) included() bool { return r.current() && r.active == '1' }

// place is where a cell lies in its block.
type place struct{ from, to int }

// currentRow is a row that is handed on.
type currentRow struct {
	id, number place
	included   bool
}

// worker checks the rows of blocks. It knows one row at a time.
type worker struct {
	splitter
	layout    layout
	seeds     [2]maphash.Seed
	file      identifier.PartialDate
	earliest  int // year
	synthetic bool
	keepRows  bool
	ordered   [columnCount][]byte // the row's cells, in the columns' order and without the spaces around them
	block     *block
	line      uint32
	row       row
	born      identifier.PartialDate
}

const longestLife = 115

func newWorker(c *checker) *worker {
	return &worker{
		layout:    c.layout,
		seeds:     c.seeds,
		file:      c.file,
		earliest:  c.file.Year() - longestLife,
		synthetic: c.opts.Synthetic,
		keepRows:  c.each != nil,
	}
}

// check checks every record of a block.
func (w *worker) check(b *block) {
	b.findings, b.rows, b.current, b.unread = b.findings[:0], b.rows[:0], b.current[:0], 0
	w.block = b
	spoilt := !utf8.Valid(b.data)
	suspicious := bytes.Contains(b.data, []byte("\ufffd")) || bytes.Contains(b.data, []byte("\u00c3\u00a9"))
	line := b.line
	for data := b.data; len(data) > 0; {
		w.line = line
		size := w.split(data)
		record := data[:size]
		w.checkText(record, spoilt, suspicious)
		w.checkRecord()
		line += uint32(bytes.Count(record, newline))
		data = data[size:]
	}
}

func (w *worker) add(rule ruleID, column int) {
	w.block.findings = append(w.block.findings, finding{rule, uint8(column), w.line})
}

// checkText reports what is wrong with a record as a text.
func (w *worker) checkText(record []byte, spoilt, suspicious bool) {
	if spoilt && !utf8.Valid(record) {
		w.add(notUTF8, wholeRow)
	}
	if suspicious && (bytes.Contains(record, []byte("\ufffd")) || bytes.Contains(record, []byte("\u00c3\u00a9"))) {
		w.add(brokenText, wholeRow)
	}
	if w.stray {
		w.add(strayQuote, wholeRow)
	}
	switch {
	case w.control && bytes.IndexByte(record, 0) >= 0:
		w.add(nulByte, wholeRow)
	case w.control:
		w.add(controlCharacter, wholeRow)
	}
}

func (w *worker) checkRecord() {
	switch {
	case len(w.cells) == 1 && len(bytes.TrimSpace(w.cells[0])) == 0:
		w.add(blankLine, wholeRow)
		return
	case len(w.cells) != w.layout.cells:
		w.add(fieldCount, wholeRow)
		w.block.unread++
		return
	}
	w.row = row{line: w.line}
	w.checkCells()
	w.block.rows = append(w.block.rows, w.row)
	if w.keepRows && w.row.current() {
		w.keep()
	}
}

// keep notes where the cells of a current row are, behind the block's own text.
func (w *worker) keep() {
	put := func(cell []byte) place {
		from := len(w.block.data)
		w.block.data = append(w.block.data, cell...)
		return place{from, len(w.block.data)}
	}
	w.block.current = append(w.block.current, currentRow{put(w.cell(studyID)), put(w.cell(nhsNumber)), w.row.included()})
}

// order puts the row's cells into the columns' order and takes off the spaces
// around them, which it reports.
func (w *worker) order() {
	for column, at := range w.layout.at {
		cell := w.cells[at]
		if n := len(cell); n > 0 && (cell[0] <= ' ' || cell[n-1] <= ' ') {
			w.add(outerSpaces, column)
			cell = bytes.TrimSpace(cell)
		}
		w.ordered[column] = cell
	}
}

// cell returns a column's cell without the spaces around it.
func (w *worker) cell(column int) []byte { return w.ordered[column] }

// id returns a study id's key.
func (w *worker) id(cell []byte) [2]uint64 {
	return [2]uint64{maphash.Bytes(w.seeds[0], cell), maphash.Bytes(w.seeds[1], cell)}
}

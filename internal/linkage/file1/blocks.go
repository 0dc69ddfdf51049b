package file1

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"runtime"
	"sync"
)

// blockSize is how much is read at once, and the longest row.
const blockSize = 1 << 18

// block is a run of whole records and what its worker found in them.
type block struct {
	buffer   []byte
	data     []byte
	line     uint32 // of its first byte
	findings []finding
	rows     []row
	unread   int64 // records that are no rows of the right length
	current  []currentRow
	ready    chan struct{}
}

// read takes the file apart: one goroutine cuts it into blocks of whole records,
// a worker a core checks them, and their findings are taken in the file's order.
func (c *checker) read(ctx context.Context, source io.Reader) error {
	readable, err := c.readMark(bufio.NewReader(source))
	if err != nil || readable == nil {
		return err
	}
	cutter := &cutter{source: readable, line: 1}
	first := newBlock()
	if err := cutter.next(first); err != nil && err != io.EOF {
		return err
	}
	if !c.begin(first, cutter) {
		return nil
	}
	return c.readBlocks(ctx, first, cutter)
}

// readMark takes a byte order mark off. It returns nothing to read when the mark
// is of another encoding.
func (c *checker) readMark(source *bufio.Reader) (io.Reader, error) {
	start, err := source.Peek(len(mark))
	switch {
	case err != nil && err != io.EOF:
		return nil, err
	case bytes.HasPrefix(start, []byte{0xff, 0xfe}), bytes.HasPrefix(start, []byte{0xfe, 0xff}):
		c.report.add(finding{rule: wideText, column: wholeRow, line: 1})
		return nil, nil
	case string(start) == mark:
		c.report.add(finding{rule: byteOrderMark, column: wholeRow, line: 1})
		_, err = source.Discard(len(mark))
		return source, err
	}
	return source, nil
}

const mark = "\ufeff"

// readBlocks reads the file behind its header.
func (c *checker) readBlocks(ctx context.Context, first *block, cutter *cutter) error {
	workers := runtime.GOMAXPROCS(0)
	pool := newPool(2*workers + 1)
	parse, merge := make(chan *block, pool.most), make(chan *block, pool.most)
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			worker := newWorker(c)
			for b := range parse {
				worker.check(b)
				b.ready <- struct{}{}
			}
		})
	}
	var readErr error
	group.Go(func() {
		defer close(merge)
		defer close(parse)
		for b := first; readErr == nil; b, readErr = pool.next(cutter) {
			if readErr = ctx.Err(); readErr != nil {
				return
			}
			parse <- b
			merge <- b
		}
	})
	for b := range merge {
		<-b.ready
		c.take(b)
		pool.spare <- b
	}
	group.Wait()
	if readErr == io.EOF {
		readErr = nil
	}
	c.ending(cutter)
	return readErr
}

// pool holds the blocks of a file: as many as are needed, and no more than keep
// the workers busy.
type pool struct {
	spare      chan *block
	made, most int
}

func newPool(most int) *pool {
	return &pool{spare: make(chan *block, most), made: 1, most: most} // the first is made
}

// next returns a block filled by the cutter.
func (p *pool) next(from *cutter) (*block, error) {
	var b *block
	select {
	case b = <-p.spare:
	default:
		if p.made < p.most {
			p.made++
			b = newBlock()
		} else {
			b = <-p.spare
		}
	}
	return b, from.next(b)
}

func newBlock() *block {
	return &block{buffer: make([]byte, blockSize), ready: make(chan struct{}, 1)}
}

// ending reports why the file's last bytes were not read.
func (c *checker) ending(cut *cutter) {
	switch {
	case cut.tooLong:
		c.report.add(finding{rule: longRecord, column: wholeRow, line: cut.line})
		c.report.Checked = false
	case cut.openLine > 0:
		c.report.add(finding{rule: openQuote, column: wholeRow, line: cut.openLine})
		c.report.Checked = false
	}
}

// cutter cuts a file into blocks of whole records. Quotes are read as RFC 4180
// has them: one opens a cell only at its start.
type cutter struct {
	source   io.Reader
	carry    []byte // the start of a record that the last block did not hold whole
	line     uint32
	ended    bool
	tooLong  bool
	openLine uint32 // where a quote was opened that the file never closes
}

// next fills a block; io.EOF says that there is nothing left.
func (f *cutter) next(b *block) error {
	b.data = append(b.buffer[:0], f.carry...)
	f.carry = f.carry[:0]
	if err := f.fill(b); err != nil {
		return err
	}
	if len(b.data) == 0 {
		return io.EOF
	}
	end, open := lastRecordEnd(b.data)
	switch {
	case f.ended && open >= 0:
		f.openLine = f.line + uint32(bytes.Count(b.data[:open], newline))
		b.data = b.data[:end]
	case f.ended:
		if b.data[len(b.data)-1] != '\n' {
			b.data = append(b.data, '\n')
		}
		end = len(b.data)
	case end == 0:
		f.tooLong, f.ended = true, true
		return io.EOF
	}
	f.carry = append(f.carry, b.data[end:]...)
	b.data, b.line = b.data[:end], f.line
	f.line += uint32(bytes.Count(b.data, newline))
	if f.ended && end == 0 {
		return io.EOF
	}
	return nil
}

var newline = []byte{'\n'}

// fill reads until the block is full or the file has ended.
func (f *cutter) fill(b *block) error {
	for !f.ended && len(b.data) < blockSize {
		n, err := f.source.Read(b.buffer[len(b.data):])
		b.data = b.data[:len(b.data)+n]
		if err == io.EOF {
			f.ended = true
		} else if err != nil {
			return err
		}
	}
	return nil
}

// lastRecordEnd returns where the last whole record ends, and where a quote is
// open at the end of the data, or -1.
func lastRecordEnd(data []byte) (end, open int) {
	at := 0
	for {
		quote := bytes.IndexByte(data[at:], '"')
		outside := data[at:]
		if quote >= 0 {
			outside = outside[:quote]
		}
		if last := bytes.LastIndexByte(outside, '\n'); last >= 0 {
			end = at + last + 1
		}
		if quote < 0 {
			return end, -1
		}
		at += quote + 1
		if at > 1 && data[at-2] != ',' && data[at-2] != '\n' {
			continue // it opens nothing
		}
		closing := closingQuote(data[at:])
		if closing < 0 {
			return end, at - 1
		}
		at += closing + 1
	}
}

// closingQuote returns where the quote is that closes a cell, or -1. Two quotes
// are one of its text.
func closingQuote(data []byte) int {
	at := 0
	for {
		quote := bytes.IndexByte(data[at:], '"')
		if quote < 0 {
			return -1
		}
		at += quote
		if at+1 == len(data) || data[at+1] != '"' {
			return at
		}
		at += 2
	}
}

package intake

import (
	"encoding/binary"
	"errors"
	"io"
	"os"
	"strings"
)

// mostFooter bounds the description that a Parquet file ends with.
const mostFooter = 64 << 20

// errParquet is what anything that is no flat Parquet table is told.
var (
	errParquet = errors.New("is no whole Parquet file: its description at the end is missing or damaged")
	errNested  = errors.New("is a Parquet file with columns within columns; a table of a delivery is flat")
)

// Physical types of Parquet that hold a floating point.
const (
	parquetFloat  = 4
	parquetDouble = 5
)

// parquetShape is what a Parquet file says of itself, by its format's
// specification (parquet.thrift, FileMetaData and SchemaElement).
type parquetShape struct {
	columns  []string
	floating []string // columns of floating-point numbers, which hold no ids
	rows     int64
}

// readParquet reads the description at a file's end.
func readParquet(file *os.File, size int64) (parquetShape, error) {
	var tail [8]byte
	if size < 12 {
		return parquetShape{}, errParquet
	}
	if _, err := file.ReadAt(tail[:], size-8); err != nil {
		return parquetShape{}, err
	}
	length := int64(binary.LittleEndian.Uint32(tail[:4]))
	if string(tail[4:]) != parquetMagic || length > min(mostFooter, size-12) {
		return parquetShape{}, errParquet
	}
	footer := make([]byte, length)
	if _, err := file.ReadAt(footer, size-8-length); err != nil && !errors.Is(err, io.EOF) {
		return parquetShape{}, err
	}
	return parseFooter(footer)
}

func parseFooter(footer []byte) (parquetShape, error) {
	shape, t := parquetShape{rows: -1}, thrift{rest: footer}
	nested, schema := false, 0
	t.fields(func(id int16, kind byte) {
		switch {
		case id == 2 && kind == thriftList:
			t.list(func(byte) {
				nested = shape.element(&t, schema == 0) || nested
				schema++
			})
		case id == 3 && kind == thriftI64:
			shape.rows = t.zigzag()
		default:
			t.skip(kind, 0)
		}
	})
	switch {
	case t.broken || shape.rows < 0 || len(shape.columns) == 0:
		return parquetShape{}, errParquet
	case nested:
		return parquetShape{}, errNested
	}
	return shape, nil
}

// element reads one element of the schema, of which the first is the table
// itself; nested is true of a column that is no single value.
func (p *parquetShape) element(t *thrift, table bool) (nested bool) {
	var name string
	var children, physical, repetition int64
	t.fields(func(id int16, kind byte) {
		switch {
		case id == 1 && kind == thriftI32:
			physical = t.zigzag()
		case id == 3 && kind == thriftI32:
			repetition = t.zigzag()
		case id == 4 && kind == thriftBinary:
			name = string(t.bytes())
		case id == 5 && kind == thriftI32:
			children = t.zigzag()
		default:
			t.skip(kind, 0)
		}
	})
	if table {
		return false
	}
	name = strings.ToLower(strings.TrimSpace(name))
	p.columns = append(p.columns, name)
	if physical == parquetFloat || physical == parquetDouble {
		p.floating = append(p.floating, name)
	}
	const repeated = 2
	return children > 0 || repetition == repeated
}

// Types of thrift's compact protocol.
const (
	thriftStop   = 0
	thriftTrue   = 1
	thriftFalse  = 2
	thriftByte   = 3
	thriftI16    = 4
	thriftI32    = 5
	thriftI64    = 6
	thriftDouble = 7
	thriftBinary = 8
	thriftList   = 9
	thriftSet    = 10
	thriftMap    = 11
	thriftStruct = 12
)

// mostDepth bounds structures within structures.
const mostDepth = 32

// thrift reads the compact protocol. Past the end, or past anything it does not
// know, it is broken and reads nothing more.
type thrift struct {
	rest   []byte
	broken bool
}

func (t *thrift) byte() byte {
	if t.broken || len(t.rest) == 0 {
		t.broken = true
		return thriftStop
	}
	b := t.rest[0]
	t.rest = t.rest[1:]
	return b
}

func (t *thrift) varint() uint64 {
	value, n := binary.Uvarint(t.rest)
	if t.broken || n <= 0 {
		t.broken = true
		return 0
	}
	t.rest = t.rest[n:]
	return value
}

func (t *thrift) zigzag() int64 {
	value := t.varint()
	return int64(value>>1) ^ -int64(value&1)
}

func (t *thrift) bytes() []byte {
	n := t.varint()
	if t.broken || n > uint64(len(t.rest)) {
		t.broken = true
		return nil
	}
	value := t.rest[:n]
	t.rest = t.rest[n:]
	return value
}

// fields calls field for every field of a structure; field reads or skips it.
func (t *thrift) fields(field func(id int16, kind byte)) {
	var id int16
	for !t.broken {
		head := t.byte()
		kind := head & 0x0f
		if kind == thriftStop {
			return
		}
		if delta := int16(head >> 4); delta != 0 {
			id += delta
		} else {
			id = int16(t.zigzag())
		}
		field(id, kind)
	}
}

// list calls item for every item of a list.
func (t *thrift) list(item func(kind byte)) {
	head := t.byte()
	n := uint64(head >> 4)
	if n == 15 {
		n = t.varint()
	}
	for i := uint64(0); i < n && !t.broken; i++ {
		item(head & 0x0f)
	}
}

func (t *thrift) skip(kind byte, depth int) {
	if depth > mostDepth {
		t.broken = true
		return
	}
	switch kind {
	case thriftTrue, thriftFalse: // a field's value is in its kind
	case thriftByte:
		t.byte()
	case thriftI16, thriftI32, thriftI64:
		t.varint()
	case thriftDouble:
		for range 8 {
			t.byte()
		}
	case thriftBinary:
		t.bytes()
	case thriftList, thriftSet:
		t.list(func(kind byte) { t.skipItem(kind, depth+1) })
	case thriftMap:
		t.skipMap(depth + 1)
	case thriftStruct:
		t.fields(func(_ int16, kind byte) { t.skip(kind, depth+1) })
	default:
		t.broken = true
	}
}

// skipItem skips an item of a list, where a truth value takes a byte.
func (t *thrift) skipItem(kind byte, depth int) {
	if kind == thriftTrue || kind == thriftFalse {
		t.byte()
		return
	}
	t.skip(kind, depth)
}

func (t *thrift) skipMap(depth int) {
	n := t.varint()
	if n == 0 {
		return
	}
	kinds := t.byte()
	for i := uint64(0); i < n && !t.broken; i++ {
		t.skipItem(kinds>>4, depth)
		t.skipItem(kinds&0x0f, depth)
	}
}

package document

import (
	"encoding/base64"
	"encoding/binary"
	"math"
	"slices"
	"strconv"
	"strings"
)

// unpackLists replaces lists of numbers that plotly and Bokeh pack as bytes by
// the lists, and Bokeh's maps by objects.
func unpackLists(n *node, depth int) *node {
	if n == nil || n.leaf || depth > 300 {
		return n
	}
	for i := range n.members {
		n.members[i].value = unpackLists(n.members[i].value, depth+1)
	}
	for i := range n.items {
		n.items[i] = unpackLists(n.items[i], depth+1)
	}
	switch {
	case n.member("bdata") != nil:
		return numbersOf(n.text("bdata"), n.text("dtype"), n.member("shape"), n)
	case n.member("__ndarray__") != nil:
		return numbersOf(n.text("__ndarray__"), n.text("dtype"), n.member("shape"), n)
	case n.text("type") == "ndarray":
		array := n.member("array")
		if array != nil && array.member("data") != nil {
			array = array.member("data")
		}
		if array != nil && !array.leaf {
			return array
		}
		if array != nil {
			return numbersOf(array.scalar, n.text("dtype"), n.member("shape"), n)
		}
	case n.text("type") == "map":
		return mapEntries(n)
	}
	return n
}

// mapEntries makes an object of Bokeh's list of names and values.
func mapEntries(n *node) *node {
	made := &node{line: n.line}
	entries := n.member("entries")
	if entries == nil {
		return n
	}
	for _, entry := range entries.items {
		if len(entry.items) == 2 && entry.items[0].leaf {
			made.members = append(made.members, member{entry.items[0].scalar, entry.items[1]})
		}
	}
	return made
}

// numberKinds are the packed numbers by the names that numpy and JavaScript give
// them: their bytes and how they are read.
var numberKinds = map[string]struct {
	size int
	read func([]byte) float64
}{
	"int8": {1, func(b []byte) float64 { return float64(int8(b[0])) }}, "uint8": {1, func(b []byte) float64 { return float64(b[0]) }},
	"int16":   {2, func(b []byte) float64 { return float64(int16(binary.LittleEndian.Uint16(b))) }},
	"uint16":  {2, func(b []byte) float64 { return float64(binary.LittleEndian.Uint16(b)) }},
	"int32":   {4, func(b []byte) float64 { return float64(int32(binary.LittleEndian.Uint32(b))) }},
	"uint32":  {4, func(b []byte) float64 { return float64(binary.LittleEndian.Uint32(b)) }},
	"int64":   {8, func(b []byte) float64 { return float64(int64(binary.LittleEndian.Uint64(b))) }},
	"uint64":  {8, func(b []byte) float64 { return float64(binary.LittleEndian.Uint64(b)) }},
	"float32": {4, func(b []byte) float64 { return float64(math.Float32frombits(binary.LittleEndian.Uint32(b))) }},
	"float64": {8, func(b []byte) float64 { return math.Float64frombits(binary.LittleEndian.Uint64(b)) }},
}

var shortKinds = map[string]string{
	"i1": "int8", "u1": "uint8", "i2": "int16", "u2": "uint16", "i4": "int32", "u4": "uint32", "i8": "int64", "u8": "uint64", "f4": "float32", "f8": "float64",
}

// numbersOf unpacks numbers; with two dimensions they become rows.
func numbersOf(packed, kind string, shape, otherwise *node) *node {
	kind = strings.TrimLeft(kind, "<|=")
	if long, short := shortKinds[kind]; short {
		kind = long
	}
	known, ok := numberKinds[kind]
	content, err := base64.StdEncoding.DecodeString(packed)
	if !ok || err != nil {
		return otherwise
	}
	list := &node{line: otherwise.line}
	for ; len(content) >= known.size; content = content[known.size:] {
		value := known.read(content)
		text := strconv.FormatFloat(value, 'f', -1, 64)
		if math.IsNaN(value) {
			text = "" // where nothing is drawn
		}
		list.items = append(list.items, &node{line: otherwise.line, scalar: text, leaf: true})
	}
	if width := rowLength(shape); width > 0 && len(list.items)%width == 0 {
		rows := &node{line: otherwise.line}
		for row := range slices.Chunk(list.items, width) {
			rows.items = append(rows.items, &node{line: otherwise.line, items: row})
		}
		return rows
	}
	return list
}

// rowLength returns the second of two dimensions, or 0.
func rowLength(shape *node) int {
	switch {
	case shape == nil:
		return 0
	case len(shape.items) == 2:
		return number(shape.items[1].scalar)
	}
	_, second, _ := strings.Cut(shape.scalar, ",")
	return number(second)
}

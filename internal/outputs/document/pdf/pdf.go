// Package pdf reads the text of PDF files and what they carry unseen: attached
// files, programs, form fields, notes, hidden layers, earlier versions, and the
// names in their properties.
//
// It finds objects by their marks and not by the file's own index, so that what
// an edit left behind is found too. It promises bounded time and memory, and
// never that a page was read whole: pictures and drawn shapes are not text.
package pdf

import (
	"bytes"
	"fmt"
	"slices"

	"tre-toolkit/internal/outputs/document/packed"
	"tre-toolkit/internal/outputs/document/unseen"
)

// File is what was read of a PDF file.
type File struct {
	unseen.Found
	Pages    []string // the text of each page, laid out in lines and columns
	Attached []packed.Member
}

const (
	mostObjects = 200_000
	mostPages   = 2_000
)

// reader is a file while it is read.
type reader struct {
	File
	budget  *packed.Budget
	content []byte
	objects map[int]object
	order   []int
	fonts   map[int]*font
}

// object is one numbered object; its stream is still packed.
type object struct {
	value  any
	stream []byte
}

// Read reads a PDF file.
func Read(content []byte, budget *packed.Budget) File {
	r := &reader{budget: budget, content: content, objects: map[int]object{}, fonts: map[int]*font{}}
	if bytes.Contains(content, []byte("/Encrypt")) {
		r.Gap("it is encrypted, and was not read")
		return r.File
	}
	r.scan()
	r.unpackObjects()
	if len(r.objects) == 0 {
		r.Gap("no object was found in it")
	}
	r.pages()
	r.hidden()
	if n := bytes.Count(content, []byte("%%EOF")); n > 1 && !bytes.Contains(content[:min(len(content), 2048)], []byte("/Linearized")) {
		r.Note(unseen.Leftover, "the file", fmt.Sprintf("%d earlier versions of itself", n-1), "")
	}
	return r.File
}

// scan finds every "N G obj" of the file. A later object of the same number
// takes the earlier one's place, as an edit means it to.
func (r *reader) scan() {
	for at := 0; len(r.order) < mostObjects; {
		found := bytes.Index(r.content[at:], []byte(" obj"))
		if found < 0 {
			return
		}
		end := at + found
		at = end + len(" obj")
		number, ok := numberBefore(r.content, end)
		if !ok {
			continue
		}
		p := &parser{content: r.content, at: at}
		value := p.value(0)
		stream, after := streamAt(r.content, p.at, value)
		r.put(number, object{value, stream})
		at = max(at, after)
	}
	r.Gap("it has more objects than are read")
}

func (r *reader) put(number int, o object) {
	if _, known := r.objects[number]; !known {
		r.order = append(r.order, number)
	}
	r.objects[number] = o
}

// numberBefore reads the object's number from "12 0" that ends where it is told.
func numberBefore(content []byte, end int) (int, bool) {
	at := end
	for at > 0 && isDigit(content[at-1]) {
		at--
	}
	if at == end || at == 0 || content[at-1] != ' ' {
		return 0, false
	}
	last := at - 1
	at = last
	number, scale := 0, 1
	for at > 0 && isDigit(content[at-1]) && last-at < 9 {
		at--
		number += int(content[at]-'0') * scale
		scale *= 10
	}
	return number, at < last
}

// streamAt returns the stream that follows an object's dictionary, and where it
// ends. A length that is told is trusted only when the stream ends there.
func streamAt(content []byte, at int, value any) ([]byte, int) {
	dict, ok := value.(dictionary)
	if !ok {
		return nil, at
	}
	rest := bytes.TrimLeft(content[at:], " \r\n\t")
	if !bytes.HasPrefix(rest, []byte("stream")) {
		return nil, at
	}
	start := len(content) - len(rest) + len("stream")
	if start < len(content) && content[start] == '\r' {
		start++
	}
	if start < len(content) && content[start] == '\n' {
		start++
	}
	if length, ok := dict["Length"].(float64); ok && length >= 0 && length <= float64(len(content)-start) {
		end := start + int(length)
		if bytes.HasPrefix(bytes.TrimLeft(content[end:min(end+16, len(content))], " \r\n"), []byte("endstream")) {
			return content[start:end], end
		}
	}
	length := bytes.Index(content[start:], []byte("endstream"))
	if length < 0 {
		return content[start:], len(content)
	}
	return content[start : start+length], start + length
}

// unpackObjects reads the objects that are packed in streams.
func (r *reader) unpackObjects() {
	for _, number := range slices.Clone(r.order) {
		o := r.objects[number]
		dict, ok := o.value.(dictionary)
		if !ok || dict["Type"] != name("ObjStm") {
			continue
		}
		content, ok := r.unpack(o)
		count, _ := r.resolve(dict["N"]).(float64)
		first, _ := r.resolve(dict["First"]).(float64)
		if !ok || first < 0 || int(first) > len(content) {
			continue
		}
		r.packedObjects(content, int(first), int(count))
	}
}

// packedObjects reads the objects of one stream: their numbers and offsets come
// first, and each object ends where the next begins.
func (r *reader) packedObjects(content []byte, first, count int) {
	head := &parser{content: content[:first]}
	number, offset, ok := head.pair()
	for ; ok && count > 0 && len(r.order) < mostObjects; count-- {
		next, end, more := head.pair()
		if !more {
			end = len(content) - first
		}
		if offset < 0 || end < offset || first+end > len(content) {
			return
		}
		p := &parser{content: content[:first+end], at: first + offset}
		if _, known := r.objects[number]; !known {
			r.put(number, object{value: p.value(0)})
		}
		number, offset, ok = next, end, more
	}
}

// unpack undoes a stream's filters.
func (r *reader) unpack(o object) ([]byte, bool) {
	dict, _ := o.value.(dictionary)
	filters := r.list(dict["Filter"])
	content := o.stream
	for _, filter := range filters {
		var err error
		switch r.resolve(filter) {
		case name("FlateDecode"), name("Fl"):
			content, err = r.inflate(content)
			content = r.unpredict(content, dict)
		case name("ASCIIHexDecode"), name("AHx"):
			content = fromHex(content)
		case name("ASCII85Decode"), name("A85"):
			content = fromASCII85(content)
		default:
			return nil, false
		}
		if err != nil {
			r.Gap("a stream could not be unpacked: " + err.Error())
			return nil, false
		}
	}
	return content, true
}

func (r *reader) inflate(content []byte) ([]byte, error) {
	unpacked, err := packed.Zlib(content, r.budget)
	if err != nil && len(unpacked) > 0 {
		return unpacked, nil // writers cut the checksum off
	}
	return unpacked, err
}

// unpredict undoes the PNG predictors of packed object lists; ISO 32000-2,
// 7.4.4.4.
func (r *reader) unpredict(content []byte, dict dictionary) []byte {
	parameters, _ := r.resolve(dict["DecodeParms"]).(dictionary)
	predictor, _ := parameters["Predictor"].(float64)
	columns, _ := parameters["Columns"].(float64)
	if predictor < 10 || columns < 1 || columns > 1<<16 {
		return content
	}
	width := int(columns)
	var out []byte
	above := make([]byte, width)
	for len(content) > width {
		kind, line := content[0], slices.Clone(content[1:1+width])
		content = content[1+width:]
		for i := range line {
			var left byte
			if i > 0 {
				left = line[i-1]
			}
			switch kind {
			case 1:
				line[i] += left
			case 2:
				line[i] += above[i]
			case 3:
				line[i] += byte((int(left) + int(above[i])) / 2)
			}
		}
		out, above = append(out, line...), line
	}
	return out
}

// spend takes bytes that are read once more from the budget.
func (r *reader) spend(n int) bool {
	r.budget.Bytes -= int64(n)
	if r.budget.Bytes < 0 {
		r.Gap("it unpacks to more than is read")
	}
	return r.budget.Bytes >= 0
}

// resolve follows a reference, as often as it takes and no further than a few
// steps.
func (r *reader) resolve(value any) any {
	for range 20 {
		ref, ok := value.(reference)
		if !ok {
			return value
		}
		value = r.objects[int(ref)].value
	}
	return nil
}

func (r *reader) dict(value any) dictionary {
	d, _ := r.resolve(value).(dictionary)
	return d
}

// list returns an array, or a single value as an array of one.
func (r *reader) list(value any) []any {
	switch value := r.resolve(value).(type) {
	case nil:
		return nil
	case []any:
		return value
	default:
		return []any{value}
	}
}

package pdf

import (
	"strings"
	"unicode/utf16"
)

// font maps the bytes that a page draws to letters and widths.
type font struct {
	letters map[uint32]string // from its ToUnicode map
	wide    bool              // two bytes a letter
	first   int
	widths  []float64 // in thousandths of the size
	left    int       // letters that its map may still set
}

const usualWidth = 0.5

// fontOf reads a font once.
func (r *reader) fontOf(value any) *font {
	ref, isRef := value.(reference)
	if isRef {
		if known := r.fonts[int(ref)]; known != nil {
			return known
		}
	}
	dict := r.dict(value)
	f := &font{letters: map[uint32]string{}, wide: dict["Subtype"] == name("Type0"), left: mostLetters}
	if stream, ok := dict["ToUnicode"].(reference); ok {
		if content, ok := r.unpack(r.objects[int(stream)]); ok && r.spend(len(content)) {
			f.readMap(content)
		}
	}
	first, _ := r.resolve(dict["FirstChar"]).(float64)
	f.first = int(first)
	for _, width := range r.list(dict["Widths"]) {
		n, _ := r.resolve(width).(float64)
		f.widths = append(f.widths, n/1000)
	}
	if f.wide && len(f.letters) == 0 {
		r.Gap("some of its text is in a font without a map of its letters, and was not read")
	}
	if isRef {
		r.fonts[int(ref)] = f
	}
	return f
}

// mostLetters bounds the letters of one font's map.
const mostLetters = 1 << 16

// readMap reads a ToUnicode map: its bfchar and bfrange lists. ISO 32000-2,
// 9.10.3.
func (f *font) readMap(content []byte) {
	p := &parser{content: content}
	var operands []any
	for !p.end() && f.left > 0 {
		value := p.value(0)
		op, ok := value.(operator)
		if !ok {
			operands = append(operands, value)
			continue
		}
		switch op {
		case "endbfchar":
			for i := 0; i+1 < len(operands) && f.left > 0; i += 2 {
				f.left--
				from, _ := operands[i].(text)
				to, _ := operands[i+1].(text)
				f.letters[code(from)] = utf16Text(to)
			}
		case "endbfrange":
			for i := 0; i+2 < len(operands); i += 3 {
				f.addRange(operands[i], operands[i+1], operands[i+2])
			}
		}
		operands = operands[:0]
	}
}

func (f *font) addRange(from, to, target any) {
	first, _ := from.(text)
	last, _ := to.(text)
	low, high := code(first), code(last)
	for c := low; c <= high && f.left > 0; c++ {
		f.left--
		switch target := target.(type) {
		case text:
			letters := []rune(utf16Text(target))
			if len(letters) == 0 {
				return
			}
			letters[len(letters)-1] += rune(c - low)
			f.letters[c] = string(letters)
		case []any:
			if int(c-low) >= len(target) {
				return
			}
			letter, _ := target[c-low].(text)
			f.letters[c] = utf16Text(letter)
		}
	}
}

func code(t text) uint32 {
	var c uint32
	for i := range min(len(t), 4) {
		c = c<<8 | uint32(t[i])
	}
	return c
}

func utf16Text(t text) string {
	units := make([]uint16, 0, len(t)/2)
	for i := 0; i+1 < len(t); i += 2 {
		units = append(units, uint16(t[i])<<8|uint16(t[i+1]))
	}
	return string(utf16.Decode(units))
}

// decode returns the letters of a drawn text and its width in sizes. Without a
// map the bytes are taken for Latin letters.
func (f *font) decode(t text) (string, float64) {
	if f == nil {
		return latin(string(t)), usualWidth * float64(len(t))
	}
	var b strings.Builder
	width := 0.0
	step := 1
	if f.wide {
		step = 2
	}
	for i := 0; i+step <= len(t); i += step {
		c := code(t[i : i+step])
		switch letter, known := f.letters[c]; {
		case known:
			b.WriteString(letter)
		case !f.wide:
			b.WriteString(latinLetter(byte(c)))
		}
		if at := int(c) - f.first; !f.wide && at >= 0 && at < len(f.widths) {
			width += f.widths[at]
		} else {
			width += usualWidth
		}
	}
	return b.String(), width
}

// latinLetter reads the letters of the standard encodings that matter in tables
// and differ from Latin-1: dashes, quotes and ligatures of Windows-1252.
func latinLetter(c byte) string {
	switch c {
	case 0x91, 0x92:
		return "'"
	case 0x93, 0x94:
		return `"`
	case 0x95:
		return "•"
	case 0x96, 0x97:
		return "-"
	}
	if c < ' ' {
		return ""
	}
	return string(rune(c))
}

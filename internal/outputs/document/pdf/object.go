package pdf

import (
	"bytes"
	"encoding/ascii85"
	"encoding/hex"
	"strconv"
	"strings"
	"unicode/utf16"
)

// The values of PDF are nil, bool, float64, text, name, reference, []any,
// dictionary and, in page content, operator. ISO 32000-2, 7.3.
type (
	text       string
	name       string
	reference  int
	operator   string
	dictionary map[string]any
)

const (
	mostNesting  = 60
	mostElements = 100_000
)

// parser reads values one after the other. It never goes back, so that it reads
// any file in one pass.
type parser struct {
	content []byte
	at      int
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isSpace(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0
}

func isDelimiter(c byte) bool { return strings.IndexByte("()<>[]{}/%", c) >= 0 }

func (p *parser) space() {
	for p.at < len(p.content) {
		switch c := p.content[p.at]; {
		case isSpace(c):
			p.at++
		case c == '%':
			for p.at < len(p.content) && p.content[p.at] != '\n' && p.content[p.at] != '\r' {
				p.at++
			}
		default:
			return
		}
	}
}

// end reports whether nothing is left.
func (p *parser) end() bool {
	p.space()
	return p.at >= len(p.content)
}

// closing marks the end of an array or a dictionary.
type closing byte

// value reads the next value; nil at the end.
func (p *parser) value(depth int) any {
	if p.end() || depth > mostNesting {
		p.at = len(p.content)
		return nil
	}
	switch c := p.content[p.at]; c {
	case '/':
		p.at++
		return name(unescapeName(p.word()))
	case '(':
		return p.literal()
	case '<':
		if p.at+1 < len(p.content) && p.content[p.at+1] == '<' {
			p.at += 2
			return p.dictionary(depth)
		}
		return p.hexadecimal()
	case '[':
		p.at++
		return p.array(depth)
	case ']', '}', '{', ')':
		p.at++
		return closing(c)
	case '>':
		p.at++
		if p.at < len(p.content) && p.content[p.at] == '>' {
			p.at++
		}
		return closing('>')
	}
	return p.plain()
}

// pair reads two whole numbers.
func (p *parser) pair() (a, b int, ok bool) {
	first, okFirst := p.value(0).(float64)
	second, okSecond := p.value(0).(float64)
	return int(first), int(second), okFirst && okSecond
}

func (p *parser) word() string {
	start := p.at
	for p.at < len(p.content) && !isSpace(p.content[p.at]) && !isDelimiter(p.content[p.at]) {
		p.at++
	}
	return string(p.content[start:p.at])
}

func unescapeName(word string) string {
	if !strings.Contains(word, "#") {
		return word
	}
	var b strings.Builder
	for i := 0; i < len(word); i++ {
		if word[i] == '#' && i+2 < len(word) {
			if c, err := strconv.ParseUint(word[i+1:i+3], 16, 8); err == nil {
				b.WriteByte(byte(c))
				i += 2
				continue
			}
		}
		b.WriteByte(word[i])
	}
	return b.String()
}

// plain reads a number, a reference, a constant or an operator.
func (p *parser) plain() any {
	word := p.word()
	switch word {
	case "true":
		return true
	case "false":
		return false
	case "null":
		return nil
	}
	number, err := strconv.ParseFloat(word, 64)
	if err != nil || number != number || number > 1e15 || number < -1e15 {
		return operator(word)
	}
	if number >= 0 && isDigit(word[0]) && p.isReference() {
		return reference(number)
	}
	return number
}

// isReference passes over " 0 R" when it follows.
func (p *parser) isReference() bool {
	at := p.at
	if at >= len(p.content) || p.content[at] != ' ' {
		return false
	}
	at++
	for at < len(p.content) && at < p.at+7 && isDigit(p.content[at]) {
		at++
	}
	if at == p.at+1 || !bytes.HasPrefix(p.content[at:], []byte(" R")) {
		return false
	}
	if at += 2; at < len(p.content) && !isSpace(p.content[at]) && !isDelimiter(p.content[at]) {
		return false
	}
	p.at = at
	return true
}

func (p *parser) array(depth int) []any {
	list := []any{}
	for len(list) < mostElements && !p.end() {
		value := p.value(depth + 1)
		if closed, ok := value.(closing); ok {
			if closed == ']' {
				break
			}
			continue
		}
		list = append(list, value)
	}
	return list
}

func (p *parser) dictionary(depth int) dictionary {
	d := dictionary{}
	for len(d) < mostElements && !p.end() {
		key := p.value(depth + 1)
		if key == closing('>') {
			break
		}
		if _, known := key.(operator); known && key == operator("endobj") {
			break
		}
		word, ok := key.(name)
		if !ok {
			continue
		}
		value := p.value(depth + 1)
		if value == closing('>') {
			break
		}
		d[string(word)] = value
	}
	return d
}

// literal reads a text in brackets.
func (p *parser) literal() text {
	var b strings.Builder
	p.at++
	for open := 1; p.at < len(p.content); p.at++ {
		switch c := p.content[p.at]; c {
		case '\\':
			p.escape(&b)
			continue
		case '(':
			open++
		case ')':
			if open--; open == 0 {
				p.at++
				return text(b.String())
			}
		}
		b.WriteByte(p.content[p.at])
	}
	return text(b.String())
}

var escapes = map[byte]byte{'n': '\n', 'r': '\r', 't': '\t', 'b': '\b', 'f': '\f'}

// escape reads what follows a backslash and stops at its last byte.
func (p *parser) escape(b *strings.Builder) {
	if p.at+1 >= len(p.content) {
		return
	}
	p.at++
	c := p.content[p.at]
	switch {
	case c >= '0' && c <= '7':
		code := 0
		for i := 0; i < 3 && p.at < len(p.content) && p.content[p.at] >= '0' && p.content[p.at] <= '7'; i++ {
			code = code*8 + int(p.content[p.at]-'0')
			p.at++
		}
		p.at--
		b.WriteByte(byte(code))
	case escapes[c] != 0:
		b.WriteByte(escapes[c])
	case c == '\n' || c == '\r':
	default:
		b.WriteByte(c)
	}
}

func (p *parser) hexadecimal() text {
	p.at++
	end := bytes.IndexByte(p.content[p.at:], '>')
	if end < 0 {
		end = len(p.content) - p.at
	}
	value := fromHex(p.content[p.at : p.at+end])
	p.at = min(p.at+end+1, len(p.content))
	return text(value)
}

func fromHex(content []byte) []byte {
	digits := make([]byte, 0, len(content)+1)
	for _, c := range content {
		if isDigit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' {
			digits = append(digits, c)
		}
	}
	if len(digits)%2 == 1 {
		digits = append(digits, '0')
	}
	value := make([]byte, len(digits)/2)
	n, _ := hex.Decode(value, digits) // only digits are left
	return value[:n]
}

func fromASCII85(content []byte) []byte {
	if end := bytes.Index(content, []byte("~>")); end >= 0 {
		content = content[:end]
	}
	value := make([]byte, 4*len(content)+4)
	n, _, _ := ascii85.Decode(value, content, true) // a broken end leaves what came before
	return value[:n]
}

// textString decodes a text outside pages: UTF-16 with a mark, UTF-8 with a
// mark, else bytes. ISO 32000-2, 7.9.2.2.
func textString(t text) string {
	value := string(t)
	switch {
	case strings.HasPrefix(value, "\xfe\xff"):
		units := make([]uint16, 0, len(value)/2)
		for i := 2; i+1 < len(value); i += 2 {
			units = append(units, uint16(value[i])<<8|uint16(value[i+1]))
		}
		return string(utf16.Decode(units))
	case strings.HasPrefix(value, "\xef\xbb\xbf"):
		return value[3:]
	}
	return latin(value)
}

// latin reads every byte as the character of that number.
func latin(value string) string {
	var b strings.Builder
	for i := range len(value) {
		b.WriteRune(rune(value[i]))
	}
	return b.String()
}

package document

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// readScript looks for data in a program of a page: objects and lists as
// JavaScript writes them, and texts that are JSON. It reports whether any was
// found. The program itself is not read.
func (r *reader) readScript(text string) bool {
	s := &scriptReader{text: text, depth: r.limits.Depth, left: 4*len(text) + 1000, nodes: r.limits.Cells}
	found := false
	for s.at < len(text) && s.left > 0 {
		if s.comment() {
			continue
		}
		switch c := text[s.at]; c {
		case '{', '[':
			start := s.at
			if n, ok := s.value(0); ok && n.holdsNumbers(0) {
				found = true
				r.visitRoot(n)
			} else if !ok {
				s.at = start + 1
			}
		case '"', '\'', '`':
			found = r.quotedJSON(s) || found
		default:
			s.at++
		}
		s.left--
	}
	if s.left <= 0 {
		r.gap("it holds a script that is too long or too deep to look for data in")
	}
	return found
}

// quotedJSON reads a text of a script; Bokeh and others keep their data as JSON
// in one.
func (r *reader) quotedJSON(s *scriptReader) bool {
	quoted := s.quoted()
	trimmed := strings.TrimSpace(quoted)
	if len(trimmed) < 20 || trimmed[0] != '{' && trimmed[0] != '[' {
		return false
	}
	before := len(r.Gaps)
	n, numbers := r.parseJSON(trimmed, 0)
	if len(r.Gaps) > before {
		r.Gaps = r.Gaps[:before]
		return false
	}
	if n != nil && (numbers > 0 || n.holdsNumbers(0)) {
		r.visitRoot(n)
		return true
	}
	return false
}

// holdsNumbers reports whether a number or a packed list is somewhere in a
// value.
func (n *node) holdsNumbers(depth int) bool {
	if depth > 300 {
		return false
	}
	if n.leaf {
		return isNumber(n.scalar)
	}
	for _, m := range n.members {
		if m.name == "bdata" || m.name == "__ndarray__" || m.value.holdsNumbers(depth+1) {
			return true
		}
	}
	for _, item := range n.items {
		if item.holdsNumbers(depth + 1) {
			return true
		}
	}
	return false
}

// scriptReader reads values as JavaScript writes them: names without quotes,
// single quotes, trailing commas. What is no plain value makes the whole none.
type scriptReader struct {
	text  string
	at    int
	depth int
	left  int // steps
	nodes int
}

// space passes over blanks and comments.
func (s *scriptReader) space() {
	for s.at < len(s.text) {
		switch c := s.text[s.at]; {
		case c == ' ' || c == '\n' || c == '\t' || c == '\r':
			s.at++
			s.left--
		case s.comment():
		default:
			return
		}
	}
}

// comment passes over a comment, if there is one.
func (s *scriptReader) comment() bool {
	rest := s.text[s.at:]
	end, length := "", 0
	switch {
	case strings.HasPrefix(rest, "//"):
		end = "\n"
	case strings.HasPrefix(rest, "/*"):
		end, length = "*/", 2
	default:
		return false
	}
	if i := strings.Index(rest, end); i >= 0 {
		s.at += i + length
	} else {
		s.at = len(s.text)
	}
	return true
}

func (s *scriptReader) value(depth int) (*node, bool) {
	s.space()
	s.left--
	s.nodes--
	if s.at >= len(s.text) || depth > s.depth || s.left <= 0 || s.nodes <= 0 {
		return nil, false
	}
	switch c := s.text[s.at]; c {
	case '{':
		return s.object(depth)
	case '[':
		return s.list(depth)
	case '"', '\'':
		return &node{scalar: s.quoted(), leaf: true}, true
	}
	word := s.word()
	switch word {
	case "":
		return nil, false
	case "null", "undefined", "NaN":
		return &node{leaf: true}, true
	case "true", "false", "Infinity", "-Infinity":
		return &node{scalar: word, leaf: true}, true
	case "!0", "!1":
		return &node{scalar: word, leaf: true}, true
	}
	if _, err := strconv.ParseFloat(word, 64); err != nil {
		return nil, false
	}
	return &node{scalar: word, leaf: true}, true
}

func (s *scriptReader) word() string {
	start := s.at
	for s.at < len(s.text) && strings.IndexByte(" \n\t\r,:;{}[]()\"'", s.text[s.at]) < 0 {
		s.at++
		s.left--
	}
	return s.text[start:s.at]
}

func (s *scriptReader) list(depth int) (*node, bool) {
	n := &node{}
	s.at++
	for {
		s.space()
		switch {
		case s.at >= len(s.text):
			return n, false
		case s.text[s.at] == ']':
			s.at++
			return n, true
		case s.text[s.at] == ',':
			s.at++
			continue
		}
		item, ok := s.value(depth + 1)
		if !ok {
			return n, false
		}
		n.items = append(n.items, item)
	}
}

func (s *scriptReader) object(depth int) (*node, bool) {
	n := &node{}
	s.at++
	for {
		s.space()
		if s.at >= len(s.text) {
			return n, false
		}
		var name string
		switch c := s.text[s.at]; c {
		case '}':
			s.at++
			return n, true
		case ',':
			s.at++
			continue
		case '"', '\'':
			name = s.quoted()
		default:
			name = s.word()
		}
		s.space()
		if name == "" || s.at >= len(s.text) || s.text[s.at] != ':' {
			return n, false
		}
		s.at++
		value, ok := s.value(depth + 1)
		if !ok {
			return n, false
		}
		n.members = append(n.members, member{name, value})
	}
}

// quoted reads a text in quotes.
func (s *scriptReader) quoted() string {
	quote := s.text[s.at]
	s.at++
	var b strings.Builder
	for s.at < len(s.text) {
		s.left--
		c := s.text[s.at]
		switch {
		case c == quote:
			s.at++
			return b.String()
		case c == '\n' && quote != '`':
			return b.String()
		case c == '\\' && s.at+1 < len(s.text):
			s.at++
			s.escaped(&b)
		default:
			b.WriteByte(c)
			s.at++
		}
	}
	return b.String()
}

var scriptEscapes = map[byte]byte{'n': '\n', 't': '\t', 'r': '\r', 'b': '\b', 'f': '\f', 'v': '\v'}

func (s *scriptReader) escaped(b *strings.Builder) {
	c := s.text[s.at]
	s.at++
	width := map[byte]int{'u': 4, 'x': 2}[c]
	switch {
	case width > 0 && s.at+width <= len(s.text):
		if code, err := strconv.ParseUint(s.text[s.at:s.at+width], 16, 32); err == nil {
			b.Write(utf8.AppendRune(nil, rune(code)))
			s.at += width
		}
	case scriptEscapes[c] != 0:
		b.WriteByte(scriptEscapes[c])
	default:
		b.WriteByte(c)
	}
}

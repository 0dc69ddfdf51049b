// Package markup reads XML that nobody vouches for.
//
// It promises that depth and size are bounded, that entities which a file
// declares are never expanded, and that broken XML is read as far as it goes and
// told. Nothing that a file points at is opened.
package markup

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"iter"
	"strings"
	"unicode/utf8"
)

// Reader gives the elements and texts of one XML file in order.
type Reader struct {
	decoder  *xml.Decoder
	depth    int
	most     int
	ended    bool
	problems []string
}

// New reads XML no deeper than asked.
func New(content []byte, depth int) *Reader {
	decoder := xml.NewDecoder(bytes.NewReader(content))
	decoder.Strict = false
	decoder.CharsetReader = func(name string, input io.Reader) (io.Reader, error) {
		return latin(input)
	}
	return &Reader{decoder: decoder, most: depth}
}

// latin reads bytes of a single-byte character set as Latin-1, unless they are
// UTF-8 after all.
func latin(input io.Reader) (io.Reader, error) {
	content, err := io.ReadAll(input)
	if err != nil || utf8.Valid(content) {
		return bytes.NewReader(content), err
	}
	runes := make([]rune, len(content))
	for i, b := range content {
		runes[i] = rune(b)
	}
	return strings.NewReader(string(runes)), nil
}

// Problems says what kept the file from being read whole.
func (r *Reader) Problems() []string { return r.problems }

// Line returns the line that the reader has come to.
func (r *Reader) Line() int {
	line, _ := r.decoder.InputPos()
	return line
}

// Next returns the next element's start or end, text, comment or directive;
// nothing at the end, or where the file breaks off.
func (r *Reader) Next() xml.Token {
	if r.ended {
		return nil
	}
	token, err := r.decoder.Token()
	if err != nil {
		r.ended = true
		if !errors.Is(err, io.EOF) {
			r.problems = append(r.problems, "its XML is broken")
		}
		return nil
	}
	switch token := token.(type) {
	case xml.StartElement:
		if r.depth++; r.depth > r.most {
			r.problems = append(r.problems, "its XML is nested too deeply")
			r.ended = true
			return nil
		}
	case xml.EndElement:
		r.depth--
	case xml.Directive:
		if bytes.Contains(token, []byte("ENTITY")) {
			r.problems = append(r.problems, "it declares entities of its own, which were not expanded")
		}
	}
	return token
}

// Within gives what is in the element that was just begun, and passes its end. An
// element inside it that is read whole meanwhile, by Text, Skip or another Within,
// is passed with it.
func (r *Reader) Within() iter.Seq[xml.Token] {
	return func(yield func(xml.Token) bool) {
		for depth := r.depth; ; {
			token := r.Next()
			if token == nil || r.depth < depth || !yield(token) {
				return
			}
		}
	}
}

// Elements gives the elements within the one that was just begun, as Within does.
func (r *Reader) Elements() iter.Seq[xml.StartElement] {
	return func(yield func(xml.StartElement) bool) {
		for token := range r.Within() {
			if start, ok := token.(xml.StartElement); ok && !yield(start) {
				return
			}
		}
	}
}

// Skip passes over the rest of the element that was just begun.
func (r *Reader) Skip() {
	for depth := r.depth; r.depth >= depth; {
		if r.Next() == nil {
			return
		}
	}
}

// Text returns the text of the element that was just begun and of what is in it,
// and passes its end.
func (r *Reader) Text() string {
	var b strings.Builder
	for depth := r.depth; r.depth >= depth; {
		switch token := r.Next().(type) {
		case nil:
			return b.String()
		case xml.CharData:
			b.Write(token)
		}
	}
	return b.String()
}

// Texts lists the texts in the element that was just begun, one for every piece
// between two tags, and passes its end.
func (r *Reader) Texts() []string {
	var texts []string
	for depth := r.depth; r.depth >= depth; {
		switch token := r.Next().(type) {
		case nil:
			return texts
		case xml.CharData:
			if text := strings.TrimSpace(string(token)); text != "" {
				texts = append(texts, text)
			}
		}
	}
	return texts
}

// Attribute returns an attribute's value by its local name.
func Attribute(element xml.StartElement, name string) string {
	for _, attribute := range element.Attr {
		if attribute.Name.Local == name {
			return attribute.Value
		}
	}
	return ""
}

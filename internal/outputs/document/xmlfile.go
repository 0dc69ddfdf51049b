package document

import (
	"encoding/base64"
	"encoding/xml"
	"net/url"
	"strings"

	"tre-toolkit/internal/outputs/document/markup"
	"tre-toolkit/internal/outputs/document/unseen"
)

func splitLines(text string) []string { return strings.Split(text, "\n") }

// readXML reads lists of records and single values, as readJSON does of JSON.
func (r *reader) readXML(text string) {
	x := &xmlReader{Reader: markup.New([]byte(text), r.limits.Depth), left: r.limits.Cells}
	for token := x.Next(); token != nil; token = x.Next() {
		if start, ok := token.(xml.StartElement); ok {
			r.visit(start.Name.Local, x.element(start))
		}
	}
	for _, problem := range x.Problems() {
		r.gap("%s", problem)
	}
	if x.left < 0 {
		r.gap("it has more values than are read")
	}
	if len(r.Tables) == 0 {
		r.gap("it has no table that was understood")
	}
}

type xmlReader struct {
	*markup.Reader
	left int
}

// element makes a value of an element: its attributes and children are its
// members; children that share one name are a list; one that holds text only is
// a single value.
func (x *xmlReader) element(start xml.StartElement) *node {
	n := &node{line: x.Line()}
	for _, attribute := range start.Attr {
		if attribute.Name.Space != "xmlns" && attribute.Name.Local != "xmlns" && attribute.Name.Space != "xsi" {
			n.members = append(n.members, member{attribute.Name.Local, &node{line: n.line, scalar: attribute.Value, leaf: true}})
		}
	}
	var text strings.Builder
	children := map[string]*node{} // by name; those that come again
	for token := range x.Within() {
		switch token := token.(type) {
		case xml.CharData:
			text.Write(token)
		case xml.StartElement:
			if x.left--; x.left < 0 {
				x.Skip()
				continue
			}
			name := token.Name.Local
			child := x.element(token)
			switch first := children[name]; {
			case first == nil:
				children[name] = child
				n.members = append(n.members, member{name, child})
			case first.repeated:
				first.items = append(first.items, child)
			default:
				once := *first
				*first = node{line: once.line, items: []*node{&once, child}, repeated: true}
			}
		}
	}
	value := strings.TrimSpace(text.String())
	switch {
	case len(n.members) == 0:
		n.leaf, n.scalar = true, value
	case value != "":
		n.members = append(n.members, member{"text", &node{line: n.line, scalar: value, leaf: true}})
	}
	return n
}

// readSVG reads the words of a drawing, and what it holds beside them.
func (r *reader) readSVG(text string) {
	r.gap("its shapes, and the numbers that they draw, were not read")
	x := markup.New([]byte(text), r.limits.Depth)
	for token := x.Next(); token != nil; token = x.Next() {
		switch token := token.(type) {
		case xml.Comment:
			r.hideWords("a comment", string(token))
		case xml.StartElement:
			r.svgElement(x, token)
		}
	}
	for _, problem := range x.Problems() {
		r.gap("%s", problem)
	}
}

// svgElement reads one element of a drawing; text comes in its own words.
func (r *reader) svgElement(x *markup.Reader, e xml.StartElement) {
	for _, attribute := range e.Attr {
		switch key, value := attribute.Name.Local, strings.TrimSpace(attribute.Value); {
		case key == "href" && strings.HasPrefix(value, "data:"):
			r.dataAddress("embedded picture", value)
		case strings.HasPrefix(key, "data-"), key == "aria-label", key == "desc":
			r.hideWords("the attribute "+key, value)
		case strings.HasPrefix(key, "on") && value != "":
			r.hide(unseen.Program, "the drawing", "a script")
		case key == "docname" || key == "absref" || key == "export-filename":
			r.hide(unseen.Path, "the drawing", "the path or name of a file")
			r.hiddenText(value)
		}
	}
	switch e.Name.Local {
	case "text":
		if words := strings.Join(strings.Fields(x.Text()), " "); words != "" {
			r.Prose = append(r.Prose, Prose{x.Line(), words})
		}
	case "title", "desc":
		r.hideWords("the element "+e.Name.Local, x.Text())
	case "metadata":
		r.svgMetadata(x.Texts())
	case "script":
		r.hide(unseen.Program, "the drawing", "a script")
		r.readScript(x.Text())
	case "foreignObject":
		r.hideWords("embedded HTML", x.Text())
	}
}

// svgMetadata tells of the words in the metadata block; a date, a format and the
// name of the program that drew are in every drawing.
func (r *reader) svgMetadata(texts []string) {
	var left []string
	for _, line := range texts {
		lower := strings.ToLower(line)
		if lower == "image/svg+xml" || strings.HasPrefix(lower, "matplotlib") || isDate(line) {
			continue
		}
		left = append(left, line)
	}
	r.hideWords("the metadata block", strings.Join(left, "\n"))
}

func isDate(text string) bool {
	return len(text) >= 10 && text[4] == '-' && text[7] == '-' && !strings.Contains(text, " ")
}

// hideWords tells of words that nobody sees, and of what sort they are.
func (r *reader) hideWords(where, text string) {
	if strings.TrimSpace(text) == "" {
		return
	}
	class := unseen.Words
	if strings.ContainsAny(text, "0123456789") {
		class = unseen.Numbers
		if isPlainNote(text) {
			class = unseen.Words
		}
	}
	r.hide(class, where, "words that are not shown")
	r.hiddenText(text)
}

// dataAddress reads the file in a data: address.
func (r *reader) dataAddress(name, address string) {
	head, body, found := strings.Cut(strings.TrimPrefix(address, "data:"), ",")
	if !found {
		return
	}
	kind, _, _ := strings.Cut(head, ";")
	content := []byte(body)
	if strings.HasSuffix(head, ";base64") {
		decoded, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(body), ""))
		if err != nil {
			r.gap("an embedded file is broken")
			return
		}
		content = decoded
	} else if plain, err := url.PathUnescape(body); err == nil {
		content = []byte(plain)
	}
	endings := map[string]string{"image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/webp": ".webp", "image/svg+xml": ".svg", "text/csv": ".csv", "application/json": ".json", "text/html": ".html", "application/pdf": ".pdf"}
	r.attach(name+endings[kind], content, nil)
}

package document

import (
	"encoding/base64"
	"strings"
)

// readNotebook reads a Jupyter notebook: cells of code and of Markdown, and what
// the code showed. nbformat 4.
func (r *reader) readNotebook(text string) {
	root, _ := r.parseJSON(text, 1)
	if root == nil {
		return
	}
	cells := root.member("cells")
	if cells == nil {
		r.gap("it has no cells, as a notebook should")
		r.visitRoot(root)
		return
	}
	for _, cell := range cells.items {
		source := cell.member("source")
		switch kind := cell.text("cell_type"); kind {
		case "code":
			r.readCodeLines(splitLines(source.joined()), source.first())
		default:
			r.readMarkdown(source.joined())
		}
		if outputs := cell.member("outputs"); outputs != nil {
			for _, output := range outputs.items {
				r.cellOutput(output)
			}
		}
		if attached := cell.member("attachments"); attached != nil {
			for _, file := range attached.members {
				for _, form := range file.value.members {
					r.bundle(form.name, form.value)
				}
			}
		}
	}
}

// cellOutput reads one output of a cell of code.
func (r *reader) cellOutput(output *node) {
	if stream := output.member("text"); stream != nil {
		r.printed(stream)
	}
	if trace := output.member("traceback"); trace != nil {
		r.printed(trace)
	}
	data := output.member("data")
	if data == nil {
		return
	}
	html := data.member("text/html") != nil
	for _, form := range data.members {
		if form.name == "text/plain" && html {
			continue // the same in other words
		}
		r.bundle(form.name, form.value)
	}
}

// printed reads lines that a program wrote.
func (r *reader) printed(n *node) {
	lines := splitLines(terminalCodes.ReplaceAllString(n.joined(), ""))
	if !r.textBlocks(lines, n.first()) {
		r.gap("it shows what code printed, of which only tables were understood")
	}
}

// bundle reads one form of an output, by its media type.
func (r *reader) bundle(form string, n *node) {
	switch {
	case form == "text/plain" || form == "text/markdown" || form == "text/latex":
		r.printed(n)
	case form == "text/html":
		r.readHTML(n.joined())
	case form == "image/svg+xml":
		r.attach("output.svg", []byte(n.joined()), nil)
	case strings.HasPrefix(form, "image/"):
		content, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(n.joined()), ""))
		if err != nil {
			r.gap("a picture in it is broken")
			return
		}
		r.attach("output."+strings.TrimPrefix(form, "image/"), content, nil)
	case form == "application/javascript":
		r.readScript(n.joined())
		r.gap("it holds a script, of which only data was read")
	case strings.HasSuffix(form, "json") && !n.leaf:
		r.visitRoot(n)
	default:
		r.gap("it holds an output of the kind %s, which was not read", form)
	}
}

// member returns a member of an object, or nothing.
func (n *node) member(name string) *node {
	if n == nil {
		return nil
	}
	for _, m := range n.members {
		if m.name == name {
			return m.value
		}
	}
	return nil
}

// text returns the text of a member.
func (n *node) text(name string) string {
	if value := n.member(name); value != nil {
		return value.scalar
	}
	return ""
}

// joined returns a text that may be written as a list of its lines.
func (n *node) joined() string {
	if n == nil {
		return ""
	}
	if n.leaf {
		return n.scalar
	}
	var b strings.Builder
	for _, item := range n.items {
		b.WriteString(item.scalar)
		if !strings.HasSuffix(item.scalar, "\n") {
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// first returns the line on which a list of lines begins.
func (n *node) first() int {
	switch {
	case n == nil:
		return 0
	case len(n.items) > 0:
		return n.items[0].line
	}
	return n.line
}

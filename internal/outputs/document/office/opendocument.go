package office

import (
	"encoding/xml"
	"path"
	"strconv"
	"strings"

	"tre-toolkit/internal/outputs/document/markup"
	"tre-toolkit/internal/outputs/document/packed"
	"tre-toolkit/internal/outputs/document/unseen"
)

// readOpenDocument reads a text document or a presentation of OpenDocument 1.3.
func (r *reader) readOpenDocument() {
	x := r.open("content.xml")
	for token := x.Next(); token != nil; token = x.Next() {
		if start, ok := token.(xml.StartElement); ok {
			r.add(r.openBlocks(x, start))
		}
	}
	r.close("content.xml", x)
	r.openProperties()
	for _, name := range r.zip.Names() {
		switch {
		case strings.HasSuffix(name, "/"):
		case strings.HasPrefix(name, "Pictures/"):
			content, err := r.zip.Read(name)
			r.Embedded = append(r.Embedded, packed.Member{Name: path.Base(name), Content: content, Err: err})
		case strings.HasPrefix(name, "Basic/"), strings.HasPrefix(name, "Scripts/"):
			r.Note(unseen.Program, path.Dir(name), "a program (macro)", "")
		case strings.HasPrefix(name, "Object"):
			r.Gap("it holds an embedded object, which was not read")
		}
	}
}

func (r *reader) openProperties() {
	x := r.open("meta.xml")
	for token := x.Next(); token != nil; token = x.Next() {
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		switch start.Name.Local {
		case "creator", "initial-creator", "printed-by":
			if person := strings.TrimSpace(x.Text()); person != "" {
				r.Note(unseen.Person, "the file's properties", start.Name.Local, person)
			}
		case "title", "subject", "description", "keyword", "user-defined":
			r.hide("the file's properties", start.Name.Local, x.Text())
		}
	}
}

// openBlocks reads a paragraph, a table, or something that is not shown; nothing
// for other elements, whose children come next.
func (r *reader) openBlocks(x *markup.Reader, start xml.StartElement) []Block {
	switch start.Name.Local {
	case "p", "h":
		return []Block{{Text: r.openText(x)}}
	case "table":
		return r.openTable(x)
	case "tracked-changes":
		r.hide("the text", "text that is deleted and kept", strings.Join(x.Texts(), "\n"))
	case "annotation":
		r.hide("comments", "a comment", strings.Join(x.Texts(), "\n"))
	case "notes":
		r.hide("notes", "the speaker's notes", strings.Join(x.Texts(), "\n"))
	case "hidden-text", "hidden-paragraph", "conditional-text":
		r.hide("the text", "hidden text", markup.Attribute(start, "string-value")+" "+strings.Join(x.Texts(), "\n"))
	}
	return nil
}

// openText reads to the end of a paragraph.
func (r *reader) openText(x *markup.Reader) string {
	var text strings.Builder
	for token := range x.Within() {
		switch token := token.(type) {
		case xml.CharData:
			text.Write(token)
		case xml.StartElement:
			switch token.Name.Local {
			case "tab":
				text.WriteByte('\t')
			case "s", "line-break":
				text.WriteByte(' ')
			case "annotation", "hidden-text", "hidden-paragraph", "conditional-text":
				r.openBlocks(x, token)
			}
		}
	}
	return strings.TrimSpace(text.String())
}

// openTable reads to the end of a table; tables in its cells come before it.
func (r *reader) openTable(x *markup.Reader) []Block {
	var t table
	for element := range x.Elements() {
		switch element.Name.Local {
		case "table-row":
			t.row()
		case "table-cell", "covered-table-cell":
			t.add(r.openCell(x, element))
		}
	}
	return t.blocks()
}

func (r *reader) openCell(x *markup.Reader, start xml.StartElement) (cells []Cell, inside []Block) {
	var shown []string
	for element := range x.Elements() {
		switch element.Name.Local {
		case "p", "h":
			shown = append(shown, r.openText(x))
		case "table":
			inside = append(inside, r.openTable(x)...)
		case "annotation":
			r.openBlocks(x, element)
		}
	}
	if r.cells--; r.cells < 0 {
		r.Gap("it has more table cells than are read")
		return nil, inside
	}
	times, err := strconv.Atoi(markup.Attribute(start, "number-columns-repeated"))
	if err != nil || times < 1 {
		times = 1
	}
	for range min(times, mostSpan) {
		cells = append(cells, Cell{Shown: joined(shown)})
	}
	return cells, inside
}

package office

import (
	"encoding/xml"
	"strconv"
	"strings"

	"tre-toolkit/internal/outputs/document/markup"
	"tre-toolkit/internal/outputs/document/unseen"
)

// paragraph is the text of a paragraph while it is read.
type paragraph struct {
	shown, unseen strings.Builder
	inside        []Block // text boxes and tables that are anchored in it
}

// blocks reads a paragraph or a table that was just begun; nothing for other
// elements, whose children come next.
func (r *reader) blocks(x *markup.Reader, wanted bool, start xml.StartElement) []Block {
	switch {
	case !wanted:
		return nil
	case start.Name.Local == "tbl":
		return r.table(x)
	}
	text, unseen, inside := r.paragraph(x)
	r.hide("the text", "text that is deleted, hidden or white", unseen)
	return append([]Block{{Text: text}}, inside...)
}

// run is what is known of the piece of text that is being read.
type run struct {
	depth   int  // of the elements below the paragraph
	deleted int  // the depth of a tracked deletion; 0 when there is none
	hidden  bool // its properties say so
}

// paragraph reads to the end of a paragraph.
func (r *reader) paragraph(x *markup.Reader) (shown, unseen string, inside []Block) {
	p, state := &paragraph{}, &run{depth: 1}
	for state.depth > 0 {
		switch token := x.Next().(type) {
		case nil:
			state.depth = 0
		case xml.EndElement:
			if state.deleted == state.depth {
				state.deleted = 0
			}
			state.depth--
		case xml.StartElement:
			state.depth++
			r.piece(x, token, p, state)
		}
	}
	return strings.TrimSpace(p.shown.String()), strings.TrimSpace(p.unseen.String()), p.inside
}

// piece reads one element of a paragraph. Elements that it reads whole end their
// own depth.
func (r *reader) piece(x *markup.Reader, e xml.StartElement, p *paragraph, state *run) {
	write := func(text string) {
		if state.deleted > 0 || state.hidden {
			p.unseen.WriteString(text)
			return
		}
		p.shown.WriteString(text)
	}
	switch e.Name.Local {
	case "r":
		state.hidden = false
	case "del", "moveFrom":
		if state.deleted == 0 {
			state.deleted = state.depth
		}
	case "vanish", "webHidden":
		state.hidden = state.hidden || isOn(e)
	case "color":
		state.hidden = state.hidden || strings.EqualFold(markup.Attribute(e, "val"), "FFFFFF")
	case "sz":
		size, err := strconv.Atoi(markup.Attribute(e, "val")) // in half points
		state.hidden = state.hidden || err == nil && size <= 4
	case "t":
		write(x.Text())
		state.depth--
	case "delText":
		p.unseen.WriteString(x.Text() + " ")
		state.depth--
	case "instrText":
		r.field(x.Text())
		state.depth--
	case "tab":
		write("\t")
	case "br", "cr":
		write(" ")
	case "noBreakHyphen":
		write("-")
	case "Fallback":
		x.Skip()
		state.depth--
	case "docPr", "cNvPr":
		r.hide("a picture", "the description of a picture", markup.Attribute(e, "descr"))
	case "p", "tbl": // in a text box
		p.inside = append(p.inside, r.blocks(x, true, e)...)
		state.depth--
	}
}

// isOn reports a property that is set, which it is without a value.
func isOn(e xml.StartElement) bool {
	switch markup.Attribute(e, "val") {
	case "0", "false", "off":
		return false
	}
	return true
}

// field tells of the code of a field that names a file.
func (r *reader) field(code string) {
	if strings.ContainsAny(code, `\/`) && (strings.Contains(code, "LINK ") || strings.Contains(code, "INCLUDE")) && !strings.Contains(code, "HYPERLINK") {
		r.Note(unseen.Path, "a field", "the path of another file", code)
	}
}

// table is a table while it is read, with the tables in its cells.
type table struct {
	inside []Block
	rows   [][]Cell
}

func (t *table) row() { t.rows = append(t.rows, []Cell{}) }

// add puts cells into the last row. What is before every row is in no table.
func (t *table) add(cells []Cell, inside []Block) {
	t.inside = append(t.inside, inside...)
	if last := len(t.rows) - 1; last >= 0 {
		t.rows[last] = append(t.rows[last], cells...)
	}
}

func (t *table) blocks() []Block {
	if len(t.rows) == 0 {
		return t.inside
	}
	return append(t.inside, Block{Rows: t.rows})
}

// table reads to the end of a table; tables in its cells come before it.
func (r *reader) table(x *markup.Reader) []Block {
	var t table
	hiddenRow := false
	for element := range x.Elements() {
		switch element.Name.Local {
		case "tr":
			t.row()
			hiddenRow = false
		case "hidden", "del":
			hiddenRow = true
		case "tc":
			t.add(r.cell(x, element, hiddenRow))
		}
	}
	return t.blocks()
}

// mostSpan bounds the columns that one cell covers.
const mostSpan = 200

// cell reads to the end of a table's cell. It comes with empty ones for the
// columns that it spans.
func (r *reader) cell(x *markup.Reader, start xml.StartElement, hidden bool) (cells []Cell, inside []Block) {
	span, _ := strconv.Atoi(markup.Attribute(start, "gridSpan")) // of presentations; 0 where there is none
	var shown, unseen []string
	for element := range x.Elements() {
		switch element.Name.Local {
		case "gridSpan":
			span, _ = strconv.Atoi(markup.Attribute(element, "val")) // no number: one column
		case "p":
			text, kept, nested := r.paragraph(x)
			shown, unseen = append(shown, text), append(unseen, kept)
			inside = append(inside, nested...)
		case "tbl":
			inside = append(inside, r.table(x)...)
		}
	}
	if r.cells--; r.cells < 0 {
		r.Gap("it has more table cells than are read")
		return nil, inside
	}
	cell := Cell{Shown: joined(shown), Unseen: joined(unseen)}
	if hidden {
		cell.Unseen = strings.TrimSpace(cell.Unseen + " " + cell.Shown)
	}
	r.hide("a table", "text that is deleted, hidden or white", cell.Unseen)
	if len(start.Attr) > 0 && (markup.Attribute(start, "hMerge") == "1") {
		return []Cell{cell}, inside // a presentation writes out the cells that are covered
	}
	cells = []Cell{cell}
	if markup.Attribute(start, "gridSpan") == "" {
		for range min(span, mostSpan) - 1 {
			cells = append(cells, Cell{})
		}
	}
	return cells, inside
}

func joined(texts []string) string { return strings.TrimSpace(strings.Join(texts, " ")) }

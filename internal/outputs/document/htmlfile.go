package document

import (
	"strconv"
	"strings"

	"tre-toolkit/internal/page/script"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// notShown are elements whose numbers a reader of the tables does not see.
var notShown = map[atom.Atom]string{
	atom.Script: "a script", atom.Svg: "a drawing", atom.Img: "an image", atom.Canvas: "a canvas",
	atom.Iframe: "a frame", atom.Object: "an embedded object", atom.Embed: "an embedded object",
	atom.Template: "a template", atom.Video: "a video", atom.Audio: "a sound",
}

// readHTML reads tables; all other text is prose. Scripts, drawings and images
// are gaps, since they may carry the numbers behind a figure.
func (r *reader) readHTML(text string) {
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		r.gap("its HTML is too deep or broken")
		return
	}
	h := &htmlReader{doc: r, left: min(r.limits.Cells, htmlCells), told: map[string]bool{}}
	h.visit(root, r.limits.Depth*4)
	h.tellLoose()
	if len(r.Tables) == 0 {
		r.gap("it has no table that was understood")
	}
}

// htmlCells bounds the cells of a page: a few spans can claim millions.
const htmlCells = 500_000

type htmlReader struct {
	doc  *reader
	left int
	told map[string]bool
	// loosely are the numbers that stand outside tables.
	loosely []looseOne
	links   int
}

func (h *htmlReader) gapOnce(what string) {
	if !h.told[what] {
		h.told[what] = true
		h.doc.gap("it holds %s, which was not read", what)
	}
}

func (h *htmlReader) visit(n *html.Node, depth int) {
	if depth == 0 {
		h.gapOnce("very deeply nested elements")
		return
	}
	if n.Type == html.ElementNode && h.notShown(n) {
		return
	}
	switch {
	case n.DataAtom == atom.Style && n.Type == html.ElementNode:
		return
	case n.Type == html.CommentNode:
		h.loose(n.Data)
		h.doc.Prose = append(h.doc.Prose, Prose{0, n.Data})
	case n.Type == html.TextNode && strings.TrimSpace(n.Data) != "":
		h.loose(n.Data)
		h.doc.Prose = append(h.doc.Prose, Prose{0, n.Data})
	case n.Type == html.ElementNode && n.DataAtom == atom.Table:
		h.table(n, depth)
		return
	case n.DataAtom == atom.Noscript && n.Type == html.ElementNode:
		h.withoutScript(n, depth)
		return
	case n.DataAtom == atom.Pre && h.code(n), n.DataAtom == atom.Dl && h.list(n):
		return
	case n.DataAtom == atom.A:
		h.carried(n)
	}
	h.attributes(n)
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		h.visit(child, depth-1)
	}
}

// notShown tells of an element whose numbers a reader of the tables does not
// see, and reads the data in it as far as that goes.
func (h *htmlReader) notShown(n *html.Node) bool {
	what := notShown[n.DataAtom]
	if what == "" {
		return false
	}
	switch n.DataAtom {
	case atom.Script:
		h.script(n)
		return true
	case atom.Svg:
		var b strings.Builder
		if html.Render(&b, n) == nil {
			h.doc.attach("drawing.svg", []byte(b.String()), nil)
			return true
		}
	case atom.Img, atom.Object, atom.Embed, atom.Iframe:
		for _, a := range n.Attr {
			switch {
			case strings.HasPrefix(a.Val, "data:"):
				h.doc.dataAddress("embedded picture", a.Val)
			case a.Key == "srcdoc":
				h.doc.attach("frame.html", []byte(a.Val), nil)
			}
		}
	}
	h.attributes(n)
	h.gapOnce(what)
	return true
}

// script reads the data in a script. One that is nothing but JSON is read whole; one
// of this toolkit's own holds none.
func (h *htmlReader) script(n *html.Node) {
	kind, text := "", ""
	for _, a := range n.Attr {
		if a.Key == "type" {
			kind = a.Val
		}
	}
	if n.FirstChild != nil {
		text = n.FirstChild.Data
	}
	switch {
	case script.Known(text):
	case strings.Contains(kind, "json"):
		if root, _ := h.doc.parseJSON(text, 0); root != nil {
			h.doc.visitRoot(root)
		}
	case h.doc.readScript(text):
		h.gapOnce("a script, of which the data was read and the rest")
	default:
		h.gapOnce("a script")
	}
}

// withoutScript reads what a page shows to those who run no scripts; the parser,
// like a browser that does, leaves it as one text.
func (h *htmlReader) withoutScript(n *html.Node, depth int) {
	h.attributes(n)
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		if child.Type != html.TextNode {
			h.visit(child, depth-1)
			continue
		}
		inner, err := html.ParseFragment(strings.NewReader(child.Data), &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div})
		if err != nil {
			h.gapOnce("a part for those without scripts")
		}
		for _, one := range inner {
			h.visit(one, depth-1)
		}
	}
}

// attributes keeps the words that hide in titles and data of elements.
func (h *htmlReader) attributes(n *html.Node) {
	for _, a := range n.Attr {
		if saysMore(a.Key) {
			h.doc.Prose = append(h.doc.Prose, Prose{0, a.Val})
		}
	}
}

// table reads one table with its spans; tables inside its cells come after it.
func (h *htmlReader) table(n *html.Node, depth int) {
	var rows []Row
	var nested []*html.Node
	pending := map[[2]int]string{} // cells that reach down from rows above
	var each func(*html.Node, int)
	each = func(n *html.Node, depth int) {
		for child := n.FirstChild; child != nil && depth > 0; child = child.NextSibling {
			switch {
			case child.DataAtom == atom.Tr:
				rows = append(rows, Row{Cells: h.row(child, len(rows), pending, &nested)})
			case child.DataAtom == atom.Table:
				nested = append(nested, child)
			case child.DataAtom == atom.Caption:
				h.doc.Prose = append(h.doc.Prose, Prose{0, h.content(child, &nested)})
			default:
				each(child, depth-1)
			}
		}
	}
	each(n, depth)
	h.doc.addGrid(rows)
	for _, inner := range nested {
		h.visit(inner, depth-1)
	}
}

func (h *htmlReader) row(tr *html.Node, index int, pending map[[2]int]string, nested *[]*html.Node) []string {
	var cells []string
	masked := ""
	fill := func() {
		for {
			held, ok := pending[[2]int{index, len(cells)}]
			if !ok {
				return
			}
			delete(pending, [2]int{index, len(cells)})
			cells = append(cells, held)
		}
	}
	for cell := tr.FirstChild; cell != nil; cell = cell.NextSibling {
		if cell.DataAtom != atom.Td && cell.DataAtom != atom.Th {
			continue
		}
		fill()
		content := h.content(cell, nested)
		if hides(content) {
			masked = content
			h.numbersBehind(cell, content, 600)
		}
		wide, tall := span(cell, "colspan"), span(cell, "rowspan")
		if h.left -= wide * tall; h.left < 0 {
			h.gapOnce("more cells than are read")
			return cells
		}
		for i := range wide {
			for down := 1; down < tall; down++ {
				pending[[2]int{index + down, len(cells)}] = content
			}
			if i == 0 {
				cells = append(cells, content)
			} else {
				cells = append(cells, "")
			}
		}
	}
	fill()
	if masked != "" {
		h.attributesBehind(tr, masked)
	}
	return cells
}

// span reads a colspan or rowspan, kept to what browsers allow.
func span(n *html.Node, key string) int {
	for _, a := range n.Attr {
		if a.Key == key {
			value, _ := strconv.Atoi(a.Val)
			return min(max(value, 1), 1000)
		}
	}
	return 1
}

// content returns the text of a cell and keeps what hides in it.
func (h *htmlReader) content(n *html.Node, nested *[]*html.Node) string {
	var b strings.Builder
	var each func(*html.Node, int)
	each = func(n *html.Node, depth int) {
		h.attributes(n)
		for child := n.FirstChild; child != nil && depth > 0; child = child.NextSibling {
			switch {
			case child.Type == html.TextNode:
				b.WriteString(child.Data)
			case child.Type == html.ElementNode && h.notShown(child):
			case child.DataAtom == atom.Table:
				*nested = append(*nested, child)
			case child.DataAtom == atom.Br:
				b.WriteByte(' ')
			default:
				each(child, depth-1)
			}
		}
	}
	each(n, 600)
	return strings.TrimSpace(b.String())
}

package document

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"tre-toolkit/internal/outputs/notation"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// placeAttributes say where a cell stands and not what it holds.
var placeAttributes = map[string]bool{
	"data-row": true, "data-col": true, "data-column": true, "data-index": true, "data-id": true, "data-key": true,
	"data-rowindex": true, "data-colindex": true, "data-row-index": true, "data-col-index": true,
}

// saysMore reports an attribute that may hold words or numbers of its own.
func saysMore(key string) bool {
	switch key {
	case "title", "alt", "aria-label", "aria-valuenow", "aria-valuetext", "value", "sorttable_customkey", "content":
		return true
	}
	return strings.HasPrefix(key, "data-") && !placeAttributes[key]
}

// hides reports a cell whose text is a mark or nothing.
func hides(content string) bool {
	cleaned, _ := notation.Clean(content)
	kind := notation.ParseValue(cleaned).Kind
	return kind == notation.Mark || kind == notation.Blank
}

// numbersBehind keeps the numbers in the attributes of a masked cell and of what
// is inside it.
func (h *htmlReader) numbersBehind(n *html.Node, cell string, depth int) {
	h.attributesBehind(n, cell)
	for child := n.FirstChild; child != nil && depth > 0; child = child.NextSibling {
		if child.Type == html.CommentNode {
			h.loose(child.Data)
		}
		h.numbersBehind(child, cell, depth-1)
	}
}

func (h *htmlReader) attributesBehind(n *html.Node, cell string) {
	for _, a := range n.Attr {
		number, _ := notation.Clean(a.Val)
		if _, whole := notation.ParseValue(number).Whole(); saysMore(a.Key) && whole {
			h.doc.Behind = append(h.doc.Behind, Behind{cell, a.Key, number})
		}
	}
}

// notCounts are numbers of texts that count nothing: dates, DOIs, versions and
// the numbers of tables and chapters, and those that explain a mark.
var notCounts = regexp.MustCompile(`(?i)\b(?:doi[: ]*)?10\.[0-9]{4,9}/\S+|https?://\S+|\b[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}\b|\b[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?\b|` +
	`\b(?:19|20)[0-9]{2}(?:[-/][0-9]{2,4})?\b|\b(?:version|v|freeze|table|figure|fig\.?|section|chapter|page|step|part|wave|phase|january|february|march|april|may|june|july|august|september|october|november|december) ?[0-9]+(?:\.[0-9]+)*\b|` +
	`\b[0-9]{1,2} (?:january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b`)

var looseNumber = regexp.MustCompile(`^[(\[<=:]*[0-9][0-9,.]*%?[)\].,;:]*$`)

// loose keeps the numbers of a text outside tables that is numbers and their
// labels rather than a sentence.
func (h *htmlReader) loose(text string) {
	for _, line := range strings.Split(text, "\n") {
		if !strings.ContainsFunc(line, unicode.IsDigit) {
			continue
		}
		fields := strings.Fields(withoutKnown(line))
		var numbers []string
		for _, field := range fields {
			if _, after, found := strings.Cut(field, "="); found {
				field = after
			}
			if looseNumber.MatchString(field) {
				numbers = append(numbers, strings.Trim(field, "()[]<=:.,;"))
			}
		}
		if len(numbers) > 0 && (len(fields) <= 6 || len(numbers)*3 >= len(fields)) && len(h.loosely) < mostLoose {
			for _, number := range numbers {
				h.loosely = append(h.loosely, looseOne{number, strings.Join(strings.Fields(line), " ")})
			}
		}
	}
}

const (
	mostLoose = 10_000
	// fewestLoose is how many digits a number outside tables needs before it is
	// taken for the same one in a table.
	fewestLoose = 3
)

// looseOne is a number outside the tables and the line that it stands in.
type looseOne struct{ number, line string }

// tellLoose tells of numbers outside the tables, but for those that a table of
// the page shows, and those of a name that heads its rows or columns.
func (h *htmlReader) tellLoose() {
	if len(h.loosely) == 0 {
		return
	}
	shown := map[string]bool{}
	for _, t := range h.doc.Tables {
		for _, row := range t.Rows {
			for _, cell := range row.Cells {
				shown[cell] = true
			}
		}
	}
	for _, one := range h.loosely {
		named := shown[one.line] && strings.ContainsFunc(one.line, unicode.IsLetter)
		if !named && (len(one.number) < fewestLoose || !shown[one.number]) {
			h.gapOnce("numbers outside its tables")
			return
		}
	}
}

// code reads a block of code in a page, and returns false for one that shows
// numbers otherwise.
func (h *htmlReader) code(pre *html.Node) bool {
	first := pre.FirstChild
	if first == nil || first.DataAtom != atom.Code || first.NextSibling != nil {
		return false
	}
	var nested []*html.Node
	lines := strings.Split(h.content(first, &nested), "\n")
	if len(nested) > 0 || !isCode(lines) {
		return false
	}
	h.doc.readCodeLines(lines, 0)
	return true
}

// list reads a list of names and values as a table of two columns, when there is
// a number among the values.
func (h *htmlReader) list(dl *html.Node) bool {
	t := &Table{Header: []string{"", "value"}}
	var nested []*html.Node
	numbers := false
	var each func(n *html.Node, depth int)
	each = func(n *html.Node, depth int) {
		for child := n.FirstChild; child != nil && depth > 0; child = child.NextSibling {
			switch child.DataAtom {
			case atom.Dt:
				t.Rows = append(t.Rows, Row{Cells: []string{h.content(child, &nested), ""}})
			case atom.Dd:
				value := h.content(child, &nested)
				h.doc.Prose = append(h.doc.Prose, Prose{0, value})
				numbers = numbers || strings.ContainsFunc(value, unicode.IsDigit)
				if last := len(t.Rows) - 1; last >= 0 && t.Rows[last].Cells[1] == "" {
					t.Rows[last].Cells[1] = value
				} else {
					t.Rows = append(t.Rows, Row{Cells: []string{"", value}})
				}
			default:
				each(child, depth-1)
			}
		}
	}
	each(dl, 600)
	if !numbers || len(nested) > 0 {
		return false
	}
	h.doc.Tables = append(h.doc.Tables, t)
	return true
}

// carried reads a file that a link carries in its address.
func (h *htmlReader) carried(link *html.Node) {
	for _, a := range link.Attr {
		if a.Key == "href" && strings.HasPrefix(a.Val, "data:") {
			h.links++
			h.doc.dataAddress(fmt.Sprintf("linked file %d", h.links), a.Val)
		}
	}
}

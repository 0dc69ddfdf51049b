package document

import (
	"regexp"
	"strings"
	"unicode"

	"tre-toolkit/internal/outputs/notation"

	"golang.org/x/net/html"
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
	`\b[0-9]{1,2} (?:january|february|march|april|may|june|july|august|september|october|november|december)\b`)

var looseNumber = regexp.MustCompile(`^[(\[<=:]*[0-9][0-9,.]*%?[)\].,;:]*$`)

// loose tells of a text outside tables that is numbers and their labels rather
// than a sentence.
func (h *htmlReader) loose(text string) {
	for _, line := range strings.Split(text, "\n") {
		if !strings.ContainsFunc(line, unicode.IsDigit) {
			continue
		}
		fields := strings.Fields(notCounts.ReplaceAllString(markNumber.ReplaceAllString(line, " "), " "))
		numbers := 0
		for _, field := range fields {
			if _, after, found := strings.Cut(field, "="); found {
				field = after
			}
			if looseNumber.MatchString(field) {
				numbers++
			}
		}
		if numbers > 0 && (len(fields) <= 6 || numbers*3 >= len(fields)) {
			h.gapOnce("numbers outside its tables")
			return
		}
	}
}

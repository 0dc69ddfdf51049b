package cite

import (
	"fmt"
	"html"
	"regexp"
	"strings"
)

// markedVersion is a number under a sign that says no more than "version".
var markedVersion = regexp.MustCompile(`(?i)^v(?:ersion)?[. ]*0*([0-9].*)$`)

// marks writes the pieces of an APA line in one form.
type marks struct {
	text  func(string) string // a value, escaped
	title func(string) string // a title, escaped and set apart
	link  func(string) string // an address to follow
	whole func(string) string // the line
}

// line joins the pieces that are there.
func (m marks) line(pieces []string) string {
	var kept []string
	for _, piece := range pieces {
		if piece != "" {
			kept = append(kept, piece)
		}
	}
	return m.whole(strings.Join(kept, " "))
}

var (
	plainMarks    = marks{same, same, same, same}
	markdownMarks = marks{escapeMarkdown, markdownTitle, markdownLink, escapeLineStart}
	htmlMarks     = marks{html.EscapeString, htmlTitle, htmlLink, same}
)

func same(text string) string { return text }

// lines writes a line of each work: one under the other as plain text, each a
// paragraph of its own in the other forms.
func (f Form) lines(works []Work, line func(Work, marks) string) ([]byte, error) {
	var m marks
	var open, end string
	switch f {
	case "", Plain:
		m, end = plainMarks, "\n"
	case Markdown:
		m, end = markdownMarks, "\n"
	case HTML:
		m, open, end = htmlMarks, "<p>", "</p>\n"
	default:
		return nil, fmt.Errorf("%q is not a form", f)
	}
	paragraphs := make([]string, len(works))
	for i, work := range works {
		paragraphs[i] = open + line(work, m) + end
	}
	between := ""
	if f == Markdown {
		between = "\n"
	}
	return []byte(strings.Join(paragraphs, between)), nil
}

func htmlTitle(title string) string { return "<i>" + html.EscapeString(title) + "</i>" }

func htmlLink(address string) string {
	escaped := html.EscapeString(address)
	if !isWebAddress(address) {
		return escaped
	}
	return `<a href="` + escaped + `">` + escaped + `</a>`
}

// markdownSigns are the characters that CommonMark or Pandoc's Markdown may
// take for mark-up inside a line.
const markdownSigns = "\\`*_{}[]<>&#~^$|@!"

func escapeMarkdown(text string) string {
	var out strings.Builder
	for _, r := range text {
		if strings.ContainsRune(markdownSigns, r) {
			out.WriteByte('\\')
		}
		out.WriteRune(r)
	}
	return out.String()
}

func markdownTitle(title string) string { return "*" + escapeMarkdown(title) + "*" }

func markdownLink(address string) string {
	if !isWebAddress(address) {
		return escapeMarkdown(address)
	}
	return "<" + address + ">"
}

// listStart is what makes a list item of a line: a number, a letter or a Roman
// number, closed by a stop or a bracket.
var listStart = regexp.MustCompile(`^(\(?(?:[0-9]+|[A-Za-z]|[ivxlcdmIVXLCDM]+))([.)])`)

// escapeLineStart keeps a line from being a list item, a heading, a rule, a
// definition or a title block.
func escapeLineStart(line string) string {
	if line != "" && strings.ContainsRune("-+=:%", rune(line[0])) {
		return `\` + line
	}
	return listStart.ReplaceAllString(line, `$1\$2`)
}

package cite

import (
	"html"
	"html/template"
	"strings"
)

// APALine returns the line that UK LLC's dataset page prints, as text: the
// first creator, year, title, publisher and DOI link, each closed by a full
// stop even where the value ends in one. It has no version and no "[Data set]":
// it is the page's form, not the manual's.
func (w Work) APALine() string {
	w = w.tidy()
	return strings.Join(w.apaParts(w.Title+".", w.Link()), " ")
}

// APALineHTML returns APALine as HTML: title and its stop in italics, the link
// to follow, all else escaped. A link that is no web address stays text.
func (w Work) APALineHTML() template.HTML {
	w = w.tidy()
	link := html.EscapeString(w.Link())
	if isWebAddress(w.Link()) {
		link = `<a href="` + link + `">` + link + `</a>`
	}
	parts := w.escaped().apaParts("<i>"+html.EscapeString(w.Title)+".</i>", link)
	return template.HTML(strings.Join(parts, " "))
}

// apaParts returns what the line is made of, in order, without what is missing.
func (w Work) apaParts(title, link string) []string {
	var parts []string
	if len(w.Creators) > 0 {
		parts = append(parts, w.Creators[0].Name+".")
	}
	if w.Year != 0 {
		parts = append(parts, "("+w.yearText()+").")
	}
	if w.Title != "" {
		parts = append(parts, title)
	}
	if w.Publisher != "" {
		parts = append(parts, w.Publisher+".")
	}
	if link != "" {
		parts = append(parts, link)
	}
	return parts
}

// escaped returns the work with the first creator and the publisher as HTML.
func (w Work) escaped() Work {
	w.Publisher = html.EscapeString(w.Publisher)
	if len(w.Creators) > 0 {
		w.Creators = []Creator{{Name: html.EscapeString(w.Creators[0].Name)}}
	}
	return w
}

func writeAPAPage(works []Work) []byte {
	var out strings.Builder
	for _, work := range works {
		out.WriteString(work.APALine() + "\n")
	}
	return []byte(out.String())
}

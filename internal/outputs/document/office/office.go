// Package office reads text documents and presentations of the Office Open XML
// form (DOCX, PPTX) and of OpenDocument (ODT, ODP) from their parts.
//
// It promises to tell what a reader sees apart from what the file holds: shown
// paragraphs and tables stand in their order, and what is not shown is a note or
// an unseen text of its own: tracked deletions, hidden and white text, comments,
// speaker's notes, hidden slides, rows and properties, charts and embedded files.
// Nothing is run, no link is followed.
package office

import (
	"encoding/xml"
	"path"
	"slices"
	"strings"

	"tre-toolkit/internal/outputs/document/markup"
	"tre-toolkit/internal/outputs/document/packed"
	"tre-toolkit/internal/outputs/document/unseen"
)

// File is what was read of one file.
type File struct {
	unseen.Found
	Blocks   []Block
	Embedded []packed.Member
	// Root is the folder of the parts of the Office Open XML form, and Known tells
	// which parts were read or hold nothing to read; charts, kept files and
	// properties are left to others. Both are empty for OpenDocument.
	Root  string
	Known func(name string) bool
}

// Block is a paragraph or a table, in the order of the file.
type Block struct {
	Text string
	Rows [][]Cell // of a table
}

// Cell is one cell of a table.
type Cell struct {
	Shown  string
	Unseen string // what is kept in the cell and not shown
}

const mostDepth = 200

// reader is a file while it is read.
type reader struct {
	File
	zip   *packed.Zip
	cells int  // still to be read
	blind bool // what is read now is not shown
}

// Read reads a text document or a presentation, at most so many table cells of it.
// It reports false when the file is neither.
func Read(zip *packed.Zip, cells int) (File, bool) {
	r := &reader{zip: zip, cells: cells}
	switch {
	case zip.Has("word/document.xml"):
		r.readWord()
	case zip.Has("ppt/presentation.xml"):
		r.readSlides()
	case zip.Has("content.xml"):
		r.readOpenDocument()
	default:
		return File{}, false
	}
	return r.File, true
}

// wordText are the parts of a text document that are shown, but for its body.
func wordText(name string) bool {
	base := path.Base(name)
	return path.Dir(name) == "word" && strings.HasSuffix(base, ".xml") &&
		slices.ContainsFunc([]string{"header", "footer", "footnotes", "endnotes"}, func(part string) bool { return strings.HasPrefix(base, part) })
}

// wordSilent are parts of a text document that hold nothing to read.
var wordSilent = []string{"word/styles", "word/fontTable", "word/webSettings", "word/numbering", "word/stylesWithEffects", "word/theme/", "word/_rels/", "word/glossary/",
	"word/commentsExtended", "word/commentsIds", "word/commentsExtensible", "word/fonts/", "word/ink/"}

func (r *reader) readWord() {
	r.part("word/document.xml")
	for _, name := range r.zip.Names() {
		switch {
		case wordText(name):
			r.part(name)
		case strings.HasPrefix(name, "word/comments.xml"):
			r.unseenPart(name, "comments", "a comment")
		case name == "word/people.xml" || name == "word/settings.xml" || strings.HasSuffix(name, ".xml.rels"):
			r.settings(name)
		}
	}
	r.Root, r.Known = "word/", func(name string) bool {
		return name == "word/document.xml" || wordText(name) || strings.HasPrefix(name, "word/comments") || name == "word/people.xml" || name == "word/settings.xml" ||
			slices.ContainsFunc(wordSilent, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
	}
}

// slidesSilent are parts of a presentation that hold nothing to read.
var slidesSilent = []string{"ppt/slideMasters/", "ppt/slideLayouts/", "ppt/notesMasters/", "ppt/handoutMasters/", "ppt/theme/", "ppt/_rels/", "ppt/presentation.xml",
	"ppt/presProps", "ppt/viewProps", "ppt/tableStyles", "ppt/fonts/", "ppt/tags/", "ppt/revisionInfo", "ppt/changesInfos/"}

func (r *reader) readSlides() {
	for _, name := range r.zip.Names() {
		switch below := strings.HasSuffix(name, ".xml"); {
		case below && strings.HasPrefix(name, "ppt/slides/"):
			r.part(name)
		case below && strings.HasPrefix(name, "ppt/notesSlides/"):
			r.unseenPart(name, "notes", "the speaker's notes")
		case below && strings.HasPrefix(name, "ppt/comments/"):
			r.unseenPart(name, "comments", "a comment")
		case name == "ppt/commentAuthors.xml" || name == "ppt/authors.xml" || strings.HasSuffix(name, ".xml.rels"):
			r.settings(name)
		}
	}
	r.Root, r.Known = "ppt/", func(name string) bool {
		return strings.HasPrefix(name, "ppt/slides/") || strings.HasPrefix(name, "ppt/notesSlides/") || strings.HasPrefix(name, "ppt/comment") || name == "ppt/authors.xml" ||
			slices.ContainsFunc(slidesSilent, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
	}
}

// hide notes a text that is kept and not shown.
func (r *reader) hide(where, what, text string) {
	if strings.TrimSpace(text) == "" {
		return
	}
	r.Note(unseen.ClassOf(text), where, what, text)
}

// open begins to read a part.
func (r *reader) open(name string) *markup.Reader {
	content, err := r.zip.Read(name)
	if err != nil {
		r.Gap("its part " + path.Base(name) + " could not be read: " + err.Error())
		return markup.New(nil, mostDepth)
	}
	return markup.New(content, mostDepth)
}

func (r *reader) close(name string, x *markup.Reader) {
	for _, problem := range x.Problems() {
		r.Gap("in its part " + path.Base(name) + ": " + problem)
	}
}

// part reads the paragraphs and tables of a part.
func (r *reader) part(name string) {
	x := r.open(name)
	for token := x.Next(); token != nil; token = x.Next() {
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		if start.Name.Local == "sld" && markup.Attribute(start, "show") == "0" {
			r.blind = true
			r.Note(unseen.Numbers, path.Base(name), "a hidden slide", "")
		}
		r.add(r.blocks(x, start.Name.Local == "p" || start.Name.Local == "tbl", start))
	}
	r.blind = false
	r.close(name, x)
}

// unseenPart reads a part that is not shown with the text: each of its texts is a
// note.
func (r *reader) unseenPart(name, where, what string) {
	x := r.open(name)
	for token := x.Next(); token != nil; token = x.Next() {
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		if author := markup.Attribute(start, "author"); author != "" {
			r.Note(unseen.Person, where, "an author", author)
		}
		if start.Name.Local == "p" || start.Name.Local == "text" {
			r.hide(where, what, x.Text())
		}
	}
	r.close(name, x)
}

// settings reads who worked on the file, and what it is linked to.
func (r *reader) settings(name string) {
	x := r.open(name)
	for token := x.Next(); token != nil; token = x.Next() {
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		target := markup.Attribute(start, "Target")
		switch start.Name.Local {
		case "person", "cmAuthor", "author":
			if person := markup.Attribute(start, "author") + markup.Attribute(start, "name"); person != "" {
				r.Note(unseen.Person, "the file", "names who worked on it", person)
			}
		case "docVar":
			r.hide("the file", "a variable of the document", markup.Attribute(start, "name")+": "+markup.Attribute(start, "val"))
		case "Relationship":
			if markup.Attribute(start, "TargetMode") == "External" && !strings.HasPrefix(target, "http") && !strings.HasPrefix(target, "mailto:") {
				r.Note(unseen.Path, "links", "the path of another file", target)
			}
		}
	}
	r.close(name, x)
}

// add keeps blocks that are shown, and notes those that are not.
func (r *reader) add(blocks []Block) {
	for _, block := range blocks {
		if block.Rows != nil || strings.TrimSpace(block.Text) != "" {
			r.Blocks = append(r.Blocks, block)
		}
	}
}

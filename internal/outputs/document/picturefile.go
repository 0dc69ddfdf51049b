package document

import (
	"tre-toolkit/internal/outputs/document/pdf"
	"tre-toolkit/internal/outputs/document/picture"
	"tre-toolkit/internal/outputs/document/unseen"
)

// readPicture reads what an image says beside its pixels.
func (r *reader) readPicture(content []byte) {
	found := picture.Read(r.Kind, content, r.budget)
	r.gap("its pixels were not read")
	if found.Broken {
		r.gap("it is broken, or does not end where it should")
	}
	for _, note := range found.Notes {
		r.hiddenText(printableText(note.Text))
		if note.Class != picture.Harmless {
			r.hide(note.Class, note.Where, saysPicture[note.Class])
		}
	}
}

var saysPicture = map[unseen.Class]string{
	unseen.Person:   "the picture's metadata names somebody",
	unseen.Place:    "the picture's metadata says where, or on which machine, it was made",
	unseen.Words:    "text that the picture does not show",
	unseen.Picture:  "a second picture, which may show what was cut away",
	unseen.Leftover: "bytes that no viewer shows",
}

// printableText keeps the texts in bytes that may not be text.
func printableText(text string) string {
	kept := make([]rune, 0, len(text))
	for _, letter := range text {
		if letter == '\n' || letter >= ' ' && letter != 0x7f && letter != 0xfffd {
			kept = append(kept, letter)
		}
	}
	return string(kept)
}

// readPDF reads the text of pages as lines, with the tables in them.
func (r *reader) readPDF(content []byte) {
	file := pdf.Read(content, r.budget)
	for _, gap := range file.Gaps {
		r.gap("%s", gap)
	}
	for i, page := range file.Pages {
		if !r.textBlocks(splitLines(page), 1) {
			r.gap("numbers in the running text of page %d are not understood", i+1)
		}
	}
	for _, note := range file.Notes {
		r.hide(note.Class, note.Where, note.What)
		r.hiddenText(note.Text)
	}
	for _, member := range file.Attached {
		r.hide(unseen.Leftover, "the file", "an attached file")
		r.attach(member.Name, member.Content, member.Err)
	}
}

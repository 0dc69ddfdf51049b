// Package unseen holds what a reader of finished files finds in a file beside what
// the file shows: notes of it, and what could not be read. Both lists are bounded,
// and that something is left out of them is said.
package unseen

import (
	"slices"
	"strings"
)

// Class says what sort of thing is not shown.
type Class string

// The classes.
const (
	Numbers  Class = "numbers"  // numbers, or text with numbers
	Words    Class = "text"     // words
	Person   Class = "person"   // names somebody
	Place    Class = "place"    // says where
	Path     Class = "path"     // a path, a connection or an address
	Program  Class = "program"  // something that would run
	Picture  Class = "picture"  // another picture
	Leftover Class = "leftover" // bytes that no program shows
)

// ClassOf tells words from words with numbers in them.
func ClassOf(text string) Class {
	if strings.ContainsAny(text, "0123456789") {
		return Numbers
	}
	return Words
}

// Note is something that a reader of the file does not see.
type Note struct {
	Where, What string
	Class       Class
	Text        string // to be searched; never to be printed
}

// Found is what was found of one file.
type Found struct {
	Notes []Note
	Gaps  []string // what was not read, in words
}

const mostNotes = 500

// Gap says once that something was not read.
func (f *Found) Gap(text string) {
	if !slices.Contains(f.Gaps, text) {
		f.Gaps = append(f.Gaps, text)
	}
}

// Note notes something that is not shown.
func (f *Found) Note(class Class, where, what, text string) {
	if len(f.Notes) == mostNotes {
		f.Gap("it hides more than can be listed")
		return
	}
	f.Notes = append(f.Notes, Note{where, what, class, text})
}

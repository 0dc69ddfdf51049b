// Package script holds the script that the toolkit's interactive reports run, apart
// from the room that writes them, so that the output checker knows it again: it
// draws from the tables of its page, which are checked, and holds no figure itself.
package script

import _ "embed"

// Report is the script of the interactive report.
//
//go:embed report.js
var Report string

// Known reports whether a text is a script of this toolkit, to the byte. One of
// another version is not.
func Known(text string) bool { return text == Report }

// Package identifier knows what identifies a person: NHS numbers, postcodes,
// dates that may be partly known, and the names that stand for no name. Each is
// parsed once, and is right from then on; what is junk is told from what is an
// identifier here and nowhere else, so that junk is never hashed.
//
// The package is pure. What it says of a text, an error included, never quotes
// the text, and its types do not print what they hold.
//
// Rules: the NHS Data Model and Dictionary (NHS NUMBER, modulus 11), Royal
// Mail's and BS 7666's postcode grammar, the pseudo-postcodes of the NHS
// Postcode Directory.
package identifier

import "unicode"

// Text is what the parsers read. Bytes are not kept.
type Text interface{ ~string | ~[]byte }

// Junk is the error of a value that is no identifier: why it must not be
// hashed. It is also the reason that stands beside an empty link.
type Junk string

// Error returns the reason.
func (j Junk) Error() string { return string(j) }

// The reasons.
const (
	Missing     Junk = "missing"
	Spreadsheet Junk = "a number that a spreadsheet has rounded"
	Malformed   Junk = "malformed"
	CheckDigit  Junk = "wrong check digit"
	Dummy       Junk = "a dummy number"
	TestNumber  Junk = "of the test range"
	Partial     Junk = "a part of a postcode"
	NoSuchDay   Junk = "no such day"
	Unknown     Junk = "unknown"
)

const withheld = "[identifier withheld]"

// isSpace reports whether a character is one of those that people and
// spreadsheets put between groups of digits.
func isSpace(r rune) bool {
	return unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff'
}

func isDash(r rune) bool { return unicode.Is(unicode.Pd, r) || r == '\u2212' }

// digitOf returns the value of a digit of any of the widths that keyboards
// write, or -1.
func digitOf(r rune) int {
	switch {
	case r >= '0' && r <= '9':
		return int(r - '0')
	case r >= '\uff10' && r <= '\uff19':
		return int(r - '\uff10')
	}
	return -1
}

package document

import (
	"strconv"
	"strings"

	"tre-toolkit/internal/outputs/document/unseen"
)

// rtfSilent are groups of an RTF file that are no text.
var rtfSilent = map[string]bool{
	"fonttbl": true, "colortbl": true, "stylesheet": true, "listtable": true, "listoverridetable": true, "generator": true,
	"rsidtbl": true, "themedata": true, "colorschememapping": true, "latentstyles": true, "datastore": true, "xmlnstbl": true,
}

// rtfReader reads RTF; Rich Text Format specification 1.9.1.
type rtfReader struct {
	*reader
	text      string
	at        int
	line      int
	cell      strings.Builder
	cells     []string
	rows      []Row
	paragraph strings.Builder
	skipped   []bool // per open group
	inTable   bool
}

// readRTF reads the tables and paragraphs of an RTF file.
func (r *reader) readRTF(text string) {
	f := &rtfReader{reader: r, text: text, line: 1, skipped: []bool{false}}
	for f.at < len(text) {
		switch c := text[f.at]; c {
		case '{':
			f.skipped = append(f.skipped, f.skipped[len(f.skipped)-1])
			f.at++
		case '}':
			if len(f.skipped) > 1 {
				f.skipped = f.skipped[:len(f.skipped)-1]
			}
			f.at++
		case '\\':
			f.command()
		case '\n':
			f.line++
			f.at++
		default:
			f.letter(c)
			f.at++
		}
	}
	f.endParagraph()
	f.endTable()
}

func (f *rtfReader) letter(c byte) {
	if f.skipped[len(f.skipped)-1] {
		return
	}
	if f.inTable {
		f.cell.WriteByte(c)
	} else {
		f.paragraph.WriteByte(c)
	}
}

func (f *rtfReader) letters(text string) {
	for i := range len(text) {
		f.letter(text[i])
	}
}

func (f *rtfReader) command() {
	f.at++
	if f.at >= len(f.text) {
		return
	}
	c := f.text[f.at]
	if c < 'a' || c > 'z' {
		f.sign(c)
		return
	}
	start := f.at
	for f.at < len(f.text) && f.text[f.at] >= 'a' && f.text[f.at] <= 'z' {
		f.at++
	}
	word := f.text[start:f.at]
	start = f.at
	for f.at < len(f.text) && (f.text[f.at] == '-' && f.at == start || f.text[f.at] >= '0' && f.text[f.at] <= '9') {
		f.at++
	}
	value := f.text[start:f.at]
	if f.at < len(f.text) && f.text[f.at] == ' ' {
		f.at++
	}
	f.word(word, value)
}

// sign reads an escaped sign: a brace, a byte in hexadecimal, a blank.
func (f *rtfReader) sign(c byte) {
	f.at++
	switch c {
	case '\'':
		end := min(f.at+2, len(f.text))
		if code, err := strconv.ParseUint(f.text[f.at:end], 16, 8); err == nil {
			f.letters(fromWindows([]byte{byte(code)}))
		}
		f.at = end
	case '*':
		f.skipped[len(f.skipped)-1] = true
	case '~':
		f.letter(' ')
	case '{', '}', '\\':
		f.letter(c)
	}
}

func (f *rtfReader) word(word, value string) {
	switch word {
	case "trowd", "intbl":
		if !f.inTable {
			f.endParagraph()
		}
		f.inTable = true
	case "cell":
		f.cells = append(f.cells, strings.TrimSpace(f.cell.String()))
		f.cell.Reset()
	case "row":
		f.rows = append(f.rows, Row{f.line, f.cells})
		f.cells, f.inTable = nil, false
	case "par", "line":
		if f.inTable {
			f.letter(' ')
			return
		}
		f.endParagraph()
	case "tab":
		f.letter('\t')
	case "u":
		if code, err := strconv.Atoi(value); err == nil {
			f.letters(string(rune(uint16(code))))
			if f.at < len(f.text) && f.text[f.at] == '?' {
				f.at++
			}
		}
	case "pict", "object":
		f.gap("it holds a picture or an embedded object, which was not read")
		f.skipped[len(f.skipped)-1] = true
	case "v", "deleted":
		if value != "0" {
			f.hide(unseen.Words, "the text", "text that is hidden or deleted")
		}
	case "bin":
		if length, err := strconv.Atoi(value); err == nil && length > 0 {
			f.gap("it holds a picture or an embedded object, which was not read")
			f.at = min(f.at+min(length, len(f.text)), len(f.text))
		}
	case "info", "annotation", "atnauthor":
		f.hide(unseen.Words, "the file", "properties or comments")
	default:
		if rtfSilent[word] {
			f.skipped[len(f.skipped)-1] = true
		}
	}
}

// endParagraph keeps a paragraph; one between two tables parts them.
func (f *rtfReader) endParagraph() {
	text := strings.TrimSpace(f.paragraph.String())
	f.paragraph.Reset()
	if text == "" {
		return
	}
	f.endTable()
	f.Prose = append(f.Prose, Prose{f.line, text})
	if !isPlainNote(text) {
		f.gap("its text was searched for identifiers and low counts, and numbers outside its tables are not understood")
	}
}

func (f *rtfReader) endTable() {
	if len(f.rows) > 0 && f.takeCells(f.rows) {
		f.addGrid(f.rows)
	}
	f.rows = nil
}

package document

import (
	"bytes"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// decode makes plain lines of UTF-8 of what people's programs write.
func (d *Document) decode(content []byte) string {
	content = bytes.TrimPrefix(content, []byte("\xef\xbb\xbf"))
	switch {
	case bytes.HasPrefix(content, []byte("\xff\xfe\x00\x00")), bytes.HasPrefix(content, []byte("\x00\x00\xfe\xff")):
		content = fromUTF32(content)
	case bytes.HasPrefix(content, []byte("\xff\xfe")), bytes.HasPrefix(content, []byte("\xfe\xff")):
		content = fromUTF16(content[2:], content[0] == 0xfe)
	case looksLikeUTF16(content, 1):
		content = fromUTF16(content, false)
	case looksLikeUTF16(content, 0):
		content = fromUTF16(content, true)
	}
	if bytes.IndexByte(content, 0) >= 0 {
		d.gap("it holds NUL bytes")
		content = bytes.ReplaceAll(content, []byte{0}, nil)
	}
	text := string(content)
	if !utf8.ValidString(text) {
		text = fromWindows(content)
	}
	if strings.Contains(text, "\r") {
		text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	}
	if strings.TrimSpace(text) == "" {
		d.gap("it is empty")
	}
	return text
}

// looksLikeUTF16 reports text of two bytes a letter without its mark: every
// second byte of the beginning is NUL.
func looksLikeUTF16(content []byte, zero int) bool {
	sample := content[:min(len(content), 64)]
	if len(sample) < 8 {
		return false
	}
	for i := range len(sample) / 2 {
		if sample[2*i+zero] != 0 || sample[2*i+1-zero] == 0 {
			return false
		}
	}
	return true
}

func fromUTF16(content []byte, bigEndian bool) []byte {
	units := make([]uint16, 0, len(content)/2)
	for i := 0; i+1 < len(content); i += 2 {
		low, high := content[i], content[i+1]
		if bigEndian {
			low, high = high, low
		}
		units = append(units, uint16(low)|uint16(high)<<8)
	}
	return []byte(string(utf16.Decode(units)))
}

func fromUTF32(content []byte) []byte {
	bigEndian := content[0] == 0
	text := make([]byte, 0, len(content)/4)
	for i := 4; i+3 < len(content); i += 4 {
		c := rune(content[i]) | rune(content[i+1])<<8 | rune(content[i+2])<<16 | rune(content[i+3])<<24
		if bigEndian {
			c = rune(content[i+3]) | rune(content[i+2])<<8 | rune(content[i+1])<<16 | rune(content[i])<<24
		}
		text = utf8.AppendRune(text, c)
	}
	return text
}

// windowsLetters are the characters 0x80 to 0x9F of Windows-1252; NUL where it
// has none.
var windowsLetters = [...]rune{
	'€', 0, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', 0, 'Ž', 0,
	0, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', 0, 'ž', 'Ÿ',
}

// fromWindows reads every byte as the character of Windows-1252, which holds
// all of Latin-1 that is printed.
func fromWindows(content []byte) string {
	var b strings.Builder
	b.Grow(len(content) + len(content)/8)
	for _, c := range content {
		switch {
		case c < 0x80 || c >= 0xa0 || windowsLetters[c-0x80] == 0:
			b.WriteRune(rune(c))
		default:
			b.WriteRune(windowsLetters[c-0x80])
		}
	}
	return b.String()
}

// isText reports whether bytes are text of some kind: hardly any control
// characters among the first of them.
func isText(content []byte) bool {
	sample := content[:min(len(content), 32<<10)]
	if bytes.HasPrefix(sample, []byte("\xff\xfe")) || bytes.HasPrefix(sample, []byte("\xfe\xff")) ||
		looksLikeUTF16(sample, 0) || looksLikeUTF16(sample, 1) {
		return true
	}
	controls, nuls := 0, 0
	for _, c := range sample {
		if c < ' ' && c != '\n' && c != '\r' && c != '\t' && c != '\f' && c != 0x1b {
			controls++
		}
		if c == 0 {
			nuls++
		}
	}
	return (nuls <= 2 || nuls*50 <= len(sample)) && (controls <= 8 || controls*20 <= len(sample))
}

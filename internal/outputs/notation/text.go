package notation

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Clean returns a cell as a reader sees it: no invisible characters, digits and
// signs in their plain form, single spaces. The second result reports that
// something invisible was taken out.
func Clean(raw string) (string, bool) {
	if plain(raw) {
		return strings.TrimSpace(raw), false
	}
	var b strings.Builder
	invisible := false
	for _, r := range raw {
		switch {
		case unicode.Is(unicode.Cf, r) || r == 0 || r == utf8.RuneError:
			invisible = true
		case unicode.IsSpace(r) || unicode.Is(unicode.Zs, r):
			b.WriteByte(' ')
		default:
			b.WriteRune(plainRune(r))
		}
	}
	return strings.TrimSpace(b.String()), invisible
}

func plain(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf || text[i] < ' ' {
			return false
		}
	}
	return true
}

// plainRune maps full-width forms, digits of other scripts, dashes and
// comparison signs to their ASCII forms.
func plainRune(r rune) rune {
	switch {
	case r >= 0xFF01 && r <= 0xFF5E:
		return r - 0xFEE0
	case r == '−' || r >= 0x2010 && r <= 0x2015:
		return '-'
	case r == '‹' || r == '〈':
		return '<'
	case r == '’':
		return '\''
	case r > 0x7F && unicode.Is(unicode.Nd, r):
		return '0' + digitOf(r)
	}
	return r
}

// digitOf returns the value of a decimal digit of any script: Unicode lays each
// script's digits out in runs of ten that begin with its zero.
func digitOf(r rune) rune {
	for _, digits := range unicode.Nd.R16 {
		if r >= rune(digits.Lo) && r <= rune(digits.Hi) {
			return (r - rune(digits.Lo)) % 10
		}
	}
	for _, digits := range unicode.Nd.R32 {
		if r >= rune(digits.Lo) && r <= rune(digits.Hi) {
			return (r - rune(digits.Lo)) % 10
		}
	}
	return 0
}

// Printable makes untrusted text safe for a terminal: what cannot be seen is
// shown as its code, and long text is cut.
func Printable(text string) string {
	const longest = 2000
	cut := len(text) > longest
	if cut {
		text = text[:longest]
	}
	var b strings.Builder
	for _, r := range text {
		if unicode.IsPrint(r) {
			b.WriteRune(r)
		} else {
			b.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
		}
	}
	if cut {
		b.WriteString("...")
	}
	return b.String()
}

// Words splits a name into lower-case words at everything that is no letter, at
// underscores, and where camel case changes.
func Words(name string) []string {
	if plain(name) {
		return plainWords(name)
	}
	var b strings.Builder
	previous := ' '
	for _, r := range name {
		switch {
		case r == '%':
			b.WriteString(" % ")
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			b.WriteByte(' ')
		case unicode.IsUpper(r) && unicode.IsLower(previous):
			b.WriteByte(' ')
			b.WriteRune(unicode.ToLower(r))
		default:
			b.WriteRune(unicode.ToLower(r))
		}
		previous = r
	}
	return strings.Fields(b.String())
}

// plainWords is Words for names without letters but those of English.
func plainWords(name string) []string {
	parted := make([]byte, 0, len(name)+8)
	var previous byte
	for i := range len(name) {
		c := name[i]
		switch {
		case c == '%':
			parted = append(parted, " % "...)
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
			parted = append(parted, c)
		case c < 'A' || c > 'Z':
			parted = append(parted, ' ')
		case previous >= 'a' && previous <= 'z':
			parted = append(parted, ' ', c+'a'-'A')
		default:
			parted = append(parted, c+'a'-'A')
		}
		previous = c
	}
	return strings.Fields(string(parted))
}

package cite

import (
	"fmt"
	"regexp"
	"strings"
)

// cffLanguage is a language as CITATION.cff writes one.
var cffLanguage = regexp.MustCompile(`^[a-z]{2,3}$`)

// yaml writes lines of block YAML under one indent.
type yaml struct {
	out    *strings.Builder
	indent string
}

// in returns a writer of the same file, further in.
func (y yaml) in(deeper string) yaml { return yaml{y.out, y.indent + deeper} }

func (y yaml) line(text string) { y.out.WriteString(y.indent + text + "\n") }

// put writes a key with a text, or nothing where the text is empty.
func (y yaml) put(key, text string) {
	if text != "" {
		y.line(key + ": " + yamlText(text))
	}
}

// putAll writes a key with a list of texts, or nothing where it is empty.
func (y yaml) putAll(key string, texts []string) {
	if len(texts) == 0 {
		return
	}
	y.line(key + ":")
	for _, text := range texts {
		y.line("  - " + yamlText(text))
	}
}

// yamlText returns a text in double quotes, in which YAML knows no word, number
// or sign but the backslash, and every character that it does not print is
// escaped (YAML 1.2.2, 5.1 and 5.7).
func yamlText(text string) string {
	var out strings.Builder
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			out.WriteString(`\` + string(r))
		case r == '\t' || r >= ' ' && r <= '~' || r >= 0xA0 && r <= 0xD7FF && r != 0x2028 && r != 0x2029,
			r >= 0xE000 && r <= 0xFFFD && r != 0xFEFF, r >= 0x10000:
			out.WriteRune(r)
		default:
			fmt.Fprintf(&out, `\u%04X`, r)
		}
	}
	return `"` + out.String() + `"`
}

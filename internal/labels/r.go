package labels

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
)

// R returns one script that holds the labels of all tables and a function that
// applies them: codes become factors.
func R(stem string, tables []Table) ([]File, error) {
	var text bytes.Buffer
	if err := templates.ExecuteTemplate(&text, "labels.R.tmpl", tables); err != nil {
		return nil, err
	}
	return []File{{stem + "_labels.R", text.Bytes()}}, nil
}

// quoteR returns a text as R writes a string, in ASCII so that no encoding of the
// script changes it.
func quoteR(text string) string {
	var quoted strings.Builder
	quoted.WriteByte('"')
	for _, sign := range text {
		switch {
		case sign == '"' || sign == '\\':
			quoted.WriteByte('\\')
			quoted.WriteRune(sign)
		case sign == 0:
			// R has no such sign in a string.
		case sign > unicode.MaxASCII || sign < ' ':
			fmt.Fprintf(&quoted, `\U{%X}`, sign)
		default:
			quoted.WriteRune(sign)
		}
	}
	quoted.WriteByte('"')
	return quoted.String()
}

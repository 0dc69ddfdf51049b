package document

import (
	"regexp"
	"strings"
	"unicode"
)

// citationLine is a line of BibTeX or RIS: a field and its value.
var citationLine = regexp.MustCompile(`^[A-Z][A-Z0-9]  -(?: .*)?$|^\s*@[A-Za-z]+\{|^\s*[A-Za-z_-]+\s*=\s*[{"]?.+$|^\s*\}$`)

// readCitation reads citations in BibTeX and RIS. Their fields count nobody; a
// line that is none of a citation must hold no number.
func (r *reader) readCitation(text string) {
	for i, line := range splitLines(text) {
		if strings.TrimSpace(line) == "" {
			continue
		}
		r.Prose = append(r.Prose, Prose{i + 1, line})
		if !citationLine.MatchString(line) && strings.ContainsFunc(withoutKnown(line), unicode.IsDigit) {
			r.gap("line %d is no part of a citation", i+1)
			return
		}
	}
}

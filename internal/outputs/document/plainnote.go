package document

import (
	"regexp"
	"strings"
	"unicode"
)

var (
	// markNumber is a number that explains a mark: below 10, 1 to 9.
	markNumber = regexp.MustCompile(`(?i)(?:<=?|≤|\b(?:below|under|than|up to|at most|at least|nearest|threshold(?: of| is)?|multiples? of)) ?[0-9]{1,2}\b|\b[01] ?(?:-|–|to) ?[0-9]{1,2}\b`)
	// thingNumber is a number of something that is no person.
	thingNumber = regexp.MustCompile(`(?i)\b[0-9][0-9,]* (?:tables?|figures?|files?|pages?|columns?|variables?|datasets?|minutes?|hours?|days?|weeks?|months?|years?|megabytes?|[kmg]b)\b`)
	// listNumber begins an item of a list, or a chapter.
	listNumber = regexp.MustCompile(`(?m)^\s*(?:#+ )?[0-9]{1,2}(?:\.[0-9]{1,2})*[.)] `)
	// aligned is what parts the columns of a table in plain text.
	aligned = regexp.MustCompile(`\t|\||[^\s.]  +\S`)
)

// isPlainNote reports whether a text is sentences without numbers, but for
// those that say what a mark means, and without columns: nothing in it is left
// unread.
func isPlainNote(text string) bool {
	if strings.TrimSpace(text) == "" || strings.ContainsAny(text, "\t|") || strings.Contains(text, "  ") && aligned.MatchString(text) {
		return false
	}
	if !strings.ContainsFunc(text, unicode.IsDigit) {
		return true
	}
	return !strings.ContainsFunc(withoutKnown(text), unicode.IsDigit)
}

// withoutKnown takes out of a text the numbers that count nobody.
func withoutKnown(text string) string {
	for _, known := range []*regexp.Regexp{markNumber, notCounts, thingNumber, listNumber} {
		text = known.ReplaceAllString(text, " ")
	}
	return text
}

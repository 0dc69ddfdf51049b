package document

import (
	"regexp"
	"strings"
)

var (
	// codeSigns are what a line of a program has beside its numbers.
	codeSigns = regexp.MustCompile(`[(){}\[\]<>=;$"'\\@%]|::|//|--|\b(?:SELECT|WHERE|CASE|WHEN|THEN|FROM|GROUP BY|LIMIT|import|return)\b`)
	// ownNumber is a number that is no part of a name.
	ownNumber = regexp.MustCompile(`(?:^|[^\w.])[0-9]`)
	// printed begins a line that a program printed, as knitr marks it.
	printed = regexp.MustCompile(`^\s*(?:##|#>)`)
)

// isCode reports whether every line with a number in it is one of a program and
// none is a line that a program printed: a list of labels and numbers in a block
// of code is a table all the same.
func isCode(lines []string) bool {
	filled := 0
	for _, line := range lines {
		trimmed := strings.TrimSpace(line)
		switch {
		case trimmed == "":
			continue
		case printed.MatchString(line), isBoxRule(line), isPrompt(line):
			return false
		case ownNumber.MatchString(trimmed) && (!codeSigns.MatchString(trimmed) || looseNumbers(trimmed)):
			return false
		}
		filled++
	}
	return filled > 0
}

// looseNumbers reports a line that is numbers and their labels rather than a
// sentence or a statement.
func looseNumbers(line string) bool {
	fields := strings.Fields(withoutKnown(line))
	numbers := 0
	for _, field := range fields {
		if looseNumber.MatchString(field) {
			numbers++
		}
	}
	return numbers*2 > len(fields)
}

package document

import (
	"regexp"
	"strings"

	"tre-toolkit/internal/outputs/document/unseen"
)

// readCode reads a program: data that is written into it as tables, all else as
// text to be searched.
func (r *reader) readCode(text string) { r.readCodeLines(splitLines(text), 1) }

var (
	// inlineData begins or ends data that is written into code: here documents,
	// triple quotes, and the data steps of SAS and Stata.
	inlineData = regexp.MustCompile(`(?i)^\s*(?:datalines4?|cards4?|input\s[^;]*|lines)\s*;?\s*$|"""|'''|read\.table\(text ?=|read_csv\(StringIO|tribble\(|<<-? ?['"]?[A-Z]+`)
	endOfData  = regexp.MustCompile(`^\s*(?:;|end|\)|"|'|[A-Z]+)\s*;?$|"""|'''`)
	letters    = regexp.MustCompile(`[A-Za-z]`)
)

// readCodeLines reads lines of code. Numbers in code are settings and no counts,
// unless lines of them stand together as data does.
func (r *reader) readCodeLines(lines []string, first int) {
	for i := 0; i < len(lines); i++ {
		if strings.TrimSpace(lines[i]) != "" {
			r.Prose = append(r.Prose, Prose{first + i, lines[i]})
		}
		if !inlineData.MatchString(lines[i]) {
			continue
		}
		end := i + 1
		for end < len(lines) && !endOfData.MatchString(lines[end]) {
			end++
		}
		if end > i+2 && mostlyNumbers(lines[i+1:end]) {
			r.textBlocks(lines[i+1:end], first+i+1)
			r.hide(unseen.Numbers, "the code", "data that is written into it")
			i = end - 1
		}
	}
}

// mostlyNumbers reports whether at least half of the lines hold a number as a
// cell of their own.
func mostlyNumbers(lines []string) bool {
	with := 0
	for _, line := range lines {
		for _, field := range strings.FieldsFunc(line, func(c rune) bool { return c == ',' || c == ' ' || c == '\t' || c == ';' }) {
			if !letters.MatchString(field) && isNumber(field) {
				with++
				break
			}
		}
	}
	return 2*with >= len(lines)
}

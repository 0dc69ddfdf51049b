package document

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

var smclCode = regexp.MustCompile(`\{([^{}]*)\}`)

// fromSMCL writes a Stata log in its own markup as the lines that Stata shows.
// Stata's manual, [P] smcl.
func fromSMCL(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		for range 4 { // codes inside codes
			if !strings.Contains(line, "{") {
				break
			}
			line = expandSMCL(line)
		}
		lines[i] = line
	}
	return strings.Join(lines, "\n")
}

// expandSMCL replaces the innermost codes of a line.
func expandSMCL(line string) string {
	var b strings.Builder
	last, width := 0, 0
	write := func(text string) {
		b.WriteString(text)
		width += utf8.RuneCountInString(text)
	}
	for _, found := range smclCode.FindAllStringIndex(line, -1) {
		write(line[last:found[0]])
		code := line[found[0]+1 : found[1]-1]
		if column, ok := strings.CutPrefix(code, "col "); ok {
			write(blanks(number(column) - 1 - width))
		} else {
			write(smclText(code))
		}
		last = found[1]
	}
	write(line[last:])
	return b.String()
}

func smclText(code string) string {
	name, rest, _ := strings.Cut(code, " ")
	name, width, _ := strings.Cut(name, ":")
	switch name {
	case "c":
		return map[string]string{"|": "|", "-": "-", "+": "+", "TT": "+", "BT": "+", "LT": "+", "RT": "+", "TLC": "+", "TRC": "+", "BLC": "+", "BRC": "+"}[rest]
	case "hline":
		if rest == "" {
			return "-----"
		}
		return strings.Repeat("-", min(max(number(rest), 0), 300))
	case "space":
		return blanks(number(rest))
	case "ralign", "lalign", "center":
		size, inner, _ := strings.Cut(rest, ":")
		room := blanks(number(size) - len([]rune(inner)))
		if name == "lalign" {
			return inner + room
		}
		return room + inner
	case "bind", "stata", "browse", "help", "cmd", "it", "bf", "sf", "ul", "inp", "res", "txt", "text", "result", "input", "error", "err", "com":
		_, inner, _ := strings.Cut(code, ":")
		return inner
	}
	return width
}

func blanks(n int) string { return strings.Repeat(" ", min(max(n, 0), 300)) }

// number reads a whole number; 0 where there is none.
func number(text string) int {
	n, _ := strconv.Atoi(strings.TrimSpace(text))
	return n
}

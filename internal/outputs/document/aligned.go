package document

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"tre-toolkit/internal/outputs/notation"
)

// alignedRows reads lines whose columns stand below each other, with nothing but
// blanks between them, as R and pandas print them. A title above and remarks
// below may keep the columns from being seen: up to three lines above and two
// below are left out for that, and their numbers are the second and the third
// result.
func alignedRows(block []textLine) (rows []Row, top, bottom int) {
	if !slices.ContainsFunc(block, func(line textLine) bool { return strings.ContainsFunc(line.text, unicode.IsDigit) }) {
		return nil, 0, 0
	}
	best := 1
	var refused []int // columns that were clearly without numbers
	for above := 0; above <= 3; above++ {
		for below := 0; below <= 2; below++ {
			if len(block)-above-below < 2 || above > 0 && !looksLikeTitle(block[above-1].text) {
				continue
			}
			inner := block[above : len(block)-below]
			starts := columnsOf(inner)
			if len(starts) <= best || slices.Equal(starts, refused) {
				continue
			}
			found, clearly := hasNumbers(inner, starts)
			if !found {
				if clearly {
					refused = starts
				}
				continue
			}
			best, top, bottom = len(starts), above, below
			rows = rows[:0]
			for _, line := range inner {
				rows = append(rows, Row{line.number, line.cells(starts)})
			}
		}
	}
	if rows == nil {
		rows = spacedRows(block)
	}
	return rows, top, bottom
}

// looksLikeTitle reports a line of words, without wide gaps and without numbers
// at its end.
func looksLikeTitle(line string) bool {
	trimmed := strings.TrimSpace(line)
	fields := strings.Fields(trimmed)
	return !wideGap.MatchString(trimmed) && len(fields) > 0 && !isNumber(fields[len(fields)-1])
}

// widestLine bounds the letters of a line in which columns are looked for.
const widestLine = 4000

// columnsOf returns where the columns of lines begin: the first letters after
// places that are blank in every line.
func columnsOf(lines []textLine) []int {
	var inked []bool
	for _, line := range lines {
		at := 0
		for _, letter := range line.text {
			if at == len(inked) {
				inked = append(inked, false)
			}
			if letter != ' ' && letter != '\t' {
				inked[at] = true
			}
			if at++; at == widestLine {
				return nil
			}
		}
	}
	var starts []int
	for i, ink := range inked {
		if ink && (i == 0 || !inked[i-1]) {
			starts = append(starts, i)
		}
	}
	return starts
}

// fewLines is more than twice the lines that alignedRows leaves out.
const fewLines = 12

// hasNumbers reports whether some column is numbers and marks in at least half
// of its lines, and where none is, whether a few lines less would change nothing.
func hasNumbers(lines []textLine, starts []int) (found, clearly bool) {
	clearly = true
	for i := range starts {
		numbers, others := 0, 0
		for _, line := range lines {
			if isFigure(line.cell(starts, i)) {
				numbers++
			} else if others++; 2*others > len(lines)+fewLines {
				break
			}
		}
		if 2*numbers >= len(lines) {
			return true, true
		}
		clearly = clearly && 2*others > len(lines)+fewLines
	}
	return false, clearly
}

// spacedRows reads at least three lines that all have the same number of words,
// the last of which is a number but perhaps in the first line.
func spacedRows(block []textLine) []Row {
	if len(block) < 3 {
		return nil
	}
	var rows []Row
	for i, line := range block {
		words := strings.Fields(line.text)
		if len(words) < 2 || i > 0 && (len(words) != len(rows[0].Cells) || !isNumber(words[len(words)-1])) {
			return nil
		}
		rows = append(rows, Row{line.number, words})
	}
	return rows
}

// countAndShare is "7 ( 2.3)" and "45.1 (7.2)", as tables of characteristics have.
var countAndShare = regexp.MustCompile(`^[0-9][0-9,.]* ?[(\[] ?[0-9.]+ ?%? ?[)\]]$`)

// isFigure reports a cell that is a number or a mark, or two numbers.
func isFigure(cell string) bool {
	return isNumber(cell) || cell != "" && (cell[len(cell)-1] == ')' || cell[len(cell)-1] == ']') && countAndShare.MatchString(cell)
}

// isNumber reports a cell that is a number or a mark.
func isNumber(cell string) bool {
	cleaned, _ := notation.Clean(cell)
	kind := notation.ParseValue(cleaned).Kind
	return kind == notation.Number || kind == notation.Mark
}

func allNumbers(cells []string) bool {
	for _, cell := range cells {
		if !isNumber(cell) {
			return false
		}
	}
	return true
}

package document

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

var (
	terminalCodes = regexp.MustCompile(`\x1b(?:\[[0-9;?]*[A-Za-z]|\][^\x07\x1b]*(?:\x07|\x1b\\)?)`)
	// prompt begins a line that a person typed.
	prompt = regexp.MustCompile(`^(?:[>+.$] |>>> |\.\.\. |In \[|Out\[|sas> |mysql> |[a-z_]+=[#>] )`)
	// remark is a line that programs print right below a table.
	remark = regexp.MustCompile(`^(?:Name: |dtype: |Length: |Freq: |\[[0-9]+ rows x|\([0-9]+ rows?\)|Signif\. codes|[0-9]+ rows? in set|# (?:A tibble|ℹ|…|\.\.\.)|---$)`)
)

// readText reads lines of text and the tables in them: boxes, ruled and aligned
// columns, and what Stata, R and pandas print.
func (r *reader) readText(text string) {
	if strings.HasPrefix(text, "{smcl}") {
		text = fromSMCL(text)
	}
	if strings.Contains(text, "\x1b") {
		text = terminalCodes.ReplaceAllString(text, "")
	}
	if !r.textBlocks(strings.Split(text, "\n"), 1) {
		r.gap("its text was searched for identifiers and low counts, and numbers outside its tables are not understood")
	}
}

// textBlocks reads the tables of lines, the first of which has the given number.
// What is no table becomes prose; it reports whether all of that is plain notes.
func (r *reader) textBlocks(lines []string, first int) bool {
	plain := true
	prose := func(from, to int) {
		for i := from; i < to; i++ {
			if strings.TrimSpace(lines[i]) != "" {
				r.Prose = append(r.Prose, Prose{first + i, lines[i]})
				plain = plain && isPlainNote(lines[i]) // the first line that is none settles it
			}
		}
	}
	for i := 0; i < len(lines); {
		end := blockEnd(lines, i)
		if end == i {
			prose(i, i+1)
			i++
			continue
		}
		from, to := r.textTable(lines, i, end, first)
		prose(i, from)
		prose(to, end)
		i = end
	}
	return plain
}

// blockEnd returns where the lines that belong together end: at a blank line, at
// something typed, at a remark, at a line of a report. A block never begins with
// these.
func blockEnd(lines []string, start int) int {
	i := start
	for i < len(lines) && strings.TrimSpace(lines[i]) != "" && !isPrompt(lines[i]) && !isRemark(lines[i]) && !isReportLine(lines[i]) && !isModelLine(lines[i]) {
		i++
	}
	return i
}

// textTable reads a block as a table in the first way that fits, and returns
// which of its lines were read.
func (r *reader) textTable(lines []string, start, end, first int) (from, to int) {
	block := make([]textLine, 0, end-start)
	for i := start; i < end; i++ {
		left, right := partBeside(lines[i])
		if right != "" {
			r.Prose = append(r.Prose, Prose{first + i, right})
		}
		block = append(block, newTextLine(first+i, left))
	}
	for _, read := range []func([]textLine) []Row{boxedRows, ruledRows, separatedRows} {
		if rows := read(block); len(rows) > 1 && r.takeCells(rows) {
			r.addGrid(rows)
			return start, end
		}
	}
	if rows, top, bottom := alignedRows(block); len(rows) > 1 && r.takeCells(rows) {
		r.addGrid(rows)
		return start + top, end - bottom
	}
	return end, end
}

// takeCells counts the cells of a table that was found in text.
func (r *reader) takeCells(rows []Row) bool {
	for _, row := range rows {
		r.limits.Cells -= len(row.Cells)
	}
	if r.limits.Cells < 0 {
		r.gap("it has more table cells than are read")
	}
	return r.limits.Cells >= 0
}

type textLine struct {
	number  int
	text    string
	letters []rune // nil where every letter is one byte
}

func newTextLine(number int, text string) textLine {
	l := textLine{number: number, text: plainBoxes(text)}
	if !isASCII(l.text) {
		l.letters = []rune(l.text)
	}
	return l
}

var boxSigns = strings.NewReplacer(
	"│", "|", "┃", "|", "║", "|", "─", "-", "━", "-", "═", "=",
	"┌", "+", "┐", "+", "└", "+", "┘", "+", "├", "+", "┤", "+", "┬", "+", "┴", "+", "┼", "+",
	"╔", "+", "╗", "+", "╚", "+", "╝", "+", "╠", "+", "╣", "+", "╦", "+", "╩", "+", "╬", "+",
	"╒", "+", "╕", "+", "╘", "+", "╛", "+", "╞", "+", "╡", "+", "╤", "+", "╧", "+", "╪", "+", "\t", "    ",
)

// plainBoxes writes the lines of drawn boxes in plain signs. Tabs stay where
// they part columns.
func plainBoxes(line string) string {
	tabs := strings.Contains(line, "\t")
	if tabs && !strings.ContainsAny(line, "|│┃║") || !tabs && isASCII(line) {
		return line
	}
	return boxSigns.Replace(line)
}

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// beginsWith reports whether the first letter of a line after its blanks is one
// of those; most lines are passed over by it.
func beginsWith(line, signs string) bool {
	line = strings.TrimLeft(line, " \t\f\r")
	return line != "" && strings.IndexByte(signs, line[0]) >= 0
}

func isBoxRule(line string) bool { return beginsWith(line, "+|:=-") && boxRule.MatchString(line) }

func isPlainRule(line string) bool { return beginsWith(line, "-=") && plainRule.MatchString(line) }

func isColumnRule(line string) bool { return beginsWith(line, "-=") && columnRule.MatchString(line) }

func isPrompt(line string) bool {
	return line != "" && (strings.IndexByte(">+.$IOsm", line[0]) >= 0 || strings.ContainsAny(line, "#>")) && prompt.MatchString(line)
}

func isRemark(line string) bool {
	if line == "" || line[0] >= '0' && line[0] <= '9' && !strings.Contains(line, " in set") {
		return false
	}
	return strings.IndexByte("NdLF[(S#-0123456789", line[0]) >= 0 && remark.MatchString(line)
}

var (
	boxRule    = regexp.MustCompile(`^[\s+|:=-]*(?:[-=]{2,}[+|]|[+|][-=:]{2,})[\s+|:=-]*$`)
	plainRule  = regexp.MustCompile(`^\s*[-=]{3,}\s*$`)
	columnRule = regexp.MustCompile(`^ *[-=]{2,}(?: +[-=]{2,})+ *$`)
	wideGap    = regexp.MustCompile(` {2,}`)
)

// boxedRows reads tables whose columns are parted by upright strokes, with at
// least one rule: of databases, org-mode, reStructuredText grids, and of Stata,
// whose strokes part only the labels from the numbers.
func boxedRows(block []textLine) []Row {
	rules, double, strokes := 0, false, 0
	for _, line := range block {
		switch {
		case isBoxRule(line.text):
			rules++
			double = double || strings.Contains(line.text, "=")
		case strings.Contains(line.text, "|"):
			strokes++
		case !isPlainRule(line.text) && strings.TrimSpace(line.text) != "":
			strokes--
		}
	}
	if rules == 0 || strokes < 2 {
		return nil
	}
	grid := strings.HasPrefix(strings.TrimSpace(block[0].text), "+") && (double || rules > 3)
	var rows []Row
	fresh := true
	for _, line := range block {
		if isBoxRule(line.text) || isPlainRule(line.text) {
			fresh = true
			continue
		}
		cells := strokedCells(line.text)
		if grid && !fresh && len(rows) > 0 && len(rows[len(rows)-1].Cells) == len(cells) {
			joinCells(rows[len(rows)-1].Cells, cells)
			continue
		}
		rows = append(rows, Row{line.number, cells})
		fresh = false
	}
	return widen(rows)
}

func strokedCells(line string) []string {
	line = strings.TrimRight(line, " ")
	if trimmed := strings.TrimLeft(line, " "); strings.HasPrefix(trimmed, "|") {
		line = strings.TrimSuffix(trimmed[1:], "|")
	}
	cells := strings.Split(line, "|")
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	return cells
}

func joinCells(above, below []string) {
	for i, cell := range below {
		above[i] = strings.TrimSpace(above[i] + " " + cell)
	}
}

// mostParts bounds the columns that one stroked cell may stand for.
const mostParts = 60

// widen parts cells that hold several columns, as Stata's do.
func widen(rows []Row) []Row {
	parts := map[int]int{}
	several := map[int]int{}
	for _, row := range rows {
		for i, cell := range row.Cells {
			n := len(fieldsOf(cell))
			parts[i] = min(max(parts[i], n), mostParts)
			if n > 1 && i > 0 {
				several[i]++
			}
		}
	}
	for k := range rows {
		var cells []string
		for i, cell := range rows[k].Cells {
			if several[i] < 2 {
				cells = append(cells, cell)
				continue
			}
			fields := fieldsOf(cell)
			fields = fields[:min(len(fields), parts[i])]
			cells = append(cells, fields...)
			cells = append(cells, make([]string, parts[i]-len(fields))...)
		}
		rows[k].Cells = cells
	}
	return rows
}

// fieldsOf parts a text at wide gaps, and at every blank when it is numbers.
func fieldsOf(cell string) []string {
	fields := wideGap.Split(strings.TrimSpace(cell), -1)
	var all []string
	for _, field := range fields {
		words := strings.Fields(field)
		if len(words) > 1 && allNumbers(words) {
			all = append(all, words...)
		} else {
			all = append(all, field)
		}
	}
	return all
}

// ruledRows reads tables whose columns are shown by a rule with gaps: simple
// tables of reStructuredText, Pandoc and knitr.
func ruledRows(block []textLine) []Row {
	var starts []int
	for _, line := range block {
		if isColumnRule(line.text) {
			for i := range line.text {
				if line.text[i] != ' ' && (i == 0 || line.text[i-1] == ' ') {
					starts = append(starts, i)
				}
			}
			break
		}
	}
	if len(starts) < 2 {
		return nil
	}
	starts[0] = 0
	var rows []Row
	for _, line := range block {
		if isColumnRule(line.text) || isPlainRule(line.text) {
			continue
		}
		rows = append(rows, Row{line.number, line.cells(starts)})
	}
	return rows
}

// cells cuts a line into cells at columns, counted in letters.
func (l textLine) cells(starts []int) []string {
	cells := make([]string, len(starts))
	for i := range starts {
		cells[i] = l.cell(starts, i)
	}
	return cells
}

// cell cuts one cell out of a line.
func (l textLine) cell(starts []int, i int) string {
	end := len(l.text)
	if l.letters != nil {
		end = len(l.letters)
	}
	if i+1 < len(starts) {
		end = min(starts[i+1], end)
	}
	switch {
	case starts[i] >= end:
		return ""
	case l.letters != nil:
		return strings.TrimSpace(string(l.letters[starts[i]:end]))
	}
	return strings.TrimSpace(l.text[starts[i]:end])
}

// separatedRows reads lines that all have the same number of tabs, semicolons or
// commas, as tables that were pasted into text have.
func separatedRows(block []textLine) []Row {
	for _, sign := range []string{"\t", ";", ","} {
		n := strings.Count(block[0].text, sign)
		if n == 0 || len(block) < 3 && sign != "\t" || len(block) < 2 {
			continue
		}
		var rows []Row
		numbers := 0
		for _, line := range block {
			if strings.Count(line.text, sign) != n || sign != "\t" && strings.Contains(line.text, sign+" ") {
				rows = nil
				break
			}
			cells := strings.Split(line.text, sign)
			for _, cell := range cells {
				if isNumber(strings.TrimSpace(cell)) {
					numbers++
				}
			}
			rows = append(rows, Row{line.number, cells})
		}
		if len(rows) > 1 && numbers >= len(rows)-1 {
			return rows
		}
	}
	return nil
}

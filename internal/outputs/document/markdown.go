package document

import (
	"html"
	"regexp"
	"strings"
)

var (
	rulePattern   = regexp.MustCompile(`^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$`)
	escapePattern = regexp.MustCompile(`\\([!-/:-@\[-` + "`" + `{-~])`)
)

// readMarkdown reads pipe tables; all else is prose. A file without a table is
// a gap: numbers in running text need a reader.
func (r *reader) readMarkdown(text string) {
	lines := strings.Split(text, "\n")
	for i := 0; i < len(lines); i++ {
		switch {
		case i+1 < len(lines) && strings.Contains(lines[i], "|") && strings.Contains(lines[i+1], "-") && rulePattern.MatchString(lines[i+1]):
			i = r.markdownTable(lines, i) - 1
		case fence(lines[i]) != "":
			i = r.fenced(lines, i)
		case strings.Contains(lines[i], "<table"):
			i = r.tableInMarkdown(lines, i)
		case strings.TrimSpace(lines[i]) != "":
			r.markdownLine(lines[i], i+1)
		}
	}
	if len(r.Tables) == 0 && !isPlainNote(text) {
		r.gap("it has no table that was understood")
	}
}

func (r *reader) markdownLine(line string, number int) {
	r.Prose = append(r.Prose, Prose{number, plainMarkdown(line)})
	switch {
	case strings.Contains(line, "!["):
		r.gap("it shows an image, at line %d", number)
	case strings.Contains(line, "<svg"), strings.Contains(line, "<img"):
		r.gap("it holds HTML, at line %d", number)
	}
}

// fence returns the signs that begin or end a block of code.
func fence(line string) string {
	line = strings.TrimLeft(line, " ")
	for _, sign := range []string{"```", "~~~"} {
		if strings.HasPrefix(line, sign) {
			return sign
		}
	}
	return ""
}

// fenced reads a block of code, or of what code printed, and returns its last
// line.
func (r *reader) fenced(lines []string, start int) int {
	sign, end := fence(lines[start]), start+1
	for end < len(lines) && fence(lines[end]) != sign {
		end++
	}
	block := make([]string, 0, end-start)
	for _, line := range lines[start+1 : end] {
		block = append(block, strings.TrimPrefix(strings.TrimPrefix(line, "##"), "#>"))
	}
	switch said := strings.ToLower(strings.TrimSpace(strings.TrimLeft(lines[start], " `~"))); {
	case said == "csv", said == "tsv":
		// Blank lines in front keep the numbers of the lines.
		r.readSeparated(strings.Repeat("\n", start+1)+strings.Join(block, "\n"), map[string]rune{"csv": ',', "tsv": '\t'}[said])
		return min(end, len(lines)-1)
	case isCode(block):
		r.readCodeLines(block, start+2)
		return min(end, len(lines)-1)
	}
	if !r.textBlocks(block, start+2) {
		r.gap("it shows code or what code printed, of which only tables were understood")
	}
	return min(end, len(lines)-1)
}

// tableInMarkdown reads a table that is written in HTML and returns its last
// line.
func (r *reader) tableInMarkdown(lines []string, start int) int {
	end := start
	for end < len(lines)-1 && !strings.Contains(lines[end], "</table") {
		end++
	}
	r.readHTML(strings.Join(lines[start:end+1], "\n"))
	return end
}

// markdownTable reads one table and returns the line after it.
func (r *reader) markdownTable(lines []string, start int) int {
	rows := []Row{{start + 1, markdownCells(lines[start])}}
	i := start + 2
	for left := r.limits.Cells; i < len(lines) && strings.Contains(lines[i], "|"); i++ {
		cells := markdownCells(lines[i])
		if left -= len(cells); left < 0 {
			r.gap("a table has more than %d cells; what follows line %d was left out", r.limits.Cells, i+1)
			break
		}
		rows = append(rows, Row{i + 1, cells})
	}
	t := &Table{Header: cleanedCells(rows[0].Cells), HeaderLine: rows[0].Line, Rows: rows[1:]}
	t.nameColumns()
	r.Tables = append(r.Tables, t)
	for i < len(lines) && strings.Contains(lines[i], "|") {
		i++
	}
	return i
}

// markdownCells splits a row at pipes that are not escaped.
func markdownCells(line string) []string {
	line = strings.TrimSpace(line)
	line = strings.TrimPrefix(line, "|")
	var cells []string
	var b strings.Builder
	for i := 0; i < len(line); i++ {
		switch {
		case line[i] == '\\' && i+1 < len(line) && line[i+1] == '|':
			b.WriteByte('|')
			i++
		case line[i] == '|':
			cells = append(cells, plainMarkdown(b.String()))
			b.Reset()
		default:
			b.WriteByte(line[i])
		}
	}
	if strings.TrimSpace(b.String()) != "" {
		cells = append(cells, plainMarkdown(b.String()))
	}
	return cells
}

// plainMarkdown takes off emphasis, escapes and entities.
func plainMarkdown(cell string) string {
	cell = strings.TrimSpace(cell)
	for _, sign := range []string{"**", "__", "*", "_", "`"} {
		inner, opened := strings.CutPrefix(cell, sign)
		inner, closed := strings.CutSuffix(inner, sign)
		if opened && closed && strings.Trim(inner, "*_` ") != "" {
			cell = inner
		}
	}
	return html.UnescapeString(escapePattern.ReplaceAllString(cell, "$1"))
}

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
func (d *Document) readMarkdown(text string, limits Limits) {
	lines := strings.Split(text, "\n")
	for i := 0; i < len(lines); i++ {
		if i+1 < len(lines) && strings.Contains(lines[i], "|") && strings.Contains(lines[i+1], "-") && rulePattern.MatchString(lines[i+1]) {
			i = d.markdownTable(lines, i, limits) - 1
			continue
		}
		if strings.TrimSpace(lines[i]) == "" {
			continue
		}
		d.Prose = append(d.Prose, Prose{i + 1, plainMarkdown(lines[i])})
		switch {
		case strings.Contains(lines[i], "!["):
			d.gap("it shows an image, at line %d", i+1)
		case strings.Contains(lines[i], "<table"), strings.Contains(lines[i], "<svg"), strings.Contains(lines[i], "<img"):
			d.gap("it holds HTML, at line %d", i+1)
		}
	}
	if len(d.Tables) == 0 && !isPlainNote(text) {
		d.gap("it has no table that was understood")
	}
}

// markdownTable reads one table and returns the line after it.
func (d *Document) markdownTable(lines []string, start int, limits Limits) int {
	rows := []Row{{start + 1, markdownCells(lines[start])}}
	i := start + 2
	for left := limits.Cells; i < len(lines) && strings.Contains(lines[i], "|"); i++ {
		cells := markdownCells(lines[i])
		if left -= len(cells); left < 0 {
			d.gap("a table has more than %d cells; what follows line %d was left out", limits.Cells, i+1)
			break
		}
		rows = append(rows, Row{i + 1, cells})
	}
	t := &Table{Header: cleanedCells(rows[0].Cells), HeaderLine: rows[0].Line, Rows: rows[1:]}
	t.nameColumns()
	d.Tables = append(d.Tables, t)
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

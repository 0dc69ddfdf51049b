package outputs

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// document is what was read of one file.
type document struct {
	tables []*table
	prose  []prose
	gaps   []string // what could not be read, in words
	behind []behind
}

// behind is a number that stands behind a masked cell, where readers of the
// page's source find it.
type behind struct {
	cell, attribute, number string
}

// prose is a line of text outside tables.
type prose struct {
	line int
	text string
}

// table is a grid as it stands in the file.
type table struct {
	file, name string
	header     []string
	headerLine int
	rows       []tableRow
}

// tableRow is one row and the line it stands on; 0 where the format has none.
type tableRow struct {
	line  int
	cells []string // as written
}

func tableName(index int) string { return fmt.Sprintf("table %d", index+1) }

func (d *document) gap(format string, args ...any) {
	d.gaps = append(d.gaps, fmt.Sprintf(format, args...))
}

// read reads content of one kind. It never fails: what it cannot read is a gap.
func read(kind string, content []byte, limits Limits) document {
	doc := &document{}
	text := doc.decode(content)
	switch kind {
	case "csv":
		doc.readDelimited(text, delimiterOf(text, ','), limits)
	case "tsv":
		doc.readDelimited(text, delimiterOf(text, '\t'), limits)
	case "markdown":
		doc.readMarkdown(text, limits)
	case "json":
		doc.readJSON(text, limits)
	case "html":
		doc.readHTML(text, limits)
	default:
		doc.readProse(text)
	}
	return *doc
}

// decode makes plain lines of UTF-8 of what people's programs write.
func (d *document) decode(content []byte) string {
	content = bytes.TrimPrefix(content, []byte("\xef\xbb\xbf"))
	if bytes.HasPrefix(content, []byte("\xff\xfe")) || bytes.HasPrefix(content, []byte("\xfe\xff")) {
		content = fromUTF16(content)
	}
	if bytes.IndexByte(content, 0) >= 0 {
		d.gap("it holds NUL bytes")
		content = bytes.ReplaceAll(content, []byte{0}, nil)
	}
	text := string(content)
	if !utf8.ValidString(text) {
		text = fromLatin1(content)
	}
	if strings.Contains(text, "\r") {
		text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	}
	if strings.TrimSpace(text) == "" {
		d.gap("it is empty")
	}
	return text
}

func fromUTF16(content []byte) []byte {
	bigEndian := content[0] == 0xfe
	units := make([]uint16, 0, len(content)/2)
	for i := 2; i+1 < len(content); i += 2 {
		low, high := content[i], content[i+1]
		if bigEndian {
			low, high = high, low
		}
		units = append(units, uint16(low)|uint16(high)<<8)
	}
	return []byte(string(utf16.Decode(units)))
}

// fromLatin1 reads every byte as the character of that number.
func fromLatin1(content []byte) string {
	var b strings.Builder
	for _, c := range content {
		b.WriteRune(rune(c))
	}
	return b.String()
}

// readProse takes a file as lines of text; tables in it are not understood.
func (d *document) readProse(text string) {
	for i, line := range strings.Split(text, "\n") {
		if strings.TrimSpace(line) != "" {
			d.prose = append(d.prose, prose{i + 1, line})
		}
	}
	if !isPlainNote(text) {
		d.gap("its text was searched for identifiers and low counts, and tables in plain text are not understood")
	}
}

var (
	// markNumber is a number that explains a mark: below 10, 1 to 9.
	markNumber = regexp.MustCompile(`(?i)(?:<=?|≤|\b(?:below|under|than|up to|at most|at least|nearest|threshold(?: of| is)?|multiples? of)) ?[0-9]{1,2}\b|\b[01] ?(?:-|–|to) ?[0-9]{1,2}\b`)
	// aligned is what parts the columns of a table in plain text.
	aligned = regexp.MustCompile(`\t|\||[^\s.]  +\S`)
)

// isPlainNote reports whether a text is sentences without numbers, but for
// those that say what a mark means, and without columns: nothing in it is left
// unread.
func isPlainNote(text string) bool {
	if strings.TrimSpace(text) == "" || aligned.MatchString(text) {
		return false
	}
	return !strings.ContainsFunc(markNumber.ReplaceAllString(text, " "), unicode.IsDigit)
}

// addGrid makes a table of rows, the first of which may be titles, header or
// already numbers.
func (d *document) addGrid(rows []tableRow) {
	rows = d.dropTitles(rows)
	if len(rows) == 0 {
		return
	}
	t := &table{}
	if looksLikeHeader(rows) {
		t.header, t.headerLine = cleanedCells(rows[0].cells), rows[0].line
		rows = rows[1:]
		for len(rows) > 1 && continuesHeader(rows[0].cells) {
			t.header = joinHeaders(t.header, cleanedCells(rows[0].cells))
			rows = rows[1:]
		}
	}
	t.rows = rows
	t.nameColumns()
	d.tables = append(d.tables, t)
}

// nameColumns gives every column a name, also those that the header left out.
func (t *table) nameColumns() {
	width := len(t.header)
	for _, row := range t.rows {
		width = max(width, len(row.cells))
	}
	for i := range width {
		if i >= len(t.header) {
			t.header = append(t.header, "")
		}
		if t.header[i] == "" && i > 0 {
			t.header[i] = fmt.Sprintf("column %d", i+1)
		}
	}
}

// dropTitles moves rows of one cell above and below a wider table to the prose.
func (d *document) dropTitles(rows []tableRow) []tableRow {
	widest := 0
	for _, row := range rows {
		widest = max(widest, filled(row.cells))
	}
	if widest < 2 {
		return rows
	}
	isTitle := func(row tableRow) bool {
		return filled(row.cells) <= 1 && parseValue(firstFilled(row.cells)).kind == text
	}
	for len(rows) > 0 && isTitle(rows[0]) {
		d.prose = append(d.prose, prose{rows[0].line, firstFilled(rows[0].cells)})
		rows = rows[1:]
	}
	for len(rows) > 0 && (isTitle(rows[len(rows)-1]) || filled(rows[len(rows)-1].cells) == 0) {
		last := rows[len(rows)-1]
		d.prose = append(d.prose, prose{last.line, firstFilled(last.cells)})
		rows = rows[:len(rows)-1]
	}
	return rows
}

func filled(cells []string) int {
	n := 0
	for _, cell := range cells {
		if strings.TrimSpace(cell) != "" {
			n++
		}
	}
	return n
}

func firstFilled(cells []string) string {
	for _, cell := range cells {
		if strings.TrimSpace(cell) != "" {
			cleaned, _ := clean(cell)
			return cleaned
		}
	}
	return ""
}

func cleanedCells(cells []string) []string {
	cleaned := make([]string, len(cells))
	for i, cell := range cells {
		cleaned[i], _ = clean(cell)
	}
	return cleaned
}

// looksLikeHeader reports whether the first row names columns. Numbers there
// are names only when they run in steps, as years and ages do.
func looksLikeHeader(rows []tableRow) bool {
	var numbers []int64
	others := 0
	for i, cell := range cleanedCells(rows[0].cells) {
		v := parseValue(cell)
		n, whole := v.whole()
		switch {
		case whole && v.kind == number:
			numbers = append(numbers, n)
		case v.kind == number, v.kind == mark && i > 0:
			return len(rows) > 1 && v.kind == mark && others > 0 && len(numbers) == 0
		case v.kind == text:
			others++
		}
	}
	if len(numbers) == 0 {
		return true
	}
	if others > 1 && len(numbers) == 1 && numbers[0] < 1900 {
		return false
	}
	return inSteps(numbers) || allYears(numbers)
}

func inSteps(numbers []int64) bool {
	if len(numbers) < 3 {
		return false
	}
	step := numbers[1] - numbers[0]
	for i := range numbers[1:] {
		if numbers[i+1]-numbers[i] != step {
			return false
		}
	}
	return step > 0
}

func allYears(numbers []int64) bool {
	for _, n := range numbers {
		if n < 1900 || n > 2100 {
			return false
		}
	}
	return true
}

// continuesHeader reports whether a row below the header only adds to the
// names: no label of its own, and no number or mark.
func continuesHeader(cells []string) bool {
	texts := 0
	for i, cell := range cleanedCells(cells) {
		switch v := parseValue(cell); {
		case i == 0 && cell != "":
			return false
		case v.kind == text:
			texts++
		case v.kind != blank:
			return false
		}
	}
	return texts >= 2
}

// joinHeaders puts a second header row under the first; a name above spans the
// empty ones to its right.
func joinHeaders(above, below []string) []string {
	joined := make([]string, max(len(above), len(below)))
	span := ""
	for i := range joined {
		if i < len(above) && above[i] != "" {
			span = above[i]
		}
		joined[i] = span
		if i < len(below) && below[i] != "" {
			joined[i] = strings.TrimSpace(span + " " + below[i])
		}
	}
	return joined
}

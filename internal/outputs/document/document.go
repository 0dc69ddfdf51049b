// Package document reads finished files as a stranger would: their tables, the
// text around them, and what stands behind a page's masked cells.
//
// It trusts nothing that the producer says and never fails: what it could not
// read is a gap, in words. Sizes and depths are bounded by Limits, nothing is
// run and nothing outside the given bytes is opened.
package document

import (
	"bytes"
	"fmt"
	"path"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"tre-toolkit/internal/outputs/notation"
)

// Limits bound what one check may read. What lies beyond is reported as not
// read.
type Limits struct {
	FileBytes int64 // of one file
	Files     int   // in all
	Cells     int   // table cells of one file
	Depth     int   // nesting of JSON and HTML
}

// DefaultLimits are generous for tables that people read.
var DefaultLimits = Limits{FileBytes: 256 << 20, Files: 20_000, Cells: 20_000_000, Depth: 200}

// Document is what was read of one file.
type Document struct {
	Kind   string // csv, tsv, markdown, json, html or text
	Tables []*Table
	Prose  []Prose
	Gaps   []string // what could not be read, in words
	Behind []Behind
}

// Behind is a number that stands behind a masked cell, where readers of the
// page's source find it.
type Behind struct {
	Cell, Attribute, Number string
}

// Prose is a line of text outside tables.
type Prose struct {
	Line int
	Text string
}

// Table is a grid as it stands in the file.
type Table struct {
	File, Name string
	Header     []string
	HeaderLine int
	Rows       []Row
}

// Row is one row and the line it stands on; 0 where the format has none.
type Row struct {
	Line  int
	Cells []string // as written
}

// TableName names a table of a file that has several, counted from 0.
func TableName(index int) string { return fmt.Sprintf("table %d", index+1) }

func (d *Document) gap(format string, args ...any) {
	d.Gaps = append(d.Gaps, fmt.Sprintf(format, args...))
}

// Read reads a file's content; its name says of what kind it is.
func Read(name string, content []byte, limits Limits) Document {
	doc := &Document{Kind: KindOf(name)}
	text := doc.decode(content)
	switch doc.Kind {
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
func (d *Document) decode(content []byte) string {
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
func (d *Document) readProse(text string) {
	for i, line := range strings.Split(text, "\n") {
		if strings.TrimSpace(line) != "" {
			d.Prose = append(d.Prose, Prose{i + 1, line})
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
func (d *Document) addGrid(rows []Row) {
	rows = d.dropTitles(rows)
	if len(rows) == 0 {
		return
	}
	t := &Table{}
	if looksLikeHeader(rows) {
		t.Header, t.HeaderLine = cleanedCells(rows[0].Cells), rows[0].Line
		rows = rows[1:]
		for len(rows) > 1 && continuesHeader(rows[0].Cells) {
			t.Header = joinHeaders(t.Header, cleanedCells(rows[0].Cells))
			rows = rows[1:]
		}
	}
	t.Rows = rows
	t.nameColumns()
	d.Tables = append(d.Tables, t)
}

// nameColumns gives every column a name, also those that the header left out.
func (t *Table) nameColumns() {
	width := len(t.Header)
	for _, row := range t.Rows {
		width = max(width, len(row.Cells))
	}
	for i := range width {
		if i >= len(t.Header) {
			t.Header = append(t.Header, "")
		}
		if t.Header[i] == "" && i > 0 {
			t.Header[i] = fmt.Sprintf("column %d", i+1)
		}
	}
}

// dropTitles moves rows of one cell above and below a wider table to the prose.
func (d *Document) dropTitles(rows []Row) []Row {
	widest := 0
	for _, row := range rows {
		widest = max(widest, Filled(row.Cells))
	}
	if widest < 2 {
		return rows
	}
	isTitle := func(row Row) bool {
		return Filled(row.Cells) <= 1 && notation.ParseValue(firstFilled(row.Cells)).Kind == notation.Text
	}
	for len(rows) > 0 && isTitle(rows[0]) {
		d.Prose = append(d.Prose, Prose{rows[0].Line, firstFilled(rows[0].Cells)})
		rows = rows[1:]
	}
	for len(rows) > 0 && (isTitle(rows[len(rows)-1]) || Filled(rows[len(rows)-1].Cells) == 0) {
		last := rows[len(rows)-1]
		d.Prose = append(d.Prose, Prose{last.Line, firstFilled(last.Cells)})
		rows = rows[:len(rows)-1]
	}
	return rows
}

// Filled returns how many cells hold something.
func Filled(cells []string) int {
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
			cleaned, _ := notation.Clean(cell)
			return cleaned
		}
	}
	return ""
}

func cleanedCells(cells []string) []string {
	cleaned := make([]string, len(cells))
	for i, cell := range cells {
		cleaned[i], _ = notation.Clean(cell)
	}
	return cleaned
}

// looksLikeHeader reports whether the first row names columns. Numbers there
// are names only when they run in steps, as years and ages do.
func looksLikeHeader(rows []Row) bool {
	var numbers []int64
	others := 0
	for i, cell := range cleanedCells(rows[0].Cells) {
		v := notation.ParseValue(cell)
		n, whole := v.Whole()
		switch {
		case whole && v.Kind == notation.Number:
			numbers = append(numbers, n)
		case v.Kind == notation.Number, v.Kind == notation.Mark && i > 0:
			return len(rows) > 1 && v.Kind == notation.Mark && others > 0 && len(numbers) == 0
		case v.Kind == notation.Text:
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
		switch v := notation.ParseValue(cell); {
		case i == 0 && cell != "":
			return false
		case v.Kind == notation.Text:
			texts++
		case v.Kind != notation.Blank:
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

// kinds maps the endings of files that are read to their kind.
var kinds = map[string]string{
	".csv": "csv", ".tsv": "tsv", ".tab": "tsv",
	".md": "markdown", ".markdown": "markdown",
	".json": "json", ".html": "html", ".htm": "html",
	".txt": "text", ".log": "text",
}

// KindOf returns the kind of a file by its name, or nothing when it is not read.
func KindOf(name string) string {
	if strings.HasPrefix(path.Base(name), ".") {
		return ""
	}
	return kinds[strings.ToLower(path.Ext(name))]
}

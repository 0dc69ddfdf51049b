package document

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"tre-toolkit/internal/outputs/notation"
)

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
		for len(rows) > 1 && (continuesHeader(rows[0].Cells) || namesBelow(t.Header, rows)) {
			t.Header = joinHeaders(t.Header, cleanedCells(rows[0].Cells))
			rows = rows[1:]
		}
	}
	t.Rows = rows
	t.dropRowNumbers()
	t.nameColumns()
	d.Tables = append(d.Tables, t)
}

// dropRowNumbers takes out a first column without a name that numbers the rows,
// as R and pandas write it: it labels nothing.
func (t *Table) dropRowNumbers() {
	if len(t.Header) < 3 || t.Header[0] != "" || len(t.Rows) < 2 {
		return
	}
	var first int64
	for i, row := range t.Rows {
		if len(row.Cells) == 0 {
			return
		}
		cell, _ := notation.Clean(row.Cells[0])
		n, whole := notation.ParseValue(cell).Whole()
		if i == 0 {
			first = n
		}
		if !whole || n != first+int64(i) || first > 1 {
			return
		}
	}
	t.Header = t.Header[1:]
	for i := range t.Rows {
		t.Rows[i].Cells = t.Rows[i].Cells[1:]
	}
}

// namesBelow reports whether a header without a name for the labels goes on in
// the next row, which names them: ",Men,Women" above "cohort,n,n".
func namesBelow(header []string, rows []Row) bool {
	if len(rows) < 2 || len(header) < 2 || header[0] != "" {
		return false
	}
	cells := cleanedCells(rows[0].Cells)
	if len(cells) < 2 || cells[0] == "" || hasNumber(cells) || !slices.ContainsFunc(rows[1].Cells, isNumber) {
		return false
	}
	names := map[string]bool{}
	for _, cell := range cells[1:] {
		if cell == "" || hidesNumber(cell) {
			return false
		}
		names[strings.ToLower(cell)] = true
	}
	// Names that come again need those above them; others must be words for
	// counts and shares.
	return len(names) < len(cells)-1 || allShortNames(names)
}

func hasNumber(cells []string) bool {
	for _, cell := range cells {
		if notation.ParseValue(cell).Kind == notation.Number {
			return true
		}
	}
	return false
}

// hidesNumber reports a mark that is no letter; c and x may be names of columns.
func hidesNumber(cell string) bool {
	return notation.ParseValue(cell).Kind == notation.Mark && len(cell) > 1
}

func allShortNames(names map[string]bool) bool {
	for name := range names {
		if !notation.CountWords[name] && !notation.PercentWords[name] && !notation.KeyNames[name] {
			return false
		}
	}
	return true
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

// dropTitles moves rows of one cell above and below a wider table to the prose, and
// lines above it whose commas are those of a sentence.
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
	for len(rows) > 0 && (isTitle(rows[0]) && !namesLastColumn(rows) || explainsTable(rows)) {
		d.Prose = append(d.Prose, Prose{rows[0].Line, strings.TrimRight(strings.Join(rows[0].Cells, ","), ",")})
		rows = rows[1:]
	}
	for len(rows) > 0 && (isTitle(rows[len(rows)-1]) || Filled(rows[len(rows)-1].Cells) == 0) {
		last := rows[len(rows)-1]
		d.Prose = append(d.Prose, Prose{last.Line, firstFilled(last.Cells)})
		rows = rows[:len(rows)-1]
	}
	return rows
}

// hashed begins a line that explains the table below it: "# Participants, by study".
var hashed = regexp.MustCompile(`^\s*#+\s*\pL`)

// explainsTable reports a first line that explains the table and was cut at the commas
// of its sentence: it is marked as a remark, or blanks follow its commas and not
// those of the names below it.
func explainsTable(rows []Row) bool {
	if len(rows) < 3 || !namesOnly(rows[1].Cells) || namesOnly(rows[2].Cells) {
		return false
	}
	line, names := rows[0].Cells, rows[1].Cells
	if hashed.MatchString(line[0]) {
		return true
	}
	afterBlank := func(cell string) bool { return strings.HasPrefix(cell, " ") }
	return len(line) > 1 && !slices.ContainsFunc(line[1:], func(cell string) bool { return !afterBlank(cell) }) && !slices.ContainsFunc(names[1:], afterBlank)
}

// namesLastColumn reports a first row that is blank but for the name of a column
// of numbers, as pandas prints a table of one column.
func namesLastColumn(rows []Row) bool {
	if len(rows) < 2 || len(rows[0].Cells) < 2 || strings.TrimSpace(rows[0].Cells[0]) != "" {
		return false
	}
	below := rows[1].Cells
	for i, cell := range rows[0].Cells {
		if strings.TrimSpace(cell) != "" {
			return i < len(below) && isNumber(below[i])
		}
	}
	return false
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
		case v.Kind == notation.Number && letters.MatchString(cell[:1]): // N = 180
			others++
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
	return inSteps(numbers) || allYears(numbers) || others == 1 && isBinary(numbers) || namesTime.MatchString(rows[0].Cells[0]) && riseFromZero(numbers)
}

// namesTime is a first cell above which times stand, as below a survival curve.
var namesTime = regexp.MustCompile(`(?i)\b(?:at risk|time|days?|weeks?|months?|years?)\b`)

func riseFromZero(numbers []int64) bool {
	for i := range numbers {
		if i > 0 && numbers[i] <= numbers[i-1] {
			return false
		}
	}
	return len(numbers) > 2 && numbers[0] == 0
}

// isBinary reports the two values of a variable that is coded 0 and 1, or 1 and 2.
func isBinary(numbers []int64) bool {
	return len(numbers) == 2 && numbers[0]+1 == numbers[1] && numbers[0] >= 0 && numbers[0] <= 1
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

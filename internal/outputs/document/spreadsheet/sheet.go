package spreadsheet

import (
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"

	"tre-toolkit/internal/outputs/document/markup"
	"tre-toolkit/internal/outputs/document/unseen"
)

// sheetReader reads the cells of one sheet.
type sheetReader struct {
	*workbook
	reader        *markup.Reader
	sheet         Sheet
	hiddenColumns []bool // nil, or one for each column that a sheet can have
	columnRanges  int
	zeroHeight    bool
	merged        [][4]int // first and last row, first and last column
}

const (
	lastColumn       = 16384
	mostMerged       = 10_000
	mostColumnRanges = 1_000
	mostSpread       = 100_000
)

func (w *workbook) readSheet(name, part string) Sheet {
	s := &sheetReader{workbook: w, reader: w.open(part), sheet: Sheet{Name: name}}
	for token := s.reader.Next(); token != nil; token = s.reader.Next() {
		if start, ok := token.(xml.StartElement); ok {
			s.element(start)
		}
	}
	w.close(part, s.reader)
	s.tellHidden()
	s.spread()
	return s.sheet
}

func (s *sheetReader) element(e xml.StartElement) {
	switch e.Name.Local {
	case "sheetFormatPr":
		s.zeroHeight = markup.Attribute(e, "zeroHeight") == "1"
	case "col":
		s.column(e)
	case "row":
		s.row(e)
	case "mergeCell":
		if first, last, ok := parseRange(markup.Attribute(e, "ref")); ok && len(s.merged) < mostMerged {
			s.merged = append(s.merged, [4]int{first[0], last[0], first[1], last[1]})
		}
	case "dataValidation":
		s.validation()
	case "oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter":
		s.Texts = append(s.Texts, s.reader.Text())
	}
}

func (s *sheetReader) column(e xml.StartElement) {
	width, err := strconv.ParseFloat(markup.Attribute(e, "width"), 64)
	hidden := markup.Attribute(e, "hidden") == "1" || err == nil && width < 0.5
	first, _ := strconv.Atoi(markup.Attribute(e, "min"))
	last, _ := strconv.Atoi(markup.Attribute(e, "max"))
	if s.columnRanges++; !hidden || first < 1 || s.columnRanges > mostColumnRanges {
		return
	}
	if s.hiddenColumns == nil {
		s.hiddenColumns = make([]bool, lastColumn)
	}
	for column := first; column <= min(last, lastColumn); column++ {
		s.hiddenColumns[column-1] = true
	}
}

// validation keeps the choices of a drop-down list, which may list what a table
// hides.
func (s *sheetReader) validation() {
	for element := range s.reader.Elements() {
		if strings.HasPrefix(element.Name.Local, "formula") {
			if list := s.reader.Text(); strings.HasPrefix(list, `"`) {
				s.Note(unseen.Words, "sheet "+s.sheet.Name, "a drop-down list of texts", strings.Trim(list, `"`))
			}
		}
	}
}

// row reads one row.
func (s *sheetReader) row(e xml.StartElement) {
	number, err := strconv.Atoi(markup.Attribute(e, "r"))
	if err != nil || number < 1 {
		number = 1
		if n := len(s.sheet.Rows); n > 0 {
			number = s.sheet.Rows[n-1].Number + 1
		}
	}
	height, heightErr := strconv.ParseFloat(markup.Attribute(e, "ht"), 64)
	why := ""
	if markup.Attribute(e, "hidden") == "1" || s.zeroHeight && heightErr != nil || heightErr == nil && height < 1 {
		why = "in a hidden row"
	}
	row := Row{Number: number}
	for element := range s.reader.Elements() {
		if element.Name.Local != "c" {
			continue
		}
		if cell, ok := s.cell(element, len(row.Cells)); ok {
			if cell.Unseen == "" {
				cell.Unseen = why
			}
			row.Cells = append(row.Cells, cell)
		}
	}
	if len(row.Cells) > 0 {
		s.sheet.Rows = append(s.sheet.Rows, row)
	}
}

// cell reads one cell; the value that a formula gave last is its value.
func (s *sheetReader) cell(e xml.StartElement, next int) (Cell, bool) {
	_, column, ok := parseCell(markup.Attribute(e, "r"))
	if !ok {
		column = next
	}
	cell := Cell{Column: column}
	kind := markup.Attribute(e, "t")
	cell.Stored = s.stored(kind)
	if cell.Stored == "" || s.cells <= 0 {
		if s.cells <= 0 {
			s.Gap("it has more cells than are read")
		}
		return cell, false
	}
	s.cells--
	cell.Shown = cell.Stored
	index, err := strconv.Atoi(markup.Attribute(e, "s"))
	if err != nil || index < 0 || index >= len(s.styles) {
		return cell, true
	}
	look := s.styles[index]
	if kind == "" || kind == "n" {
		cell.Shown = look.show(cell.Stored)
	} else {
		cell.Shown = look.showText(cell.Stored)
	}
	cell.Unseen = look.unseen
	return cell, true
}

// stored reads the value of a cell and passes its end.
func (s *sheetReader) stored(kind string) string {
	value := ""
	for depth := 1; depth > 0; {
		switch token := s.reader.Next().(type) {
		case nil:
			return value
		case xml.StartElement:
			switch token.Name.Local {
			case "v":
				value = s.reader.Text()
			case "is":
				value = richText(s.reader)
			case "f":
				s.formula(s.reader.Text())
			default:
				depth++
			}
		case xml.EndElement:
			depth--
		}
	}
	switch kind {
	case "s":
		return s.shared(value)
	case "b":
		return map[string]string{"1": "true", "0": "false"}[value]
	}
	return value
}

func (s *sheetReader) shared(index string) string {
	i, err := strconv.Atoi(strings.TrimSpace(index))
	if err != nil || i < 0 || i >= len(s.strings) {
		return ""
	}
	s.used[i] = true
	return s.strings[i]
}

// formula tells of formulas that reach outside the file or run something.
func (s *sheetReader) formula(text string) {
	upper := strings.ToUpper(text)
	switch {
	case strings.Contains(upper, "WEBSERVICE(") || strings.Contains(upper, "CALL(") || strings.Contains(upper, "|'"):
		s.Note(unseen.Program, "sheet "+s.sheet.Name, "a formula that reaches out of the file", text)
	case strings.Contains(text, "[") && strings.Contains(text, "]") && strings.Contains(text, "!"):
		s.Note(unseen.Path, "sheet "+s.sheet.Name, "a formula that reads another file", text)
	}
}

// tellHidden tells of cells that nobody sees, once for every reason and sheet.
func (s *sheetReader) tellHidden() {
	counts := map[string]int{}
	numbers := map[string]bool{}
	var order []string
	for i := range s.sheet.Rows {
		for j := range s.sheet.Rows[i].Cells {
			cell := &s.sheet.Rows[i].Cells[j]
			if cell.Unseen == "" && cell.Column < len(s.hiddenColumns) && s.hiddenColumns[cell.Column] {
				cell.Unseen = "in a hidden column"
			}
			if cell.Unseen == "" {
				continue
			}
			if counts[cell.Unseen] == 0 {
				order = append(order, cell.Unseen)
			}
			counts[cell.Unseen]++
			_, err := strconv.ParseFloat(cell.Stored, 64)
			numbers[cell.Unseen] = numbers[cell.Unseen] || err == nil
		}
	}
	for _, why := range order {
		class := unseen.Words
		if numbers[why] {
			class = unseen.Numbers
		}
		s.Note(class, "sheet "+s.sheet.Name, fmt.Sprintf("%d cells %s", counts[why], why), "")
	}
}

// spread repeats a merged cell downward, as a label that covers several rows is
// meant.
func (s *sheetReader) spread() {
	if len(s.merged) == 0 {
		return
	}
	rowAt, left := map[int]*Row{}, mostSpread
	for i := range s.sheet.Rows {
		rowAt[s.sheet.Rows[i].Number] = &s.sheet.Rows[i]
	}
	for _, m := range s.merged {
		top := rowAt[m[0]]
		if top == nil || m[1] == m[0] {
			continue
		}
		for _, cell := range top.Cells {
			if cell.Column != m[2] {
				continue
			}
			for number := m[0] + 1; number <= m[1] && left > 0 && s.cells > 0; number++ {
				left--
				if below := rowAt[number]; below != nil && !below.has(m[2]) {
					below.Cells = append(below.Cells, cell)
					s.cells--
				}
			}
			break
		}
	}
}

func (r *Row) has(column int) bool {
	for _, cell := range r.Cells {
		if cell.Column == column {
			return true
		}
	}
	return false
}

// parseCell reads a place such as B12: row from 1, column from 0.
func parseCell(place string) (row, column int, ok bool) {
	place = strings.ReplaceAll(place, "$", "")
	letters := 0
	for letters < len(place) && letters < 3 && place[letters] >= 'A' && place[letters] <= 'Z' {
		column = column*26 + int(place[letters]-'A') + 1
		letters++
	}
	row, err := strconv.Atoi(place[letters:])
	return row, column - 1, letters > 0 && err == nil && row > 0 && column <= lastColumn
}

func parseRange(text string) (first, last [2]int, ok bool) {
	from, to, found := strings.Cut(text, ":")
	row, column, fromOK := parseCell(from)
	lastRow, lastCol, toOK := parseCell(to)
	return [2]int{row, column}, [2]int{lastRow, lastCol}, found && fromOK && toOK
}

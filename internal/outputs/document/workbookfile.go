package document

import (
	"fmt"
	"strings"

	"tre-toolkit/internal/outputs/document/packed"
	"tre-toolkit/internal/outputs/document/spreadsheet"
	"tre-toolkit/internal/outputs/document/unseen"
	"tre-toolkit/internal/outputs/notation"
)

// readWorkbook reads the sheets of a workbook as they are shown, and what it
// holds that is not shown.
func (r *reader) readWorkbook(content []byte, openDocument bool) {
	archive, err := packed.OpenZip(content, r.budget)
	if err != nil {
		r.Unread = "it is encrypted or broken, and could not be opened"
		return
	}
	read := spreadsheet.Read
	if openDocument {
		read = spreadsheet.ReadOpenDocument
	}
	book := read(archive, r.limits.Cells)
	for _, sheet := range book.Sheets {
		r.sheet(sheet)
	}
	r.bookParts(book)
}

// bookParts keeps what a file of an office program holds beside its sheets or its
// text.
func (r *reader) bookParts(book spreadsheet.Workbook) {
	for _, gap := range book.Gaps {
		r.gap("%s", gap)
	}
	for _, cache := range book.Caches {
		r.cache(cache)
	}
	for _, note := range book.Notes {
		r.hide(note.Class, note.Where, note.What)
		r.hiddenText(note.Text)
	}
	for _, text := range book.Texts {
		r.Prose = append(r.Prose, Prose{0, text})
	}
	for _, member := range book.Embedded {
		r.attach(member.Name, member.Content, member.Err)
	}
}

// hiddenText gives a text that nobody sees to the checks of prose.
func (r *reader) hiddenText(text string) {
	const longest = 1 << 20
	for _, line := range strings.Split(text[:min(len(text), longest)], "\n") {
		if strings.TrimSpace(line) != "" {
			r.Prose = append(r.Prose, Prose{0, line})
		}
	}
}

// sheet makes tables of a sheet; blank rows part them.
func (r *reader) sheet(sheet spreadsheet.Sheet) {
	var rows []Row
	for _, row := range sheet.Rows {
		cells := []string{}
		for _, cell := range row.Cells {
			if cell.Column >= len(cells)+mostBlankColumns {
				r.gap("a cell of sheet %s stands far from all others, and was left out", sheet.Name)
				continue
			}
			for len(cells) <= cell.Column {
				cells = append(cells, "")
			}
			cells[cell.Column] = cell.Shown
			r.shownAndStored(sheet.Name, row.Number, cell)
		}
		rows = append(rows, Row{row.Number, cells})
	}
	for _, table := range splitTables(rows) {
		r.addGrid(table)
	}
}

// mostBlankColumns bounds the blank cells that are made between two cells.
const mostBlankColumns = 2000

// shownAndStored tells of a cell that shows a mark, or nothing, over a number.
func (r *reader) shownAndStored(sheet string, row int, cell spreadsheet.Cell) {
	if cell.Shown == cell.Stored || !hides(cell.Shown) {
		return
	}
	stored, _ := notation.Clean(cell.Stored)
	if notation.ParseValue(stored).Kind != notation.Number {
		return
	}
	where := fmt.Sprintf("sheet %s, row %d, column %d", sheet, row, cell.Column+1)
	r.hide(unseen.Numbers, "sheet "+sheet, "numbers behind a number format that shows something else")
	r.Behind = append(r.Behind, Behind{cell.Shown, where, stored})
}

// cache makes a table of what a workbook keeps behind a chart, a pivot table or
// a link.
func (r *reader) cache(cache spreadsheet.Cache) {
	rows := make([]Row, 0, len(cache.Rows))
	for _, cells := range cache.Rows {
		rows = append(rows, Row{0, cells})
	}
	if cache.Drawn && len(rows) > 1 {
		// The names of series are names, whatever they look like.
		t := &Table{Header: cleanedCells(rows[0].Cells), Rows: rows[1:]}
		t.nameColumns()
		r.Tables = append(r.Tables, t)
		return
	}
	r.addGrid(rows)
}

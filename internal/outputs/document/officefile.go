package document

import (
	"fmt"
	"strings"

	"tre-toolkit/internal/outputs/document/office"
	"tre-toolkit/internal/outputs/document/packed"
	"tre-toolkit/internal/outputs/document/spreadsheet"
	"tre-toolkit/internal/outputs/notation"
)

// readOffice reads the text and the tables of a document or a presentation as
// they are shown, and what it holds that is not shown. A line is a paragraph.
func (r *reader) readOffice(content []byte) {
	archive, err := packed.OpenZip(content, r.budget)
	if err != nil {
		r.Unread = "it is encrypted, broken, or of an older form that is not read"
		return
	}
	file, known := office.Read(archive, r.limits.Cells)
	if !known {
		r.Unread = "this kind of file is not read"
		return
	}
	var lines []string
	plain := true
	flush := func(end int) {
		plain = r.textBlocks(lines, end-len(lines)+1) && plain
		lines = nil
	}
	for i, block := range file.Blocks {
		if block.Rows == nil {
			lines = append(lines, block.Text)
			continue
		}
		flush(i)
		r.officeTable(block.Rows)
	}
	flush(len(file.Blocks))
	if !plain {
		r.gap("its text was searched for identifiers and low counts, and numbers outside its tables are not understood")
	}
	r.officeParts(archive, file)
	if len(file.Blocks) == 0 {
		r.gap("it has no text that was understood")
	}
}

// officeParts tells of what the file holds and does not show.
func (r *reader) officeParts(archive *packed.Zip, file office.File) {
	for _, gap := range file.Gaps {
		r.gap("%s", gap)
	}
	for _, note := range file.Notes {
		r.hide(note.Class, note.Where, note.What)
		r.hiddenText(note.Text)
	}
	for _, member := range file.Embedded {
		r.attach(member.Name, member.Content, member.Err)
	}
	if file.Known != nil {
		r.bookParts(spreadsheet.ReadBeside(archive, file.Root, r.limits.Cells, file.Known))
	}
}

// officeTable makes a table of cells, and tells of those that hold more than they
// show.
func (r *reader) officeTable(cells [][]office.Cell) {
	rows := make([]Row, 0, len(cells))
	for i, line := range cells {
		row := Row{Cells: make([]string, len(line))}
		for column, cell := range line {
			row.Cells[column] = cell.Shown
			r.shownAndKept(i+1, column+1, cell)
		}
		rows = append(rows, row)
	}
	r.addGrid(rows)
}

// shownAndKept tells of a cell that shows a mark over a number that is kept.
func (r *reader) shownAndKept(row, column int, cell office.Cell) {
	kept, _ := notation.Clean(cell.Unseen)
	if hides(cell.Shown) && notation.ParseValue(kept).Kind == notation.Number {
		r.Behind = append(r.Behind, Behind{cell.Shown, fmt.Sprintf("table %d, row %d, column %d", len(r.Tables)+1, row, column), strings.TrimSpace(kept)})
	}
}

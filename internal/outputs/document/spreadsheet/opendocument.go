package spreadsheet

import (
	"encoding/xml"
	"strconv"
	"strings"

	"tre-toolkit/internal/outputs/document/markup"
	"tre-toolkit/internal/outputs/document/packed"
	"tre-toolkit/internal/outputs/document/unseen"
)

// ReadOpenDocument reads an OpenDocument spreadsheet, at most so many cells of
// it. OpenDocument 1.3, part 3, chapter 9.
func ReadOpenDocument(zip *packed.Zip, cells int) Workbook {
	o := &openDocument{workbook: workbook{zip: zip, cells: cells, root: "xl/"}}
	o.each("content.xml", o.element)
	o.each("meta.xml", o.property)
	for _, name := range zip.Names() {
		switch {
		case strings.HasPrefix(name, "Pictures/") && !strings.HasSuffix(name, "/"):
			o.embedded(name)
		case strings.HasPrefix(name, "Basic/") && strings.HasSuffix(name, ".xml"):
			o.Note(unseen.Program, "Basic", "a program (macro)", "")
		case strings.HasPrefix(name, "Object"):
			o.Gap("it holds an embedded object, which was not read")
		}
	}
	return o.Workbook
}

// openDocument is a workbook with the row that is being read.
type openDocument struct {
	workbook
	row, column int
	hiddenStyle map[string]bool
	rowHidden   bool
}

func (o *openDocument) property(r *markup.Reader, e xml.StartElement) {
	switch key := e.Name.Local; key {
	case "creator", "initial-creator", "printed-by":
		if text := strings.TrimSpace(r.Text()); text != "" {
			o.Note(unseen.Person, "the file's properties", key, text)
		}
	case "title", "subject", "description", "keyword", "user-defined":
		if text := strings.TrimSpace(r.Text()); text != "" {
			o.Note(unseen.ClassOf(text), "the file's properties", key, text)
		}
	}
}

func (o *openDocument) element(r *markup.Reader, e xml.StartElement) {
	switch e.Name.Local {
	case "style":
		o.style(r, e)
	case "table":
		sheet := Sheet{Name: markup.Attribute(e, "name"), Hidden: o.hiddenStyle[markup.Attribute(e, "style-name")]}
		o.Sheets = append(o.Sheets, sheet)
		o.row = 0
		if sheet.Hidden {
			o.Note(unseen.Numbers, "sheet "+sheet.Name, "a hidden sheet", "")
		}
	case "table-row":
		o.row += repeated(e, "number-rows-repeated")
		o.column = 0
		visibility := markup.Attribute(e, "visibility")
		o.rowHidden = visibility == "collapse" || visibility == "filter"
	case "table-cell", "covered-table-cell":
		o.cell(r, e)
	}
}

// style finds the table styles that are not shown.
func (o *openDocument) style(r *markup.Reader, e xml.StartElement) {
	if markup.Attribute(e, "family") != "table" {
		return
	}
	for element := range r.Elements() {
		if element.Name.Local == "table-properties" && markup.Attribute(element, "display") == "false" {
			if o.hiddenStyle == nil {
				o.hiddenStyle = map[string]bool{}
			}
			o.hiddenStyle[markup.Attribute(e, "name")] = true
		}
	}
}

func repeated(e xml.StartElement, name string) int {
	n, err := strconv.Atoi(markup.Attribute(e, name))
	if err != nil {
		return 1
	}
	return min(max(n, 1), 1<<20)
}

// mostRepeated is how often a filled cell may repeat; blank ones repeat to the
// edge of the sheet.
const mostRepeated = 1000

func (o *openDocument) cell(r *markup.Reader, e xml.StartElement) {
	times := repeated(e, "number-columns-repeated")
	shown := o.shown(r)
	first := o.column
	o.column += times
	if shown == "" || len(o.Sheets) == 0 {
		return
	}
	cell := Cell{Shown: shown, Stored: shown}
	if value := markup.Attribute(e, "value"); value != "" {
		cell.Stored = value
		if markup.Attribute(e, "value-type") == "percentage" {
			cell.Stored = shown
		}
	}
	if o.rowHidden {
		cell.Unseen = "in a hidden row"
		o.Note(unseen.Numbers, "sheet "+o.Sheets[len(o.Sheets)-1].Name, "cells in a hidden row", "")
	}
	sheet := &o.Sheets[len(o.Sheets)-1]
	if n := len(sheet.Rows); n == 0 || sheet.Rows[n-1].Number != o.row {
		sheet.Rows = append(sheet.Rows, Row{Number: o.row})
	}
	row := &sheet.Rows[len(sheet.Rows)-1]
	for i := range min(times, mostRepeated) {
		if !o.take() {
			return
		}
		cell.Column = first + i
		row.Cells = append(row.Cells, cell)
	}
}

// shown joins the paragraphs of a cell; its comment is a note.
func (o *openDocument) shown(r *markup.Reader) string {
	var parts []string
	for element := range r.Elements() {
		switch element.Name.Local {
		case "annotation":
			text := r.Text()
			o.Note(unseen.ClassOf(text), "comments", "a comment", text)
		case "p":
			parts = append(parts, r.Text())
		}
	}
	return strings.Join(parts, " ")
}

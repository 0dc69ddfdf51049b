// Package spreadsheet reads workbooks of the Office Open XML form (XLSX, XLSM)
// and OpenDocument spreadsheets from their parts.
//
// It promises to tell what a person sees apart from what the file holds: a cell
// has the text that is shown and the value that is stored, and whatever the
// window does not show is a note or a table of its own: hidden sheets, rows and
// columns, comments, names, caches of pivot tables, of charts and of linked
// files, properties, programs. No formula is computed and no link is followed.
package spreadsheet

import (
	"encoding/xml"
	"path"
	"strings"

	"tre-toolkit/internal/outputs/document/markup"
	"tre-toolkit/internal/outputs/document/packed"
	"tre-toolkit/internal/outputs/document/unseen"
)

// Workbook is what was read of one file.
type Workbook struct {
	unseen.Found
	Sheets   []Sheet
	Caches   []Cache
	Texts    []string // words on the sheets beside the cells
	Embedded []packed.Member
}

// Sheet is one sheet with its cells.
type Sheet struct {
	Name   string
	Hidden bool
	Rows   []Row
}

// Row is one row that holds something.
type Row struct {
	Number int // from 1
	Cells  []Cell
}

// Cell is one cell that holds something.
type Cell struct {
	Column int    // from 0
	Shown  string // as the window shows it
	Stored string // as the file holds it
	// Unseen says why nobody sees the cell: white on white, a hidden row.
	Unseen string
}

// Cache is a table that stands behind something else: the records of a pivot
// table, the cells of another file, the points of a chart.
type Cache struct {
	Where string
	Rows  [][]string
	// Drawn says that a figure draws the numbers.
	Drawn bool
}

const mostDepth = 100

// workbook is a workbook while it is read.
type workbook struct {
	Workbook
	zip     *packed.Zip
	root    string // the folder of its parts
	cells   int    // still to be read
	strings []string
	used    []bool // of the strings
	styles  []style
	targets map[string]string
}

// Read reads an Office Open XML workbook, at most so many cells of it.
func Read(zip *packed.Zip, cells int) Workbook {
	w := &workbook{zip: zip, cells: cells, root: "xl/"}
	w.targets = w.relations("xl/workbook.xml")
	w.readStrings()
	w.readStyles()
	w.readSheets()
	for _, name := range zip.Names() {
		w.part(name)
	}
	w.unusedStrings()
	return w.Workbook
}

// open begins to read a part of the workbook.
func (w *workbook) open(name string) *markup.Reader {
	content, err := w.zip.Read(name)
	if err != nil {
		w.Gap("its part " + path.Base(name) + " could not be read: " + err.Error())
		return markup.New(nil, mostDepth)
	}
	return markup.New(content, mostDepth)
}

// close takes over what went wrong in a part.
func (w *workbook) close(name string, r *markup.Reader) {
	for _, problem := range r.Problems() {
		w.Gap("in its part " + path.Base(name) + ": " + problem)
	}
}

// each calls back for every element of a part.
func (w *workbook) each(name string, element func(*markup.Reader, xml.StartElement)) {
	r := w.open(name)
	for token := r.Next(); token != nil; token = r.Next() {
		if start, ok := token.(xml.StartElement); ok {
			element(r, start)
		}
	}
	w.close(name, r)
}

// relations maps the ids that a part uses to the parts that it means.
func (w *workbook) relations(name string) map[string]string {
	targets := map[string]string{}
	list := path.Join(path.Dir(name), "_rels", path.Base(name)+".rels")
	w.each(list, func(_ *markup.Reader, e xml.StartElement) {
		target := markup.Attribute(e, "Target")
		switch {
		case e.Name.Local != "Relationship":
		case markup.Attribute(e, "TargetMode") == "External":
			targets[markup.Attribute(e, "Id")] = target
		case strings.HasPrefix(target, "/"):
			targets[markup.Attribute(e, "Id")] = strings.TrimPrefix(target, "/")
		default:
			targets[markup.Attribute(e, "Id")] = path.Join(path.Dir(name), target)
		}
	})
	return targets
}

// readSheets reads the list of sheets, the defined names, and every sheet.
func (w *workbook) readSheets() {
	type listed struct {
		name, part, state string
	}
	var sheets []listed
	w.each("xl/workbook.xml", func(r *markup.Reader, e xml.StartElement) {
		switch e.Name.Local {
		case "sheet":
			sheets = append(sheets, listed{markup.Attribute(e, "name"), w.targets[markup.Attribute(e, "id")], markup.Attribute(e, "state")})
		case "definedName":
			w.definedName(markup.Attribute(e, "name"), markup.Attribute(e, "hidden") == "1", r.Text())
		case "fileRecoveryPr", "fileSharing":
			if user := markup.Attribute(e, "userName"); user != "" {
				w.Note(unseen.Person, "file sharing", "names a user", user)
			}
		}
	})
	if len(sheets) == 0 {
		w.Gap("it lists no sheets")
	}
	for _, one := range sheets {
		hidden := one.state == "hidden" || one.state == "veryHidden"
		before := w.cells
		sheet := w.readSheet(one.name, one.part)
		sheet.Hidden = hidden
		w.Sheets = append(w.Sheets, sheet)
		if hidden && w.cells < before {
			what := "a hidden sheet"
			if one.state == "veryHidden" {
				what = "a sheet that Excel does not even list as hidden"
			}
			w.Note(unseen.Numbers, "sheet "+one.name, what, "")
		}
	}
}

// definedName tells of names that hold a value of their own, which no sheet
// shows; names of places on the sheets are fine.
func (w *workbook) definedName(name string, hidden bool, value string) {
	if strings.HasPrefix(name, "_xlnm.") || strings.HasPrefix(name, "_xlchart.") || value == "" {
		return
	}
	points := strings.Contains(value, "!") && !strings.Contains(value, "[")
	switch {
	case strings.ContainsAny(value, "0123456789") && !points:
		w.Note(unseen.Numbers, "the name "+name, "a name holds a value or leads to another file", value)
	case hidden:
		w.Note(unseen.Words, "the name "+name, "a hidden name", value)
	case strings.ContainsAny(value, `"`):
		w.Note(unseen.Words, "the name "+name, "a name holds text", value)
	}
}

func (w *workbook) readStrings() {
	w.each("xl/sharedStrings.xml", func(r *markup.Reader, e xml.StartElement) {
		if e.Name.Local == "si" {
			w.strings = append(w.strings, richText(r))
		}
	})
	w.used = make([]bool, len(w.strings))
}

// richText joins the runs of a text, its reading aids left out.
func richText(r *markup.Reader) string {
	var b strings.Builder
	for element := range r.Elements() {
		switch element.Name.Local {
		case "t":
			b.WriteString(r.Text())
		case "rPh":
			r.Skip()
		}
	}
	return b.String()
}

// unusedStrings tells of texts that were once in a cell.
func (w *workbook) unusedStrings() {
	var left []string
	for i, used := range w.used {
		if !used && strings.TrimSpace(w.strings[i]) != "" {
			left = append(left, w.strings[i])
		}
	}
	if len(left) > 0 && w.cells > 0 {
		w.Note(unseen.Words, "the list of texts", "texts that no cell shows any more", strings.Join(left[:min(len(left), 1000)], "\n"))
	}
}

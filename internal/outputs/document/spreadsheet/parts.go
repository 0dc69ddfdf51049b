package spreadsheet

import (
	"encoding/xml"
	"fmt"
	"path"
	"strconv"
	"strings"

	"tre-toolkit/internal/outputs/document/markup"
	"tre-toolkit/internal/outputs/document/packed"
	"tre-toolkit/internal/outputs/document/unseen"
)

// silent are parts that hold nothing which the sheets do not show.
var silent = []string{
	"[Content_Types].xml", "_rels/", "xl/_rels/", "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/theme/",
	"xl/worksheets/", "xl/calcChain.xml", "xl/metadata.xml", "xl/printerSettings/", "xl/richData/", "xl/sheetMetadata",
	"xl/charts/style", "xl/charts/colors", "xl/charts/_rels/", "xl/drawings/_rels/", "xl/pivotCache/_rels/", "xl/pivotTables/",
	"docProps/thumbnail", "xl/tables/", "xl/chartsheets/", "xl/ctrlProps/", "xl/slicer", "xl/timeline",
}

// ReadBeside reads what a text document or a presentation of the Office Open XML
// form holds beside its text, as a workbook does beside its sheets: charts, kept
// files, properties, programs. Its parts lie below root, "word/" or "ppt/"; those
// that are read elsewhere, or show nothing, are told by known.
func ReadBeside(zip *packed.Zip, root string, cells int, known func(name string) bool) Workbook {
	w := &workbook{zip: zip, cells: cells, root: root}
	for _, name := range zip.Names() {
		if !known(name) {
			w.part(name)
		}
	}
	return w.Workbook
}

// part reads what stands in a file beside its sheets or its text.
func (w *workbook) part(name string) {
	place := name
	if inside, below := strings.CutPrefix(name, w.root); below {
		place = "xl/" + inside
	}
	has := func(prefix string) bool { return strings.HasPrefix(place, prefix) }
	switch {
	case strings.HasSuffix(name, "/") || strings.HasSuffix(name, ".rels") && !has("xl/externalLinks/"):
	case has("xl/comments"), has("xl/threadedComments/"):
		w.comments(name)
	case has("xl/externalLinks/_rels/"):
		w.linkedFiles(name)
	case has("xl/externalLinks/"):
		w.linkCache(name)
	case has("xl/pivotCache/pivotCacheRecords"):
		w.pivotRecords(name)
	case has("xl/pivotCache/pivotCacheDefinition"): // read with its records
		w.pivotItems(name)
	case has("xl/charts/chart"):
		w.chart(name)
	case has("xl/drawings/"):
		w.drawing(name)
	case has("xl/media/"), has("xl/embeddings/"):
		w.embedded(name)
	case has("docProps/"):
		w.properties(name)
	case has("xl/persons/"):
		w.persons(name)
	case has("customXml/") && !has("customXml/itemProps"):
		w.words(name, "custom XML")
	case has("xl/revisions/"):
		w.words(name, "the record of changes")
	case has("xl/connections"), has("xl/queryTables/"), has("xl/queries/"):
		w.connections(name)
	case strings.HasSuffix(name, "vbaProject.bin"), has("xl/macrosheets/"), has("xl/activeX/"):
		w.Note(unseen.Program, path.Base(name), "a program (macro)", "")
	case has("xl/model/"):
		w.Note(unseen.Numbers, path.Base(name), "a data model, which holds whole tables", "")
		w.Gap("its data model was not read")
	case !startsWithAny(place, silent) && !has("customXml/"):
		w.Gap("its part " + name + " was not read")
	}
}

func startsWithAny(name string, prefixes []string) bool {
	for _, prefix := range prefixes {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

func (w *workbook) comments(name string) {
	var texts []string
	w.each(name, func(r *markup.Reader, e xml.StartElement) {
		switch e.Name.Local {
		case "author":
			if author := strings.TrimSpace(r.Text()); author != "" && !strings.HasPrefix(author, "tc={") {
				w.Note(unseen.Person, "comments", "the author of a comment", author)
			}
		case "comment":
			texts = append(texts, richText(r))
		case "threadedComment":
			texts = append(texts, r.Text())
		}
	})
	for _, text := range texts {
		w.Note(unseen.ClassOf(text), "comments", "a comment", text)
	}
}

func (w *workbook) linkedFiles(name string) {
	w.each(name, func(_ *markup.Reader, e xml.StartElement) {
		if target := markup.Attribute(e, "Target"); target != "" {
			w.Note(unseen.Path, "external links", "the path of another file", target)
		}
	})
}

// linkCache reads the cells of another workbook that this one keeps.
func (w *workbook) linkCache(name string) {
	cache := Cache{Where: "the kept cells of another file"}
	w.each(name, func(r *markup.Reader, e xml.StartElement) {
		switch e.Name.Local {
		case "row":
			cache.Rows = append(cache.Rows, nil)
		case "v":
			if n := len(cache.Rows); n > 0 && w.take() {
				cache.Rows[n-1] = append(cache.Rows[n-1], r.Text())
			}
		}
	})
	w.keep(cache)
}

func (w *workbook) take() bool {
	w.cells--
	if w.cells < 0 {
		w.Gap("it has more cells than are read")
	}
	return w.cells >= 0
}

// keep adds a table that nobody sees, and tells of it.
func (w *workbook) keep(cache Cache) {
	if len(cache.Rows) == 0 {
		return
	}
	w.Caches = append(w.Caches, cache)
	if !cache.Drawn {
		w.Note(unseen.Numbers, cache.Where, fmt.Sprintf("%d rows", len(cache.Rows)), "")
	}
}

// pivotField is a column of a pivot table's source and its distinct values.
type pivotField struct {
	name  string
	items []string
}

func (w *workbook) pivotFields(name string) []pivotField {
	var fields []pivotField
	w.each(name, func(_ *markup.Reader, e xml.StartElement) {
		switch e.Name.Local {
		case "cacheField":
			fields = append(fields, pivotField{name: markup.Attribute(e, "name")})
		case "s", "n", "d", "b", "e", "m":
			if n := len(fields); n > 0 {
				fields[n-1].items = append(fields[n-1].items, markup.Attribute(e, "v"))
			}
		}
	})
	return fields
}

// pivotItems tells of the values of a pivot table's source when its records are
// not there.
func (w *workbook) pivotItems(name string) {
	if w.zip.Has(strings.Replace(name, "Definition", "Records", 1)) {
		return
	}
	var values []string
	for _, field := range w.pivotFields(name) {
		values = append(values, field.name+": "+strings.Join(field.items, ", "))
	}
	w.Note(unseen.Words, "the source of a pivot table", "its fields and their values", strings.Join(values, "\n"))
}

// pivotRecords reads the rows that a pivot table was made from.
func (w *workbook) pivotRecords(name string) {
	fields := w.pivotFields(strings.Replace(name, "Records", "Definition", 1))
	header := make([]string, len(fields))
	for i, field := range fields {
		header[i] = field.name
	}
	cache := Cache{Where: "the source of a pivot table", Rows: [][]string{header}}
	w.each(name, func(_ *markup.Reader, e xml.StartElement) {
		last := len(cache.Rows) - 1
		value := markup.Attribute(e, "v")
		switch e.Name.Local {
		case "r":
			cache.Rows = append(cache.Rows, nil)
			return
		case "x":
			column := len(cache.Rows[last])
			if i, err := strconv.Atoi(value); err == nil && column < len(fields) && i >= 0 && i < len(fields[column].items) {
				value = fields[column].items[i]
			}
		case "s", "n", "d", "b", "e", "m":
		default:
			return
		}
		if last > 0 && w.take() {
			cache.Rows[last] = append(cache.Rows[last], value)
		}
	})
	if len(cache.Rows) > 1 {
		w.keep(cache)
	}
}

// chart reads the points that a chart keeps: a column of categories and one of
// values for every series.
func (w *workbook) chart(name string) {
	var labels []string
	var columns [][]string
	var names []string
	w.each(name, func(r *markup.Reader, e xml.StartElement) {
		switch e.Name.Local {
		case "ser":
			names, columns = append(names, ""), append(columns, nil)
		case "tx", "cat", "xVal", "val", "yVal", "bubbleSize":
			if len(columns) == 0 {
				return
			}
			points := w.points(r)
			last := len(columns) - 1
			switch {
			case e.Name.Local == "tx":
				names[last] = strings.Join(points, " ")
			case e.Name.Local == "cat" || e.Name.Local == "xVal":
				if len(points) > len(labels) {
					labels = points
				}
			case columns[last] == nil:
				columns[last] = points
			}
		case "title":
			if text := strings.TrimSpace(r.Text()); text != "" {
				w.Texts = append(w.Texts, text)
			}
		}
	})
	rows := [][]string{append([]string{"category"}, names...)}
	longest := len(labels)
	for _, column := range columns {
		longest = max(longest, len(column))
	}
	for i := range longest {
		row := []string{at(labels, i)}
		for _, column := range columns {
			row = append(row, at(column, i))
		}
		rows = append(rows, row)
	}
	if longest > 0 {
		w.keep(Cache{Where: "a chart", Rows: rows, Drawn: true})
	}
}

func at(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return ""
}

// points reads the kept values below an element and passes its end.
func (w *workbook) points(r *markup.Reader) []string {
	var points []string
	for element := range r.Elements() {
		if element.Name.Local == "v" {
			if text := r.Text(); w.take() {
				points = append(points, text)
			}
		}
	}
	return points
}

// drawing reads the texts of shapes, and the descriptions of pictures.
func (w *workbook) drawing(name string) {
	if !strings.HasSuffix(name, ".xml") {
		return
	}
	w.each(name, func(r *markup.Reader, e xml.StartElement) {
		switch e.Name.Local {
		case "txBody":
			if text := strings.TrimSpace(r.Text()); text != "" {
				w.Texts = append(w.Texts, text)
			}
		case "cNvPr":
			if text := markup.Attribute(e, "descr"); text != "" {
				w.Note(unseen.Words, "a drawing", "the description of a picture", text)
			}
		}
	})
}

func (w *workbook) embedded(name string) {
	content, err := w.zip.Read(name)
	w.Embedded = append(w.Embedded, packed.Member{Name: path.Base(name), Content: content, Err: err})
}

// properties reads who wrote the file, for whom and where.
func (w *workbook) properties(name string) {
	w.each(name, func(r *markup.Reader, e xml.StartElement) {
		key := e.Name.Local
		switch key {
		case "creator", "lastModifiedBy", "Manager", "Company":
			if text := strings.TrimSpace(r.Text()); text != "" && !strings.EqualFold(text, "openpyxl") && !strings.EqualFold(text, "xlsxwriter") {
				w.Note(unseen.Person, "the file's properties", key, text)
			}
		case "title", "subject", "description", "keywords", "category", "contentStatus", "lpwstr", "lpstr":
			text := strings.TrimSpace(r.Text())
			if key == "lpstr" && strings.HasSuffix(name, "app.xml") {
				return // the names of the sheets
			}
			if text != "" {
				w.Note(unseen.ClassOf(text), "the file's properties", key, text)
			}
		case "HyperlinkBase":
			if text := strings.TrimSpace(r.Text()); text != "" {
				w.Note(unseen.Path, "the file's properties", key, text)
			}
		}
	})
}

func (w *workbook) persons(name string) {
	w.each(name, func(_ *markup.Reader, e xml.StartElement) {
		if person := markup.Attribute(e, "displayName"); person != "" {
			w.Note(unseen.Person, "comments", "the author of a comment", person)
		}
	})
}

// words reads a part as text.
func (w *workbook) words(name, what string) {
	var b strings.Builder
	w.each(name, func(_ *markup.Reader, e xml.StartElement) {
		for _, attribute := range e.Attr {
			if attribute.Name.Space != "xmlns" && attribute.Name.Local != "xmlns" {
				b.WriteString(attribute.Value + "\n")
			}
		}
	})
	r := w.open(name)
	for token := r.Next(); token != nil; token = r.Next() {
		if text, ok := token.(xml.CharData); ok {
			b.Write(text)
		}
	}
	if text := strings.TrimSpace(b.String()); text != "" {
		w.Note(unseen.ClassOf(text), what, "text that no sheet shows", text[:min(len(text), 1<<20)])
	}
}

func (w *workbook) connections(name string) {
	w.each(name, func(_ *markup.Reader, e xml.StartElement) {
		for _, key := range []string{"connection", "sourceFile", "command", "url"} {
			if text := markup.Attribute(e, key); text != "" {
				w.Note(unseen.Path, "connections", "where the data came from", text)
			}
		}
	})
}

package metrics

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strings"

	"tre-toolkit/internal/disclosure"
)

// TotalRow is the name under which a table's total is listed. It is a sum over
// studies: one person in two studies counts twice in it.
const TotalRow = "Total"

// LongCSV writes one line a study and column, then the column's total:
// study,table,participants.
func (g Grid) LongCSV() ([]byte, error) {
	rows := [][]string{{"study", "table", "participants"}}
	for _, column := range g.Columns {
		for i, study := range g.Studies {
			rows = append(rows, []string{study, column.Name, column.Cells[i].String()})
		}
		rows = append(rows, []string{TotalRow, column.Name, column.Total.String()})
	}
	return writeCSV(rows)
}

// WideCSV writes one line a study with a field a column, and a last line of
// totals.
func (g Grid) WideCSV() ([]byte, error) {
	rows := [][]string{append([]string{"study"}, g.columnNames()...)}
	return writeCSV(append(rows, g.lines()...))
}

func writeCSV(rows [][]string) ([]byte, error) {
	var text bytes.Buffer
	err := csv.NewWriter(&text).WriteAll(rows)
	return text.Bytes(), err
}

func (g Grid) columnNames() []string {
	names := make([]string, len(g.Columns))
	for i, column := range g.Columns {
		names[i] = column.Name
	}
	return names
}

// lines returns the grid's rows as text, totals last.
func (g Grid) lines() [][]string {
	var lines [][]string
	for i, study := range g.Studies {
		line := []string{study}
		for _, column := range g.Columns {
			line = append(line, column.Cells[i].String())
		}
		lines = append(lines, line)
	}
	line := []string{TotalRow}
	for _, column := range g.Columns {
		line = append(line, column.Total.String())
	}
	return append(lines, line)
}

// Markdown writes the grid with its stamp and the meaning of its marks.
func (g Grid) Markdown(title string) []byte {
	var text strings.Builder
	fmt.Fprintf(&text, "# %s\n\n%s\n\n", title, g.Stamp.Sentence())
	writeMarkdownRow(&text, append([]string{"study"}, g.columnNames()...))
	text.WriteString("|---|" + strings.Repeat("---:|", len(g.Columns)) + "\n")
	for _, line := range g.lines() {
		writeMarkdownRow(&text, line)
	}
	text.WriteString("\n")
	for _, mark := range g.Stamp.Marks {
		fmt.Fprintf(&text, "%s: %s.\n", mark.shown(), mark.Meaning)
	}
	text.WriteString("\nTotals add the shown cells over studies; one person in two studies is two participants.\n")
	return []byte(text.String())
}

// shown returns the mark as prose can name it.
func (m Mark) shown() string {
	if m.Mark == "" {
		return "A blank cell"
	}
	return "`" + m.Mark + "`"
}

func writeMarkdownRow(text *strings.Builder, cells []string) {
	escape := strings.NewReplacer("|", `\|`, "<", `\<`, "*", `\*`)
	for _, cell := range cells {
		text.WriteString("| " + escape.Replace(cell) + " ")
	}
	text.WriteString("|\n")
}

// Sentence states what the table was made from.
func (s Stamp) Sentence() string {
	return fmt.Sprintf("%s version %d (%s, DOI %s), freeze %d (%s), rules %s.",
		s.Dataset, s.Version, s.VersionDate, s.DOI, s.Freeze, s.FreezeDate, s.Rules)
}

type longRecord struct {
	Study        string          `json:"study"`
	Table        string          `json:"table"`
	Participants disclosure.Cell `json:"participants"` // a number, or the mark as text
}

// LongJSON writes the stamp and one record a study and column, totals as study
// Total: the same lines as LongCSV.
func (g Grid) LongJSON() ([]byte, error) {
	var records []longRecord
	for _, column := range g.Columns {
		for i, study := range g.Studies {
			records = append(records, longRecord{study, column.Name, column.Cells[i]})
		}
		records = append(records, longRecord{TotalRow, column.Name, column.Total})
	}
	return indented(struct {
		Stamp
		Records []longRecord `json:"records"`
	}{g.Stamp, records})
}

// wideRecord is one line of a grid; its fields keep the columns' order.
type wideRecord struct {
	study string
	names []string
	cells []disclosure.Cell
}

// MarshalJSON writes study first, then the columns.
func (r wideRecord) MarshalJSON() ([]byte, error) {
	var text bytes.Buffer
	fmt.Fprintf(&text, `{"study":%q`, r.study)
	for i, name := range r.names {
		cell, err := r.cells[i].MarshalJSON()
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&text, ",%q:%s", name, cell)
	}
	text.WriteString("}")
	return text.Bytes(), nil
}

// WideJSON writes the stamp and one record a study, totals last: the same lines
// as WideCSV.
func (g Grid) WideJSON() ([]byte, error) {
	records := make([]wideRecord, len(g.Studies)+1)
	for i := range records {
		records[i] = wideRecord{study: TotalRow, names: g.columnNames()}
		if i < len(g.Studies) {
			records[i].study = g.Studies[i]
		}
	}
	for _, column := range g.Columns {
		for i, cell := range append(column.Cells[:len(column.Cells):len(column.Cells)], column.Total) {
			records[i].cells = append(records[i].cells, cell)
		}
	}
	return indented(struct {
		Stamp
		Records []wideRecord `json:"records"`
	}{g.Stamp, records})
}

func indented(value any) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(value)
	return text.Bytes(), err
}

// csvOnTheWeb is the part of the W3C's CSV on the Web metadata that a stamp
// needs: it lies beside a CSV file, whose own columns stay as they are.
type csvOnTheWeb struct {
	Context     string         `json:"@context"`
	URL         string         `json:"url"`
	Title       string         `json:"dc:title"`
	Source      string         `json:"dc:source"`
	Description string         `json:"dc:description"`
	Stamp       Stamp          `json:"tre:stamp"`
	TableSchema map[string]any `json:"tableSchema"`
}

// Metadata writes the stamp of a CSV file as its CSV on the Web metadata, which
// is named like the file with -metadata.json after it.
func (g Grid) Metadata(file, title string, table []byte) ([]byte, error) {
	header, err := csv.NewReader(bytes.NewReader(table)).Read()
	if err != nil {
		return nil, err
	}
	columns := make([]map[string]string, len(header))
	for i, name := range header {
		columns[i] = map[string]string{"name": name}
	}
	return indented(csvOnTheWeb{
		Context:     "http://www.w3.org/ns/csvw",
		URL:         file,
		Title:       title,
		Source:      g.Stamp.DOI,
		Description: g.Stamp.Sentence(),
		Stamp:       g.Stamp,
		TableSchema: map[string]any{"columns": columns},
	})
}

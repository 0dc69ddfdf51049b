package page

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"html/template"
	"strings"
)

// totalName stands in the study column of a table's total. It is a sum over
// studies, as internal/metrics has it.
const totalName = "Total"

// download is a CSV file that the page itself holds. A file beside the page
// would be lost when the page is moved, mailed or written to standard output; a
// script would be needed to make one in the browser. So the link holds it.
type download struct {
	Name string       // of the file
	Text string       // of the file
	Link template.URL // the file as a data: address
}

func (m Metrics) download() download {
	text := m.longCSV()
	return download{Name: m.FileStem + ".csv", Text: text, Link: dataLink(text)}
}

// only returns the metrics of one table.
func (m Metrics) only(table int) Metrics {
	one := Metrics{Tables: m.Tables[table : table+1], FileStem: m.FileStem + "_" + m.Tables[table].Name}
	for _, study := range m.Studies {
		one.Studies = append(one.Studies, Study{study.Name, study.Cells[table : table+1]})
	}
	return one
}

// longCSV writes what tre-extract metrics writes: a line a table and study, then
// the table's total.
func (m Metrics) longCSV() string {
	var text bytes.Buffer
	_ = csv.NewWriter(&text).WriteAll(m.longLines()) // a buffer takes all
	return text.String()
}

func (m Metrics) longLines() [][]string {
	lines := [][]string{{"study", "table", "participants"}}
	for i, table := range m.Tables {
		for _, study := range m.Studies {
			if i < len(study.Cells) { // a row that is too short is told by itself
				lines = append(lines, []string{study.Name, table.Name, study.Cells[i]})
			}
		}
		lines = append(lines, []string{totalName, table.Name, table.Total})
	}
	return lines
}

const unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"

// dataLink returns text as an address. Every byte but letters, digits and -._~
// is percent-encoded, so nothing in it can end the address or the attribute
// that holds it.
func dataLink(text string) template.URL {
	var link strings.Builder
	link.WriteString("data:text/csv;charset=utf-8,")
	for i := range len(text) {
		if strings.IndexByte(unreserved, text[i]) >= 0 {
			link.WriteByte(text[i])
		} else {
			fmt.Fprintf(&link, "%%%02X", text[i])
		}
	}
	return template.URL(link.String())
}

package protection

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"slices"
	"strings"

	"tre-toolkit/internal/disclosure/protect"
	"tre-toolkit/internal/outputs/layout"
)

// write puts what may be shown in the place of every number.
func (w *work) write(result protect.Result) Table {
	table := Table{
		Header: slices.Clone(w.Header), Guess: w.guess,
		Low: result.Low, Others: result.Others, Least: result.Least, TotalsAsShown: result.TotalsAsShown,
	}
	for row, given := range w.Table.Rows {
		cells := make([]string, len(w.Header))
		copy(cells, given.Cells)
		for column := range cells {
			cells[column] = w.text(layout.CellAt{Row: row, Column: column}, cells[column], result)
		}
		table.Rows = append(table.Rows, cells)
	}
	rules := w.profile.Rules()
	if rules.NoteRequired.Value && result.Low+result.Others > 0 {
		table.Notes = Marks(w.profile)
	}
	return table
}

// text returns what is printed of one cell.
func (w *work) text(at layout.CellAt, given string, result protect.Result) string {
	hidden := w.profile.Withhold().String()
	if i, ok := w.index[at]; ok {
		return result.Cells[i].String()
	}
	if i, ok := w.shares[at]; ok {
		cell := result.Shares[i]
		if !cell.Masked() && strings.Contains(given, "%") {
			return cell.String() + "%"
		}
		return cell.String()
	}
	if i, ok := w.statistics[at]; ok && !result.Statistics[i] || w.withheld[at] {
		return hidden
	}
	return given
}

// CSV returns the table with its notes below it.
func (t Table) CSV() ([]byte, error) {
	var text bytes.Buffer
	writer := csv.NewWriter(&text)
	if err := writer.WriteAll(append([][]string{t.Header}, t.Rows...)); err != nil {
		return nil, err
	}
	for _, note := range t.Notes {
		if err := writer.Write([]string{note}); err != nil {
			return nil, err
		}
	}
	writer.Flush()
	return text.Bytes(), writer.Error()
}

// Markdown returns the table as one of Markdown, with its notes below it.
func (t Table) Markdown() []byte {
	var text strings.Builder
	escape := strings.NewReplacer("|", `\|`, "<", `\<`, "*", `\*`, "\n", " ")
	row := func(cells []string) {
		for _, cell := range cells {
			text.WriteString("| " + escape.Replace(cell) + " ")
		}
		text.WriteString("|\n")
	}
	row(t.Header)
	text.WriteString(strings.Repeat("|---", len(t.Header)) + "|\n")
	for _, cells := range t.Rows {
		row(cells)
	}
	for _, note := range t.Notes {
		text.WriteString("\n" + escape.Replace(note) + "\n")
	}
	return []byte(text.String())
}

// JSON returns the table as one object: columns, rows of texts, and notes.
func (t Table) JSON() ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(struct {
		Columns []string   `json:"columns"`
		Rows    [][]string `json:"rows"`
		Notes   []string   `json:"notes,omitempty"`
	}{t.Header, t.Rows, t.Notes})
	return text.Bytes(), err
}

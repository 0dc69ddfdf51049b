package recompute

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"path"
	"slices"
	"strings"

	"tre-toolkit/internal/metrics"
)

// Kind is which of the metrics tables a file holds.
type Kind string

// The metrics tables.
const (
	Participants Kind = "participants"
	Funnel       Kind = "funnel"
)

// Table is a printed metrics table with its stamp.
type Table struct {
	File  string
	Kind  Kind
	Stamp metrics.Stamp
	cells map[place]string
	order []place
	twice []place // printed more than once, differently
}

type place struct{ row, column string }

// ErrNoMetrics is returned for a file that has no form of a metrics table.
var ErrNoMetrics = errors.New("it is no metrics table")

// ErrNoStamp is returned for a table that does not say what it was made from.
var ErrNoStamp = errors.New("it has no stamp that says what it was made from")

// Parse reads a metrics table: CSV with the metadata that lies beside it, or JSON
// or Markdown, which have their stamp inside.
func Parse(name string, text, metadata []byte) (Table, error) {
	var rows [][]string
	stamp, stamped := metrics.StampOf(name, text)
	switch strings.ToLower(path.Ext(name)) {
	case ".csv":
		stamp, stamped = metrics.StampOf(name+metrics.MetadataSuffix, metadata)
		rows = csvRows(text)
	case ".json":
		rows = jsonRows(text)
	case ".md":
		rows = markdownRows(string(text))
	}
	table := Table{File: name, Stamp: stamp, Kind: Participants, cells: map[place]string{}}
	switch {
	case len(rows) < 2 || len(rows[0]) < 2 || rows[0][0] != "study":
		return table, ErrNoMetrics
	case !stamped:
		return table, ErrNoStamp
	case slices.Equal(rows[0], []string{"study", "table", "participants"}):
		return table, table.readLong(rows[1:])
	case slices.Contains(rows[0], metrics.LinkedColumn):
		table.Kind = Funnel
	}
	return table, table.readWide(rows)
}

func (t *Table) readLong(rows [][]string) error {
	for _, row := range rows {
		if len(row) != 3 {
			return ErrNoMetrics
		}
		t.put(place{row[0], row[1]}, row[2])
	}
	return nil
}

func (t *Table) readWide(rows [][]string) error {
	header := rows[0]
	for _, row := range rows[1:] {
		if len(row) != len(header) {
			return ErrNoMetrics
		}
		for i, cell := range row[1:] {
			t.put(place{row[0], header[i+1]}, cell)
		}
	}
	return nil
}

func (t *Table) put(at place, cell string) {
	before, there := t.cells[at]
	switch {
	case !there:
		t.order = append(t.order, at)
		t.cells[at] = cell
	case before != cell:
		t.twice = append(t.twice, at)
	}
}

func csvRows(text []byte) [][]string {
	reader := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))))
	reader.FieldsPerRecord = -1
	rows, err := reader.ReadAll()
	if err != nil {
		return nil
	}
	return rows
}

// jsonRows makes rows of records, each an object with the same fields in the
// same order.
func jsonRows(text []byte) [][]string {
	var document struct {
		Records []json.RawMessage `json:"records"`
	}
	if err := json.Unmarshal(text, &document); err != nil {
		return nil
	}
	var rows [][]string
	for _, record := range document.Records {
		names, cells := fields(record)
		if rows == nil {
			rows = append(rows, names)
		}
		if !slices.Equal(rows[0], names) {
			return nil
		}
		rows = append(rows, cells)
	}
	return rows
}

// fields returns the names and the values of an object's fields as they stand.
func fields(record json.RawMessage) (names, cells []string) {
	decoder := json.NewDecoder(bytes.NewReader(record))
	decoder.UseNumber()
	if start, err := decoder.Token(); err != nil || start != json.Delim('{') {
		return nil, nil
	}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return nil, nil
		}
		value, err := decoder.Token()
		if err != nil {
			return nil, nil
		}
		field, _ := name.(string) // a name of an object always is
		names = append(names, field)
		switch value := value.(type) {
		case string:
			cells = append(cells, value)
		case json.Number:
			cells = append(cells, value.String())
		default:
			return nil, nil
		}
	}
	return names, cells
}

// markdownRows returns the cells of the first table, with what Markdown escapes
// as it was.
func markdownRows(text string) [][]string {
	var rows [][]string
	unescape := strings.NewReplacer(`\|`, "|", `\<`, "<", `\*`, "*")
	for _, line := range strings.Split(text, "\n") {
		inner, isRow := strings.CutPrefix(strings.TrimSpace(line), "|")
		if !isRow {
			if len(rows) > 0 {
				break
			}
			continue
		}
		if strings.HasPrefix(inner, "---") {
			continue
		}
		cells := strings.Split(strings.ReplaceAll(strings.TrimSuffix(inner, "|"), `\|`, "\x00"), "|")
		for i, cell := range cells {
			cells[i] = unescape.Replace(strings.ReplaceAll(strings.TrimSpace(cell), "\x00", "|"))
		}
		rows = append(rows, cells)
	}
	return rows
}

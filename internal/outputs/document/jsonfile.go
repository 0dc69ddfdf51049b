package document

import (
	"encoding/json"
	"errors"
	"strings"

	"tre-toolkit/internal/outputs/notation"
)

// readJSON reads arrays of records, arrays of arrays, columns of equal length
// and objects of numbers, wherever they lie in the file. Other single values
// are prose.
func (r *reader) readJSON(text string) {
	root, loose := r.parseJSON(text, 1)
	if root != nil {
		r.visitRoot(root)
	}
	if len(r.Tables) == 0 && loose > 0 {
		r.gap("it has numbers outside tables")
	}
}

// parseJSON reads one value, and returns how many numbers are in it.
func (r *reader) parseJSON(text string, line int) (*node, int) {
	j := &jsonReader{decoder: json.NewDecoder(strings.NewReader(text)), text: text, line: line, limits: r.limits, left: r.limits.Cells}
	j.decoder.UseNumber()
	root, err := j.value(0)
	if err == nil && j.decoder.More() {
		err = errors.New("more than one value")
	}
	if err != nil {
		r.gap("its JSON is broken or too deep near line %d", j.here())
	}
	return root, j.loose
}

// node is a JSON value that remembers its line and the order of its members.
type node struct {
	line     int
	scalar   string
	leaf     bool
	members  []member
	items    []*node
	repeated bool // its items are elements of one name, of XML
}

type member struct {
	name  string
	value *node
}

type jsonReader struct {
	decoder *json.Decoder
	text    string
	at      int
	line    int
	limits  Limits
	left    int
	loose   int // numbers
}

// here returns the line that the decoder has come to.
func (r *jsonReader) here() int {
	to := min(int(r.decoder.InputOffset()), len(r.text))
	r.line += strings.Count(r.text[r.at:to], "\n")
	r.at = to
	return r.line
}

var errTooMuch = errors.New("too deep or too large")

func (r *jsonReader) value(depth int) (*node, error) {
	if r.left--; depth > r.limits.Depth || r.left < 0 {
		return nil, errTooMuch
	}
	token, err := r.decoder.Token()
	if err != nil {
		return nil, err
	}
	n := &node{line: r.here()}
	switch token := token.(type) {
	case json.Delim:
		return n, r.children(n, token, depth)
	case string:
		n.scalar = token
	case json.Number:
		n.scalar = token.String()
		r.loose++
	case bool:
		n.scalar = map[bool]string{true: "true", false: "false"}[token]
	}
	n.leaf = true
	return n, nil
}

func (r *jsonReader) children(n *node, open json.Delim, depth int) error {
	for r.decoder.More() {
		name := ""
		if open == '{' {
			token, err := r.decoder.Token()
			if err != nil {
				return err
			}
			name, _ = token.(string)
		}
		child, err := r.value(depth + 1)
		if child != nil && open == '{' {
			n.members = append(n.members, member{name, child})
		} else if child != nil {
			n.items = append(n.items, child)
		}
		if err != nil {
			return err
		}
	}
	_, err := r.decoder.Token()
	return err
}

// visit finds the tables below a value.
func (d *Document) visit(name string, n *node) {
	switch {
	case n.leaf:
		d.Prose = append(d.Prose, Prose{n.line, name + ": " + n.scalar})
	case d.figure(n):
	case isRecords(n):
		d.records(n)
	case isMatrix(n):
		d.matrix(n)
	case isColumns(n):
		d.columns(n)
	case isTally(n):
		d.tally(name, n)
	case isKeyed(n):
		d.keyed(n)
	default:
		d.visitChildren(name, n)
	}
}

func (d *Document) visitChildren(name string, n *node) {
	numbers := 0
	for _, item := range n.items {
		if item.leaf && name != "date-parts" && notation.ParseValue(item.scalar).Kind == notation.Number {
			numbers++
		}
		d.visit(name, item)
	}
	if numbers > 0 {
		d.gap("it has a list of numbers without labels, at line %d", n.line)
	}
	for _, m := range n.members {
		d.visit(m.name, m.value)
	}
}

// isRecords reports an array of objects of single values.
func isRecords(n *node) bool {
	for _, item := range n.items {
		if len(item.members) == 0 || !allLeaves(item) {
			return false
		}
	}
	return len(n.items) > 0
}

func allLeaves(n *node) bool {
	for _, m := range n.members {
		if !m.value.leaf {
			return false
		}
	}
	for _, item := range n.items {
		if !item.leaf {
			return false
		}
	}
	return true
}

func (d *Document) records(n *node) {
	t := &Table{HeaderLine: n.line}
	at := map[string]int{}
	for _, item := range n.items {
		row := Row{Line: item.line, Cells: make([]string, len(t.Header))}
		for _, m := range item.members {
			i, known := at[m.name]
			if !known {
				i = len(t.Header)
				at[m.name] = i
				t.Header = append(t.Header, m.name)
				row.Cells = append(row.Cells, "")
			}
			row.Cells[i] = m.value.scalar
		}
		t.Rows = append(t.Rows, row)
	}
	t.Header = cleanedCells(t.Header)
	t.nameColumns()
	d.Tables = append(d.Tables, t)
}

// isMatrix reports an array of arrays of single values.
func isMatrix(n *node) bool {
	for _, item := range n.items {
		if len(item.items) == 0 || !allLeaves(item) {
			return false
		}
	}
	return len(n.items) > 1
}

func (d *Document) matrix(n *node) {
	rows := make([]Row, len(n.items))
	for i, item := range n.items {
		rows[i] = Row{Line: item.line}
		for _, cell := range item.items {
			rows[i].Cells = append(rows[i].Cells, cell.scalar)
		}
	}
	d.addGrid(rows)
}

// isColumns reports an object whose members are lists of one length.
func isColumns(n *node) bool {
	if len(n.members) < 2 {
		return false
	}
	for _, m := range n.members {
		if len(m.value.items) < 2 || len(m.value.items) != len(n.members[0].value.items) || !allLeaves(m.value) {
			return false
		}
	}
	return true
}

func (d *Document) columns(n *node) {
	t := &Table{HeaderLine: n.line}
	for i := range n.members[0].value.items {
		row := Row{Line: n.members[0].value.items[i].line}
		for _, m := range n.members {
			row.Cells = append(row.Cells, m.value.items[i].scalar)
		}
		t.Rows = append(t.Rows, row)
	}
	for _, m := range n.members {
		t.Header = append(t.Header, m.name)
	}
	t.Header = cleanedCells(t.Header)
	t.nameColumns()
	d.Tables = append(d.Tables, t)
}

// isKeyed reports an object of at least two objects of single values that share
// most names and hold a number or a mark: records by label.
func isKeyed(n *node) bool {
	if len(n.members) < 2 {
		return false
	}
	names, values, numbers := map[string]bool{}, 0, 0
	for _, m := range n.members {
		if len(m.value.members) == 0 || len(m.value.items) > 0 || !allLeaves(m.value) {
			return false
		}
		for _, inner := range m.value.members {
			names[inner.name] = true
			values++
			if isNumber(inner.value.scalar) && !notation.IsSetting(inner.name) {
				numbers++
			}
		}
	}
	return numbers > 0 && 2*values >= len(names)*len(n.members) && 2*len(names) <= values
}

// keyed makes a table of records by label; the label is the first column.
func (d *Document) keyed(n *node) {
	records := &node{line: n.line}
	for _, m := range n.members {
		label := member{"", &node{line: m.value.line, scalar: m.name, leaf: true}}
		records.items = append(records.items, &node{line: m.value.line, members: append([]member{label}, m.value.members...)})
	}
	d.records(records)
}

// isTally reports an object of at least two numbers or marks and nothing else:
// counts by label. Keys that name settings, such as version, make it none.
func isTally(n *node) bool {
	if len(n.members) < 2 {
		return false
	}
	for _, m := range n.members {
		kind := notation.ParseValue(m.value.scalar).Kind
		if !m.value.leaf || kind != notation.Number && kind != notation.Mark || notation.IsSetting(m.name) {
			return false
		}
	}
	return true
}

func (d *Document) tally(name string, n *node) {
	if name == "" {
		name = "value"
	}
	t := &Table{Header: []string{"", name}, HeaderLine: n.line}
	for _, m := range n.members {
		t.Rows = append(t.Rows, Row{m.value.line, []string{m.name, m.value.scalar}})
	}
	d.Tables = append(d.Tables, t)
}

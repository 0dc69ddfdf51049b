package document

import (
	"regexp"
	"slices"
	"strings"
)

// visitRoot finds the tables and the figures of a whole JSON value, in which
// lists may be packed as bytes.
func (d *Document) visitRoot(n *node) { d.visit("", unpackLists(n, 0)) }

// figure reads the points of a figure, if the value is one, and the words on it.
func (d *Document) figure(n *node) bool {
	if len(n.members) == 0 && !isTraces(n) {
		return false
	}
	switch {
	case isTraces(n):
		d.traces(n.items)
	case isTraces(n.member("data")):
		d.traces(n.member("data").items)
		d.words(n.member("layout"), 0)
	case n.member("datasets") != nil && n.member("labels") != nil:
		d.series(n.member("labels"), n.member("datasets").items)
	case isSeries(n.member("series")):
		d.series(categories(n), n.member("series").items)
		d.words(n.member("title"), 0)
	case strings.Contains(n.text("$schema"), "/vega"):
		d.vega(n)
	case n.member("x").member("container") != nil && n.member("x").member("data") != nil:
		d.widgetTable(n.member("x"))
	default:
		return d.bokeh(n)
	}
	return true
}

// traceLists are the lists of a plotly trace that hold its points, labels first.
var traceLists = []string{"labels", "locations", "theta", "x", "y", "values", "r", "lat", "lon", "size", "text", "customdata"}

// isTraces reports a list of plotly traces: objects each of which has a list of
// points.
func isTraces(n *node) bool {
	if n == nil || len(n.items) == 0 {
		return false
	}
	for _, item := range n.items {
		points := false
		for _, name := range append(traceLists[:8:8], "z") {
			list := item.member(name)
			points = points || list != nil && len(list.items) > 0 && (allLeaves(list) || name == "z")
		}
		if !points {
			return false
		}
	}
	return true
}

// traces makes tables of plotly traces. Traces over the same labels are columns
// of one table.
func (d *Document) traces(traces []*node) {
	var shared *Table
	labels := ""
	for _, trace := range traces {
		d.words(trace.member("title"), 0)
		if z := trace.member("z"); z != nil && isMatrix(z) {
			d.heatmap(trace, z)
			continue
		}
		t := traceTable(trace)
		own := labelsOf(t)
		if shared != nil && own == labels && len(t.Header) == 2 && len(shared.Rows) == len(t.Rows) {
			shared.Header = append(shared.Header, t.Header[1])
			for i := range t.Rows {
				shared.Rows[i].Cells = append(shared.Rows[i].Cells, t.Rows[i].Cells[1])
			}
			continue
		}
		shared, labels = nil, own
		if len(t.Header) == 2 {
			shared = t
		}
		d.Tables = append(d.Tables, t)
	}
}

func labelsOf(t *Table) string {
	var b strings.Builder
	for _, row := range t.Rows {
		b.WriteString(row.Cells[0] + "\x1f")
	}
	return b.String()
}

// traceTable puts the lists of a trace side by side. The column of its numbers
// has the trace's name.
func traceTable(trace *node) *Table {
	t := &Table{HeaderLine: trace.line}
	lists := slices.Clone(traceLists)
	if trace.text("orientation") == "h" {
		lists[3], lists[4] = "y", "x"
	}
	var columns [][]*node
	for _, name := range lists {
		list := trace.member(name)
		if list == nil || len(list.items) == 0 || !allLeaves(list) {
			continue
		}
		columns = append(columns, list.items)
		t.Header = append(t.Header, name)
	}
	if title := trace.text("name"); title != "" && len(t.Header) > 1 {
		t.Header[1] = title
	}
	t.fill(columns)
	return t
}

// fill makes rows of columns that may differ in length.
func (t *Table) fill(columns [][]*node) {
	longest := 0
	for _, column := range columns {
		longest = max(longest, len(column))
	}
	for i := range longest {
		row := Row{Line: t.HeaderLine}
		for _, column := range columns {
			cell := ""
			if i < len(column) {
				cell = column[i].scalar
			}
			row.Cells = append(row.Cells, cell)
		}
		t.Rows = append(t.Rows, row)
	}
}

// heatmap makes a table of a trace of rows: its x are the columns, its y the
// labels.
func (d *Document) heatmap(trace, z *node) {
	t := &Table{Header: []string{""}, HeaderLine: trace.line}
	if x := trace.member("x"); x != nil {
		for _, item := range x.items {
			t.Header = append(t.Header, item.scalar)
		}
	}
	y := trace.member("y")
	for i, items := range z.items {
		row := Row{Line: items.line, Cells: []string{""}}
		if y != nil && i < len(y.items) {
			row.Cells[0] = y.items[i].scalar
		}
		for _, item := range items.items {
			row.Cells = append(row.Cells, item.scalar)
		}
		t.Rows = append(t.Rows, row)
	}
	t.nameColumns()
	d.Tables = append(d.Tables, t)
}

// vega reads the data of a Vega or Vega-Lite specification; its other numbers
// say how it looks.
func (d *Document) vega(n *node) {
	d.words(n, 0)
	if sets := n.member("datasets"); sets != nil {
		for _, set := range sets.members {
			d.visit(set.name, set.value)
		}
	}
	var each func(*node, int)
	each = func(n *node, depth int) {
		if depth > 100 || n == nil {
			return
		}
		if values := n.member("data").member("values"); values != nil {
			d.visit("data", values)
		}
		if data := n.member("data"); data != nil {
			for _, set := range data.items {
				if values := set.member("values"); values != nil {
					d.visit(set.text("name"), values)
				}
			}
		}
		for _, m := range n.members {
			if m.name != "datasets" && m.name != "data" {
				each(m.value, depth+1)
			}
		}
		for _, item := range n.items {
			each(item, depth+1)
		}
	}
	each(n, 0)
}

var headCell = regexp.MustCompile(`(?is)<th(?:\s[^>]*)?>(.*?)</th>`)

// widgetTable reads a table of the R package DT: columns as lists, and the names
// in a piece of HTML.
func (d *Document) widgetTable(x *node) {
	t := &Table{HeaderLine: x.line}
	for _, found := range headCell.FindAllStringSubmatch(x.text("container"), -1) {
		t.Header = append(t.Header, strings.TrimSpace(found[1]))
	}
	var columns [][]*node
	for _, column := range x.member("data").items {
		columns = append(columns, column.items)
	}
	t.fill(columns)
	t.dropRowNumbers()
	t.nameColumns()
	d.Tables = append(d.Tables, t)
	d.words(x.member("caption"), 0)
}

// bokeh reads the sources of data of a Bokeh document, if the value is one; its
// other numbers say how it looks.
func (d *Document) bokeh(n *node) bool {
	if n.member("roots") == nil && n.member("doc") == nil && n.member("root_ids") == nil && !holdsRoots(n) {
		return false
	}
	found := false
	var each func(*node, int)
	each = func(n *node, depth int) {
		if depth > 300 || n.leaf {
			return
		}
		if n.text("name") == "ColumnDataSource" || n.text("type") == "ColumnDataSource" {
			if data := n.member("attributes").member("data"); data != nil {
				found = true
				d.source(data)
				return
			}
		}
		for _, m := range n.members {
			each(m.value, depth+1)
		}
		for _, item := range n.items {
			each(item, depth+1)
		}
	}
	each(n, 0)
	if found {
		d.words(n, 0)
	}
	return found
}

func holdsRoots(n *node) bool {
	for _, m := range n.members {
		if m.value.member("roots") != nil {
			return true
		}
	}
	return false
}

// source makes a table of named lists of one length.
func (d *Document) source(data *node) {
	t := &Table{HeaderLine: data.line}
	var columns [][]*node
	for _, m := range data.members {
		if len(m.value.items) > 0 && allLeaves(m.value) {
			t.Header, columns = append(t.Header, m.name), append(columns, m.value.items)
		} else if isMatrix(m.value) {
			d.matrix(m.value)
		}
	}
	t.fill(columns)
	if len(t.Rows) > 0 {
		d.Tables = append(d.Tables, t)
	}
}

// words keeps the titles and texts of a figure.
func (d *Document) words(n *node, depth int) {
	if n == nil || depth > 100 {
		return
	}
	if n.leaf && depth == 0 && n.scalar != "" {
		d.Prose = append(d.Prose, Prose{n.line, n.scalar})
	}
	for _, m := range n.members {
		switch m.name {
		case "text", "title", "subtitle", "description", "axis_label", "label", "caption":
			if m.value.leaf && strings.ContainsRune(m.value.scalar, ' ') {
				d.Prose = append(d.Prose, Prose{m.value.line, m.value.scalar})
			}
		case "template", "datasets":
			continue
		}
		d.words(m.value, depth+1)
	}
	for _, item := range n.items {
		d.words(item, depth+1)
	}
}

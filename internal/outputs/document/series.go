package document

import "strconv"

// isSeries reports the series of Highcharts, ECharts and ApexCharts.
func isSeries(n *node) bool {
	if n == nil || len(n.items) == 0 {
		return false
	}
	for _, item := range n.items {
		if data := item.member("data"); data == nil || data.leaf {
			return false
		}
	}
	return true
}

// categories finds the labels below a chart's axis.
func categories(n *node) *node {
	for _, axis := range []string{"xAxis", "xaxis", "yAxis"} {
		of := n.member(axis)
		if of != nil && len(of.items) > 0 {
			of = of.items[0]
		}
		for _, name := range []string{"categories", "data"} {
			if list := of.member(name); list != nil && len(list.items) > 0 {
				return list
			}
		}
	}
	return n.member("labels")
}

// series makes one table of a chart's series: a row for each category.
func (d *Document) series(labels *node, series []*node) {
	t := &Table{Header: []string{""}}
	columns := [][]*node{nil}
	if labels != nil {
		columns[0], t.HeaderLine = labels.items, labels.line
	}
	for i, one := range series {
		data := one.member("data")
		if data == nil {
			continue
		}
		name := one.text("name") + one.text("label")
		if name == "" {
			name = "series " + strconv.Itoa(i+1)
		}
		names, values := pointsOf(data)
		if len(columns[0]) == 0 && len(names) > 0 {
			columns[0] = names
		}
		t.Header = append(t.Header, name)
		columns = append(columns, values)
	}
	t.fill(columns)
	if len(t.Rows) > 0 {
		d.Tables = append(d.Tables, t)
	}
}

// pointsOf reads the points of a series: numbers, pairs, or objects.
func pointsOf(data *node) (names, values []*node) {
	for _, point := range data.items {
		switch {
		case point.leaf:
			values = append(values, point)
		case len(point.items) >= 2:
			names, values = append(names, point.items[0]), append(values, point.items[1])
		default:
			for _, key := range []string{"name", "x", "label", "category"} {
				if name := point.member(key); name != nil && name.leaf {
					names = append(names, name)
					break
				}
			}
			for _, key := range []string{"y", "value", "v"} {
				if value := point.member(key); value != nil && value.leaf {
					values = append(values, value)
					break
				}
			}
		}
	}
	return names, values
}

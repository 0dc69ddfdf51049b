package outputs

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"tre-toolkit/internal/outputs/document"
	"tre-toolkit/internal/outputs/layout"
	"tre-toolkit/internal/outputs/notation"
)

// dominance holds magnitudes against the rules of dominance, where the
// declaration says whose values they are the sum of. Without it nothing in a
// finished table tells how large its contributors are.
func (c *check) dominance() {
	for _, m := range c.models {
		said := c.said[m].Contributors
		rules := m.Policy.Rules
		if said.Value == "" || len(rules.Dominance.Value) == 0 && rules.PPercent.Value == 0 {
			continue
		}
		column := slices.IndexFunc(m.Header, func(name string) bool { return strings.EqualFold(name, said.Value) })
		values, known := c.contributors(m, said)
		if column < 0 || !known {
			c.findings.add(Finding{Check: "FIL034", Severity: ForReview, File: m.File, Table: m.Table.Name,
				Message: "The declared contributors were not found: the column of values, the file of units or its columns are not there."})
			continue
		}
		for row := range m.Rows() {
			total := m.Value(column, row)
			if total.Kind == notation.Number && m.Counted(row) && len(values[row]) > 0 {
				c.dominated(m, layout.CellAt{Row: row, Column: column}, total.Float(), values[row])
			}
		}
	}
}

// dominated judges one magnitude by its contributors, the largest first.
func (c *check) dominated(m *layout.Model, at layout.CellAt, total float64, values []float64) {
	rules := m.Policy.Rules
	for _, rule := range rules.Dominance.Value {
		var largest float64
		for _, value := range values[:min(rule.Contributors, len(values))] {
			largest += value
		}
		if total <= 0 || 100*largest <= rule.Percent*total {
			continue
		}
		f := findingAt(m, "DOM001", Failed, at)
		f.Message = fmt.Sprintf("The %s more than %g%% of the value.", largestNames(rule.Contributors), rule.Percent)
		f.Certificate = fmt.Sprintf("%g of %g is %.1f%%", largest, total, 100*largest/total)
		c.findings.add(f)
	}
	if p := rules.PPercent.Value; p > 0 && total > 0 {
		rest := total - values[0]
		if len(values) > 1 {
			rest -= values[1]
		}
		if rest*100 < p*values[0] {
			f := findingAt(m, "DOM002", Failed, at)
			f.Message = fmt.Sprintf("The second largest contributor can estimate the largest to within %g%%.", p)
			f.Certificate = fmt.Sprintf("all others together are %g, and %g%% of the largest is %g", rest, p, p*values[0]/100)
			c.findings.add(f)
		}
	}
}

func largestNames(n int) string {
	if n == 1 {
		return "largest contributor makes up"
	}
	return fmt.Sprintf("%d largest contributors make up", n)
}

// contributors returns the values behind each row, the largest first: from
// columns of the table, or from a file of single units with the same labels.
func (c *check) contributors(m *layout.Model, said Contributors) (map[int][]float64, bool) {
	if said.File == "" {
		return largestColumns(m, said.Largest)
	}
	byLabels := map[string][]float64{}
	found := false
	for _, t := range c.units[said.File] {
		found = collectUnits(t, m, said.Value, byLabels) || found
	}
	values := map[int][]float64{}
	for row := range m.Rows() {
		var labels []string
		for i := range m.KeyColumns {
			labels = append(labels, strings.ToLower(m.Key(row, i)))
		}
		values[row] = byLabels[strings.Join(labels, "\x1f")]
		slices.SortFunc(values[row], func(a, b float64) int { return cmp.Compare(b, a) })
	}
	return values, found
}

func largestColumns(m *layout.Model, names []string) (map[int][]float64, bool) {
	values := map[int][]float64{}
	for _, name := range names {
		column := slices.IndexFunc(m.Header, func(header string) bool { return strings.EqualFold(header, name) })
		if column < 0 {
			return nil, false
		}
		for row := range m.Rows() {
			if v := m.Value(column, row); v.Kind == notation.Number {
				values[row] = append(values[row], v.Float())
			}
		}
	}
	for _, of := range values {
		slices.SortFunc(of, func(a, b float64) int { return cmp.Compare(b, a) })
	}
	return values, true
}

// collectUnits adds the values of single units under the labels of the table
// that sums them.
func collectUnits(t *document.Table, m *layout.Model, value string, byLabels map[string][]float64) bool {
	find := func(name string) int {
		return slices.IndexFunc(t.Header, func(header string) bool { return strings.EqualFold(header, name) })
	}
	of := find(value)
	keys := make([]int, 0, len(m.KeyColumns))
	for _, column := range m.KeyColumns {
		keys = append(keys, find(m.Header[column]))
	}
	if of < 0 || slices.Contains(keys, -1) {
		return false
	}
	for _, row := range t.Rows {
		cell := func(column int) string {
			if column >= len(row.Cells) {
				return ""
			}
			cleaned, _ := notation.Clean(row.Cells[column])
			return cleaned
		}
		v := notation.ParseValue(cell(of))
		if v.Kind != notation.Number {
			continue
		}
		var labels []string
		for _, key := range keys {
			labels = append(labels, strings.ToLower(cell(key)))
		}
		key := strings.Join(labels, "\x1f")
		byLabels[key] = append(byLabels[key], v.Float())
	}
	return true
}

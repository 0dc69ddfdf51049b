package outputs

import (
	"fmt"
	"slices"
	"strings"

	"tre-toolkit/internal/outputs/notation"
)

// compare lays the tables of the folder side by side: the same cell shown in
// one and masked in another, and the same table with slightly different
// numbers.
func (c *check) compare() {
	index := map[string][]placed{}
	pairs := map[[2]int]*pair{}
	var order [][2]int
	for i, m := range c.models {
		for _, at := range m.places() {
			key := m.place(at)
			earlier := index[key]
			for _, other := range earlier[max(0, len(earlier)-neighbours):] {
				id := [2]int{other.model, i}
				if pairs[id] == nil {
					pairs[id] = &pair{first: c.models[other.model], second: m}
					order = append(order, id)
				}
				pairs[id].note(other.at, at)
			}
			index[key] = append(earlier, placed{i, at})
		}
	}
	slices.SortFunc(order, func(a, b [2]int) int { return slices.Compare(a[:], b[:]) })
	hidden := map[string]bool{}
	for _, id := range order {
		c.tellPair(pairs[id], hidden)
	}
}

// neighbours is with how many earlier tables a cell is compared.
const neighbours = 8

type placed struct {
	model int
	at    cellAt
}

// pair is two tables that share cells.
type pair struct {
	first, second *model
	same          int
	differ        [][2]cellAt // both shown, by less than the threshold
	far           int         // both shown, by more
	revealed      [][2]cellAt // masked in the one, shown in the other
}

func (p *pair) note(a, b cellAt) {
	x, xShown := p.first.at(a).Whole()
	y, yShown := p.second.at(b).Whole()
	switch {
	case xShown && yShown && x == y:
		p.same++
	case xShown && yShown && max(x-y, y-x) < p.first.policy.threshold:
		p.differ = append(p.differ, [2]cellAt{a, b})
	case xShown && yShown:
		p.far++
	case xShown != yShown:
		p.revealed = append(p.revealed, [2]cellAt{a, b})
	}
}

// places returns the cells of a table by their labels, in any layout: the row's
// labels and the column's name unless it only says "count". Totals are left
// out, since they follow from the rest, and so are labels that come twice.
func (m *model) places() []cellAt {
	var cells []cellAt
	times := map[string]int{}
	for row := range m.Rows {
		if !m.counted(row) || m.totalRow[row] {
			continue
		}
		for _, column := range m.countColumns {
			at := cellAt{row, column}
			if key := m.place(at); key != "" && !m.totalColumn[column] {
				times[key]++
				cells = append(cells, at)
			}
		}
	}
	return slices.DeleteFunc(cells, func(at cellAt) bool { return times[m.place(at)] > 1 })
}

func (m *model) place(at cellAt) string {
	labels := make([]string, 0, 4)
	for _, key := range m.keys[at.row] {
		if key != "" {
			labels = append(labels, strings.ToLower(key))
		}
	}
	if len(labels) == 0 {
		return ""
	}
	if name := strings.ToLower(m.Header[at.column]); !plainCount[name] {
		labels = append(labels, name)
	}
	slices.Sort(labels)
	return strings.Join(labels, "\x1f")
}

// plainCount are column names that say nothing but that counts follow.
var plainCount = notation.WordSet("n count counts freq frequency participants people persons patients individuals number value")

// tellPair tells what two tables give away together.
func (c *check) tellPair(p *pair, told map[string]bool) {
	if p.far > p.same+len(p.differ) {
		return
	}
	if p.same > 0 && p.same >= len(p.differ) {
		c.tellRevealed(p, told)
	}
	if len(p.differ) == 0 {
		return
	}
	a, b := p.differ[0][0], p.differ[0][1]
	x, _ := p.first.at(a).Whole()
	y, _ := p.second.at(b).Whole()
	f := p.second.finding("DIF004", ForReview, b)
	f.Message = fmt.Sprintf("%s shows the same %d cells with differences below %d: %d minus %d = %d people.",
		p.first.File, p.same+p.far+len(p.differ), c.policy.threshold, max(x, y), min(x, y), max(x-y, y-x))
	if p.oneSided() && p.far > 0 {
		f.Check = "DIF003"
	}
	f.Certificate = fmt.Sprintf("%d - %d = %d", max(x, y), min(x, y), max(x-y, y-x))
	c.findings.add(f)
}

// oneSided reports whether one table is never above the other, as a part of the
// same people would be.
func (p *pair) oneSided() bool {
	above, below := 0, 0
	for _, cells := range p.differ {
		x, _ := p.first.at(cells[0]).Whole()
		y, _ := p.second.at(cells[1]).Whole()
		if x > y {
			above++
		} else {
			below++
		}
	}
	return above == 0 || below == 0
}

// tellRevealed tells of masked low counts that the other table shows. A count
// that is low where it is shown is a finding of its own there.
func (c *check) tellRevealed(p *pair, told map[string]bool) {
	for _, cells := range p.revealed {
		masked, maskedAt, shown, shownAt := p.first, cells[0], p.second, cells[1]
		if !masked.hiddenAt(maskedAt) {
			masked, maskedAt, shown, shownAt = shown, shownAt, masked, maskedAt
		}
		v, n := masked.at(maskedAt), shown.at(shownAt)
		value, _ := n.Whole()
		key := fmt.Sprint(masked.File, masked.Table.Name, maskedAt)
		if v.Kind == notation.Text || v.Kind == notation.Blank && !c.policy.blankMask || c.policy.isLow(value) || told[key] {
			continue
		}
		told[key] = true
		f := masked.finding("LNK001", Failed, maskedAt)
		if c.policy.isSecondary(v) {
			f.Severity = Told
		}
		f.Message = fmt.Sprintf("The cell is masked here and shown in %s.", shown.File)
		f.Certificate = fmt.Sprintf("%s, line %d: %d", shown.File, shown.Rows[shownAt.row].Line, value)
		c.findings.add(f)
	}
}

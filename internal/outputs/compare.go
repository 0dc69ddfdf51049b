package outputs

import (
	"fmt"
	"slices"

	"tre-toolkit/internal/outputs/layout"
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
		for _, at := range m.Places() {
			key := m.Place(at)
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
	at    layout.CellAt
}

// pair is two tables that share cells.
type pair struct {
	first, second *layout.Model
	same          int
	differ        [][2]layout.CellAt // both shown, by less than the threshold
	far           int                // both shown, by more
	revealed      [][2]layout.CellAt // masked in the one, shown in the other
}

func (p *pair) note(a, b layout.CellAt) {
	x, xShown := p.first.At(a).Whole()
	y, yShown := p.second.At(b).Whole()
	switch {
	case xShown && yShown && x == y:
		p.same++
	case xShown && yShown && max(x-y, y-x) < p.first.Policy.Threshold:
		p.differ = append(p.differ, [2]layout.CellAt{a, b})
	case xShown && yShown:
		p.far++
	case xShown != yShown:
		p.revealed = append(p.revealed, [2]layout.CellAt{a, b})
	}
}

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
	x, _ := p.first.At(a).Whole()
	y, _ := p.second.At(b).Whole()
	f := findingAt(p.second, "DIF004", ForReview, b)
	f.Message = fmt.Sprintf("%s shows the same %d cells with differences below %d: %d minus %d = %d people.",
		p.first.File, p.same+p.far+len(p.differ), c.policy.Threshold, max(x, y), min(x, y), max(x-y, y-x))
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
		x, _ := p.first.At(cells[0]).Whole()
		y, _ := p.second.At(cells[1]).Whole()
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
		if !masked.HiddenAt(maskedAt) {
			masked, maskedAt, shown, shownAt = shown, shownAt, masked, maskedAt
		}
		v, n := masked.At(maskedAt), shown.At(shownAt)
		value, _ := n.Whole()
		key := fmt.Sprint(masked.File, masked.Table.Name, maskedAt)
		if v.Kind == notation.Text || v.Kind == notation.Blank && !c.policy.BlankMask || c.policy.IsLow(value) || told[key] {
			continue
		}
		told[key] = true
		f := findingAt(masked, "LNK001", Failed, maskedAt)
		if c.policy.IsSecondary(v) {
			f.Severity = Told
		}
		f.Message = fmt.Sprintf("The cell is masked here and shown in %s.", shown.File)
		f.Certificate = fmt.Sprintf("%s, line %d: %d", shown.File, shown.Rows[shownAt.Row].Line, value)
		c.findings.add(f)
	}
}

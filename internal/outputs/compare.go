package outputs

import (
	"fmt"
	"iter"
	"slices"

	"tre-toolkit/internal/outputs/layout"
	"tre-toolkit/internal/outputs/notation"
)

// compare lays the tables of the folder side by side: the same cell shown in
// one and masked in another, and the same table with slightly different
// numbers.
func (c *check) compare() {
	if len(c.models) < 2 {
		return
	}
	repeated := c.repeatedKeys()
	index := map[uint64][]placed{}
	pairs := map[[2]int]*pair{}
	var order [][2]int
	for i, cells := range c.repeatedCells(repeated) {
		for _, cell := range cells {
			earlier := index[cell.sum]
			for _, other := range earlier {
				id := [2]int{other.model, i}
				if pairs[id] == nil {
					pairs[id] = &pair{first: c.models[other.model], second: c.models[i], models: id}
					order = append(order, id)
				}
				pairs[id].note(other.at, cell.at)
			}
			index[cell.sum] = append(earlier[max(0, len(earlier)+1-neighbours):], placed{i, cell.at})
		}
	}
	slices.SortFunc(order, func(a, b [2]int) int { return slices.Compare(a[:], b[:]) })
	hidden := map[string]bool{}
	for _, id := range order {
		c.tellPair(pairs[id], hidden)
		c.pairs = append(c.pairs, pairs[id])
	}
}

// repeatedKeys returns the keys of cells that stand in several tables: most stand
// in one, and need no place in memory.
func (c *check) repeatedKeys() keySet {
	cells := 0
	for _, l := range c.labels {
		cells += l.cells
	}
	keys := newRepeats(cells)
	sideBySide(len(c.labels), func(i int) {
		for cell := range c.labels[i].placed() {
			keys.add(cell.sum)
		}
	})
	return keys.again
}

// batch is of how many tables the cells are in memory at once.
const batch = 64

// repeatedCells gives the cells of each table, in order, that other tables have
// too.
func (c *check) repeatedCells(repeated keySet) iter.Seq2[int, []keyed] {
	return func(yield func(int, []keyed) bool) {
		for start := 0; start < len(c.labels); start += batch {
			cells := make([][]keyed, min(batch, len(c.labels)-start))
			sideBySide(len(cells), func(i int) {
				for cell := range c.labels[start+i].placed() {
					if repeated.has(cell.sum) {
						cells[i] = append(cells[i], cell)
					}
				}
			})
			for i, found := range cells {
				if !yield(start+i, found) {
					return
				}
			}
		}
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
	models        [2]int             // their places among all
	shared        [][2]layout.CellAt // of which one at least is masked
	same          int
	agreed        map[int64]bool     // the different numbers that are the same in both
	differ        [][2]layout.CellAt // both shown, by less than the threshold
	far           int                // both shown, by more
	above, below  int                // where the first shows more, and where less
	revealed      [][2]layout.CellAt // masked in the one, shown in the other
}

func (p *pair) note(a, b layout.CellAt) {
	x, xShown := p.first.At(a).Whole()
	y, yShown := p.second.At(b).Whole()
	if !xShown || !yShown {
		p.shared = append(p.shared, [2]layout.CellAt{a, b})
	} else if x > y {
		p.above++
	} else if x < y {
		p.below++
	}
	switch {
	case xShown && yShown && x == y:
		if x != 0 { // zeros agree by chance
			p.same++
			p.agree(x)
		}
	case xShown && yShown && max(x-y, y-x) < p.first.Policy.Threshold:
		p.differ = append(p.differ, [2]layout.CellAt{a, b})
	case xShown && yShown:
		p.far++
	case xShown != yShown:
		p.revealed = append(p.revealed, [2]layout.CellAt{a, b})
	}
}

func (p *pair) agree(x int64) {
	if p.agreed == nil {
		p.agreed = map[int64]bool{}
	}
	if len(p.agreed) < fewestAgreed {
		p.agreed[x] = true
	}
}

// agreesByChance reports two tables whose common numbers are a few that come
// again and again: small tables of small numbers have many a ten in common.
func (p *pair) agreesByChance() bool {
	return len(p.agreed) < fewestAgreed && p.same > 2*len(p.agreed)
}

const fewestAgreed = 3

// fewestCommon is how many numbers must agree, or all differ the same way, before
// it is more than chance.
const fewestCommon = 2

// tellPair tells what two tables give away together.
func (c *check) tellPair(p *pair, told map[string]bool) {
	if c.saidSubset(p) {
		return // what one leaves of the other is told cell by cell
	}
	if p.same > 0 && p.same > p.far && p.same >= len(p.differ) {
		c.tellRevealed(p, told)
	}
	if len(p.differ) == 0 {
		return
	}
	f := findingAt(p.second, "DIF004", ForReview, p.differ[0][1])
	f.Message = fmt.Sprintf("%s shows the same cells, and some of them differ by fewer than %d people.", p.first.File, p.first.Policy.Threshold)
	if p.far > 0 && p.oneSided() && p.same+p.far+len(p.differ) > fewestCommon {
		severity, wanted := severityOf(p.second.Policy.Rules.Differences.Value)
		if !wanted {
			return
		}
		f.Check, f.Severity = "DIF003", severity
		f.Message = fmt.Sprintf("Every cell of one of the two tables is within the same cell of the other, in %s, and some are fewer than %d people apart: whoever knows that the one is a part of the other knows of those people.",
			p.first.File, p.first.Policy.Threshold)
	} else if p.far > p.same+len(p.differ) {
		return
	}
	x, _ := p.first.At(p.differ[0][0]).Whole()
	y, _ := p.second.At(p.differ[0][1]).Whole()
	f.Certificate = fmt.Sprintf("%d - %d = %d", max(x, y), min(x, y), max(x-y, y-x))
	c.findings.add(f)
}

// oneSided reports whether one table is never above the other, as a part of the
// same people would be.
func (p *pair) oneSided() bool { return p.above == 0 || p.below == 0 }

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
		if v.Kind == notation.Text || v.Kind == notation.Blank && !masked.Policy.BlankMask || masked.Policy.IsLow(value) || told[key] {
			continue
		}
		told[key] = true
		f := findingAt(masked, "LNK001", Failed, maskedAt)
		switch {
		case p.same < fewestCommon && p.far == 0 && len(p.differ) == 0:
			f.Severity = Told
		case p.far > 0 || len(p.differ) > 0:
			f.Severity = ForReview
		}
		if low, high := masked.Bounds(maskedAt); masked.Policy.IsSecondary(v) || (value < low || value > high) && p.agreesByChance() {
			f.Severity = Told
		}
		f.Message = fmt.Sprintf("The cell is masked here and shown in %s.", shown.File)
		f.Certificate = fmt.Sprintf("%s, line %d: %d", shown.File, shown.LineOf(shownAt.Row), value)
		c.findings.add(f)
	}
}

package protect

import (
	"cmp"
	"maps"
	"slices"

	"tre-toolkit/internal/disclosure"
)

// print makes cells of the counts. Totals that only add up what is shown are
// made of their parts' cells, the parts first.
func (p *plan) print() {
	p.printed = make([]disclosure.Cell, len(p.cells))
	order := make([]int, len(p.cells))
	for at := range order {
		order[at] = at
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(p.depth[a], p.depth[b]) })
	for _, at := range order {
		p.printed[at] = p.cell(at)
	}
}

func (p *plan) cell(at int) disclosure.Cell {
	switch {
	case p.cells[at].Unprinted:
		return p.profile.Withhold()
	case p.cells[at].Published:
		return p.profile.Cell(p.cells[at].Count)
	case p.derived(at):
		return p.totalOfShown(at)
	case p.hidden[at] && (!p.low[at] || p.mayBeLarge(at)):
		return p.profile.Withhold()
	}
	return p.profile.Cell(p.cells[at].Count)
}

// mayBeLarge reports whether a low total could be larger for all that the masks
// of its parts say.
func (p *plan) mayBeLarge(at int) bool {
	_, most := p.byMarks(at)
	return p.isTotal(at) && most >= p.rules.Threshold.Value
}

// totalOfShown adds up what is shown. Where two ways of adding up differ, no
// number would be the sum of both.
func (p *plan) totalOfShown(at int) disclosure.Cell {
	var total disclosure.Cell
	for i, s := range p.totalIn[at] {
		parts := make([]disclosure.Cell, 0, len(p.sums[s].Parts))
		for _, part := range p.sums[s].Parts {
			parts = append(parts, p.printed[part])
		}
		cell := p.profile.Total(parts)
		value, shown := cell.Value()
		if previous, same := total.Value(); i > 0 && (!shown || !same || previous != value) {
			return p.profile.Withhold()
		}
		total = cell
	}
	return total
}

// printShares makes the percentages. Those of cells that are printed as they
// are say nothing that the cells do not; the others were let through by attack.
func (p *plan) printShares() {
	p.shares = make([]disclosure.Cell, len(p.given.Shares))
	for i, share := range p.given.Shares {
		p.shares[i] = p.share(share)
	}
}

// share prints one percentage, as if no other were printed.
func (p *plan) share(share Share) disclosure.Cell {
	part, whole := p.place[share.Part], p.place[share.Whole]
	if p.printed[part].Masked() || p.printed[whole].Masked() {
		return p.profile.Withhold()
	}
	if p.rules.PercentageFrom.Value == disclosure.FromShown {
		return p.profile.ShareOf(p.printed[part], p.printed[whole])
	}
	return p.profile.Percentage(p.cells[part].Count, p.cells[whole].Count)
}

// average names one average of one cell.
type average struct {
	name string
	cell int
}

// allowStatistics decides which statistics may be printed: those of people all
// of whose counts are shown and large enough, but no average of a total beside
// those of all its parts but one.
func (p *plan) allowStatistics() {
	p.shown = make([]bool, len(p.given.Statistics))
	averages := map[average]int{}
	for i, statistic := range p.given.Statistics {
		p.shown[i] = len(statistic.Of) > 0
		for _, given := range statistic.Of {
			at := p.place[given]
			p.shown[i] = p.shown[i] && !p.printed[at].Masked() && p.profile.AllowsStatistic(p.cells[at].Count)
		}
		if statistic.Averages && len(statistic.Of) == 1 {
			averages[average{statistic.Name, p.place[statistic.Of[0]]}] = i
		}
	}
	order := slices.Collect(maps.Keys(averages))
	slices.SortFunc(order, func(a, b average) int {
		return cmp.Or(cmp.Compare(p.depth[a.cell], p.depth[b.cell]), cmp.Compare(a.cell, b.cell), cmp.Compare(a.name, b.name))
	})
	for _, of := range order {
		i := averages[of]
		p.shown[i] = p.shown[i] && !p.givesAverageAway(of, averages)
	}
}

// givesAverageAway reports whether a total's average stands beside those of all
// its parts but one, which could then be worked out.
func (p *plan) givesAverageAway(of average, averages map[average]int) bool {
	for _, s := range p.totalIn[of.cell] {
		withheld := 0
		for _, part := range p.sums[s].Parts {
			i, given := averages[average{of.name, part}]
			if p.value[part] > 0 && (!given || !p.shown[i]) {
				withheld++
			}
		}
		if withheld == 1 {
			return true
		}
	}
	return false
}

func (p *plan) result() Result {
	result := Result{
		Cells: make([]disclosure.Cell, len(p.cells)), Shares: p.shares, Statistics: p.shown,
		Least: p.least, TotalsAsShown: !p.trueTotals,
	}
	for at, i := range p.order {
		result.Cells[i] = p.printed[at]
		switch {
		case p.cells[at].Unprinted:
		case p.low[at]:
			result.Low++
		case p.printed[at].Masked():
			result.Others++
		}
	}
	return result
}

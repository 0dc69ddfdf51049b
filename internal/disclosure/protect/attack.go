package protect

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/disclosure/audit"
)

// attackSteps bounds the attacker's work where every need has a witness already:
// what it does not settle in that time is settled by them.
const attackSteps = 100_000_000

// attack gives all that is printed to the attacker, and withholds percentages
// until it learns nothing from them.
func (p *plan) attack() error {
	p.print()
	p.printShares()
	if exposed, err := p.exposed(nil); err != nil {
		return err
	} else if len(exposed) > 0 {
		return fmt.Errorf("%s: the attacker narrows a count that was proven safe", p.cells[exposed[0]].Name)
	}
	if p.sharesTell() {
		return p.withholdShares()
	}
	return nil
}

// sharesTell reports whether percentages say more than the cells beside them.
func (p *plan) sharesTell() bool {
	exact := p.trueTotals && p.rules.RoundingBase.Value <= 1
	return p.rules.PercentageFrom.Value == disclosure.FromUnrounded && !exact && slices.Contains(p.low, true)
}

// exposed lists the low counts of which the attacker knows more than it may.
// With percentages there are no witnesses, so that what it cannot settle counts
// as known.
func (p *plan) exposed(shares []int) ([]int, error) {
	needs := p.needs()
	if len(needs) == 0 {
		return nil, nil
	}
	problem := audit.Problem{Limit: attackSteps}
	for at, cell := range p.cells {
		lower, upper := p.known(at, p.hidden[at])
		problem.Cells = append(problem.Cells, audit.Cell{Label: cell.Name, Lower: lower, Upper: min(upper, audit.Unbounded)})
	}
	for _, n := range needs {
		problem.Cells[n.cell].Hidden = true
	}
	for _, sum := range p.sums {
		problem.Relations = append(problem.Relations, audit.Sum(sum.Total, sum.Parts...))
	}
	for _, i := range shares {
		problem.Relations = append(problem.Relations, p.tells(i)...)
	}
	result := audit.Solve(problem)
	if len(result.Contradictions) > 0 {
		return nil, fmt.Errorf("no numbers fit what would be printed: the table contradicts itself")
	}
	intervals := map[int]audit.Interval{}
	for _, interval := range result.Intervals {
		intervals[interval.Cell] = interval
	}
	var exposed []int
	for _, n := range needs {
		interval := intervals[n.cell]
		wanted := p.value[n.cell] + n.amount
		narrowed := interval.Proven || len(shares) > 0
		within := interval.Lower <= wanted && wanted <= interval.Upper && (interval.Proven || len(shares) == 0)
		if narrowed && !within && !slices.Contains(exposed, n.cell) {
			exposed = append(exposed, n.cell)
		}
	}
	return exposed, nil
}

// tells returns what a printed percentage says of its two counts.
func (p *plan) tells(i int) []audit.Relation {
	value, shown := p.shares[i].Value()
	if !shown {
		return nil
	}
	_, places, _ := strings.Cut(p.shares[i].String(), ".")
	decimals := len(places)
	digits := int64(math.Round(value * math.Pow10(decimals)))
	share := p.given.Shares[i]
	return audit.Percentage(p.place[share.Part], p.place[share.Whole], digits, decimals, "a percentage")
}

// mostReturned is the number of withheld percentages up to which each is tried
// again by itself.
const mostReturned = 64

// withholdShares withholds the percentages around exposed counts until none is
// exposed, and prints again those that then tell nothing.
func (p *plan) withholdShares() error {
	order := make([]int, len(p.shares))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return slices.Compare(p.sharePlaces(a), p.sharePlaces(b)) })
	kept := slices.DeleteFunc(slices.Clone(order), func(i int) bool { return p.shares[i].Masked() })
	var withheld []int
	for len(kept) > 0 {
		exposed, err := p.exposed(kept)
		if err != nil {
			return err
		}
		if len(exposed) == 0 {
			break
		}
		near := p.near(exposed)
		left := slices.DeleteFunc(slices.Clone(kept), func(i int) bool {
			places := p.sharePlaces(i)
			return near[places[0]] || near[places[1]]
		})
		if len(left) == len(kept) {
			left = nil
		}
		for _, i := range kept {
			if !slices.Contains(left, i) {
				withheld = append(withheld, i)
			}
		}
		kept = left
	}
	if len(withheld) <= mostReturned {
		for at, i := range withheld {
			exposed, err := p.exposed(append(slices.Clone(kept), i))
			if err != nil {
				return err
			}
			if len(exposed) == 0 {
				kept = append(kept, i)
				withheld[at] = -1
			}
		}
	}
	for _, i := range withheld {
		if i >= 0 {
			p.shares[i] = p.profile.Withhold()
		}
	}
	return nil
}

func (p *plan) sharePlaces(i int) []int {
	share := p.given.Shares[i]
	return []int{p.place[share.Part], p.place[share.Whole]}
}

// near marks the cells that stand in a sum with one of the given.
func (p *plan) near(cells []int) []bool {
	near := make([]bool, len(p.cells))
	for _, at := range cells {
		near[at] = true
		for _, s := range p.uses[at] {
			near[p.sums[s].Total] = true
			for _, part := range p.sums[s].Parts {
				near[part] = true
			}
		}
	}
	return near
}

package protect

import (
	"cmp"
	"fmt"
	"slices"

	"tre-toolkit/internal/disclosure"
)

// unbounded is more than any count: above it sums would lose exactness.
const unbounded int64 = 1 << 40

// plan is a table being protected. Its cells and sums stand in an order of their
// own, by name, so that the order in which they were given cannot matter.
type plan struct {
	profile disclosure.Profile
	rules   disclosure.Rules
	given   Table
	order   []int // place in the plan to index in the table
	place   []int // index in the table to place in the plan

	cells   []Cell
	value   []int64
	sums    []Sum
	uses    [][]int // the sums of each cell
	totalIn [][]int // the sums whose total a cell is
	depth   []int   // 0 for a cell that is no total, else one more than its deepest part
	low     []bool
	cost    []int64

	// trueTotals says that totals are printed as they are; otherwise they are
	// made of what is shown and tell nothing themselves.
	trueTotals bool
	totalsTell bool // a hidden total that is not low is known not to be
	hidden     []bool
	shortened  map[need]int64 // needs that masks alone leave no more of
	least      bool
	quick      bool       // not every choice is tried
	bounds     [][2]int64 // of each cell when hidden, as the reader knows it

	printed []disclosure.Cell
	shares  []disclosure.Cell
	shown   []bool
}

func newPlan(table Table, profile disclosure.Profile, totalsTell bool) (*plan, error) {
	n := len(table.Cells)
	p := &plan{
		profile: profile, rules: profile.Rules(), given: table, totalsTell: totalsTell, shortened: map[need]int64{},
		order: make([]int, n), place: make([]int, n),
		cells: make([]Cell, n), uses: make([][]int, n), totalIn: make([][]int, n),
		depth: make([]int, n), low: make([]bool, n), cost: make([]int64, n), hidden: make([]bool, n),
	}
	for i := range p.order {
		p.order[i] = i
	}
	slices.SortStableFunc(p.order, func(a, b int) int { return cmp.Compare(table.Cells[a].Name, table.Cells[b].Name) })
	counts := make([]disclosure.Count, n)
	for at, i := range p.order {
		p.place[i], p.cells[at], counts[at] = at, table.Cells[i], table.Cells[i].Count
		if at > 0 && p.cells[at-1].Name == p.cells[at].Name {
			return nil, fmt.Errorf("two cells are named %q", p.cells[at].Name)
		}
	}
	p.value = disclosure.Numbers(counts)
	for at, value := range p.value {
		if value < 0 || value >= unbounded {
			return nil, fmt.Errorf("%s: the count is negative or beyond any number of people", p.cells[at].Name)
		}
	}
	if err := p.takeSums(); err != nil {
		return nil, err
	}
	if err := p.measureDepth(); err != nil {
		return nil, err
	}
	p.trueTotals = p.wantsTrueTotals()
	p.judge()
	return p, p.checkLinks()
}

// takeSums puts the sums into the plan's order, each once.
func (p *plan) takeSums() error {
	for _, given := range p.given.Sums {
		if len(given.Parts) == 0 {
			return fmt.Errorf("a sum has no parts")
		}
		for _, i := range append([]int{given.Total}, given.Parts...) {
			if i < 0 || i >= len(p.cells) {
				return fmt.Errorf("a sum names cell %d of %d", i, len(p.cells))
			}
		}
		sum := Sum{Total: p.place[given.Total]}
		for _, part := range given.Parts {
			sum.Parts = append(sum.Parts, p.place[part])
		}
		slices.Sort(sum.Parts)
		p.sums = append(p.sums, sum)
	}
	slices.SortFunc(p.sums, compareSums)
	p.sums = slices.CompactFunc(p.sums, func(a, b Sum) bool { return compareSums(a, b) == 0 })
	for s, sum := range p.sums {
		var value int64
		for i, part := range sum.Parts {
			if i > 0 && sum.Parts[i-1] == part {
				return fmt.Errorf("%s is added to its total twice", p.cells[part].Name)
			}
			value += p.value[part]
			p.uses[part] = append(p.uses[part], s)
		}
		if value != p.value[sum.Total] {
			return fmt.Errorf("%s is not the sum of its parts", p.cells[sum.Total].Name)
		}
		p.uses[sum.Total] = append(p.uses[sum.Total], s)
		p.totalIn[sum.Total] = append(p.totalIn[sum.Total], s)
	}
	return nil
}

func compareSums(a, b Sum) int {
	return cmp.Or(cmp.Compare(a.Total, b.Total), slices.Compare(a.Parts, b.Parts))
}

// measureDepth finds how far above its parts each total is, and refuses cells
// that are parts of themselves.
func (p *plan) measureDepth() error {
	const open = -1
	seen := make([]bool, len(p.cells))
	var measure func(int) error
	measure = func(cell int) error {
		if seen[cell] {
			if p.depth[cell] == open {
				return fmt.Errorf("%s is a part of itself", p.cells[cell].Name)
			}
			return nil
		}
		seen[cell] = true
		depth := 0
		p.depth[cell] = open
		for _, s := range p.totalIn[cell] {
			for _, part := range p.sums[s].Parts {
				if err := measure(part); err != nil {
					return err
				}
				depth = max(depth, p.depth[part]+1)
			}
		}
		p.depth[cell] = depth
		return nil
	}
	for cell := range p.cells {
		if err := measure(cell); err != nil {
			return err
		}
	}
	return nil
}

// wantsTrueTotals reports whether totals are printed as they are. Where the
// rules leave it open, they are when the profile has a second mark that may stand
// for a number of any size. With one mark for all, a reader would take a large
// number behind it for a low one and find that nothing adds up.
func (p *plan) wantsTrueTotals() bool {
	switch p.rules.Totals.Value {
	case disclosure.TrueTotals:
		return true
	case disclosure.NoTotals:
		return p.profile.MarksAnySize() && p.rules.SecondaryMark.Value != p.rules.Marks.Value[0]
	}
	return false
}

// judge finds the low counts, what hiding costs and what a mask tells.
func (p *plan) judge() {
	p.bounds = make([][2]int64, len(p.cells))
	for at, cell := range p.cells {
		p.low[at] = p.profile.Cell(cell.Count).Masked()
		p.hidden[at] = p.low[at]
		p.cost[at] = cell.Cost
		if cell.Cost <= 0 {
			p.cost[at] = p.usualCost(at)
		}
		switch {
		case p.isTotal(at) && (p.low[at] || p.derived(at) || !p.totalsTell), p.cells[at].Unprinted && !p.low[at]:
			p.bounds[at] = [2]int64{0, unbounded}
		case p.low[at]:
			p.bounds[at] = [2]int64{p.leastLow(), p.rules.Threshold.Value - 1}
		default:
			p.bounds[at] = [2]int64{p.rules.Threshold.Value, unbounded}
		}
	}
}

// usualCost is one for a cell that is no total. A total is worth its parts: its
// loss is felt by readers of each.
func (p *plan) usualCost(at int) int64 {
	cost := int64(1)
	for _, s := range p.totalIn[at] {
		cost = max(cost, 1+int64(len(p.sums[s].Parts)))
	}
	return cost
}

func (p *plan) isTotal(at int) bool { return p.depth[at] > 0 }

// derived reports whether a total is made of what is shown of its parts.
func (p *plan) derived(at int) bool {
	return p.isTotal(at) && !p.trueTotals && !p.cells[at].Counted && !p.cells[at].Unprinted
}

// leastLow is the smallest count that a mask for low counts stands for.
func (p *plan) leastLow() int64 {
	if p.rules.Zero.Value == disclosure.MaskZero {
		return 0
	}
	return 1
}

// mayHide reports whether a cell that is not low may be hidden for the sake of
// another. A total that only adds up what is shown need not be.
func (p *plan) mayHide(at int) bool {
	if p.hidden[at] || p.cells[at].Published || p.value[at] == 0 {
		return false
	}
	if p.derived(at) || p.cells[at].Unprinted {
		return false
	}
	if p.isTotal(at) && p.trueTotals {
		return true
	}
	return p.profile.MarksAnySize()
}

// known returns the range that the reader gives a cell.
func (p *plan) known(at int, hidden bool) (lower, upper int64) {
	switch {
	case p.cells[at].Published:
		return p.value[at], p.value[at]
	case hidden, p.derived(at), p.cells[at].Unprinted && p.value[at] > 0:
		return p.bounds[at][0], p.bounds[at][1]
	case p.rules.RoundingBase.Value > 1:
		return p.rounded(at)
	}
	return p.value[at], p.value[at]
}

// rounded returns the counts that would be printed as this one is.
func (p *plan) rounded(at int) (lower, upper int64) {
	printed, _ := p.profile.Cell(p.cells[at].Count).Value()
	same := func(n int64) bool {
		value, shown := p.profile.Cell(disclosure.CountOf(n)).Value()
		return n >= 0 && shown && value == printed
	}
	for lower = p.value[at]; same(lower - 1); lower-- {
	}
	for upper = p.value[at]; same(upper + 1); upper++ {
	}
	return lower, upper
}

func (p *plan) checkLinks() error {
	check := func(i int, what string) error {
		if i < 0 || i >= len(p.cells) {
			return fmt.Errorf("%s names cell %d of %d", what, i, len(p.cells))
		}
		return nil
	}
	for _, share := range p.given.Shares {
		for _, i := range []int{share.Part, share.Whole} {
			if err := check(i, "a percentage"); err != nil {
				return err
			}
		}
	}
	for _, statistic := range p.given.Statistics {
		for _, i := range statistic.Of {
			if err := check(i, "a statistic"); err != nil {
				return err
			}
		}
	}
	return nil
}

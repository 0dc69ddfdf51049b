package matching

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/disclosure/protect"
)

// Unlinkable is the share of records that would not be linked with a perfect copy
// of themselves at a threshold: they hold too little.
type Unlinkable struct {
	Weight      float64         `json:"weight"`
	Probability float64         `json:"probability"`
	Records     disclosure.Cell `json:"records"`
	Share       disclosure.Cell `json:"share"` // percent
}

// Unlinkables compares each record of the left file with itself, and counts at
// each of a row of weights who stays below it.
func (p *People) Unlinkables(ctx context.Context, profile disclosure.Profile) ([]Unlinkable, error) {
	selves, err := p.scoreSelves(ctx)
	if err != nil {
		return nil, err
	}
	weights := make([]float64, len(selves))
	for i, self := range selves {
		weights[i] = self.weight
	}
	slices.Sort(weights)
	return protectUnlinkables(weights, profile)
}

// scoreSelves compares each record of the left file with itself: each is a block.
func (p *People) scoreSelves(ctx context.Context) ([]candidate, error) {
	if err := p.forgetBlocks(ctx); err != nil {
		return nil, err
	}
	if err := p.macro(ctx, "93_any_order", "in_order"); err != nil {
		return nil, err
	}
	args := p.scoreArgs()
	args["right_side"], args["key"], args["parts"], args["piece"] = p.sides[0], "record", 1, 0
	selves, err := p.scoreAll(ctx, args)
	return selves, errors.Join(err, p.defineOrder(ctx))
}

// protectUnlinkables counts below each weight. What lies between two of them can
// be worked out by subtraction, so that it is protected too.
func protectUnlinkables(weights []float64, profile disclosure.Profile) ([]Unlinkable, error) {
	table := protect.Table{Cells: []protect.Cell{{Name: "all records", Count: disclosure.CountOf(int64(len(weights)))}}}
	var rows []Unlinkable
	before := 0
	for weight := -10.0; weight <= 30; weight += 2 {
		below, _ := slices.BinarySearch(weights, weight)
		name := fmt.Sprintf("below %03.0f", weight+100)
		at := len(table.Cells)
		table.Cells = append(table.Cells, protect.Cell{Name: name, Count: disclosure.CountOf(int64(below))})
		table.Shares = append(table.Shares, protect.Share{Part: at, Whole: 0})
		if len(rows) > 0 {
			table.Cells = append(table.Cells, protect.Cell{Name: name + " and no lower", Count: disclosure.CountOf(int64(below - before))})
			table.Sums = append(table.Sums, protect.Sum{Total: at, Parts: []int{table.Shares[len(rows)-1].Part, at + 1}})
		}
		rows, before = append(rows, Unlinkable{Weight: weight, Probability: probabilityOf(weight)}), below
	}
	rest := len(table.Cells)
	table.Cells = append(table.Cells, protect.Cell{Name: "above all", Count: disclosure.CountOf(int64(len(weights) - before))})
	table.Sums = append(table.Sums, protect.Sum{Total: 0, Parts: []int{table.Shares[len(rows)-1].Part, rest}})
	result, err := protect.Protect(table, profile)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		rows[i].Records, rows[i].Share = result.Cells[table.Shares[i].Part], result.Shares[i]
	}
	return rows, nil
}

package matching

import (
	"context"
	"math"
	"slices"
)

// Train estimates the model from the files: u from pairs drawn by their ids, m
// and the prior by expectation maximisation over the pairs of all blocks. No
// labels are used. The model that it leaves in p is trained, and says from which
// files.
func (p *People) Train(ctx context.Context) error {
	blocks, err := p.Blocks(ctx)
	if err != nil {
		return err
	}
	if err := p.cluster(ctx, blocks); err != nil {
		return err
	}
	e := evidence{slots: p.slots}
	for _, comparison := range p.model.Comparisons {
		e.levels = append(e.levels, len(comparison.Levels()))
	}
	e.total, e.expect = p.allPairs()
	if e.drawn, err = p.drawnPairs(ctx); err != nil {
		return err
	}
	if e.blocked, err = p.blockedPairs(ctx, blocks); err != nil {
		return err
	}
	p.adopt(estimate(e))
	return nil
}

// allPairs returns how many pairs there are, and how many matches to expect
// before anything is known: half of what there could be at one a record.
func (p *People) allPairs() (total, expected float64) {
	left, right := float64(p.records[0]), float64(p.records[1])
	if p.within {
		return max(left*(left-1)/2, 1), max(left/10, 0.5)
	}
	return left * right, max(min(left, right)/2, 0.5)
}

// adopt writes estimates into the model, as precisely as a file holds them, so
// that a model that was written and read again gives the same links.
func (p *People) adopt(found estimates) {
	p.model.Prior, p.model.Iterations = significant(min(found.prior, 0.5)), found.iterations
	p.model.Files = nil
	for _, source := range p.sources {
		p.model.Files = append(p.model.Files, source.SHA256)
	}
	p.model.Comparisons = slices.Clone(p.model.Comparisons)
	for i := range p.model.Comparisons {
		p.model.Comparisons[i].M = fromTop(found.m[i])
		p.model.Comparisons[i].U = fromTop(found.u[i])
	}
}

func fromTop(fromLowest []float64) []float64 {
	levels := slices.Clone(fromLowest)
	slices.Reverse(levels)
	for i := range levels {
		levels[i] = significant(levels[i])
	}
	return levels
}

// significant rounds to six significant digits, within what is a probability.
func significant(p float64) float64 {
	if p <= 0 {
		return 1e-12
	}
	digits := 6 - int(math.Ceil(math.Log10(p)))
	scaled := math.Round(p*math.Pow10(digits)) / math.Pow10(digits)
	return min(max(scaled, 1e-12), 1-1e-9)
}

package matching

import (
	"context"
	"fmt"

	"tre-toolkit/internal/warehouse"
)

// Block is a blocking rule and the work that it makes.
type Block struct {
	Rule    Rule
	Pairs   int64
	Largest int64 // pairs of its largest block
	Left    bool  // out, because it makes more pairs than the model allows
}

// Blocks counts what each blocking rule would make before any pair is made. A
// pair that two rules make is compared once.
func (p *People) Blocks(ctx context.Context) ([]Block, error) {
	if p.blocks != nil {
		return p.blocks, nil
	}
	blocks := make([]Block, len(p.model.Rules))
	for j, rule := range p.model.Rules {
		blocks[j].Rule = rule
		args := p.sideArgs()
		args["key"], args["within"] = keyColumn(j), p.within
		if _, err := p.w.One(ctx, statements["32_count_block"], args, &blocks[j].Pairs, &blocks[j].Largest); err != nil {
			return nil, err
		}
		blocks[j].Left = blocks[j].Pairs > p.model.MostPairs
	}
	p.blocks = blocks
	return blocks, nil
}

// cluster puts the records of each block of the largest rule together, once, where
// the rule makes many pairs of each record.
func (p *People) cluster(ctx context.Context, blocks []Block) error {
	largest := 0
	for j, block := range blocks {
		if !block.Left && (blocks[largest].Left || block.Pairs > blocks[largest].Pairs) {
			largest = j
		}
	}
	if p.clustered || blocks[largest].Left || blocks[largest].Pairs < manyPairs*(p.records[0]+p.records[1]) {
		return nil
	}
	p.clustered = true
	sides := [2]string{"left_blocks", "right_blocks"}
	for side := range p.sources {
		sorted := statements["35_cluster"].Naming("table", mustName(sides[side]))
		if _, err := p.w.Run(ctx, sorted, warehouse.Args{"source": p.sides[side], "key": keyColumn(largest)}); err != nil {
			return err
		}
		if _, err := p.w.Run(ctx, statements["34_forget"].Naming("table", mustName(p.sides[side])), nil); err != nil {
			return err
		}
		p.sides[side] = sides[side]
	}
	if p.within {
		p.sides[1] = p.sides[0]
	}
	return nil
}

// manyPairs is the number of pairs a record from which sorting is worth its time.
const manyPairs = 4

func keyColumn(rule int) string { return fmt.Sprintf("k%d", rule+1) }

// forgetBlocks says that no rule has made pairs yet.
func (p *People) forgetBlocks(ctx context.Context) error {
	for j := range mostRules {
		if err := p.macro(ctx, "91_any_block", numbered("same_block", j+1)); err != nil {
			return err
		}
	}
	return nil
}

// eachBlock calls work for each blocking rule in use. What a rule has made, those
// behind it do not make again.
func (p *People) eachBlock(ctx context.Context, blocks []Block, work func(key string, pairs int64) error) error {
	if err := p.forgetBlocks(ctx); err != nil {
		return err
	}
	for j, block := range blocks {
		if block.Left || block.Pairs == 0 {
			continue
		}
		if err := work(keyColumn(j), block.Pairs); err != nil {
			return err
		}
		if err := p.macro(ctx, "90_same_block", numbered("same_block", j+1)); err != nil {
			return err
		}
	}
	return nil
}

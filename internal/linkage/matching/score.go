package matching

import (
	"context"
	"database/sql/driver"
	"math"
	"slices"

	"tre-toolkit/internal/warehouse"
)

func (p *People) sideArgs() warehouse.Args {
	return warehouse.Args{"left_side": p.sides[0], "right_side": p.sides[1]}
}

// scoreArgs binds the sides and the levels of every comparison's outcomes.
func (p *People) scoreArgs() warehouse.Args {
	args := p.sideArgs()
	for k := 1; k <= mostFields; k++ {
		args[numbered("levels", k)] = []int32{0}
	}
	for i, comparison := range p.model.Comparisons {
		args[numbered("levels", p.slots[i])] = comparison.outcomes()
	}
	return args
}

// outcomes lists the level of each outcome that the comparison's macro knows.
func (c Comparison) outcomes() []int32 {
	top := int32(len(c.Levels()))
	switch c.Method {
	case JaroWinkler:
		return c.similarities(top)
	case Edits:
		levels := []int32{top}
		for edits := 1; edits <= mostEdits+1; edits++ {
			level := int32(1)
			for i, most := range slices.Backward(c.AtMost) {
				if edits <= most {
					level = top - 1 - int32(i)
				}
			}
			levels = append(levels, level)
		}
		return levels
	default: // the macro's outcomes are the levels
		levels := make([]int32, top)
		for i := range levels {
			levels[i] = int32(i) + 1
		}
		return levels
	}
}

// similarities lists the levels of 0.00 to 1.00, of exact, and of swapped.
func (c Comparison) similarities(top int32) []int32 {
	below := top - 1
	if c.SwappedWith != "" {
		below--
	}
	var levels []int32
	for hundredths := range 101 {
		level := int32(1)
		for i, similarity := range slices.Backward(c.AtLeast) {
			if hundredths >= int(math.Round(100*similarity)) {
				level = below - int32(i)
			}
		}
		levels = append(levels, level)
	}
	return append(levels, top, top-1)
}

// define makes the macros that the scoring statements call.
func (p *People) define(ctx context.Context) error {
	for k := 1; k <= mostFields; k++ {
		macro := "81_compare_nothing"
		if i := slices.Index(p.slots, k); i >= 0 {
			macro = p.model.Comparisons[i].macro()
		}
		if err := p.macro(ctx, macro, numbered("compare", k)); err != nil {
			return err
		}
	}
	return p.defineOrder(ctx)
}

// defineOrder says which of two records is the left one: in one file, the first.
func (p *People) defineOrder(ctx context.Context) error {
	order := "93_any_order"
	if p.within {
		order = "92_in_order"
	}
	return p.macro(ctx, order, "in_order")
}

// macro makes a macro of one of the statements that define one.
func (p *People) macro(ctx context.Context, statement, name string) error {
	_, err := p.w.Run(ctx, statements[statement].Naming("table", mustName(name)), nil)
	return err
}

func (c Comparison) macro() string {
	switch {
	case c.Method == Exact:
		return "81_compare_exact"
	case c.Method == JaroWinkler && c.SwappedWith != "":
		return "83_compare_jaro_winkler_swapped"
	case c.Method == JaroWinkler:
		return "82_compare_jaro_winkler"
	case c.Method == Edits:
		return "84_compare_edits"
	case c.Method == DateParts:
		return "85_compare_date"
	default:
		return "86_compare_postcode"
	}
}

// The sizes of what is scored at once and of what the estimates are made from.
const (
	pairsAtOnce   = 8_000_000
	pairsToLearn  = 4_000_000
	recordsToDraw = 500 // of each side
)

// blockedPairs scores pairs of all blocks and counts patterns: all pairs when
// they are few, else a part of the blocks, which stand for all.
func (p *People) blockedPairs(ctx context.Context, blocks []Block) ([]tally, error) {
	tallies := map[pattern]float64{}
	err := p.eachBlock(ctx, blocks, func(key string, pairs int64) error {
		parts := pieces(pairs, pairsToLearn)
		args := p.scoreArgs()
		args["key"], args["parts"], args["piece"] = key, parts, 0
		return p.tally(ctx, args, func(t tally) {
			tallies[t.pattern] += t.pairs * float64(parts)
		})
	})
	return inOrder(tallies), err
}

// pieces returns into how many pieces so many pairs are cut.
func pieces(pairs, most int64) int64 { return max((pairs+most-1)/most, 1) }

// drawnPairs scores pairs of records drawn at random and counts patterns.
func (p *People) drawnPairs(ctx context.Context) ([]tally, error) {
	if err := p.forgetBlocks(ctx); err != nil {
		return nil, err
	}
	drawn := [2]string{"left_drawn", "right_drawn"}
	for side := range p.sources {
		sample := statements["41_stage_sample"].Naming("table", mustName(drawn[side]))
		if _, err := p.w.Run(ctx, sample, warehouse.Args{"source": p.sides[side], "drawn": recordsToDraw}); err != nil {
			return nil, err
		}
	}
	if p.within {
		drawn[1] = drawn[0]
	}
	var tallies []tally
	err := p.tally(ctx, p.componentArgs(drawn), func(t tally) { tallies = append(tallies, t) })
	return tallies, err
}

// componentArgs binds two tables whose records of one component are all compared.
func (p *People) componentArgs(sides [2]string) warehouse.Args {
	args := p.scoreArgs()
	args["left_side"], args["right_side"] = sides[0], sides[1]
	args["key"], args["parts"], args["piece"] = "component", 1, 0
	return args
}

// scored is the statement that scores pairs, whichever they are.
func scored() warehouse.Statement { return statements["40_score_pairs"] }

func (p *People) tally(ctx context.Context, args warehouse.Args, take func(tally)) error {
	return p.w.Each(ctx, statements["42_histogram"].Around(scored()), args, func(scan func(...any) error) error {
		var t tally
		var count int64
		err := scan((*int64)(&t.pattern), &count)
		t.pairs = float64(count)
		take(t)
		return err
	})
}

// inOrder lists tallies by pattern, so that sums over them are the same in every
// run.
func inOrder(tallies map[pattern]float64) []tally {
	list := make([]tally, 0, len(tallies))
	for p, pairs := range tallies {
		list = append(list, tally{p, pairs})
	}
	slices.SortFunc(list, func(a, b tally) int { return int(min(max(a.pattern-b.pattern, -1), 1)) })
	return list
}

// candidate is a pair that may be a link. Records are numbered by their ids.
type candidate struct {
	left, right int32
	step        int // of the passes, from 0; as many as there are passes for probability
	pattern     pattern
	weight      float64
}

// Candidates are the pairs that may be links.
type Candidates struct {
	pairs  []candidate
	blocks []Block
}

// Blocks returns what each blocking rule made.
func (c *Candidates) Blocks() []Block { return c.blocks }

// Candidates compares the pairs of all blocks and keeps those that a
// deterministic pass makes a link, or whose probability is not too low to matter:
// to be judged, or to come near a link. The model must be trained.
func (p *People) Candidates(ctx context.Context) (*Candidates, error) {
	blocks, err := p.Blocks(ctx)
	if err != nil {
		return nil, err
	}
	if err := p.cluster(ctx, blocks); err != nil {
		return nil, err
	}
	found := &Candidates{blocks: blocks}
	least := min(weightOf(leastJudged), weightOf(p.model.Decision.Review)-p.model.Decision.Lead)
	if err := p.startScoring(ctx); err != nil {
		return nil, err
	}
	err = p.eachBlock(ctx, blocks, func(key string, pairs int64) error {
		args, parts := p.scoreArgs(), pieces(pairs, pairsAtOnce)
		args["key"], args["parts"] = key, parts
		for piece := range parts {
			args["piece"] = piece
			if err := p.keep(ctx, args, least); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	found.pairs, err = p.weighed(ctx, least)
	return found, err
}

func (p *People) startScoring(ctx context.Context) error {
	for _, create := range []string{"50_create_patterns", "51_create_candidates"} {
		if _, err := p.w.Run(ctx, statements[create], nil); err != nil {
			return err
		}
	}
	return nil
}

// keep scores pairs and keeps those that may be links.
func (p *People) keep(ctx context.Context, args warehouse.Args, least float64) error {
	if _, err := p.w.Run(ctx, statements["43_keep_pairs"].Around(scored()), args); err != nil {
		return err
	}
	if err := p.weighPatterns(ctx, least); err != nil {
		return err
	}
	_, err := p.w.Run(ctx, statements["53_insert_candidates"], nil)
	return err
}

// weighPatterns gives each pattern that was not seen before its weight and step.
func (p *People) weighPatterns(ctx context.Context, least float64) error {
	var seen []pattern
	err := p.w.Each(ctx, statements["52_new_patterns"], nil, func(scan func(...any) error) error {
		var one pattern
		err := scan((*int64)(&one))
		seen = append(seen, one)
		return err
	})
	if err != nil {
		return err
	}
	scale := p.scale()
	return p.w.Appender(mustName("patterns"), func(add func(...driver.Value) error) error {
		for _, one := range seen {
			weight, step := scale.weight(one), p.stepOf(one)
			kept := step < len(p.model.Passes) || weight+scale.mostGained(one) >= least
			if err := add(int64(one), int32(step+1), weight, kept); err != nil {
				return err
			}
		}
		return nil
	})
}

// weighed adjusts the weights of the candidates for how rare the values are that
// they agree on, and returns them.
func (p *People) weighed(ctx context.Context, least float64) ([]candidate, error) {
	for i, comparison := range p.model.Comparisons {
		if !comparison.TermFrequency {
			continue
		}
		slot := p.slots[i]
		args := p.sideArgs()
		args["field"] = fieldColumn(slot)
		if _, err := p.w.Run(ctx, statements["54_frequencies"], args); err != nil {
			return nil, err
		}
		_, err := p.w.Run(ctx, statements["55_adjust_for_frequency"], warehouse.Args{
			"left_side": p.sides[0], "field": fieldColumn(slot),
			"place": int64(1) << (bitsPerLevel * (slot - 1)), "exact": len(comparison.Levels()),
			"chance": comparison.U[0], "least_share": leastShare(comparison),
		})
		if err != nil {
			return nil, err
		}
	}
	var pairs []candidate
	args := warehouse.Args{"least_weight": least, "steps": len(p.model.Passes)}
	err := p.w.Each(ctx, statements["56_candidates"], args, func(scan func(...any) error) error {
		var one candidate
		err := scan(&one.left, &one.right, (*int64)(&one.pattern), &one.step, &one.weight)
		one.step--
		pairs = append(pairs, one)
		return err
	})
	return pairs, err
}

// mostRarity is how much the rarity of a value may add, in bits: a value that
// nobody else has says as much as one that a thousandth as many have as have
// the usual one.
const mostRarity = 10

func leastShare(c Comparison) float64 { return c.U[0] / (1 << mostRarity) }

// scale weighs patterns by a trained model.
type scale struct {
	prior   float64
	weights weights
	slots   []int
	rare    []int // exact levels by comparison, 0 where rarity says nothing
}

func (p *People) scale() scale {
	s := scale{prior: weightOf(p.model.Prior), slots: p.slots, weights: p.model.weights()}
	for _, comparison := range p.model.Comparisons {
		exact := 0
		if comparison.TermFrequency {
			exact = len(comparison.Levels())
		}
		s.rare = append(s.rare, exact)
	}
	return s
}

// weights returns the model's weights by comparison and level, from the lowest.
func (m Model) weights() weights {
	w := make(weights, len(m.Comparisons))
	for i, comparison := range m.Comparisons {
		levels := len(comparison.M)
		w[i] = make([]float64, levels+1)
		for at := range levels {
			w[i][levels-at] = math.Log2(comparison.M[at] / comparison.U[at])
		}
	}
	return w
}

func (s scale) weight(p pattern) float64 { return s.prior + s.weights.sum(s.slots, p) }

// mostGained is what the rarity of values may add to a pattern.
func (s scale) mostGained(p pattern) float64 {
	gained := 0.0
	for i, exact := range s.rare {
		if exact > 0 && p.level(s.slots[i]) == exact {
			gained += mostRarity
		}
	}
	return gained
}

// stepOf returns the first deterministic pass that a pattern fulfils, or their
// number.
func (p *People) stepOf(one pattern) int {
	agrees := func(field string, least int) bool {
		i := p.model.comparison(field)
		return one.level(p.slots[i]) >= least
	}
	for step, pass := range p.model.Passes {
		whole := !slices.ContainsFunc(pass.Agree, func(f string) bool {
			return !agrees(f, len(p.model.Comparisons[p.model.comparison(f)].Levels()))
		})
		partly := 0
		for _, field := range pass.Partly {
			if agrees(field, 2) {
				partly++
			}
		}
		if whole && partly >= pass.AtLeast {
			return step
		}
	}
	return len(p.model.Passes)
}

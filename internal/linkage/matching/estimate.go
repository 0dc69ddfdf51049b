package matching

import (
	"math"
)

// bitsPerLevel is how much of a pattern one comparison takes.
const bitsPerLevel = 4

// pattern is how two records agree: for each comparison a level, four bits each,
// by place. Level 0 is nothing to compare, 1 the lowest; the highest is exact.
type pattern int64

// level returns the level in a place, from 1.
func (p pattern) level(slot int) int {
	return int(p>>(bitsPerLevel*(slot-1))) & (1<<bitsPerLevel - 1)
}

// tally is how many pairs have a pattern.
type tally struct {
	pattern pattern
	pairs   float64
}

// evidence is what the estimates are made from.
type evidence struct {
	slots   []int   // the place of each comparison
	levels  []int   // how many levels each has
	blocked []tally // pairs of the blocks; all others are taken for two people
	drawn   []tally // pairs of records drawn at random
	total   float64 // all pairs that there are
	expect  float64 // matches to begin with
}

// estimates are the parameters of the model of Fellegi and Sunter. m and u are
// by comparison and level, from the lowest.
type estimates struct {
	prior      float64
	m, u       [][]float64
	iterations int
}

const (
	mostIterations = 300
	closeEnough    = 1e-5
	// faith is the number of pairs that the start values of m count for, so that a
	// handful of matches does not make a certainty.
	faith = 2
	// doubt is the number of pairs added to each level of u: what was never seen in
	// the pairs drawn is rare, not impossible.
	doubt = 0.5
)

// estimate finds the parameters by expectation maximisation over all pairs.
// Those outside every block count as pairs of two people. Pairs drawn at random
// hold matches too: each counts towards u as far as it is none.
func estimate(e evidence) estimates {
	current := e.start()
	for current.iterations < mostIterations {
		next := e.step(current)
		next.iterations = current.iterations + 1
		moved := next.distance(current)
		current = next
		if moved < closeEnough {
			break
		}
	}
	return current
}

// start returns the values that the search begins with: agreement is likely in
// matches, and as frequent as in the drawn pairs elsewhere.
func (e evidence) start() estimates {
	s := estimates{prior: e.expect / e.total}
	for _, levels := range e.levels {
		s.m = append(s.m, startM(levels))
		s.u = append(s.u, make([]float64, levels))
	}
	e.learnU(&s, func(pattern) float64 { return 0 })
	return s
}

// startM gives exact agreement 0.85 and each lower level less of the rest.
func startM(levels int) []float64 {
	const exact = 0.85
	m := make([]float64, levels)
	rest := 0.0
	for i := range levels - 1 {
		m[i] = math.Pow(1.5, float64(i))
		rest += m[i]
	}
	for i := range levels - 1 {
		m[i] *= (1 - exact) / rest
	}
	m[levels-1] = exact
	return m
}

// step makes better parameters of the current ones.
func (e evidence) step(current estimates) estimates {
	weights := current.weights()
	prior := math.Log2(current.prior / (1 - current.prior))
	chance := func(p pattern) float64 { return probabilityOf(prior + weights.sum(e.slots, p)) }
	next := estimates{}
	matches := 0.0
	for k := range e.levels {
		next.m = append(next.m, make([]float64, e.levels[k]))
		next.u = append(next.u, make([]float64, e.levels[k]))
		for i, start := range startM(e.levels[k]) {
			next.m[k][i] = faith * start
		}
	}
	for _, t := range e.blocked {
		match := chance(t.pattern) * t.pairs
		matches += match
		for k, slot := range e.slots {
			if level := t.pattern.level(slot); level > 0 {
				next.m[k][level-1] += match
			}
		}
	}
	for k := range next.m {
		normalise(next.m[k])
	}
	e.learnU(&next, chance)
	next.prior = min(max(matches, 0.5)/e.total, 0.5)
	return next
}

// learnU sets u by the pairs drawn, each as far as it is no match.
func (e evidence) learnU(s *estimates, chance func(pattern) float64) {
	for k := range s.u {
		for i := range s.u[k] {
			s.u[k][i] = doubt
		}
	}
	for _, t := range e.drawn {
		others := (1 - chance(t.pattern)) * t.pairs
		for k, slot := range e.slots {
			if level := t.pattern.level(slot); level > 0 {
				s.u[k][level-1] += others
			}
		}
	}
	for k := range s.u {
		normalise(s.u[k])
	}
}

func normalise(p []float64) {
	sum := 0.0
	for _, value := range p {
		sum += value
	}
	for i := range p {
		p[i] /= sum
	}
}

// distance is the furthest that any probability has moved.
func (s estimates) distance(other estimates) float64 {
	furthest := math.Abs(s.prior/other.prior - 1)
	for k := range s.m {
		for i := range s.m[k] {
			furthest = max(furthest, math.Abs(s.m[k][i]-other.m[k][i]), math.Abs(s.u[k][i]-other.u[k][i]))
		}
	}
	return furthest
}

// weights are log2(m/u), by comparison and level. Level 0 weighs nothing.
type weights [][]float64

func (s estimates) weights() weights {
	w := make(weights, len(s.m))
	for k := range s.m {
		w[k] = make([]float64, len(s.m[k])+1)
		for i := range s.m[k] {
			w[k][i+1] = math.Log2(s.m[k][i] / s.u[k][i])
		}
	}
	return w
}

// sum returns the weight of a pattern without the prior.
func (w weights) sum(slots []int, p pattern) float64 {
	total := 0.0
	for k, slot := range slots {
		total += w[k][p.level(slot)]
	}
	return total
}

// probabilityOf returns the probability of log2 odds.
func probabilityOf(weight float64) float64 { return 1 / (1 + math.Exp2(-weight)) }

// weightOf returns the log2 odds of a probability.
func weightOf(probability float64) float64 { return math.Log2(probability / (1 - probability)) }

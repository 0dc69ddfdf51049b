package synth

import (
	"math"
	"math/bits"
	"math/rand/v2"
	"sort"
	"strconv"
)

// source is the stream of random numbers of one participant. It is reseeded
// for each, so that a participant's records do not depend on the others or on
// the number of processors.
type source struct {
	*rand.Rand
	generator *rand.PCG
}

func newSource() *source {
	generator := rand.NewPCG(0, 0)
	return &source{rand.New(generator), generator}
}

func (s *source) reseed(seed, person uint64) { s.generator.Seed(seed, mix(seed, person)) }

func (s *source) chance(probability float64) bool { return s.Float64() < probability }

// between returns a whole number from low to high, both included.
func (s *source) between(low, high int) int {
	if high <= low {
		return low
	}
	return low + s.IntN(high-low+1)
}

// logNormal returns a duration in days with the given median.
func (s *source) logNormal(median, sigma float64) int {
	return int(median*math.Exp(sigma*s.NormFloat64()) + 0.5)
}

// mix hashes a number under a seed (the finaliser of SplitMix64).
func mix(seed, n uint64) uint64 {
	z := seed + (n+1)*0x9E3779B97F4A7C15
	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9
	z = (z ^ (z >> 27)) * 0x94D049BB133111EB
	return z ^ (z >> 31)
}

// draw is a hash that gives many independent small choices, one for each field
// number, without keeping them.
type draw uint64

func (d draw) number(field uint64) uint64 { return mix(uint64(d), field) }

func (d draw) below(field uint64, n int) int {
	high, _ := bits.Mul64(d.number(field), uint64(n))
	return int(high)
}

// share is a number from 0 up to but without 1.
func (d draw) share(field uint64) float64 { return float64(d.number(field)>>11) / (1 << 53) }

// stepAt returns the first of some steps that reaches a share of the whole: upTo
// says how much of it they and those before them are.
func stepAt(upTo []float64, share float64) int {
	return min(sort.SearchFloat64s(upTo, share), len(upTo)-1)
}

// shuffle is a permutation of 0 to n-1 that needs no memory.
type shuffle struct{ n, step, shift uint64 }

func newShuffle(n int64, seed uint64) shuffle {
	if n <= 1 {
		return shuffle{max(uint64(n), 1), 0, 0}
	}
	size := uint64(n)
	step := mix(seed, 1)%size | 1
	for greatestCommonDivisor(step, size) != 1 {
		step += 2
	}
	return shuffle{size, step % size, mix(seed, 2) % size}
}

func (s shuffle) at(i int64) int64 {
	high, low := bits.Mul64(uint64(i), s.step)
	low, carry := bits.Add64(low, s.shift, 0)
	return int64(bits.Rem64(high+carry, low, s.n))
}

func greatestCommonDivisor(a, b uint64) uint64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// Sizes of the spaces that identifiers are drawn from: the greatest prime
// below nine tenths of a power of ten (the first digit is then never zero), or
// below the power itself.
const (
	prime18 = 899_999_999_999_999_947
	prime15 = 899_999_999_999_983
	prime12 = 999_999_999_989
	prime7  = 9_999_991
)

// identifiers gives each number below a prime its own other number: no two
// share one, and their order says nothing.
type identifiers struct {
	shuffle
	base uint64
}

func newIdentifiers(prime int64, base, seed uint64) identifiers {
	return identifiers{newShuffle(prime, seed), base}
}

func (ids identifiers) of(n int64) uint64 { return ids.base + uint64(ids.at(n)) }

func appendNumber(b []byte, n uint64) []byte { return strconv.AppendUint(b, n, 10) }

// share returns how much of an amount falls to a holder of weight when those
// before hold the weight before, out of the weight all: the parts of all
// holders add up to the amount exactly.
func share(amount, before, weight, all int64) int64 {
	if all == 0 {
		return 0
	}
	return scaled(amount, before+weight, all) - scaled(amount, before, all)
}

// scaled returns amount*part/all, rounded down, without overflow.
func scaled(amount, part, all int64) int64 {
	high, low := bits.Mul64(uint64(amount), uint64(part))
	quotient, _ := bits.Div64(high, low, uint64(all))
	return int64(quotient)
}

// nearest returns amount*part/all to the nearest whole number.
func nearest(amount, part, all int64) int64 {
	return scaled(2*amount, part, all)/2 + scaled(2*amount, part, all)%2
}

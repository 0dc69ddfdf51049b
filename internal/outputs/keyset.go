package outputs

import "sync/atomic"

// keySet is a set of keys that may take a stranger for one of its own, rarely, and
// never the other way round. Several may add to it at once.
type keySet struct{ bits []uint64 }

func newKeySet(expected int) keySet {
	words := 64
	for words*4 < expected && words < 1<<22 {
		words *= 2
	}
	return keySet{make([]uint64, words)}
}

func (s keySet) place(key uint64) (word int, bit uint64) {
	mixed := (key ^ key>>32) * 0x9e3779b97f4a7c15
	return int(mixed >> 6 % uint64(len(s.bits))), 1 << (mixed & 63)
}

// add adds a key and reports whether it may have been there before.
func (s keySet) add(key uint64) bool {
	word, bit := s.place(key)
	return atomic.OrUint64(&s.bits[word], bit)&bit != 0
}

func (s keySet) has(key uint64) bool {
	word, bit := s.place(key)
	return atomic.LoadUint64(&s.bits[word])&bit != 0
}

// repeats are the keys that were added once, and those that were added again.
type repeats struct{ once, again keySet }

func newRepeats(expected int) repeats { return repeats{newKeySet(expected), newKeySet(expected / 4)} }

func (r repeats) add(key uint64) {
	if r.once.add(key) {
		r.again.add(key)
	}
}

package file1

import "hash/maphash"

// places numbers keys in the order in which they come. It is a map of which a
// new key costs one look into a table of four bytes a slot: with millions of
// keys, what a map costs is the memory that it touches.
type places[K comparable] struct {
	keys  []K
	slots []uint32 // place + 1, or 0; a power of two of them, at least twice the keys
	seed  maphash.Seed
}

const fewestSlots = 1 << 10

// newPlaces sets memory aside for a number of keys.
func newPlaces[K comparable](ahead int) *places[K] {
	slots := fewestSlots
	for slots < 2*ahead {
		slots *= 2
	}
	return &places[K]{keys: make([]K, 0, ahead), slots: make([]uint32, slots), seed: maphash.MakeSeed()}
}

// of returns a key's place, and whether it was there before.
func (p *places[K]) of(key K) (place uint32, known bool) {
	if 2*len(p.keys) >= len(p.slots) {
		p.grow()
	}
	slot := p.slotOf(key)
	if p.slots[slot] != 0 {
		return p.slots[slot] - 1, true
	}
	p.keys = append(p.keys, key)
	p.slots[slot] = uint32(len(p.keys))
	return uint32(len(p.keys) - 1), false
}

// slotOf returns the slot that has a key, or the empty one that is for it.
func (p *places[K]) slotOf(key K) int {
	mask := len(p.slots) - 1
	slot := int(maphash.Comparable(p.seed, key)) & mask
	for p.slots[slot] != 0 && p.keys[p.slots[slot]-1] != key {
		slot = (slot + 1) & mask
	}
	return slot
}

func (p *places[K]) grow() {
	p.slots = make([]uint32, 2*len(p.slots))
	for place, key := range p.keys {
		p.slots[p.slotOf(key)] = uint32(place + 1)
	}
}

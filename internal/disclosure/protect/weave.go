package protect

import (
	"cmp"
	"maps"
	"slices"
)

// weave looks for a change of few cells by hand: it moves the cell that a need
// is about, then mends one sum after the other by moving one cell of each, until
// every sum holds. Each cell moves by the same number, up or down, so that the
// answer is whole; in a table of three dimensions the shortest are the eight
// corners of a box.
type weave struct {
	*suppression
	need   need
	open   []int64 // by sum, what is missing
	queue  []int   // sums that have been open, in order
	used   []bool
	chosen witness
	cost   float64
	best   float64
	found  witness
	moved  map[int]int64 // by the steps before

	opened int // sums that are open
	widest int // the most sums that a cell is in
	most   int // cells that may move
	left   int // nodes that may still be looked at
}

// weaveNodes bounds a search for each number of cells that it may move.
const weaveNodes = 20_000

// option is a cell that mends a sum.
type option struct {
	cell   int
	delta  int64
	closes int // sums that it mends, less those that it breaks
	cost   float64
}

// weave meets a need in steps, as large as they go: half of one where the whole
// finds no way. Cells that are shown may be moved too, at what hiding them costs.
func (s *suppression) weave(n need) witness {
	w := &weave{
		suppression: s, need: n,
		open: make([]int64, len(s.sums)), used: make([]bool, len(s.cells)), moved: map[int]int64{},
	}
	for at := range s.cells {
		w.widest = max(w.widest, len(s.uses[at]))
	}
	for left, step := n.amount, n.amount; left != 0; {
		if w.step(step) {
			left -= step
		} else if step /= 2; step == 0 {
			return nil
		}
		if abs(step) > abs(left) {
			step = left
		}
	}
	found := make(witness, 0, len(w.moved))
	for _, at := range slices.Sorted(maps.Keys(w.moved)) {
		if w.moved[at] != 0 {
			found = append(found, change{at, w.moved[at]})
		}
	}
	return found
}

func abs(n int64) int64 { return max(n, -n) }

// step moves the need's cell by so much, and others as few as it finds.
func (w *weave) step(delta int64) bool {
	start := option{cell: w.need.cell, delta: delta}
	if !w.fits(start.cell, delta) {
		return false
	}
	w.found, w.best = nil, noEnd
	w.move(start)
	for w.most = 4; w.most <= 16 && w.found == nil; w.most += 4 {
		w.left = weaveNodes
		w.mend(0)
	}
	w.unmove(start)
	for _, c := range w.found {
		w.moved[c.cell] += c.delta
	}
	return w.found != nil
}

// fits reports whether a cell has room for one more move.
func (w *weave) fits(at int, delta int64) bool {
	up, down := w.room(at, w.hidden[at] || w.mayHide(at))
	total := float64(w.moved[at] + delta)
	return total <= up && -total <= down
}

// move moves a cell, or takes its move back.
func (w *weave) move(o option) {
	w.used[o.cell] = true
	w.cost += o.cost
	w.chosen = append(w.chosen, change{o.cell, o.delta})
	w.shift(o.cell, o.delta)
}

func (w *weave) unmove(o option) {
	w.used[o.cell] = false
	w.cost -= o.cost
	w.chosen = w.chosen[:len(w.chosen)-1]
	w.shift(o.cell, -o.delta)
}

func (w *weave) shift(cell int, delta int64) {
	for _, s := range w.uses[cell] {
		before := w.open[s]
		w.open[s] += w.sign(cell, s) * delta
		switch {
		case before == 0:
			w.opened++
		case w.open[s] == 0:
			w.opened--
		}
	}
}

func (w *weave) sign(cell, sum int) int64 {
	if w.sums[sum].Total == cell {
		return -1
	}
	return 1
}

// mend closes the sum that has been open longest, and then the rest.
func (w *weave) mend(from int) {
	if w.left--; w.left < 0 || w.cost >= w.best || w.opened > (w.most-len(w.chosen))*w.widest {
		return
	}
	length := len(w.queue)
	w.queue = append(w.queue, w.uses[w.chosen[len(w.chosen)-1].cell]...)
	defer func() { w.queue = w.queue[:length] }()
	for from < len(w.queue) && w.open[w.queue[from]] == 0 {
		from++
	}
	if from == len(w.queue) {
		w.best, w.found = w.cost, slices.Clone(w.chosen)
		return
	}
	for _, o := range w.options(w.queue[from]) {
		w.move(o)
		w.mend(from)
		w.unmove(o)
	}
}

// options lists the cells that can mend a sum, those first that mend others too.
func (w *weave) options(sum int) []option {
	cells := append([]int{w.sums[sum].Total}, w.sums[sum].Parts...)
	options := make([]option, 0, len(cells))
	for _, at := range cells {
		delta := -w.open[sum] * w.sign(at, sum)
		if w.used[at] {
			continue
		}
		o := option{cell: at, delta: delta}
		if !w.fits(at, delta) {
			continue
		}
		if w.moved[at] == 0 && !w.loose(change{at, delta}) {
			o.cost = float64(w.plan.cost[at])
		}
		for _, s := range w.uses[at] {
			if w.open[s]+w.sign(at, s)*delta == 0 {
				o.closes++
			} else if w.open[s] == 0 {
				o.closes--
			}
		}
		options = append(options, o)
	}
	slices.SortStableFunc(options, func(a, b option) int {
		return cmp.Or(cmp.Compare(b.closes, a.closes), cmp.Compare(a.cost, b.cost), cmp.Compare(a.cell, b.cell))
	})
	return options
}

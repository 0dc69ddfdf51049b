package audit

import (
	"math"
	"math/bits"
)

// tableau is a bounded-variable simplex in exact whole numbers. Its variables
// are the open cells of a component, then one sum for each of its relations.
// Each row says
//
//	divisor x basic variable + sum over columns of coefficient x variable = 0
//
// with the least whole numbers that do, so that no step rounds. A number that
// outgrows 64 bits ends the work: then nothing is claimed.
type tableau struct {
	cells        int       // the first variables are cells, the others are sums
	lower, upper []int64   // per variable
	place        []int     // per variable, its column, or -1-row when it is basic
	held         []int     // per column, its variable
	value        []int64   // per column, the value of its variable
	basic        []int     // per row, its variable
	divisor      []int64   // per row, above 0
	scaled       []int64   // per row, divisor x value of the basic variable
	rows         [][]int64 // per row and column
	spans        []uint64  // per row, at least as many bits as its greatest number has
	filled       []int     // scratch: columns that the pivot row fills
	steps, limit int
	lost         bool        // a number outgrew 64 bits
	stopped      func() bool // nobody waits for the answer any more
}

// newTableau has a column per cell, each cell at the end of its range that is
// nearest to zero.
func newTableau(lower, upper []int64, limit int, stopped func() bool) *tableau {
	t := &tableau{cells: len(lower), limit: limit, stopped: stopped}
	for i := range lower {
		t.lower, t.upper = append(t.lower, lower[i]), append(t.upper, upper[i])
		t.held, t.place = append(t.held, i), append(t.place, i)
		t.value = append(t.value, nearestToZero(lower[i], upper[i]))
	}
	return t
}

func nearestToZero(low, high int64) int64 {
	if max(low, -low) <= max(high, -high) {
		return low
	}
	return high
}

// exhausted reports that the work has to end without an answer.
func (t *tableau) exhausted() bool { return t.lost || t.steps > t.limit || t.stopped() }

// add takes in a relation: the sum of terms lies between two bounds. It reports
// false when the relation contradicts those before it; multipliers then tells
// by which.
func (t *tableau) add(terms []Term, low, high int64) bool {
	sum := len(t.lower)
	t.lower, t.upper = append(t.lower, low), append(t.upper, high)
	row := make([]int64, len(t.held))
	divisor := int64(1)
	for _, term := range terms {
		if column := t.place[term.Cell]; column >= 0 {
			row[column] = -term.Coefficient
		}
	}
	for _, term := range terms {
		if column := t.place[term.Cell]; column < 0 {
			divisor = t.substitute(row, divisor, -1-column, -term.Coefficient)
		}
	}
	t.place = append(t.place, -1-len(t.rows))
	t.basic, t.rows, t.divisor = append(t.basic, sum), append(t.rows, row), append(t.divisor, divisor)
	t.scaled, t.spans = append(t.scaled, t.evaluate(row)), append(t.spans, spanOf(row))
	last := len(t.rows) - 1
	if low != high {
		return true
	}
	if column := t.sparest(row); column >= 0 {
		t.exchange(last, column, low)
		return true
	}
	if t.scaled[last] != t.product(divisor, low) {
		return false
	}
	t.drop(sum)
	return true
}

// substitute replaces a basic variable in a new row by the row that it stands
// for; times is its coefficient before the row was multiplied by the divisor.
func (t *tableau) substitute(row []int64, divisor int64, from int, times int64) int64 {
	factor := t.product(times, divisor)
	shared := gcd(factor, t.divisor[from])
	mine, other := t.divisor[from]/shared, factor/shared
	for k, a := range t.rows[from] {
		row[k] = t.difference(mine, row[k], other, a)
	}
	t.steps += len(row)
	reduced, _ := reduce(row, t.product(mine, divisor))
	return reduced
}

// evaluate returns what a row's basic variable is, times its divisor.
func (t *tableau) evaluate(row []int64) int64 {
	var scaled int64
	for k, a := range row {
		if a != 0 {
			scaled = t.difference(1, scaled, a, t.value[k])
		}
	}
	return scaled
}

func spanOf(row []int64) uint64 {
	var span uint64
	for _, a := range row {
		span |= size(a)
	}
	return span
}

// sparest chooses the column of a cell with the least coefficient that a row
// has, or -1 when it has none.
func (t *tableau) sparest(row []int64) int {
	best := -1
	for k, a := range row {
		if a != 0 && t.held[k] < t.cells && (best < 0 || max(a, -a) < max(row[best], -row[best])) {
			best = k
		}
	}
	return best
}

// drop removes the last row, whose relation follows from the others. Its sum
// keeps no place.
func (t *tableau) drop(sum int) {
	last := len(t.rows) - 1
	t.rows, t.basic, t.divisor = t.rows[:last], t.basic[:last], t.divisor[:last]
	t.scaled, t.spans = t.scaled[:last], t.spans[:last]
	t.place[sum] = noPlace
}

// noPlace marks the sum of a relation that was dropped.
const noPlace = 1 << 40

// exchange makes the variable of a column basic in a row, whose variable leaves
// with the value given.
func (t *tableau) exchange(row, column int, leaves int64) {
	pivot := t.rows[row]
	if pivot[column] < 0 {
		negate(pivot)
		t.divisor[row], t.scaled[row] = -t.divisor[row], -t.scaled[row]
	}
	p := pivot[column]
	// move is p times the way that the entering variable goes
	move := t.difference(1, t.scaled[row], t.divisor[row], leaves)
	t.filled = t.filled[:0]
	for k, a := range pivot {
		if a != 0 && k != column {
			t.filled = append(t.filled, k)
		}
	}
	for r, other := range t.rows {
		if r != row && other[column] != 0 {
			t.eliminate(r, row, column, move)
		}
	}
	t.steps += len(t.rows) + len(pivot)
	entering := t.held[column]
	t.held[column], t.place[t.basic[row]] = t.basic[row], column
	t.basic[row], t.place[entering] = entering, -1-row
	t.scaled[row] = t.difference(p, t.value[column], -1, move)
	t.value[column] = leaves
	pivot[column], t.divisor[row] = t.divisor[row], p
	t.spans[row] |= size(pivot[column])
}

// eliminate takes the entering variable out of another row.
func (t *tableau) eliminate(r, row, column int, move int64) {
	pivot, other := t.rows[row], t.rows[r]
	p, a := pivot[column], other[column]
	shared := gcd(p, a)
	mine, times := p/shared, a/shared
	t.scaled[r] = t.difference(mine, t.scaled[r], times, move)
	if t.spans[r] >= largest/2/uint64(mine) || t.spans[row] >= largest/2/size(times) {
		t.lost = true
		return
	}
	var span uint64
	if mine == 1 {
		span = t.spans[r]
		for _, k := range t.filled {
			other[k] -= times * pivot[k]
			span |= size(other[k])
		}
		t.steps += len(t.filled)
	} else {
		for k, b := range pivot {
			other[k] = mine*other[k] - times*b
		}
		t.steps += 2 * len(other)
	}
	other[column] = -t.product(times, t.divisor[row])
	if mine != 1 {
		before := t.product(mine, t.divisor[r])
		t.divisor[r], span = reduce(other, before)
		t.scaled[r] /= before / t.divisor[r]
	}
	t.spans[r] = span | size(other[column])
}

func negate(row []int64) {
	for k := range row {
		row[k] = -row[k]
	}
}

// reduce divides a row and its divisor by what they share, and returns the new
// divisor and the bits of the row's numbers.
func reduce(row []int64, divisor int64) (reduced int64, span uint64) {
	shared := newExact(gcd(divisor, 0))
	for _, a := range row {
		if shared.by == 1 {
			break
		}
		if !shared.divides(a) {
			shared = newExact(gcd(shared.by, a))
		}
	}
	for k, a := range row {
		row[k] = shared.quotient(a)
		span |= size(row[k])
	}
	return shared.quotient(divisor), span
}

// exact divides by a number what is a multiple of it, with a product in the place
// of a division (Granlund and Montgomery 1994).
type exact struct {
	by      int64
	inverse uint64 // of the odd part, modulo 2^64
	shift   int    // twos in the number
	most    uint64 // the greatest quotient
}

func newExact(by int64) exact {
	shift := bits.TrailingZeros64(uint64(by))
	odd := uint64(by) >> shift
	inverse := odd
	for range 5 { // each round doubles the bits that are right, 3 to begin with
		inverse *= 2 - odd*inverse
	}
	return exact{by, inverse, shift, math.MaxInt64 / uint64(by)}
}

func (e exact) quotient(a int64) int64 { return a >> e.shift * int64(e.inverse) }

func (e exact) divides(a int64) bool {
	n := size(a)
	return n&(1<<e.shift-1) == 0 && n>>e.shift*e.inverse <= e.most
}

// gcd returns the greatest common divisor, at least 0.
func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return max(a, -a)
}

// largest is the greatest size that a number of the tableau may have: a sum of
// two products then still fits 64 bits.
const largest = 1 << 61

func (t *tableau) product(a, b int64) int64 {
	high, low := bits.Mul64(size(a), size(b))
	if high != 0 || low >= largest {
		t.lost = true
		return 0
	}
	return a * b
}

// difference returns a x b - c x d.
func (t *tableau) difference(a, b, c, d int64) int64 {
	if size(a)|size(b)|size(c)|size(d) < 1<<30 {
		return a*b - c*d
	}
	result := t.product(a, b) - t.product(c, d)
	if size(result) >= largest {
		t.lost = true
	}
	return result
}

func size(a int64) uint64 { return uint64(max(a, -a)) }

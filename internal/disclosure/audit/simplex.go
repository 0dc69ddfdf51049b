package audit

import "math/bits"

// patience is the number of steps without progress after which the simplex
// takes variables in order of their number, which ends every cycle (Bland 1977).
const patience = 24

// feasible moves to values that meet every bound and relation, one variable
// after the other. Where there are none it reports the row that shows it.
func (t *tableau) feasible() (row int, ok bool) {
	for r := 0; r < len(t.rows); r++ {
		t.steps++
		variable := t.basic[r]
		direction := int64(0)
		switch {
		case t.scaled[r] < t.product(t.divisor[r], t.lower[variable]):
			direction = 1
		case t.scaled[r] > t.product(t.divisor[r], t.upper[variable]):
			direction = -1
		default:
			continue
		}
		target := t.lower[variable]
		if direction < 0 {
			target = t.upper[variable]
		}
		if row, reached := t.push(variable, direction, target); !reached || t.exhausted() {
			return row, false
		}
		r = -1
	}
	return 0, !t.exhausted()
}

// push moves a variable up (direction 1) or down (-1) until it reaches a target
// or no further. It reports its row, which proves that it gets no further, or
// that it reached the target. Bounds that are kept stay kept.
func (t *tableau) push(variable int, direction, target int64) (row int, reached bool) {
	stalled := 0
	for !t.exhausted() {
		if t.place[variable] >= 0 {
			if t.slide(t.place[variable], direction, target) {
				return 0, true
			}
			continue
		}
		row := -1 - t.place[variable]
		column, way := t.entering(row, direction, stalled > patience)
		if column < 0 {
			return row, t.scaled[row] == t.product(t.divisor[row], target)
		}
		step := t.longest(column, way, row, direction, target)
		t.take(column, way, step)
		if step.length == 0 {
			stalled++
		} else {
			stalled = 0
		}
	}
	return 0, false
}

// slide moves a variable that holds a column, until it reaches its target or
// something else gives way and it becomes basic.
func (t *tableau) slide(column int, direction, target int64) bool {
	if (target-t.value[column])*direction <= 0 {
		return true
	}
	step := t.longest(column, direction, -1, direction, target)
	if step.row < 0 {
		t.shift(column, target-t.value[column])
		return true
	}
	t.exchange(step.row, column, step.leaves)
	return false
}

// entering chooses the column whose variable moves a row's variable in a
// direction, and the way in which it goes; -1 when none can.
func (t *tableau) entering(row int, direction int64, inOrder bool) (column int, way int64) {
	column = -1
	for k, a := range t.rows[row] {
		if a == 0 {
			continue
		}
		to := direction
		if a > 0 {
			to = -direction
		}
		variable := t.held[k]
		if to > 0 && t.value[k] >= t.upper[variable] || to < 0 && t.value[k] <= t.lower[variable] {
			continue
		}
		if column < 0 || t.before(row, k, column, inOrder) {
			column, way = k, to
		}
	}
	t.steps += len(t.held)
	return column, way
}

func (t *tableau) before(row, k, other int, inOrder bool) bool {
	mine, its := size(t.rows[row][k]), size(t.rows[row][other])
	if inOrder || mine == its {
		return t.held[k] < t.held[other]
	}
	return mine > its
}

// stride is how far a variable can go before another one is at its bound: length
// divided by per. The other one leaves from a row; row -1 is the variable's own
// end.
type stride struct {
	row         int
	leaves      int64
	length, per int64
}

// longest returns how far the variable of a column can go. The variable pushed,
// in the row given, stops at its target; variables that are outside their
// bounds stop nothing.
func (t *tableau) longest(column int, way int64, pushed int, direction, target int64) stride {
	variable := t.held[column]
	best := stride{row: -1, length: t.upper[variable] - t.value[column], per: 1}
	if way < 0 {
		best.length = t.value[column] - t.lower[variable]
	}
	if pushed < 0 {
		best.length = (target - t.value[column]) * direction
	}
	for r, row := range t.rows {
		a := row[column]
		if a == 0 {
			continue
		}
		rises := (a < 0) == (way > 0)
		low, high := t.lower[t.basic[r]], t.upper[t.basic[r]]
		if r == pushed {
			low, high = target, target
		} else if t.scaled[r] < t.product(t.divisor[r], low) || t.scaled[r] > t.product(t.divisor[r], high) {
			continue
		}
		s := stride{row: r, leaves: low, per: max(a, -a)}
		if rises {
			s.leaves = high
		}
		s.length = t.difference(t.divisor[r], s.leaves, 1, t.scaled[r])
		s.length = max(s.length, -s.length)
		if t.shorter(s, best, pushed) {
			best = s
		}
	}
	t.steps += len(t.rows)
	return best
}

// shorter compares two strides; of two equal ones, that of the variable pushed
// comes first, then a variable's own end, then the lower number.
func (t *tableau) shorter(a, b stride, pushed int) bool {
	mineHigh, mineLow := bits.Mul64(uint64(a.length), uint64(b.per))
	itsHigh, itsLow := bits.Mul64(uint64(b.length), uint64(a.per))
	switch {
	case mineHigh != itsHigh:
		return mineHigh < itsHigh
	case mineLow != itsLow:
		return mineLow < itsLow
	case a.row == pushed || b.row == pushed:
		return a.row == pushed
	case b.row < 0:
		return false
	}
	return t.basic[a.row] < t.basic[b.row]
}

// take goes a stride.
func (t *tableau) take(column int, way int64, step stride) {
	if step.row < 0 {
		t.shift(column, way*step.length)
		return
	}
	t.exchange(step.row, column, step.leaves)
}

// shift changes the value of a variable that holds a column.
func (t *tableau) shift(column int, by int64) {
	t.value[column] += by
	for r, row := range t.rows {
		if row[column] != 0 {
			t.scaled[r] = t.difference(1, t.scaled[r], row[column], by)
		}
	}
	t.steps += len(t.rows)
}

// restrict sets the range of a variable, and moves it there when it holds a
// column.
func (t *tableau) restrict(variable int, low, high int64) {
	t.lower[variable], t.upper[variable] = low, high
	if column := t.place[variable]; column >= 0 && column < noPlace {
		if to := min(max(t.value[column], low), high); to != t.value[column] {
			t.shift(column, to-t.value[column])
		}
	}
}

// multipliers returns how often each relation is added in a row.
func (t *tableau) multipliers(row int) []int64 {
	times := make([]int64, len(t.lower)-t.cells)
	for k, a := range t.rows[row] {
		if t.held[k] >= t.cells {
			times[t.held[k]-t.cells] = -a
		}
	}
	if t.basic[row] >= t.cells {
		times[t.basic[row]-t.cells] = -t.divisor[row]
	}
	return times
}

// fractional returns a cell whose value is no whole number, or -1.
func (t *tableau) fractional() int {
	best := -1
	for r, variable := range t.basic {
		if variable < t.cells && t.scaled[r]%t.divisor[r] != 0 && (best < 0 || variable < best) {
			best = variable
		}
	}
	t.steps += len(t.basic)
	return best
}

// floor returns the whole number at or below a cell's value.
func (t *tableau) floor(cell int) int64 {
	if column := t.place[cell]; column >= 0 {
		return t.value[column]
	}
	row := -1 - t.place[cell]
	return floorDiv(t.scaled[row], t.divisor[row])
}

// steepest is how often ranges are cut at a fractional value within each other.
// Further down they are halved, so that no search goes deep.
const steepest = 60

// whole looks for values that are all whole numbers, by cutting the range of a
// fractional cell in two, depth first. Bounds are as before when it returns.
func (t *tableau) whole(depth int) bool {
	if _, ok := t.feasible(); !ok {
		return false
	}
	cell := t.fractional()
	if cell < 0 {
		return true
	}
	low, high, middle := t.lower[cell], t.upper[cell], t.floor(cell)
	if depth > steepest {
		middle = low + (high-low)/2
	}
	defer func() { t.lower[cell], t.upper[cell] = low, high }()
	for _, half := range [][2]int64{{low, middle}, {middle + 1, high}} {
		t.restrict(cell, half[0], half[1])
		if t.whole(depth + 1) {
			return true
		}
		if t.exhausted() {
			return false
		}
	}
	return false
}

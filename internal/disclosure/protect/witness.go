package protect

import "math"

// need is one end of a low count's range that must remain possible: the change
// of the cell that leads there.
type need struct {
	cell   int
	amount int64 // never 0
}

func (n need) unknown() int {
	if n.amount > 0 {
		return 2 * n.cell
	}
	return 2*n.cell + 1
}

func (n need) size() float64 { return math.Abs(float64(n.amount)) }

// change is how much one cell of a witness differs from the truth.
type change struct {
	cell  int
	delta int64
}

// witness is a table that prints the same as the true one: the cells in which it
// differs, by place.
type witness []change

// needs lists the ends that must remain possible. The range of a low total is
// what its parts' masks leave of the range of low counts, more than one value,
// and it must not be known to be low: its mark does not say so.
func (p *plan) needs() []need {
	var needs []need
	for at := range p.cells {
		if !p.low[at] || p.cells[at].Published {
			continue
		}
		least, most := p.byMarks(at)
		highest := p.rules.Threshold.Value - 1
		if p.isTotal(at) {
			highest++
		}
		up := min(highest, most) - p.value[at]
		down := p.value[at] - max(p.leastLow(), least)
		if up <= 0 && down <= 0 && most > p.value[at] {
			up = 1
		}
		for _, n := range []need{{at, max(up, 0)}, {at, -max(down, 0)}} {
			if less, shortened := p.shortened[n]; shortened {
				n.amount = less
			}
			if n.amount != 0 {
				needs = append(needs, n)
			}
		}
	}
	return needs
}

// byMarks returns what masks alone leave a cell if all that may be hidden were: a
// total of two cells that each hold somebody is two at least.
func (p *plan) byMarks(at int) (least, most int64) {
	least, most = p.known(at, p.hidden[at] || p.mayHide(at))
	for _, s := range p.totalIn[at] {
		var from, to int64
		for _, part := range p.sums[s].Parts {
			lower, upper := p.byMarks(part)
			from, to = from+lower, min(to+upper, unbounded)
		}
		least, most = max(least, from), min(most, to)
	}
	return least, most
}

// room returns how far a cell may move in a witness.
func (p *plan) room(at int, hidden bool) (up, down float64) {
	lower, upper := p.known(at, hidden)
	if up = float64(upper - p.value[at]); upper >= unbounded {
		up = noEnd
	}
	return up, float64(p.value[at] - lower)
}

// proves reports whether a witness prints the same as the truth, with the masks
// of today, and has a cell where the need wants it.
func (p *plan) proves(w witness, n need) bool {
	moved := map[int]int64{}
	meets := false
	for _, c := range w {
		lower, upper := p.known(c.cell, p.hidden[c.cell])
		if value := p.value[c.cell] + c.delta; value < lower || value > upper {
			return false
		}
		meets = meets || c.cell == n.cell && reaches(c.delta, n.amount)
		for _, s := range p.uses[c.cell] {
			if p.sums[s].Total == c.cell {
				moved[s] -= c.delta
			} else {
				moved[s] += c.delta
			}
		}
	}
	for _, total := range moved {
		if total != 0 {
			return false
		}
	}
	return meets
}

// reaches reports whether a change goes at least as far as wanted.
func reaches(delta, amount int64) bool {
	if amount > 0 {
		return delta >= amount
	}
	return delta <= amount
}

package figure

import (
	"math"
	"strconv"
	"strings"

	"tre-toolkit/internal/disclosure"
)

// axis runs from zero to its last tick.
type axis struct {
	end   float64
	ticks []tick
}

type tick struct {
	value float64
	label string
}

// smallPercentages are drawn on an axis of their own; others on one that ends at
// 100.
const smallPercentages = 25

// axisOf returns the axis of some cells, with so many steps at most.
func axisOf(unit string, cells []disclosure.Cell, steps int) axis {
	largest, whole := 0.0, true
	for _, cell := range cells {
		if value, shown := cell.Value(); shown {
			largest = max(largest, value)
			whole = whole && value == math.Trunc(value)
		}
	}
	if unit == Percent && largest > smallPercentages {
		largest = max(largest, 100)
	}
	if largest == 0 {
		largest, whole = 1, true
	}
	step := stepOf(largest/float64(steps), whole)
	made := axis{}
	for i := 0; ; i++ {
		made.end = float64(i) * step
		made.ticks = append(made.ticks, tick{made.end, grouped(strconv.FormatFloat(made.end, 'f', placesOf(step), 64))})
		if made.end >= largest*(1-1e-12) {
			return made
		}
	}
}

// stepOf returns the least of 1, 2 and 5 times a power of ten that is no less.
func stepOf(least float64, whole bool) float64 {
	if whole {
		least = max(least, 1)
	}
	power := math.Pow(10, math.Floor(math.Log10(least)))
	for _, times := range []float64{1, 2, 5} {
		if times*power >= least*(1-1e-12) {
			return times * power
		}
	}
	return 10 * power
}

func placesOf(step float64) int {
	return max(0, int(math.Ceil(-math.Log10(step)-1e-9)))
}

// place returns where a value lies between two ends.
func (a axis) place(value, from, to float64) float64 { return from + value/a.end*(to-from) }

// grouped puts commas between thousands.
func grouped(number string) string {
	whole, rest, _ := strings.Cut(number, ".")
	if rest != "" {
		rest = "." + rest
	}
	for at := len(whole) - 3; at > 0; at -= 3 {
		whole = whole[:at] + "," + whole[at:]
	}
	return whole + rest
}

// written returns a cell as the figure writes it: its mark, or its number with the
// sign of percentages.
func (f Figure) written(cell disclosure.Cell) string {
	switch {
	case cell.Masked():
		return clean(cell.String())
	case f.Unit == Percent:
		return cell.String() + Percent
	}
	return grouped(cell.String())
}

// Package axis places the lines of a chart's grid so that they read well. It is
// pure.
package axis

import (
	"math"
	"strconv"
)

// steps are the first digits of a distance between lines that reads well.
var steps = []float64{1, 1.5, 2, 2.5, 3, 4, 5, 6, 8}

// Step returns a whole distance between lines, so that most lies under the line that
// many steps above zero.
func Step(most float64, lines int) float64 {
	wanted := max(most/float64(lines), 1)
	power := math.Pow(10, math.Floor(math.Log10(wanted)))
	for _, times := range steps {
		if step := times * power; step >= wanted && step == math.Trunc(step) {
			return step
		}
	}
	return 10 * power
}

// Label writes the number of a line shortly: 2,500 as 2.5k.
func Label(value float64) string {
	switch {
	case value >= 1_000_000:
		return strconv.FormatFloat(value/1_000_000, 'f', -1, 64) + "M"
	case value >= 1000:
		return strconv.FormatFloat(value/1000, 'f', -1, 64) + "k"
	}
	return strconv.FormatFloat(value, 'f', -1, 64)
}

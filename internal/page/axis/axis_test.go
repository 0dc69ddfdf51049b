package axis

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

func TestLinesReadWell(t *testing.T) {
	for most, step := range map[float64]float64{0: 1, 3: 1, 4: 1, 5: 2, 97: 25, 100: 25, 1234: 400, 23_000: 6000, 999_999: 250_000} {
		assert.Equal(t, step, Step(most, 4), "%v", most)
	}
	for value, label := range map[float64]string{0: "0", 250: "250", 2500: "2.5k", 1_500_000: "1.5M"} {
		assert.Equal(t, label, Label(value))
	}
}

func TestTheMostLiesUnderTheLastLine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		most, lines := rapid.Float64Range(0, 1e9).Draw(t, "most"), rapid.IntRange(1, 8).Draw(t, "lines")
		step := Step(most, lines)
		assert.GreaterOrEqual(t, step*float64(lines), most)
		assert.LessOrEqual(t, step, max(2*most/float64(lines), 2))
		assert.Equal(t, math.Trunc(step), step)
	})
}

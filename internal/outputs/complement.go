package outputs

import (
	"fmt"
	"math"

	"tre-toolkit/internal/outputs/layout"
	"tre-toolkit/internal/outputs/notation"
)

// complement looks for masked counts that shown percentages of the others give
// away: 93 that is 93.0% of all leaves 7. It speaks only where no total is
// shown, and where all percentages can be of one whole.
func (c *check) complement(m *layout.Model, column, part int, whole func(int) (layout.CellAt, bool)) {
	wholeLow, wholeHigh := int64(0), notation.Unbounded
	var shown, least, most int64
	var percents float64
	hidden, proof := []layout.CellAt{}, ""
	for row := range m.Rows() {
		if !m.Counted(row) {
			continue
		}
		if at, known := whole(row); m.TotalRow[row] || known && m.At(at).Kind == notation.Number {
			return
		}
		at := layout.CellAt{Row: row, Column: part}
		v, p := m.At(at), m.Value(column, row)
		n, isShown := v.Whole()
		if !isShown {
			low, high := m.Bounds(at)
			hidden, least, most = append(hidden, at), least+low, min(most+high, notation.Unbounded)
			continue
		}
		shown += n
		if p.Kind != notation.Number || n == 0 {
			continue
		}
		percents += p.Float()
		low, high := wholeBehind(p, n)
		if low > wholeLow || high < wholeHigh {
			proof = fmt.Sprintf("%d is %.*f%% of %s", n, p.Decimals, p.Float(), layout.ValuesBetween(max(low, wholeLow), min(high, wholeHigh)))
		}
		wholeLow, wholeHigh = max(wholeLow, low), min(wholeHigh, high)
	}
	low, high := max(wholeLow-shown, least), min(wholeHigh-shown, most)
	if m.Policy.Base() > 1 || len(hidden) == 0 || percents > 100.5 || wholeLow > wholeHigh || wholeLow <= shown || low > high || high-low >= most-least {
		return
	}
	f := findingAt(m, "PCT001", Failed, hidden[0])
	f.Message = "The percentages of the counts shown give away what is masked."
	f.Certificate = fmt.Sprintf("%s; less the %d shown: %s", proof, shown, layout.ValuesBetween(low, high))
	c.findings.add(f)
}

// wholeBehind returns the wholes of which n can be a percentage.
func wholeBehind(p notation.Value, n int64) (low, high int64) {
	half := 0.5 / math.Pow10(p.Decimals)
	if p.Float() <= half {
		return 0, notation.Unbounded
	}
	low = int64(math.Ceil(100*float64(n)/(p.Float()+half) - 1e-9))
	high = int64(math.Floor(100*float64(n)/(p.Float()-half) + 1e-9))
	return low, high
}

package outputs

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"tre-toolkit/internal/outputs/notation"
)

// namedPart returns the count column that a percentage names: "% male" is the
// percentage of "Male". It returns -1 when none of the counts near it is.
func (m *model) namedPart(column int, near []int) int {
	bare := func(name string) string {
		named := slices.DeleteFunc(notation.Words(name), func(word string) bool { return notation.PercentWords[word] || notation.QuantityWords[word] })
		return strings.Join(named, " ")
	}
	name := bare(m.Header[column])
	for _, count := range near {
		if name != "" && bare(m.Header[count]) == name {
			return count
		}
	}
	return -1
}

// complement looks for masked counts that shown percentages of the others give
// away: 93 that is 93.0% of all leaves 7. It speaks only where no total is
// shown, and where all percentages can be of one whole.
func (c *check) complement(m *model, column, part int, whole func(int) (cellAt, bool)) {
	wholeLow, wholeHigh := int64(0), notation.Unbounded
	var shown, least, most int64
	var percents float64
	hidden, proof := []cellAt{}, ""
	for row := range m.Rows {
		if !m.counted(row) {
			continue
		}
		if at, known := whole(row); m.totalRow[row] || known && m.at(at).Kind == notation.Number {
			return
		}
		at := cellAt{row, part}
		v, p := m.at(at), m.values[column][row]
		n, isShown := v.Whole()
		if !isShown {
			low, high := c.policy.bounds(v)
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
			proof = fmt.Sprintf("%d is %.*f%% of %s", n, p.Decimals, p.Float(), valuesBetween(max(low, wholeLow), min(high, wholeHigh)))
		}
		wholeLow, wholeHigh = max(wholeLow, low), min(wholeHigh, high)
	}
	low, high := max(wholeLow-shown, least), min(wholeHigh-shown, most)
	if c.policy.base() > 1 || len(hidden) == 0 || percents > 100.5 || wholeLow > wholeHigh || wholeLow <= shown || low > high || high-low >= most-least {
		return
	}
	f := m.finding("PCT001", Failed, hidden[0])
	f.Message = "The percentages of the counts shown give away what is masked."
	f.Certificate = fmt.Sprintf("%s; less the %d shown: %s", proof, shown, valuesBetween(low, high))
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

var perPattern = regexp.MustCompile(`(?i)per[ _]?([0-9][0-9,]*)(k?)`)

// rateOf works a masked count out of a rate per so many and its population.
func (m *model) rateOf(column, row int) (string, bool) {
	found := perPattern.FindStringSubmatch(m.Header[column])
	if found == nil {
		return "", false
	}
	per, err := strconv.ParseInt(strings.ReplaceAll(found[1], ",", ""), 10, 64)
	if err != nil || per < 1 || per > 10_000_000 {
		return "", false
	}
	if found[2] != "" {
		per *= 1000
	}
	for _, count := range m.countColumns {
		n, shown := m.values[count][row].Whole()
		if !shown || !notation.AnyWord(notation.Words(m.Header[count]), notation.DenominatorWords) {
			continue
		}
		rate := m.values[column][row]
		half := 0.5 / math.Pow10(rate.Decimals)
		low := int64(math.Ceil((rate.Float()-half)*float64(n)/float64(per) - 1e-9))
		high := int64(math.Floor((rate.Float()+half)*float64(n)/float64(per) + 1e-9))
		if low > high {
			return "", true
		}
		return fmt.Sprintf("%.*f per %d of %d = %s", rate.Decimals, rate.Float(), per, n, valuesBetween(max(low, 0), high)), true
	}
	return "", true
}

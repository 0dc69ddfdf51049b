package layout

import (
	"slices"
	"strings"

	"tre-toolkit/internal/outputs/notation"
)

// column holds the values of one column in few bytes: most are small whole
// numbers, and marks repeat. A code from 0 is a whole number as it is; another is
// the complement of twice a place among the numbers, or of twice a place among the
// others and one.
type column struct {
	codes   []int32 // by row
	numbers []number
	others  []notation.Value // blanks, marks and text
}

// number is a notation.Value of the kind Number.
type number struct {
	digits   int64
	decimals uint8
	percent  bool
}

func (c *column) at(row int) notation.Value {
	if row >= len(c.codes) {
		return notation.Value{} // of a column that was let go of
	}
	code := c.codes[row]
	if code >= 0 {
		return notation.Value{Kind: notation.Number, Digits: int64(code)}
	}
	place := ^code >> 1
	if ^code&1 == 1 {
		return c.others[place]
	}
	n := c.numbers[place]
	return notation.Value{Kind: notation.Number, Digits: n.digits, Decimals: int(n.decimals), Percent: n.percent}
}

// add returns the code of a value that is no small whole number.
func (c *column) add(v notation.Value) int32 {
	if v.Kind == notation.Number {
		c.numbers = append(c.numbers, number{v.Digits, uint8(v.Decimals), v.Percent})
		return ^int32(2 * (len(c.numbers) - 1))
	}
	v.Mark = strings.Clone(v.Mark) // a piece of the file would keep all of it
	for i := range c.others[:min(len(c.others), mostKinds)] {
		if c.others[i] == v {
			return ^int32(2*i + 1)
		}
	}
	c.others = append(c.others, v)
	return ^int32(2*len(c.others) - 1)
}

// hides reports whether any cell of a column of counts hides a number.
func (c *column) hides() bool {
	return slices.ContainsFunc(c.codes, func(code int32) bool { return code < 0 && ^code&1 == 1 })
}

// mostKinds is among how many values of a column another looks for its like: all
// labels are one value, and so are the ways to write a mark.
const mostKinds = 8

// columnReader reads a column, each different text once as far as they are
// remembered.
type columnReader struct {
	column
	known map[string]int32 // codes of texts that are no numbers
}

func (r *columnReader) code(raw string) int32 {
	if n, small := notation.SmallWhole(raw); small {
		return n
	}
	if code, known := r.known[raw]; known {
		return code
	}
	cell, _ := notation.Clean(raw)
	v := notation.ParseValue(cell)
	code := r.add(v)
	if v.Kind != notation.Number && len(r.known) < mostRemembered {
		r.known[raw] = code
	}
	return code
}

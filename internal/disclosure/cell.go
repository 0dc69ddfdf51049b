package disclosure

import (
	"bytes"
	"cmp"
	"encoding/json"
	"strconv"
)

// State says what became of a count on its way through a profile.
type State int

const (
	// Shown is the count as it is.
	Shown State = iota
	// Rounded is the count to the profile's base.
	Rounded
	// Primary is hidden because the count itself is too low.
	Primary
	// Secondary is hidden because it would give another hidden count away.
	Secondary
)

// Cell is what may be published of a Count. A masked cell has a mark and no
// number in any form.
type Cell struct {
	state    State
	value    float64
	decimals int
	mark     string
}

// State returns what became of the count.
func (c Cell) State() State { return c.state }

// Masked reports whether the cell hides its number.
func (c Cell) Masked() bool { return c.state == Primary || c.state == Secondary }

// Value returns the number shown, and false for a masked cell.
func (c Cell) Value() (float64, bool) {
	if c.Masked() {
		return 0, false
	}
	return c.value, true
}

// String returns the cell as a table prints it: a number or the mark.
func (c Cell) String() string {
	if c.Masked() {
		return c.mark
	}
	return strconv.FormatFloat(c.value, 'f', c.decimals, 64)
}

// MarshalJSON encodes a shown cell as a number and a masked one as its mark.
func (c Cell) MarshalJSON() ([]byte, error) {
	if !c.Masked() {
		return []byte(c.String()), nil
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false) // "<10" reads as it is
	err := encoder.Encode(c.mark)
	return bytes.TrimSpace(text.Bytes()), err
}

// LargestFirst orders cells by the numbers that they show. Masked ones come last and
// are all alike.
func LargestFirst(a, b Cell) int {
	first, isShown := a.Value()
	second, otherShown := b.Value()
	if isShown != otherShown {
		return map[bool]int{true: -1, false: 1}[isShown]
	}
	return cmp.Compare(second, first)
}

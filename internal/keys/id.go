package keys

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
	"strconv"

	"github.com/google/uuid"
)

// ID is a pseudonym of 128 bits: by chance two of seventy million people share
// one in fewer than one of 10^23 such sets.
type ID [16]byte

// Text returns the id as 26 characters and a check character.
func (id ID) Text() string { return encode(id) }

// UUID returns the id as a UUID of version 8, which keeps 122 of its bits.
func (id ID) UUID() string {
	id[6] = id[6]&0x0f | 0x80
	id[8] = id[8]&0x3f | 0x80
	return uuid.UUID(id).String()
}

const (
	integerLow   = 100_000_000_000_000
	integerCount = 900_000_000_000_000
)

// Integer returns the id as a number of 15 digits, which a double holds exactly.
// It keeps fewer than 50 bits: among a million people two share one in one of
// two thousand sets, so that whoever writes them looks with Distinct.
func (id ID) Integer() int64 {
	high, _ := bits.Mul64(binary.BigEndian.Uint64(id[:8]), integerCount)
	return integerLow + int64(high)
}

// Style is how an id is written.
type Style string

// The styles. Texts carry a check character; statistics packages that know
// numbers and short texts only are why there are others.
const (
	TextStyle    Style = "text"
	UUIDStyle    Style = "uuid"
	IntegerStyle Style = "integer"
)

// ParseStyle returns the style of a name, or says which there are.
func ParseStyle(name string) (Style, error) {
	switch style := Style(name); style {
	case TextStyle, UUIDStyle, IntegerStyle:
		return style, nil
	}
	return "", fmt.Errorf("there is no style %q: it is text, uuid or integer", name)
}

// In returns the id in a style.
func (id ID) In(style Style) string {
	switch style {
	case UUIDStyle:
		return id.UUID()
	case IntegerStyle:
		return strconv.FormatInt(id.Integer(), 10)
	}
	return id.Text()
}

// ErrNotDistinct says that two people have the same id in a style.
var ErrNotDistinct = errors.New("two people would have the same id in this style")

// Distinct holds the ids of a set of people that were written in one style.
type Distinct map[string]ID

// Write returns an id in a style, or ErrNotDistinct when another id of the set
// is written the same.
func (d Distinct) Write(id ID, style Style) (string, error) {
	text := id.In(style)
	if other, taken := d[text]; taken && other != id {
		return "", ErrNotDistinct
	}
	d[text] = id
	return text, nil
}

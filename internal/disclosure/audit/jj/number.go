package jj

import (
	"math"
	"regexp"
	"strconv"
	"strings"
)

// Number is an exact decimal number of at most 18 digits, not counting zeros at
// its ends: digits times 10 to the power of the exponent.
type Number struct {
	digits   int64
	exponent int
}

// decimalNumber is what R and C write for a number, infinity aside.
var decimalNumber = regexp.MustCompile(`^([+-]?)([0-9]*)\.?([0-9]*)(?:[eE]([+-]?[0-9]{1,3}))?$`)

// mostDigits fit 64 bits, and are more than a double has.
const mostDigits = 18

// parseNumber reads a number such as 12, 12.50 or 1e+05.
func parseNumber(text string) (Number, bool) {
	found := decimalNumber.FindStringSubmatch(text)
	if found == nil || found[2]+found[3] == "" {
		return Number{}, false
	}
	exponent := 0
	if found[4] != "" {
		exponent, _ = strconv.Atoi(found[4]) // three digits at most
	}
	digits := strings.TrimLeft(found[2]+found[3], "0")
	exponent -= len(found[3])
	if digits == "" {
		return Number{}, true
	}
	kept := strings.TrimRight(digits, "0")
	exponent += len(digits) - len(kept)
	n, err := strconv.ParseInt(found[1]+kept, 10, 64)
	return Number{n, exponent}, err == nil && len(kept) <= mostDigits
}

// scaled makes a Number of units of 10 to the power of minus places.
func scaled(n int64, places int) Number {
	if n == 0 {
		return Number{}
	}
	exponent := -places
	for n%10 == 0 {
		n, exponent = n/10, exponent+1
	}
	return Number{n, exponent}
}

// places returns how many decimal places the number has.
func (n Number) places() int { return max(0, -n.exponent) }

// floor returns the whole units of 10 to the power of minus places at or below
// the number; false when they do not fit 64 bits.
func (n Number) floor(places int) (int64, bool) {
	units := n.digits
	for shift := n.exponent + places; shift > 0; shift-- {
		if units > math.MaxInt64/10 || units < math.MinInt64/10 {
			return 0, false
		}
		if units *= 10; units == 0 {
			break
		}
	}
	below := false
	for shift := n.exponent + places; shift < 0 && units != 0; shift++ {
		below = below || units%10 != 0
		units /= 10
	}
	if below && n.digits < 0 {
		units--
	}
	return units, true
}

// ceiling returns the whole units at or above the number.
func (n Number) ceiling(places int) (int64, bool) {
	units, ok := Number{-n.digits, n.exponent}.floor(places)
	return -units, ok
}

// String writes the number with the digits that it has.
func (n Number) String() string {
	digits := strconv.FormatInt(n.digits, 10)
	if n.exponent >= 0 {
		return digits + strings.Repeat("0", n.exponent)
	}
	sign := ""
	if n.digits < 0 {
		sign, digits = "-", digits[1:]
	}
	if missing := 1 - n.exponent - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	point := len(digits) + n.exponent
	return sign + digits[:point] + "." + digits[point:]
}

// MarshalJSON writes the number as a JSON number.
func (n Number) MarshalJSON() ([]byte, error) { return []byte(n.String()), nil }

// above reports whether the number is greater than another one.
func (n Number) above(other Number) bool {
	places := max(n.places(), other.places())
	mine, fits := n.floor(places)
	its, alsoFits := other.floor(places)
	if fits && alsoFits {
		return mine > its
	}
	return n.approximately() > other.approximately()
}

func (n Number) approximately() float64 { return float64(n.digits) * math.Pow10(n.exponent) }

package identifier

import (
	"fmt"
	"regexp"
)

// NHSNumber is a number of ten digits with the right check digit that is no
// dummy. Its zero value is no number.
type NHSNumber struct{ number uint64 }

// People says whose numbers are read.
type People int

// Real people have no number of the test range; synthetic people have no other.
const (
	Real People = iota
	Synthetic
)

const nhsDigits = 10

// dummies are the numbers that are typed when there is none and that the check
// digit lets pass, beside the ten of one repeated digit, and the number that the
// data dictionary gives as its example.
var dummies = map[uint64]bool{
	123_456_789:   true,
	9_876_543_210: true,
	1_234_567_890: true,
	9_434_765_919: true,
}

// rounded is how a spreadsheet writes a long number that it took for one.
var rounded = regexp.MustCompile(`^([0-9]+[.,]?[0-9]*[eE][+-][0-9]+|[0-9]{5,}[.,]0*)$`)

// ParseNHSNumber reads an NHS number as people write it: spaces, dashes and
// digits of another width are understood. The error is a [Junk]. Numbers of the
// test range are junk among real people.
func ParseNHSNumber[T Text](text T, people People) (NHSNumber, error) {
	number, count, err := readDigits(text)
	switch {
	case err != nil:
		return NHSNumber{}, err
	case count == 0:
		return NHSNumber{}, Missing
	case count != nhsDigits:
		return NHSNumber{}, Malformed
	case isDummy(number):
		return NHSNumber{}, Dummy
	case !checks(number):
		return NHSNumber{}, CheckDigit
	case people == Real && inTestRange(number):
		return NHSNumber{}, TestNumber
	}
	return NHSNumber{number}, nil
}

// readDigits reads the digits of a text. Almost every number is ten plain ones.
func readDigits[T Text](text T) (number uint64, count int, err error) {
	for i := range len(text) {
		c := text[i]
		if c < '0' || c > '9' || count > nhsDigits {
			return readSpacedDigits(string(text))
		}
		number = number*10 + uint64(c-'0')
		count++
	}
	return number, count, nil
}

func readSpacedDigits(text string) (number uint64, count int, err error) {
	for _, r := range text {
		digit := digitOf(r)
		switch {
		case digit >= 0:
			if count++; count > nhsDigits {
				return 0, count, badNumber(text)
			}
			number = number*10 + uint64(digit)
		case !isSpace(r) && !isDash(r):
			return 0, count, badNumber(text)
		}
	}
	return number, count, nil
}

func badNumber(text string) Junk {
	if IsSpreadsheetNumber(text) {
		return Spreadsheet
	}
	return Malformed
}

// IsSpreadsheetNumber reports whether a text is an identifier that a spreadsheet
// took for a number: 9.99E+09, or ten digits and a decimal point.
func IsSpreadsheetNumber[T Text](text T) bool {
	for i := range len(text) {
		switch text[i] {
		case '.', ',', '+', '-':
			return rounded.MatchString(string(text))
		}
	}
	return false
}

func isDummy(number uint64) bool {
	return number%1_111_111_111 == 0 || dummies[number]
}

// checks reports whether the last digit is the check digit of modulus 11: the
// weights are ten to two, and a remainder that would need a digit ten is never
// issued.
func checks(number uint64) bool {
	check, rest := number%10, number/10
	var sum uint64
	for weight := uint64(2); weight <= nhsDigits; weight++ {
		sum += rest % 10 * weight
		rest /= 10
	}
	return (11-sum%11)%11 == check
}

// NHSCheckDigit returns the tenth digit of nine, and false when nine such digits
// are never issued. It is what makes synthetic numbers.
func NHSCheckDigit(nine uint64) (digit uint64, issued bool) {
	for digit := range uint64(10) {
		if checks(nine*10 + digit) {
			return digit, true
		}
	}
	return 0, false
}

func inTestRange(number uint64) bool { return number/10_000_000 == 999 }

// Range says who issues the numbers of a range.
type Range string

// The ranges. An unallocated number passes its check and was issued by nobody.
const (
	EnglandAndWales Range = "England, Wales and Isle of Man"
	NorthernIreland Range = "Northern Ireland"
	Scotland        Range = "Scotland (CHI)"
	TestRange       Range = "test"
	Unallocated     Range = "unallocated"
)

// Range returns who issues such numbers. England issues 3xx too, where they
// cannot be told from Northern Ireland's.
func (n NHSNumber) Range() Range {
	nine := n.number / 10
	day, month := nine/10_000_000, nine/100_000%100
	switch {
	case inTestRange(n.number):
		return TestRange
	case nine >= 400_000_000 && nine < 500_000_000, nine >= 600_000_000 && nine < 800_000_000:
		return EnglandAndWales
	case nine > 320_000_000 && nine < 400_000_000:
		return NorthernIreland
	case day >= 1 && day <= 31 && month >= 1 && month <= 12:
		return Scotland
	}
	return Unallocated
}

// IsZero reports whether there is no number.
func (n NHSNumber) IsZero() bool { return n.number == 0 }

// Digits returns the ten digits: for hashing, never for showing.
func (n NHSNumber) Digits() string { return fmt.Sprintf("%010d", n.number) }

// Number returns the number as a number, for comparing many.
func (n NHSNumber) Number() uint64 { return n.number }

// Format withholds the number from every verb of package fmt.
func (n NHSNumber) Format(state fmt.State, _ rune) { fmt.Fprint(state, withheld) }

// MarshalText withholds the number from every encoder that asks.
func (n NHSNumber) MarshalText() ([]byte, error) { return []byte(withheld), nil }

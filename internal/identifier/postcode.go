package identifier

import (
	"fmt"
	"strings"
)

// Postcode is a postcode of the right grammar. Its zero value is none.
type Postcode struct {
	code    [8]byte // in capitals, without the space
	outward uint8   // how many of them are the outward code
	length  uint8
}

// PostcodeKind says what a postcode stands for.
type PostcodeKind string

// The kinds. A pseudo-postcode stands for no place: nothing can be linked by it.
const (
	Geographic      PostcodeKind = "geographic"
	CrownDependency PostcodeKind = "Crown dependency"
	Forces          PostcodeKind = "British forces"
	Pseudo          PostcodeKind = "pseudo"
	UnknownArea     PostcodeKind = "unknown area"
)

// The letters that Royal Mail uses at each place.
const (
	firstLetters  = "ABCDEFGHIJKLMNOPRSTUWYZ"    // all but Q, V, X
	secondLetters = "ABCDEFGHKLMNOPQRSTUVWXY"    // all but I, J, Z
	thirdLetters  = "ABCDEFGHJKPSTUW"            // of A9A
	fourthLetters = "ABEHMNPRVWXY"               // of AA9A
	inwardLetters = "ABDEFGHJLNPQRSTUWXYZ"       // all but C, I, K, M, O, V
	anyLetters    = "ABCDEFGHIJKLMNOPQRSTUVWXYZ" // of pseudo-postcodes
)

const (
	forcesPrefix = "BFPO"
	pseudoPrefix = "ZZ99"
)

// areas are the 121 postcode areas of the mainland and Northern Ireland, GIR's
// own, the forces' BF and the BX of mail without a place.
var areas = listed(`AB AL B BA BB BD BF BH BL BN BR BS BT BX CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY
E EC EH EN EX FK FY G GIR GL GU HA HD HG HP HR HS HU HX IG IP IV KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML
N NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW
UB W WA WC WD WF WN WR WS WV YO ZE`)

var crownAreas = listed("GY IM JE")

func listed(words string) map[string]bool {
	list := map[string]bool{}
	for _, word := range strings.Fields(words) {
		list[word] = true
	}
	return list
}

// ParsePostcode reads a postcode in either letter case, with or without its
// space. The error is a [Junk]: a [Partial] when it is an outward code alone.
func ParsePostcode[T Text](text T) (Postcode, error) {
	var buffer [8]byte
	code, count := buffer[:], 0
	for i := range len(text) {
		c := text[i]
		switch {
		case c == ' ':
			continue
		case c >= 'a' && c <= 'z':
			c -= 'a' - 'A'
		}
		if count == len(code) {
			return Postcode{}, Malformed
		}
		code[count] = c
		count++
	}
	return postcodeOf(code[:count])
}

// postcodeOf reads a postcode in capitals without spaces.
func postcodeOf(code []byte) (Postcode, error) {
	switch {
	case len(code) == 0:
		return Postcode{}, Missing
	case isForces(code):
		return newPostcode(code, len(forcesPrefix)), nil
	case isOutward(code):
		return Postcode{}, Partial
	case len(code) < 5 || len(code) > 7:
		return Postcode{}, Malformed
	}
	outward, inward := code[:len(code)-3], code[len(code)-3:]
	switch {
	case string(code) == "GIR0AA", isOutward(outward) && isInward(inward, inwardLetters):
		return newPostcode(code, len(outward)), nil
	case string(outward) == pseudoPrefix && isInward(inward, anyLetters) && inward[2] == 'Z':
		return newPostcode(code, len(outward)), nil
	}
	return Postcode{}, Malformed
}

func newPostcode(code []byte, outward int) Postcode {
	p := Postcode{outward: uint8(outward), length: uint8(len(code))}
	copy(p.code[:], code)
	return p
}

func isForces(code []byte) bool {
	if len(code) <= len(forcesPrefix) || string(code[:len(forcesPrefix)]) != forcesPrefix || code[len(forcesPrefix)] == '0' {
		return false
	}
	for _, c := range code[len(forcesPrefix):] {
		if !isDigit(c) {
			return false
		}
	}
	return true
}

// isOutward reports whether a text is one of A9, A99, AA9, AA99, A9A and AA9A.
func isOutward(code []byte) bool {
	if len(code) < 2 || len(code) > 4 || !isIn(firstLetters, code[0]) {
		return false
	}
	rest, suffixes := code[1:], thirdLetters
	if isIn(secondLetters, rest[0]) {
		rest, suffixes = rest[1:], fourthLetters
	}
	switch len(rest) {
	case 1:
		return isDigit(rest[0])
	case 2: // districts have no leading zero
		return isDigit(rest[0]) && (isDigit(rest[1]) && rest[0] != '0' || isIn(suffixes, rest[1]))
	}
	return false
}

func isInward(code []byte, letters string) bool {
	return isDigit(code[0]) && isIn(letters, code[1]) && isIn(letters, code[2])
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isIn(letters string, c byte) bool { return strings.IndexByte(letters, c) >= 0 }

// Kind returns what the postcode stands for.
func (p Postcode) Kind() PostcodeKind {
	outward, area := p.code[:p.outward], p.area()
	switch {
	case string(outward) == pseudoPrefix:
		return Pseudo
	case string(outward) == forcesPrefix, string(area) == "BF":
		return Forces
	case crownAreas[string(area)]:
		return CrownDependency
	case areas[string(area)]:
		return Geographic
	}
	return UnknownArea
}

// area returns the letters that the outward code begins with.
func (p *Postcode) area() []byte {
	letters := 0
	for letters < int(p.outward) && !isDigit(p.code[letters]) {
		letters++
	}
	return p.code[:letters]
}

// Area returns the letters that the postcode begins with, such as SW.
func (p Postcode) Area() string { return string(p.area()) }

// District returns the outward code, such as SW1A.
func (p Postcode) District() string { return string(p.code[:p.outward]) }

// Sector returns the district and the first digit behind it, such as SW1A 1.
func (p Postcode) Sector() string {
	if p.IsZero() {
		return ""
	}
	return p.District() + " " + string(p.code[p.outward:p.outward+1])
}

// Text returns the postcode with its one space: for linking, never for showing.
func (p Postcode) Text() string { return string(p.AppendTo(nil)) }

// AppendTo appends what Text returns.
func (p Postcode) AppendTo(text []byte) []byte {
	if p.IsZero() {
		return text
	}
	text = append(text, p.code[:p.outward]...)
	text = append(text, ' ')
	return append(text, p.code[p.outward:p.length]...)
}

// IsZero reports whether there is no postcode.
func (p Postcode) IsZero() bool { return p.outward == 0 }

// Format withholds the postcode from every verb of package fmt.
func (p Postcode) Format(state fmt.State, _ rune) { fmt.Fprint(state, withheld) }

// MarshalText withholds the postcode from every encoder that asks.
func (p Postcode) MarshalText() ([]byte, error) { return []byte(withheld), nil }

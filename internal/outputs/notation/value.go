package notation

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"tre-toolkit/internal/disclosure/audit"
)

// Value is what one cell of a table says.
type Value struct {
	Digits   int64 // of a number: its digits without the point
	Decimals int
	Mark     string // of a mark: its plain form, such as <10
	Lower    int64  // of a mark that states its bounds
	Upper    int64  // unbounded when it states none
	Kind     Kind
	Percent  bool // the number had a percent sign
	Stated   bool // the mark states bounds
}

// Unbounded is the upper bound of a mark that states none.
const Unbounded = audit.Unbounded

// Kind is what sort of thing a cell says.
type Kind uint8

// The kinds of values.
const (
	Blank  Kind = iota
	Number      // also one with a percent sign
	Mark        // a sign that a number is hidden
	Text
)

// Whole returns the value as a whole number; 7.0 is one.
func (v Value) Whole() (int64, bool) {
	if v.Kind != Number || v.Percent {
		return 0, false
	}
	n := v.Digits
	for range v.Decimals {
		if n%10 != 0 {
			return 0, false
		}
		n /= 10
	}
	return n, true
}

// Float returns a number for comparisons that allow for rounding.
func (v Value) Float() float64 { return float64(v.Digits) / math.Pow10(v.Decimals) }

var (
	groupedPattern  = regexp.MustCompile(`^[0-9]{1,3}(?:[, '][0-9]{3})+(?:\.[0-9]+)?$`)
	commaPattern    = regexp.MustCompile(`^[0-9]+,[0-9]{1,2}$`)
	lessPattern     = regexp.MustCompile(`^(?:<|lt|(?:less|fewer|lower|smaller) ?than|under|below) ?([0-9]{1,6})$`)
	atMostPattern   = regexp.MustCompile(`^(?:<=|=<|≤|⩽|⩽|up ?to|at ?most) ?([0-9]{1,6})$`)
	rangePattern    = regexp.MustCompile(`^\[?([0-9]{1,6}) ?(?:-|to|\.\.) ?([0-9]{1,6})\]?$`)
	footnotePattern = regexp.MustCompile(`^(.*[0-9]%?) ?(?:[*†‡§#^¹²³⁴⁵⁶⁷⁸⁹ᵃᵇᶜ]+|\^?\[[0-9a-zA-Z]\]|\([a-z]\))$`)
	sizePattern     = regexp.MustCompile(`^[nN] ?= ?([0-9].*)$`)
	bracketPattern  = regexp.MustCompile(`^\(([0-9][^()]*)\)$`)
)

// maskWords are the ways in which people write that a number is hidden.
var maskWords = map[string]bool{
	"*": true, "**": true, "***": true, "-": true, "--": true, ".": true, "..": true, "...": true,
	"~": true, "$": true, "#": true, "^": true, ":": true, "?": true, "x": true, "xx": true, "c": true,
	"[x]": true, "[c]": true, "[z]": true, "[u]": true, "[low]": true,
	"supp": true, "suppressed": true, "[suppressed]": true, "(suppressed)": true, "masked": true, "[masked]": true,
	"redacted": true, "[redacted]": true, "hidden": true, "withheld": true, "small number": true, "low": true,
	"na": true, "n/a": true, "nan": true, "null": true, "none": true, "nil": true, "<na>": true, "#n/a": true, "missing": true,
}

// Mistakable are masks that can be taken for a missing value.
var Mistakable = map[string]bool{
	"na": true, "n/a": true, "nan": true, "null": true, "none": true, "nil": true, "<na>": true,
	"#n/a": true, "missing": true, "x": true,
}

// longestWord is longer than every mark that is written in words, and
// numberSigns begin the cells that are numbers and marks at any length.
const (
	longestWord = 24
	numberSigns = "0123456789+-.'(nN<="
)

// ParseValue reads a cleaned cell.
func ParseValue(cell string) Value {
	if cell == "" {
		return Value{}
	}
	if n, small := SmallWhole(cell); small {
		return Value{Kind: Number, Digits: int64(n)}
	}
	if v, ok := parseNumber(cell); ok {
		return v
	}
	if len(cell) > longestWord && cell[0] < utf8.RuneSelf && strings.IndexByte(numberSigns, cell[0]) < 0 {
		return Value{Kind: Text} // the beginning of a sentence
	}
	lower := strings.ToLower(cell)
	if strings.IndexByte(boundSigns, lower[0]) >= 0 || lower[0] >= utf8.RuneSelf {
		if v, ok := parseBound(lower); ok {
			return v
		}
	}
	if maskWords[lower] {
		return Value{Kind: Mark, Mark: lower, Upper: Unbounded}
	}
	if inner := unwrap(cell); inner != "" {
		if v, ok := parseNumber(inner); ok {
			return v
		}
	}
	return Value{Kind: Text}
}

// SmallWhole reads a cell of a few digits and nothing else.
func SmallWhole(cell string) (int32, bool) {
	if cell == "" || len(cell) > 9 {
		return 0, false
	}
	var n int32
	for i := range len(cell) {
		if cell[i] < '0' || cell[i] > '9' {
			return 0, false
		}
		n = n*10 + int32(cell[i]-'0')
	}
	return n, true
}

// boundSigns begin the marks that state their bounds: <, =<, less, fewer, lower,
// lt, smaller, under, up to, below, at most.
const boundSigns = "<=lfsuba"

// unwrap takes a number out of its footnote mark, its brackets or its "n =".
func unwrap(cell string) string {
	if last := cell[len(cell)-1]; last >= 'a' && last <= 'z' || last >= 'A' && last <= 'Z' || last == ' ' {
		return "" // no footnote mark, bracket or digit at the end
	}
	if first := cell[0]; !strings.ContainsAny(cell[:1], "0123456789+-.'(nN") && first < utf8.RuneSelf {
		return ""
	}
	for _, pattern := range []*regexp.Regexp{footnotePattern, sizePattern, bracketPattern} {
		if !mayWrap(pattern, cell) {
			continue
		}
		if found := pattern.FindStringSubmatch(cell); found != nil {
			return strings.TrimSpace(found[1])
		}
	}
	return ""
}

// mayWrap passes over most cells by their first and last sign.
func mayWrap(pattern *regexp.Regexp, cell string) bool {
	last := cell[len(cell)-1]
	switch pattern {
	case sizePattern:
		return cell[0] == 'n' || cell[0] == 'N'
	case bracketPattern:
		return cell[0] == '('
	}
	return last >= utf8.RuneSelf || strings.IndexByte("*#^])", last) >= 0
}

// parseBound reads marks that state what they hide: <10, <=7, less than 5.
func parseBound(cell string) (Value, bool) {
	last := cell[len(cell)-1]
	if last != '%' && (last < '0' || last > '9') {
		return Value{}, false
	}
	percent := last == '%'
	trimmed := strings.TrimSpace(strings.TrimSuffix(cell, "%"))
	if percent && strings.HasPrefix(trimmed, "<") {
		return Value{Kind: Mark, Mark: cell, Upper: Unbounded, Percent: true}, true
	}
	if found := lessPattern.FindStringSubmatch(cell); found != nil {
		n, _ := strconv.ParseInt(found[1], 10, 64)
		return Value{Kind: Mark, Mark: "<" + found[1], Upper: n - 1, Stated: true}, n > 0
	}
	if found := atMostPattern.FindStringSubmatch(cell); found != nil {
		n, _ := strconv.ParseInt(found[1], 10, 64)
		return Value{Kind: Mark, Mark: "<=" + found[1], Upper: n, Stated: true}, true
	}
	return Value{}, false
}

// ParseRange reads 1-9 or 0 to 4, which is a mark in a column of counts and a
// label elsewhere.
func ParseRange(cell string) (Value, bool) {
	found := rangePattern.FindStringSubmatch(strings.ToLower(cell))
	if found == nil {
		return Value{}, false
	}
	low, _ := strconv.ParseInt(found[1], 10, 64)
	high, _ := strconv.ParseInt(found[2], 10, 64)
	return Value{Kind: Mark, Mark: cell, Lower: low, Upper: high, Stated: true}, low < high
}

// mostDigits keeps numbers far below where sums lose exactness.
const mostDigits = 12

func parseNumber(cell string) (Value, bool) {
	v := Value{Kind: Number}
	if strings.HasSuffix(cell, "%") {
		v.Percent = true
		cell = strings.TrimSpace(cell[:len(cell)-1])
	}
	cell = strings.TrimPrefix(cell, "'")
	sign := int64(1)
	if cell != "" && (cell[0] == '-' || cell[0] == '+') {
		if cell[0] == '-' {
			sign = -1
		}
		cell = cell[1:]
	}
	if cell == "" || (cell[0] < '0' || cell[0] > '9') && cell[0] != '.' {
		return Value{}, false
	}
	cell = plainDigits(cell)
	integer, fraction, _ := strings.Cut(cell, ".")
	if len(fraction) > 6 {
		fraction = strings.TrimRight(fraction, "0")
		fraction = fraction[:min(6, len(fraction))]
	}
	digits := integer + fraction
	if digits == "" || len(strings.TrimLeft(digits, "0")) > mostDigits+6 || len(strings.TrimLeft(integer, "0")) > mostDigits {
		return Value{}, false
	}
	if strings.ContainsFunc(digits, func(r rune) bool { return r < '0' || r > '9' }) {
		return Value{}, false
	}
	n, err := strconv.ParseUint(digits, 10, 63)
	if err != nil {
		return Value{}, false
	}
	v.Digits, v.Decimals = sign*int64(n), len(fraction)
	return v, true
}

func isNoDigitOrSeparator(r rune) bool {
	return (r < '0' || r > '9') && r != ',' && r != ' ' && r != '\'' && r != '.'
}

// plainDigits takes out thousands separators and writes powers of ten out.
func plainDigits(cell string) string {
	if strings.ContainsAny(cell, ", '") {
		switch {
		case strings.ContainsFunc(cell, isNoDigitOrSeparator):
		case groupedPattern.MatchString(cell):
			return strings.NewReplacer(",", "", " ", "", "'", "").Replace(cell)
		case commaPattern.MatchString(cell):
			return strings.Replace(cell, ",", ".", 1)
		}
		return cell
	}
	if strings.ContainsAny(cell, "eE") {
		if n, err := strconv.ParseFloat(cell, 64); err == nil && math.Abs(n) < 1e12 {
			return strconv.FormatFloat(n, 'f', -1, 64)
		}
	}
	return cell
}

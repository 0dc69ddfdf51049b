package outputs

import (
	"math"
	"regexp"
	"strconv"
	"strings"
)

// value is what one cell of a table says.
type value struct {
	kind     valueKind
	digits   int64 // of a number: its digits without the point
	decimals int
	percent  bool   // the number had a percent sign
	mark     string // of a mark: its plain form, such as <10
	lower    int64  // of a mark that states its bounds
	upper    int64  // unbounded when it states none
	stated   bool   // the mark states bounds
}

type valueKind uint8

const (
	blank valueKind = iota
	number
	mark
	text
)

// whole returns the value as a whole number; 7.0 is one.
func (v value) whole() (int64, bool) {
	if v.kind != number || v.percent {
		return 0, false
	}
	n := v.digits
	for range v.decimals {
		if n%10 != 0 {
			return 0, false
		}
		n /= 10
	}
	return n, true
}

// float returns a number for comparisons that allow for rounding.
func (v value) float() float64 { return float64(v.digits) / math.Pow10(v.decimals) }

var (
	groupedPattern  = regexp.MustCompile(`^[0-9]{1,3}(?:[, '][0-9]{3})+(?:\.[0-9]+)?$`)
	commaPattern    = regexp.MustCompile(`^[0-9]+,[0-9]{1,2}$`)
	lessPattern     = regexp.MustCompile(`^(?:<|lt|(?:less|fewer|lower|smaller) ?than|under|below) ?([0-9]{1,6})$`)
	atMostPattern   = regexp.MustCompile(`^(?:<=|=<|≤|⩽|⩽|up ?to|at ?most) ?([0-9]{1,6})$`)
	rangePattern    = regexp.MustCompile(`^\[?([0-9]{1,6}) ?(?:-|to|\.\.) ?([0-9]{1,6})\]?$`)
	footnotePattern = regexp.MustCompile(`^(.*[0-9]%?) ?(?:[*†‡§#^]+|\^?\[[0-9a-zA-Z]\]|\([a-z]\))$`)
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

// mistakable are masks that can be taken for a missing value.
var mistakable = map[string]bool{
	"na": true, "n/a": true, "nan": true, "null": true, "none": true, "nil": true, "<na>": true,
	"#n/a": true, "missing": true, "x": true,
}

// parseValue reads a cleaned cell.
func parseValue(cell string) value {
	if cell == "" {
		return value{}
	}
	if v, ok := parseNumber(cell); ok {
		return v
	}
	lower := strings.ToLower(cell)
	if v, ok := parseBound(lower); ok {
		return v
	}
	if maskWords[lower] {
		return value{kind: mark, mark: lower, upper: unbounded}
	}
	if inner := unwrap(cell); inner != "" {
		if v, ok := parseNumber(inner); ok {
			return v
		}
	}
	return value{kind: text}
}

// unwrap takes a number out of its footnote mark, its brackets or its "n =".
func unwrap(cell string) string {
	for _, pattern := range []*regexp.Regexp{footnotePattern, sizePattern, bracketPattern} {
		if found := pattern.FindStringSubmatch(cell); found != nil {
			return strings.TrimSpace(found[1])
		}
	}
	return ""
}

// parseBound reads marks that state what they hide: <10, <=7, less than 5.
func parseBound(cell string) (value, bool) {
	percent := strings.HasSuffix(cell, "%")
	trimmed := strings.TrimSpace(strings.TrimSuffix(cell, "%"))
	if percent && strings.HasPrefix(trimmed, "<") {
		return value{kind: mark, mark: cell, upper: unbounded, percent: true}, true
	}
	if found := lessPattern.FindStringSubmatch(cell); found != nil {
		n, _ := strconv.ParseInt(found[1], 10, 64)
		return value{kind: mark, mark: "<" + found[1], upper: n - 1, stated: true}, n > 0
	}
	if found := atMostPattern.FindStringSubmatch(cell); found != nil {
		n, _ := strconv.ParseInt(found[1], 10, 64)
		return value{kind: mark, mark: "<=" + found[1], upper: n, stated: true}, true
	}
	return value{}, false
}

// parseRange reads 1-9 or 0 to 4, which is a mark in a column of counts and a
// label elsewhere.
func parseRange(cell string) (value, bool) {
	found := rangePattern.FindStringSubmatch(strings.ToLower(cell))
	if found == nil {
		return value{}, false
	}
	low, _ := strconv.ParseInt(found[1], 10, 64)
	high, _ := strconv.ParseInt(found[2], 10, 64)
	return value{kind: mark, mark: cell, lower: low, upper: high, stated: true}, low < high
}

// mostDigits keeps numbers far below where sums lose exactness.
const mostDigits = 12

func parseNumber(cell string) (value, bool) {
	v := value{kind: number}
	if strings.HasSuffix(cell, "%") {
		v.percent = true
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
		return value{}, false
	}
	cell = plainDigits(cell)
	integer, fraction, _ := strings.Cut(cell, ".")
	if len(fraction) > 6 {
		fraction = strings.TrimRight(fraction, "0")
		fraction = fraction[:min(6, len(fraction))]
	}
	digits := integer + fraction
	if digits == "" || len(strings.TrimLeft(digits, "0")) > mostDigits+6 || len(strings.TrimLeft(integer, "0")) > mostDigits {
		return value{}, false
	}
	n, err := strconv.ParseUint(digits, 10, 63)
	if err != nil {
		return value{}, false
	}
	v.digits, v.decimals = sign*int64(n), len(fraction)
	return v, true
}

// plainDigits takes out thousands separators and writes powers of ten out.
func plainDigits(cell string) string {
	if strings.ContainsAny(cell, ", '") {
		switch {
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

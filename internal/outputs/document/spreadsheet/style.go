package spreadsheet

import (
	"encoding/xml"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"tre-toolkit/internal/outputs/document/markup"
)

// style is how a cell looks.
type style struct {
	format string // number format code; empty is general
	unseen string
}

// standardFormats are the number formats that files name by number only.
// ECMA-376 part 1, section 18.8.30.
var standardFormats = map[int]string{
	1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 14: "yyyy-mm-dd", 15: "d-mmm-yy", 16: "d-mmm",
	17: "mmm-yy", 22: "yyyy-mm-dd h:mm", 37: "#,##0;(#,##0)", 38: "#,##0;(#,##0)", 39: "#,##0.00;(#,##0.00)", 40: "#,##0.00;(#,##0.00)",
}

// font is what makes a text readable or not.
type font struct {
	white, tiny bool
}

func (w *workbook) readStyles() {
	formats := map[int]string{}
	var fonts []font
	var filled []bool
	within := ""
	w.each("xl/styles.xml", func(r *markup.Reader, e xml.StartElement) {
		switch e.Name.Local {
		case "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "numFmts":
			within = e.Name.Local
		case "numFmt":
			if id, err := strconv.Atoi(markup.Attribute(e, "numFmtId")); err == nil {
				formats[id] = markup.Attribute(e, "formatCode")
			}
		case "font":
			if within == "fonts" {
				fonts = append(fonts, readFont(r))
			}
		case "patternFill":
			if within == "fills" {
				kind := markup.Attribute(e, "patternType")
				filled = append(filled, kind != "" && kind != "none")
			}
		case "gradientFill":
			if within == "fills" {
				filled = append(filled, true)
			}
		case "xf":
			if within == "cellXfs" {
				w.styles = append(w.styles, newStyle(e, formats, fonts, filled))
			}
		}
	})
}

func readFont(r *markup.Reader) font {
	var f font
	for element := range r.Elements() {
		switch element.Name.Local {
		case "color":
			rgb := strings.ToUpper(markup.Attribute(element, "rgb"))
			f.white = strings.HasSuffix(rgb, "FFFFFF") || markup.Attribute(element, "theme") == "0" || markup.Attribute(element, "indexed") == "9"
		case "sz":
			size, err := strconv.ParseFloat(markup.Attribute(element, "val"), 64)
			f.tiny = err == nil && size < 3
		}
	}
	return f
}

func newStyle(e xml.StartElement, formats map[int]string, fonts []font, filled []bool) style {
	var s style
	id, _ := strconv.Atoi(markup.Attribute(e, "numFmtId"))
	s.format = standardFormats[id]
	if own, ok := formats[id]; ok {
		s.format = own
	}
	fill, err := strconv.Atoi(markup.Attribute(e, "fillId"))
	coloured := err == nil && fill >= 0 && fill < len(filled) && filled[fill]
	if i, err := strconv.Atoi(markup.Attribute(e, "fontId")); err == nil && i >= 0 && i < len(fonts) {
		switch {
		case fonts[i].tiny:
			s.unseen = "in letters too small to be seen"
		case fonts[i].white && !coloured:
			s.unseen = "in white on white"
		}
	}
	return s
}

var (
	conditionPattern = regexp.MustCompile(`^\[(<=|>=|<>|<|>|=)(-?[0-9.]+)\]`)
	bracketPattern   = regexp.MustCompile(`\[[^\]]*\]`)
	digitsPattern    = regexp.MustCompile(`[0#?]`)
	datePattern      = regexp.MustCompile(`(?i)yy|mmm|d|h:mm`)
)

// show returns a stored number as its format shows it. It knows what matters
// here: sections and their conditions, texts in place of digits, decimals,
// thousands, percent and dates.
func (s style) show(stored string) string {
	value, err := strconv.ParseFloat(stored, 64)
	if err != nil || s.format == "" || strings.EqualFold(s.format, "general") {
		return stored
	}
	section, negative := pickSection(sections(s.format), value)
	if strings.EqualFold(strings.TrimSpace(section), "general") {
		return stored
	}
	bare := bracketPattern.ReplaceAllString(section, "")
	literal, pattern := split(bare)
	switch {
	case !digitsPattern.MatchString(pattern) && datePattern.MatchString(pattern):
		return date(value, stored)
	case strings.Contains(pattern, "General"):
		return strings.TrimSpace(strings.Replace(literal, "\x00", stored, 1))
	case !digitsPattern.MatchString(pattern):
		return strings.TrimSpace(strings.ReplaceAll(literal, "\x00", ""))
	}
	if negative {
		value = math.Abs(value)
	}
	return strings.TrimSpace(strings.Replace(literal, "\x00", digits(value, pattern), 1))
}

// showText returns a stored text as its format shows it.
func (s style) showText(stored string) string {
	parts := sections(s.format)
	if len(parts) < 4 || strings.Contains(parts[3], "@") {
		return stored
	}
	literal, _ := split(parts[3])
	return strings.TrimSpace(strings.ReplaceAll(literal, "\x00", ""))
}

// sections parts a format at semicolons outside quotes.
func sections(format string) []string {
	var parts []string
	start, quoted := 0, false
	for i := 0; i < len(format); i++ {
		switch format[i] {
		case '\\':
			i++
		case '"':
			quoted = !quoted
		case ';':
			if !quoted {
				parts = append(parts, format[start:i])
				start = i + 1
			}
		}
	}
	return append(parts, format[start:])
}

// pickSection chooses the section for a value: by its conditions, or by its
// sign. The second result says that the section stands for the sign.
func pickSection(parts []string, value float64) (string, bool) {
	conditional := false
	for i, part := range parts {
		found := conditionPattern.FindStringSubmatch(strings.TrimLeft(part, " "))
		if found == nil {
			if conditional && i == len(parts)-1 {
				return part, false
			}
			continue
		}
		conditional = true
		bound, _ := strconv.ParseFloat(found[2], 64)
		if holds(value, found[1], bound) {
			return part, false
		}
	}
	if conditional && len(parts) > 1 {
		return parts[len(parts)-1], false
	}
	switch {
	case value < 0 && len(parts) > 1:
		return parts[1], true
	case value == 0 && len(parts) > 2:
		return parts[2], false
	}
	return parts[0], false
}

func holds(value float64, sign string, bound float64) bool {
	switch sign {
	case "<":
		return value < bound
	case "<=":
		return value <= bound
	case ">":
		return value > bound
	case ">=":
		return value >= bound
	case "=":
		return value == bound
	}
	return value != bound
}

// split parts a section into the text around the number, with a NUL in the
// number's place, and the signs of the number.
func split(section string) (literal, pattern string) {
	var text, signs strings.Builder
	placed := false
	for i := 0; i < len(section); i++ {
		switch c := section[i]; {
		case c == '"':
			end := strings.IndexByte(section[i+1:], '"')
			if end < 0 {
				end = len(section) - i - 1
			}
			text.WriteString(section[i+1 : i+1+end])
			i += end + 1
		case c == '\\' && i+1 < len(section):
			i++
			text.WriteByte(section[i])
		case (c == '_' || c == '*') && i+1 < len(section):
			i++
		case strings.IndexByte("0#?.,%", c) >= 0 || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
			signs.WriteByte(c)
			if !placed {
				text.WriteByte(0)
				placed = true
			}
		default:
			text.WriteByte(c)
		}
	}
	return text.String(), signs.String()
}

// digits writes a number with the decimals, thousands and percent sign of a
// pattern.
func digits(value float64, pattern string) string {
	percent := strings.Contains(pattern, "%")
	if percent {
		value *= 100
	}
	_, fraction, _ := strings.Cut(pattern, ".")
	decimals := min(len(digitsPattern.FindAllString(fraction, -1)), 15)
	text := strconv.FormatFloat(math.Round(value*math.Pow10(decimals))/math.Pow10(decimals), 'f', decimals, 64)
	if strings.Contains(pattern, "#,") || strings.Contains(pattern, "0,0") {
		text = thousands(text)
	}
	if percent {
		text += "%"
	}
	return text
}

func thousands(text string) string {
	whole, fraction, found := strings.Cut(text, ".")
	sign := ""
	if strings.HasPrefix(whole, "-") {
		sign, whole = "-", whole[1:]
	}
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if found {
		whole += "." + fraction
	}
	return sign + whole
}

// date writes a serial number of days as a date.
func date(value float64, stored string) string {
	if value < 1 || value > 2_958_465 {
		return stored
	}
	return time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(value)).Format("2006-01-02")
}

package spreadsheet

import (
	"math"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
)

// A number format may show anything at all over the number that is stored.
func TestNumbersAreShownAsTheirFormatSays(t *testing.T) {
	for _, c := range []struct{ format, stored, shown string }{
		{"", "7", "7"},
		{"General", "7.25", "7.25"},
		{"0", "7.4", "7"},
		{"0.00", "7", "7.00"},
		{"#,##0", "1234567", "1,234,567"},
		{"#,##0", "-1234", "-1,234"},
		{"0%", "0.123", "12%"},
		{"0.0%", "0.1234", "12.3%"},
		{`"<10"`, "7", "<10"},
		{`\<\1\0`, "7", "<10"},
		{";;;", "7", ""},
		{`[<10]"<10";0`, "7", "<10"},
		{`[<10]"<10";0`, "70", "70"},
		{`[>=10]#,##0;"<10"`, "7", "<10"},
		{`[>=10]#,##0;"<10"`, "1234", "1,234"},
		{`[=0]"none";[<10]"few";0`, "0", "none"},
		{`[=0]"none";[<10]"few";0`, "12", "12"},
		{`0;"minus "0;"zero"`, "0", "zero"},
		{`#,##0;(#,##0)`, "-5", "(5)"},
		{`"n = "0`, "7", "n = 7"},
		{"[Red]0", "7", "7"},
		{"yyyy-mm-dd", "45000", "2023-03-15"},
		{"0", "words", "words"},
	} {
		assert.Equal(t, c.shown, style{format: c.format}.show(c.stored), "%q over %s", c.format, c.stored)
	}
	assert.Equal(t, "hidden", style{format: `0;0;0;"hidden"`}.showText("words"))
	assert.Equal(t, "words", style{format: "0;0;0;@"}.showText("words"))
}

func TestPlaces(t *testing.T) {
	for place, want := range map[string][2]int{"A1": {1, 0}, "B12": {12, 1}, "AA3": {3, 26}, "$XFD$1": {1, 16383}} {
		row, column, ok := parseCell(place)
		assert.True(t, ok, place)
		assert.Equal(t, want, [2]int{row, column}, place)
	}
	for _, place := range []string{"", "1", "A", "A0", "XFE1", "A1B"} {
		_, _, ok := parseCell(place)
		assert.False(t, ok, place)
	}
}

// FuzzNumberFormat shows whatever number in whatever format: no panic.
func FuzzNumberFormat(f *testing.F) {
	f.Add(`[<10]"<10";#,##0.0%;;@`, 7.5)
	f.Add(`"open`, math.MaxFloat64)
	f.Add(`\`, -1.0)
	f.Fuzz(func(t *testing.T, format string, value float64) {
		s := style{format: format}
		stored := strconv.FormatFloat(value, 'g', -1, 64)
		assert.NotPanics(t, func() { s.show(stored); s.showText(format) })
	})
}

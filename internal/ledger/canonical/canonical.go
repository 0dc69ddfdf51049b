// Package canonical writes JSON in the one form that RFC 8785 (JSON
// Canonicalization Scheme) gives a value: what is hashed or signed has the same
// bytes whoever writes it, with whatever library.
//
// Members are sorted by their names' UTF-16 code units, there is no white space,
// texts have the fewest escapes, and numbers are written as ECMAScript does.
package canonical

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// Errors that a caller may test for.
var (
	ErrNotText   = errors.New("the text is not UTF-8")
	ErrNotJSON   = errors.New("the text is not one JSON value")
	ErrNotDouble = errors.New("a number is not one that a double holds")
)

// Marshal returns the canonical form of a value that package json can encode.
func Marshal(value any) ([]byte, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	return Transform(text)
}

// Transform returns the canonical form of a JSON text. Of a member that is
// there twice, the last one counts: whoever must refuse such a text compares it
// with what is returned.
func Transform(text []byte) ([]byte, error) {
	if !utf8.Valid(text) {
		return nil, ErrNotText
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotJSON, err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, ErrNotJSON
	}
	return appendValue(nil, value)
}

func appendValue(to []byte, value any) ([]byte, error) {
	switch value := value.(type) {
	case nil:
		return append(to, "null"...), nil
	case bool:
		return strconv.AppendBool(to, value), nil
	case string:
		return appendText(to, value), nil
	case json.Number:
		return appendNumber(to, value)
	case []any:
		return appendList(to, value)
	case map[string]any:
		return appendObject(to, value)
	}
	return nil, fmt.Errorf("%w: %T", ErrNotJSON, value)
}

func appendList(to []byte, list []any) (_ []byte, err error) {
	to = append(to, '[')
	for i, value := range list {
		if i > 0 {
			to = append(to, ',')
		}
		if to, err = appendValue(to, value); err != nil {
			return nil, err
		}
	}
	return append(to, ']'), nil
}

func appendObject(to []byte, object map[string]any) (_ []byte, err error) {
	names := make([]string, 0, len(object))
	for name := range object {
		names = append(names, name)
	}
	slices.SortFunc(names, compareUTF16)
	to = append(to, '{')
	for i, name := range names {
		if i > 0 {
			to = append(to, ',')
		}
		to = append(appendText(to, name), ':')
		if to, err = appendValue(to, object[name]); err != nil {
			return nil, err
		}
	}
	return append(to, '}'), nil
}

// compareUTF16 orders names as RFC 8785 section 3.2.3 does, which differs from
// the order of their bytes beyond the basic plane.
func compareUTF16(a, b string) int {
	return slices.Compare(utf16.Encode([]rune(a)), utf16.Encode([]rune(b)))
}

// short are the escapes of RFC 8785 section 3.2.2.2; the other control
// characters are written by their number.
var short = map[rune]string{'"': `\"`, '\\': `\\`, '\b': `\b`, '\f': `\f`, '\n': `\n`, '\r': `\r`, '\t': `\t`}

func appendText(to []byte, text string) []byte {
	to = append(to, '"')
	for _, character := range text {
		escape, escaped := short[character]
		switch {
		case escaped:
			to = append(to, escape...)
		case character < ' ':
			to = fmt.Appendf(to, `\u%04x`, character)
		default:
			to = utf8.AppendRune(to, character)
		}
	}
	return append(to, '"')
}

// appendNumber writes a number as ECMAScript's Number::toString does (RFC 8785
// section 3.2.2.3): the fewest digits that give the same double back.
func appendNumber(to []byte, number json.Number) ([]byte, error) {
	value, err := number.Float64()
	if err != nil || math.IsInf(value, 0) {
		return nil, ErrNotDouble
	}
	if value == 0 {
		return append(to, '0'), nil
	}
	const small, large = 1e-6, 1e21 // where ECMAScript begins to write exponents
	if size := math.Abs(value); size >= small && size < large {
		return strconv.AppendFloat(to, value, 'f', -1, 64), nil
	}
	text := strconv.AppendFloat(nil, value, 'e', -1, 64)
	// Go writes two digits of an exponent at least.
	text = bytes.Replace(text, []byte("e-0"), []byte("e-"), 1)
	return append(to, text...), nil
}

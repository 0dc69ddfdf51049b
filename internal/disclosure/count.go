// Package disclosure is the gate between exact counts and what may be shown.
//
// An exact number of people is a Count. A Count cannot be printed, formatted,
// logged or encoded: the only way out is a Profile, one owner's rules as data,
// which turns it into a Cell that is shown, rounded or masked. A masked Cell
// holds its mark and no number at all.
//
// The package is pure: it imports nothing of this project and does no I/O.
package disclosure

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
)

const withheld = "[count withheld]"

// ErrWithheld is returned by every attempt to encode a Count.
var ErrWithheld = errors.New("an exact count cannot be encoded: pass it through a disclosure profile")

// Count is an exact number of people (or of rows that describe people). Its
// zero value is a count of none. Counts are compared with Exceeds, never by ==.
//
// The number is behind a pointer because methods alone cannot withhold it:
// package fmt does not call them on an unexported field of a struct and would
// print what is inside; of a pointer it prints an address.
type Count struct {
	_     [0]func() // not comparable: two equal counts lie at two addresses
	exact *int64
}

var (
	_ sql.Scanner    = (*Count)(nil)
	_ fmt.Formatter  = Count{}
	_ json.Marshaler = Count{}
	_ slog.LogValuer = Count{}
)

// CountOf makes a Count of a number that the caller has counted.
func CountOf(n int64) Count { return Count{exact: &n} }

// number returns the exact number, for this package alone.
func (c Count) number() int64 {
	if c.exact == nil {
		return 0
	}
	return *c.exact
}

// Scan reads a count straight from the database, so that no plain integer is
// ever held on the way.
func (c *Count) Scan(value any) error {
	var scanned int64
	switch n := value.(type) {
	case nil:
	case int64:
		scanned = n
	case int32:
		scanned = int64(n)
	default:
		return fmt.Errorf("a count is a whole number, not a %T", value)
	}
	if scanned < 0 {
		return errors.New("a count is negative")
	}
	*c = CountOf(scanned)
	return nil
}

// Plus returns the count of both.
func (c Count) Plus(other Count) Count { return CountOf(c.number() + other.number()) }

// Minus returns how many more the count is than another that it contains.
func (c Count) Minus(other Count) Count { return CountOf(c.number() - other.number()) }

// Exceeds reports whether the count is larger than another: for checking an
// identity such as participants never exceeding rows.
func (c Count) Exceeds(other Count) bool { return c.number() > other.number() }

// IsZero reports whether nobody was counted.
func (c Count) IsZero() bool { return c.number() == 0 }

// Format withholds the number from every verb of package fmt.
func (c Count) Format(state fmt.State, _ rune) { fmt.Fprint(state, withheld) }

// String withholds the number.
func (c Count) String() string { return withheld }

// LogValue withholds the number from package slog.
func (c Count) LogValue() slog.Value { return slog.StringValue(withheld) }

// MarshalJSON refuses.
func (c Count) MarshalJSON() ([]byte, error) { return nil, ErrWithheld }

// MarshalText refuses.
func (c Count) MarshalText() ([]byte, error) { return nil, ErrWithheld }

// GobEncode refuses.
func (c Count) GobEncode() ([]byte, error) { return nil, ErrWithheld }

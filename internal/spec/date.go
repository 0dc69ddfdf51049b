package spec

import (
	"fmt"
	"time"
)

// Date is a calendar day without a time or zone.
type Date struct{ at time.Time }

// ParseDate reads 2024-04-26.
func ParseDate(text string) (Date, error) {
	at, err := time.Parse(time.DateOnly, text)
	if err != nil || at.IsZero() { // the first day of year 1 stands for no day
		return Date{}, fmt.Errorf("%q is not a date: write year-month-day, as in 2024-04-26", text)
	}
	return Date{at}, nil
}

// parseLongDate reads 26 Apr 2024, as Long writes it.
func parseLongDate(text string) (Date, error) {
	at, err := time.Parse("02 Jan 2006", text)
	if err != nil || at.IsZero() {
		return Date{}, fmt.Errorf("%q is not a date: write day, month and year, as in 26 Apr 2024", text)
	}
	return Date{at}, nil
}

// DateOf returns the calendar day of a moment, in UTC.
func DateOf(moment time.Time) Date {
	year, month, day := moment.UTC().Date()
	return Date{time.Date(year, month, day, 0, 0, 0, 0, time.UTC)}
}

// String returns the day as 2024-04-26, or nothing for the zero date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return d.at.Format(time.DateOnly)
}

// Long returns the day as UK LLC's pages write it, such as 26 Apr 2024.
func (d Date) Long() string {
	if d.IsZero() {
		return ""
	}
	return d.at.Format("02 Jan 2006")
}

// Time returns midnight UTC of the day.
func (d Date) Time() time.Time { return d.at }

// IsZero reports whether no day was given.
func (d Date) IsZero() bool { return d.at.IsZero() }

// Before reports whether the day is earlier than another.
func (d Date) Before(other Date) bool { return d.at.Before(other.at) }

// UnmarshalTOML reads a TOML local date or a string.
func (d *Date) UnmarshalTOML(value any) error {
	switch given := value.(type) {
	case time.Time:
		year, month, day := given.Date()
		*d = Date{time.Date(year, month, day, 0, 0, 0, 0, time.UTC)}
		return nil
	case string:
		parsed, err := ParseDate(given)
		*d = parsed
		return err
	default:
		return fmt.Errorf("a date is written 2024-04-26, without quotes")
	}
}

// MarshalText returns the day as 2024-04-26.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

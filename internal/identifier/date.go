package identifier

import (
	"fmt"
	"time"
)

// PartialDate is a day whose day, or day and month, may be unknown. Its zero
// value is no date.
type PartialDate struct{ day, month, year uint16 }

// ParsePartialDate reads DD/MM/YYYY, in which 00 stands for a day or a month
// that is not known. The error is a [Junk]: [Unknown] for 00/00/0000,
// [NoSuchDay] for a day that no calendar has, [Malformed] for another layout.
func ParsePartialDate[T Text](text T) (PartialDate, error) {
	if len(text) == 0 {
		return PartialDate{}, Missing
	}
	if len(text) != 10 || text[2] != '/' || text[5] != '/' {
		return PartialDate{}, Malformed
	}
	var parts [3]uint16
	for i, part := range [3]T{text[:2], text[3:5], text[6:]} {
		for j := range len(part) {
			if !isDigit(part[j]) {
				return PartialDate{}, Malformed
			}
			parts[i] = parts[i]*10 + uint16(part[j]-'0')
		}
	}
	date := PartialDate{parts[0], parts[1], parts[2]}
	switch {
	case date == PartialDate{}:
		return date, Unknown
	case !date.exists():
		return PartialDate{}, NoSuchDay
	}
	return date, nil
}

// exists reports whether the known parts can be of a day.
func (d PartialDate) exists() bool {
	switch {
	case d.year == 0, d.month > 12, d.month == 0 && d.day > 0:
		return false
	case d.day == 0:
		return true
	}
	return d.day <= daysIn(d.year, d.month)
}

func daysIn(year, month uint16) uint16 {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// PartialDateOf returns the day of a moment.
func PartialDateOf(moment time.Time) PartialDate {
	year, month, day := moment.Date()
	return PartialDate{uint16(day), uint16(month), uint16(year)}
}

// IsZero reports whether there is no date.
func (d PartialDate) IsZero() bool { return d == PartialDate{} }

// IsComplete reports whether day, month and year are known.
func (d PartialDate) IsComplete() bool { return d.day > 0 }

// Year returns the year.
func (d PartialDate) Year() int { return int(d.year) }

// Is reports whether the date is a day of a month, of whatever year.
func (d PartialDate) Is(day, month int) bool { return int(d.day) == day && int(d.month) == month }

// IsDay reports whether the date is a day of whatever month and year.
func (d PartialDate) IsDay(day int) bool { return int(d.day) == day }

// Conflicts reports whether two dates cannot be the same day: where both know
// the year, the month or the day, they differ. No date conflicts with none.
func (d PartialDate) Conflicts(other PartialDate) bool {
	if d.IsZero() || other.IsZero() {
		return false
	}
	return d.year != other.year ||
		d.month != other.month && d.month > 0 && other.month > 0 ||
		d.day != other.day && d.day > 0 && other.day > 0
}

// After reports whether the date, at its earliest, is later than another at its
// latest.
func (d PartialDate) After(other PartialDate) bool { return d.earliest() > other.latest() }

func (d PartialDate) earliest() uint32 {
	return uint32(d.year)<<16 | uint32(d.month)<<8 | uint32(d.day)
}

func (d PartialDate) latest() uint32 {
	month, day := d.month, d.day
	if month == 0 {
		month = 12
	}
	if day == 0 {
		day = 31
	}
	return uint32(d.year)<<16 | uint32(month)<<8 | uint32(day)
}

// Packed returns the date in four bytes, for keeping many; zero is no date.
func (d PartialDate) Packed() uint32 { return d.earliest() }

// UnpackDate is the reverse of Packed.
func UnpackDate(packed uint32) PartialDate {
	return PartialDate{uint16(packed & 0xff), uint16(packed >> 8 & 0xff), uint16(packed >> 16)}
}

// Text returns DD/MM/YYYY: for linking, never for showing.
func (d PartialDate) Text() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%02d/%02d/%04d", d.day, d.month, d.year)
}

// Format withholds the date from every verb of package fmt.
func (d PartialDate) Format(state fmt.State, _ rune) { fmt.Fprint(state, withheld) }

// MarshalText withholds the date from every encoder that asks.
func (d PartialDate) MarshalText() ([]byte, error) { return []byte(withheld), nil }

package cite

import (
	"fmt"
	"time"
)

// Date is a day, a month or a year of publication: as much of it as the record
// knows. The zero Date is not known.
type Date struct{ year, month, day int }

// ParseDate reads 2024-04-26, 2024-04, 2024 or a point in time that begins with
// a day, of which the day is kept.
func ParseDate(text string) (Date, error) {
	if moment, err := time.Parse(time.RFC3339, text); err == nil {
		return newDate(moment.Date()), nil
	}
	for _, form := range []struct {
		layout string
		parts  int
	}{{"2006-01-02", 3}, {"2006-01", 2}, {"2006", 1}} {
		moment, err := time.Parse(form.layout, text)
		if err != nil || moment.Year() == 0 {
			continue
		}
		date := newDate(moment.Date())
		if form.parts < 3 {
			date.day = 0
		}
		if form.parts < 2 {
			date.month = 0
		}
		return date, nil
	}
	return Date{}, fmt.Errorf("%q is not a date: write it as 2024-04-26, 2024-04 or 2024", text)
}

func newDate(year int, month time.Month, day int) Date { return Date{year, int(month), day} }

// IsZero says that the date is not known.
func (d Date) IsZero() bool { return d == Date{} }

// String returns the date as ISO 8601 writes as much as is known, or nothing.
func (d Date) String() string {
	switch {
	case d.IsZero():
		return ""
	case d.month == 0:
		return fmt.Sprintf("%04d", d.year)
	case d.day == 0:
		return fmt.Sprintf("%04d-%02d", d.year, d.month)
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.year, d.month, d.day)
}

// isDay says that the date is known to the day.
func (d Date) isDay() bool { return d.day != 0 }

// parts returns year, month and day as far as they are known.
func (d Date) parts() []int {
	switch {
	case d.month == 0:
		return []int{d.year}
	case d.day == 0:
		return []int{d.year, d.month}
	}
	return []int{d.year, d.month, d.day}
}

package measures

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"tre-toolkit/internal/spec"
)

// Period is a reporting period, both days included.
type Period struct{ First, Last spec.Date }

// Kinds of periods. Quarters and years are those of the financial year, which
// begins on 1 April.
const (
	Month   = "month"
	Quarter = "quarter"
	Year    = "year"
)

// mostPeriods bounds a request; the statements number periods from 1.
const mostPeriods = 1200

// ParseWindow reads START:END, such as 2023-04-01:2023-09-30, as one period.
func ParseWindow(text string) (Period, error) {
	first, last, found := strings.Cut(text, ":")
	if !found {
		return Period{}, fmt.Errorf("%q is no period: write month, quarter, year or START:END", text)
	}
	var period Period
	var err, lastErr error
	period.First, err = spec.ParseDate(first)
	period.Last, lastErr = spec.ParseDate(last)
	if err = errors.Join(err, lastErr); err != nil {
		return Period{}, err
	}
	if period.Last.Before(period.First) {
		return Period{}, fmt.Errorf("the period %s ends before it begins", text)
	}
	return period, nil
}

// PeriodsWithin returns the whole periods of a kind that lie within a span.
func PeriodsWithin(kind string, span Period) ([]Period, error) {
	months := map[string]int{Month: 1, Quarter: 3, Year: 12}[kind]
	if months == 0 {
		return nil, fmt.Errorf("%q is no kind of period: it is month, quarter or year", kind)
	}
	var list []Period
	start := span.First.Time()
	start = time.Date(start.Year(), start.Month(), 1, 0, 0, 0, 0, time.UTC)
	for (int(start.Month())+8)%12%months != 0 {
		start = start.AddDate(0, -1, 0)
	}
	for ; !start.After(span.Last.Time()); start = start.AddDate(0, months, 0) {
		period := Period{spec.DateOf(start), spec.DateOf(start.AddDate(0, months, -1))}
		if period.First.Before(span.First) || span.Last.Before(period.Last) {
			continue
		}
		if list = append(list, period); len(list) > mostPeriods {
			return nil, fmt.Errorf("%s to %s are more than %d periods", span.First, span.Last, mostPeriods)
		}
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("no whole %s lies within %s to %s", kind, span.First, span.Last)
	}
	return list, nil
}

// published writes a day as the publication does, such as 01/04/2023.
func published(day spec.Date) string { return day.Time().Format("02/01/2006") }

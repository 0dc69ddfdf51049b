package synth

import "time"

// day counts days from the first one that the records reach back to.
type day int32

// never is the day of what has not happened.
const never day = -1

var (
	dayZero   = time.Date(2010, 1, 1, 0, 0, 0, 0, time.UTC)
	firstDay  = dayOf(2020, 9, 1)  // of the first extract
	lastDay   = dayOf(2024, 3, 31) // of the last one
	namingDay = dayOf(2022, 4, 1)  // when v2.1 of the data set renamed some items
	dayTexts  = makeDayTexts()
)

func dayOf(year int, month time.Month, dayOfMonth int) day {
	return day(time.Date(year, month, dayOfMonth, 0, 0, 0, 0, time.UTC).Sub(dayZero) / (24 * time.Hour))
}

func (d day) time() time.Time { return dayZero.AddDate(0, 0, int(d)) }

// makeDayTexts writes every day once: dates are most of what is written.
func makeDayTexts() [][]byte {
	texts := make([][]byte, lastDay+1)
	for d := range texts {
		texts[d] = []byte(day(d).time().Format(time.DateOnly))
	}
	return texts
}

func appendDay(b []byte, d day) []byte {
	if d == never {
		return b
	}
	return append(b, dayTexts[d]...)
}

// month returns NHS England's number of the month: April 2019 is 1429.
func (d day) month() uint64 {
	at := d.time()
	return uint64(1429 + 12*(at.Year()-2019) + int(at.Month()) - int(time.April))
}

// segment numbers the extract periods: the days that each adds to the one
// before it in the financial year.
type segment = int

// period is one extract period: cumulative from the start of its financial
// year, as the state stood on its last day.
type period struct {
	start, end   day
	first, last  segment // of its financial year
	added        day     // the first day that the period before it did not have
	startT, endT []byte
}

const (
	segments       = 11
	lastOfVersion2 = segment(7)
)

// periods are the extract periods of version 3; version 2 has those up to
// lastOfVersion2. The first began in September 2020, the rest in April.
var periods = makePeriods()

func makePeriods() [segments]period {
	years := []struct {
		start day
		ends  []day
	}{
		{firstDay, []day{dayOf(2020, 12, 31), dayOf(2021, 3, 31)}},
		{dayOf(2021, 4, 1), []day{dayOf(2021, 7, 31), dayOf(2021, 11, 30), dayOf(2022, 3, 31)}},
		{dayOf(2022, 4, 1), []day{dayOf(2022, 7, 31), dayOf(2022, 11, 30), dayOf(2023, 3, 31)}},
		{dayOf(2023, 4, 1), []day{dayOf(2023, 7, 31), dayOf(2023, 11, 30), lastDay}},
	}
	var made [segments]period
	next := 0
	for _, year := range years {
		first, added := next, year.start
		for _, end := range year.ends {
			made[next] = period{
				start: year.start, end: end, first: first, last: first + len(year.ends) - 1,
				added: added, startT: dayTexts[year.start], endT: dayTexts[end],
			}
			added = end + 1
			next++
		}
	}
	return made
}

var segmentOfDay = makeSegmentOfDay()

func makeSegmentOfDay() []uint8 {
	of := make([]uint8, lastDay+1)
	for s, p := range periods {
		for d := p.added; d <= p.end; d++ {
			of[d] = uint8(s)
		}
	}
	return of
}

func (d day) segment() segment { return segment(segmentOfDay[d]) }

var monthOfDay = makeMonthOfDay()

func makeMonthOfDay() []uint16 {
	of := make([]uint16, lastDay+1)
	for d := range of {
		of[d] = uint16(day(d).month())
	}
	return of
}

package synth

import (
	"strconv"
	"sync/atomic"
	"time"
)

// months are those that a source delivery has submissions for.
const months = 43

// monthPeriods are the months as reporting periods.
var monthPeriods = makeMonthPeriods()

func makeMonthPeriods() [months]period {
	var made [months]period
	start := firstDay
	for m := range made {
		next := day(start.time().AddDate(0, 1, 0).Sub(dayZero) / (24 * time.Hour))
		made[m] = period{start: start, end: next - 1, added: start, startT: dayTexts[start], endT: dayTexts[next-1]}
		start = next
	}
	return made
}

// monthOf returns the place of a day's month in monthPeriods.
func monthOf(d day) int { return int(monthOfDay[d] - monthOfDay[firstDay]) }

// financialYear returns the year that a month's financial year began in.
func financialYear(month int) int { return 2020 + (month+5)/12 }

// lastOfYear returns the last month of a month's financial year.
func lastOfYear(month int) int { return (month+5)/12*12 + 6 }

// submission is what one provider sent for one month: a primary one, or the
// refresh that replaces it.
type submission struct {
	month, provider int
	refresh         bool
	draft           bool   // a primary one with errors, that a refresh mends
	id              uint64 // of seven digits, in the order in which they were sent
	created         []byte // as a timestamp
	effective       []byte // when it was processed
	rows            [sourceTables]atomic.Int64
}

func (s *submission) fileType() string {
	if s.refresh {
		return "Refresh"
	}
	return "Primary"
}

func (s *submission) period() *period { return &monthPeriods[s.month] }

// refreshedInHundred is how often a provider sends a refresh. None has come yet
// for the last month.
const refreshedInHundred = 60

// personnel says who gave care in a month: the providers' own therapists.
type personnel [months][providers][therapists]atomic.Bool

// submissions are all that a source delivery is made of: every provider sends
// every month, also when it has nothing to say.
type submissions struct {
	primary [months][providers]submission
	refresh [months][providers]submission
	staff   personnel
}

func newSubmissions(seed uint64) *submissions {
	made := &submissions{}
	for m := range months {
		for provider := range providers {
			d := draw(mix(mix(seed, 21), uint64(m*providers+provider)))
			primary, refresh := &made.primary[m][provider], &made.refresh[m][provider]
			primary.settle(m, provider, d)
			if m == months-1 || d.below(1, 100) >= refreshedInHundred {
				continue
			}
			primary.draft, refresh.refresh = true, true
			refresh.settle(m, provider, d)
		}
	}
	return made
}

// settle dates and numbers a submission: a primary one is sent in the month
// after its own, a refresh one month later.
func (s *submission) settle(month, provider int, d draw) {
	window := month + 1 + b2i(s.refresh)
	s.month, s.provider = month, provider
	s.id = uint64(1_000_000 + window*2*providers + b2i(!s.refresh)*providers + provider)
	sent := monthPeriods[month].end.time().AddDate(0, 0, 1)
	sent = sent.AddDate(0, b2i(s.refresh), 8+d.below(2+uint64(b2i(s.refresh)), 17))
	sent = sent.Add(time.Duration(8*60+d.below(4, 600)) * time.Minute)
	s.created = sent.AppendFormat(nil, time.DateTime)
	s.effective = sent.Add(30*time.Hour).AppendFormat(nil, time.DateTime)
}

// sent returns what a provider sent for a month, the refresh last.
func (s *submissions) sent(month, provider int) []*submission {
	primary, refresh := &s.primary[month][provider], &s.refresh[month][provider]
	if primary.draft {
		return []*submission{primary, refresh}
	}
	return []*submission{primary}
}

func yearText(year int) string {
	return strconv.Itoa(year) + "-" + strconv.Itoa(year + 1)[2:]
}

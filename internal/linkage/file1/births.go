package file1

import (
	"fmt"
	"math"

	"tre-toolkit/internal/identifier"
)

// births counts the dates of birth of current rows by the days that systems
// fill in. Births are spread over the year nearly evenly, and a study that took
// the births of one week has none on these days.
type births struct {
	complete int64
	on       [len(defaultDays)]int64
}

// defaultDays are the days that stand for a part that is not known, and how many
// of them a year has.
var defaultDays = [...]struct {
	name  string
	days  float64
	holds func(identifier.PartialDate) bool
}{
	{"1 January", 1, func(d identifier.PartialDate) bool { return d.Is(1, 1) }},
	{"the first of a month other than January", 11, func(d identifier.PartialDate) bool { return d.IsDay(1) && !d.Is(1, 1) }},
	{"the 15th of a month", 12, func(d identifier.PartialDate) bool { return d.IsDay(15) }},
	{"31 December", 1, func(d identifier.PartialDate) bool { return d.Is(31, 12) }},
}

const (
	daysInYear = 365.25
	farAway    = 6  // standard deviations: under chance once in a billion files
	fewest     = 10 // that may be a spike
)

func (b *births) add(r *row) {
	if !r.current() {
		return
	}
	date := identifier.UnpackDate(r.born)
	if !date.IsComplete() {
		return
	}
	b.complete++
	for i := range defaultDays {
		if defaultDays[i].holds(date) {
			b.on[i]++
		}
	}
}

// spikes calls a function for each day that has far more births than an even
// spread gives it.
func (b *births) spikes(found func(detail string)) {
	for i, day := range defaultDays {
		share := day.days / daysInYear
		expected := float64(b.complete) * share
		most := expected + farAway*math.Sqrt(expected*(1-share))
		if on := float64(b.on[i]); b.on[i] >= fewest && on > most && on > 2*expected {
			found(fmt.Sprintf("%s has %.1f%% of the dates of birth, where %.1f%% would be even", day.name, 100*on/float64(b.complete), 100*share))
		}
	}
}

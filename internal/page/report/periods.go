package report

import (
	"fmt"

	"tre-toolkit/internal/measures"
)

// period is a period as addresses, readers and narrow columns name it, and its days.
type period struct {
	ID, Name, Short string
	measures.Period
}

// kindTitles are what readers call the kinds of periods.
var kindTitles = map[string]string{measures.Month: "Month", measures.Quarter: "Quarter", measures.Year: "Financial year"}

func (k kind) Title() string {
	if title := kindTitles[k.Name]; title != "" {
		return title
	}
	return "Period"
}

// id is the kind in addresses.
func (k kind) id() string {
	if kindTitles[k.Name] != "" {
		return k.Name
	}
	return "window"
}

func periodsOf(kind string, list []measures.Period) []period {
	made := make([]period, len(list))
	for i, one := range list {
		made[i] = periodOf(kind, one)
	}
	return made
}

// financialYearBegins is the month that it begins in.
const financialYearBegins = 4

func periodOf(kind string, p measures.Period) period {
	first, last := p.First.Time(), p.Last.Time()
	begins := first.Year()
	if int(first.Month()) < financialYearBegins {
		begins--
	}
	year := fmt.Sprintf("%d-%02d", begins, (begins+1)%100)
	switch kind {
	case measures.Month:
		return period{first.Format("2006-01"), first.Format("January 2006"), first.Format("Jan 06"), p}
	case measures.Quarter:
		number := (int(first.Month())+12-financialYearBegins)%12/3 + 1
		return period{
			fmt.Sprintf("%s-q%d", year, number),
			fmt.Sprintf("%s to %s", first.Format("January"), last.Format("January 2006")),
			fmt.Sprintf("%s to %s", first.Format("Jan"), last.Format("Jan 06")),
			p,
		}
	case measures.Year:
		return period{year, year, year, p}
	}
	name := first.Format("2 January 2006") + " to " + last.Format("2 January 2006")
	return period{p.First.String() + "-to-" + p.Last.String(), name, name, p}
}

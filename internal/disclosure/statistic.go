package disclosure

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"log/slog"
	"math"
)

const statisticWithheld = "[statistic withheld]"

// Statistic is an exact mean, median or other number about people, as the
// database worked it out. Like a Count it cannot be printed, formatted, logged
// or encoded; only Profile.Statistic turns it into a Cell. Its zero value is a
// statistic of nobody.
type Statistic struct {
	_     [0]func()
	exact *float64
}

var (
	_ sql.Scanner    = (*Statistic)(nil)
	_ fmt.Formatter  = Statistic{}
	_ json.Marshaler = Statistic{}
	_ slog.LogValuer = Statistic{}
)

// StatisticOf makes a Statistic of a number that the caller has worked out.
func StatisticOf(x float64) Statistic { return Statistic{exact: &x} }

// Scan reads a statistic straight from the database; NULL is one of nobody.
func (s *Statistic) Scan(value any) error {
	switch x := value.(type) {
	case nil:
		*s = Statistic{}
	case float64:
		*s = StatisticOf(x)
	case int64:
		*s = StatisticOf(float64(x))
	case int32:
		*s = StatisticOf(float64(x))
	default:
		return fmt.Errorf("a statistic is a number, not a %T", value)
	}
	return nil
}

// Over returns the mean of an amount over so many.
func (s Statistic) Over(of Count) Statistic {
	if s.exact == nil || of.IsZero() {
		return Statistic{}
	}
	return StatisticOf(*s.exact / float64(of.number()))
}

// IsNone reports whether there is nobody that the statistic is about.
func (s Statistic) IsNone() bool { return s.exact == nil }

// Format withholds the number from every verb of package fmt.
func (s Statistic) Format(state fmt.State, _ rune) { fmt.Fprint(state, statisticWithheld) }

// String withholds the number.
func (s Statistic) String() string { return statisticWithheld }

// LogValue withholds the number from package slog.
func (s Statistic) LogValue() slog.Value { return slog.StringValue(statisticWithheld) }

// MarshalJSON refuses.
func (s Statistic) MarshalJSON() ([]byte, error) { return nil, ErrWithheld }

// MarshalText refuses.
func (s Statistic) MarshalText() ([]byte, error) { return nil, ErrWithheld }

// GobEncode refuses.
func (s Statistic) GobEncode() ([]byte, error) { return nil, ErrWithheld }

// Statistic turns a mean or a median of so many people into what the profile
// lets be shown of it: masked when too few are behind it, and otherwise to the
// profile's decimals.
func (p Profile) Statistic(of Statistic, people Count) Cell {
	if of.exact == nil || math.IsNaN(*of.exact) || math.IsInf(*of.exact, 0) || !p.AllowsStatistic(people) {
		return p.primary()
	}
	decimals := p.rules.StatisticDecimals.Value
	places := math.Pow10(decimals)
	return Cell{state: Shown, value: math.Round(*of.exact*places) / places, decimals: decimals}
}

// CellOf turns a count of things that belong to people, such as referrals or
// appointments, into what may be shown of it. Where the owner's threshold is one
// of people, it is masked when too few people are behind it, however many things
// there are; a count of nothing is a count of nobody.
func (p Profile) CellOf(things, people Count) Cell {
	if p.CountsPeople() && p.isLow(people) {
		return p.primary()
	}
	return p.Cell(things)
}

// CountsPeople reports whether the threshold is one of people, and not of
// whatever is counted. It is what is meant when the rules say nothing.
func (p Profile) CountsPeople() bool { return p.rules.ThresholdUnit.Value != UnitValues }

// ForNation returns the profile for figures of the whole country: one that
// prints exact numbers where the rules say so, and the same profile otherwise.
func (p Profile) ForNation() Profile {
	if p.rules.Nation.Value != NationExact {
		return p
	}
	exact := p.Rules()
	exact.Threshold.Value, exact.Zero.Value = 1, ShowZero
	exact.RoundingBase.Value, exact.StatisticPeople.Value = 1, 1
	return Profile{exact}
}

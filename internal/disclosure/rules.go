package disclosure

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
)

// Setting is one value of a profile, with why it is so and who says so.
type Setting[T any] struct {
	Value  T      `toml:"value"`
	Reason string `toml:"reason"`
	Source string `toml:"source"`
}

// What a profile may say of zeros, totals and percentages.
const (
	ShowZero = "show" // a true zero is printed
	MaskZero = "mask" // a true zero is masked like a low count

	SumOfShown   = "sum-of-shown"   // masked cells are left out of totals
	SumOfRounded = "sum-of-rounded" // totals add the rounded cells; masked ones are left out
	TrueTotals   = "true"           // totals count everybody; masks must survive them
	NoTotals     = "any"            // the owner asks only that nothing can be deduced

	FromUnrounded = "unrounded" // percentages are of exact counts
	FromShown     = "shown"     // percentages are of the numbers printed

	MaskedByNumerator = "numerator" // a percentage is masked with its numerator
	MaskedByEither    = "either"    // or with its denominator
)

// Rules are one owner's disclosure rules as data, as specs/rules holds them.
// Every value carries its reason and its source.
type Rules struct {
	Name        string `toml:"name"`
	Title       string `toml:"title"`
	Owner       string `toml:"owner"`
	Description string `toml:"description"`

	Threshold          Setting[int64]    `toml:"threshold"`           // the smallest count of people that may be shown
	Zero               Setting[string]   `toml:"zero"`                // ShowZero or MaskZero
	Marks              Setting[[]string] `toml:"marks"`               // the first is written; all are understood
	SecondaryMark      Setting[string]   `toml:"secondary_mark"`      // for cells hidden to protect others
	NoteRequired       Setting[bool]     `toml:"note_required"`       // the file must explain its marks
	RoundingBase       Setting[int64]    `toml:"rounding_base"`       // 1 means no rounding
	Totals             Setting[string]   `toml:"totals"`              // SumOfShown, SumOfRounded, TrueTotals or NoTotals
	PercentageFrom     Setting[string]   `toml:"percentage_from"`     // FromUnrounded or FromShown
	PercentageDecimals Setting[int]      `toml:"percentage_decimals"` // places printed
	PercentageMask     Setting[string]   `toml:"percentage_mask"`     // MaskedByNumerator or MaskedByEither
	PercentageNarrows  Setting[bool]     `toml:"percentage_narrows"`  // the published rule accepts that a percentage narrows its rounded counts
	StatisticPeople    Setting[int64]    `toml:"statistic_people"`    // fewest people behind a mean, median or rate
}

// Profile is a set of rules that has been checked. It is immutable.
type Profile struct{ rules Rules }

// NewProfile checks rules and returns them as a profile, or every fault found.
func NewProfile(rules Rules) (Profile, error) {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	oneOf := func(name, value string, allowed ...string) {
		if !slices.Contains(allowed, value) {
			fault("%s is %q; it is one of %q", name, value, allowed)
		}
	}
	if rules.Threshold.Value < 1 {
		fault("threshold is %d; it is the smallest count that may be shown, 1 or more", rules.Threshold.Value)
	}
	if rules.RoundingBase.Value < 1 {
		fault("rounding_base is %d; 1 means no rounding", rules.RoundingBase.Value)
	}
	if 2*rules.Threshold.Value < rules.RoundingBase.Value {
		fault("rounding_base is %d: a count of the threshold, %d, would be printed as 0", rules.RoundingBase.Value, rules.Threshold.Value)
	}
	if len(rules.Marks.Value) == 0 {
		fault("marks is empty; name at least the mark that is written")
	}
	for _, mark := range append(slices.Clone(rules.Marks.Value), rules.SecondaryMark.Value) {
		if _, err := strconv.ParseFloat(mark, 64); err == nil {
			fault("the mark %q is a number; a sum would take it for one", mark)
		}
	}
	if decimals := rules.PercentageDecimals.Value; decimals < 0 || decimals > 4 {
		fault("percentage_decimals is %d; it is 0 to 4", decimals)
	}
	oneOf("zero", rules.Zero.Value, ShowZero, MaskZero)
	oneOf("totals", rules.Totals.Value, SumOfShown, SumOfRounded, TrueTotals, NoTotals)
	oneOf("percentage_from", rules.PercentageFrom.Value, FromUnrounded, FromShown)
	oneOf("percentage_mask", rules.PercentageMask.Value, MaskedByNumerator, MaskedByEither)
	for name, said := range rules.grounds() {
		if said[0] == "" || said[1] == "" {
			fault("%s gives no reason or no source; a rule is not invented", name)
		}
	}
	slices.SortFunc(faults, func(a, b error) int { return compareText(a.Error(), b.Error()) })
	if len(faults) > 0 {
		return Profile{}, errors.Join(faults...)
	}
	rules.Marks.Value = slices.Clone(rules.Marks.Value)
	return Profile{rules}, nil
}

func compareText(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// grounds returns the reason and the source of every setting, by name.
func (r Rules) grounds() map[string][2]string {
	return map[string][2]string{
		"threshold":           {r.Threshold.Reason, r.Threshold.Source},
		"zero":                {r.Zero.Reason, r.Zero.Source},
		"marks":               {r.Marks.Reason, r.Marks.Source},
		"secondary_mark":      {r.SecondaryMark.Reason, r.SecondaryMark.Source},
		"note_required":       {r.NoteRequired.Reason, r.NoteRequired.Source},
		"rounding_base":       {r.RoundingBase.Reason, r.RoundingBase.Source},
		"totals":              {r.Totals.Reason, r.Totals.Source},
		"percentage_from":     {r.PercentageFrom.Reason, r.PercentageFrom.Source},
		"percentage_decimals": {r.PercentageDecimals.Reason, r.PercentageDecimals.Source},
		"percentage_mask":     {r.PercentageMask.Reason, r.PercentageMask.Source},
		"percentage_narrows":  {r.PercentageNarrows.Reason, r.PercentageNarrows.Source},
		"statistic_people":    {r.StatisticPeople.Reason, r.StatisticPeople.Source},
	}
}

// Rules returns a copy of the profile's rules.
func (p Profile) Rules() Rules {
	rules := p.rules
	rules.Marks.Value = slices.Clone(rules.Marks.Value)
	return rules
}

// Name returns the profile's name, such as ukllc-metrics.
func (p Profile) Name() string { return p.rules.Name }

// IsZero reports whether the profile was never made.
func (p Profile) IsZero() bool { return p.rules.Name == "" }

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
	ShowZero    = "show"    // a true zero is printed
	MaskZero    = "mask"    // a true zero is masked like a low count
	CautionZero = "caution" // a true zero is printed, and a person looks at it

	RoundNearest  = "nearest"  // to the nearest multiple of the base, halves upwards
	RoundMidpoint = "midpoint" // to the middle of the count's band: 1 to 6 is 3, 7 to 12 is 9

	SumOfShown   = "sum-of-shown"   // masked cells are left out of totals
	SumOfRounded = "sum-of-rounded" // totals add the rounded cells; masked ones are left out
	TrueTotals   = "true"           // totals count everybody; masks must survive them
	NoTotals     = "any"            // the owner asks only that nothing can be deduced

	FromUnrounded = "unrounded" // percentages are of exact counts
	FromShown     = "shown"     // percentages are of the numbers printed

	MaskedByNumerator = "numerator" // a percentage is masked with its numerator
	MaskedByEither    = "either"    // or with its denominator

	UnitPeople = "people" // the threshold is one of people, whatever is counted
	UnitValues = "values" // the threshold is one of the number printed

	NationExact    = "exact"     // figures of the whole country are printed as they are
	NationAsOthers = "as-others" // they are masked and rounded like all others

	Allow  = "allow"  // nothing is said
	Tell   = "tell"   // it is told, and speaks against nothing
	Review = "review" // a person decides
	Forbid = "forbid" // it does not leave
)

// Dominance says that the largest contributors of a magnitude may make up no
// more than a share of it.
type Dominance struct {
	Contributors int     `toml:"contributors"`
	Percent      float64 `toml:"percent"`
}

// Rules are one owner's disclosure rules as data, as specs/rules holds them.
// Every value carries its reason and its source. The settings of the second
// group may be left out: then the owner says nothing of the matter.
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

	RoundingMethod        Setting[string]      `toml:"rounding_method"`        // RoundNearest, which is meant when nothing is said, or RoundMidpoint
	MidpointBase          Setting[int64]       `toml:"midpoint_base"`          // columns may instead be rounded to midpoints of this base, when their names say so
	HiddenTogether        Setting[int64]       `toml:"hidden_together"`        // the fewest people that the masked counts of a column stand for together
	PercentageDenominator Setting[int64]       `toml:"percentage_denominator"` // the smallest denominator whose percentage may have decimals
	ClassDisclosure       Setting[string]      `toml:"class_disclosure"`       // rows and columns in which everybody or nobody falls into one class
	Differences           Setting[string]      `toml:"differences"`            // shown counts of a group and of a part of it that differ by a low count
	Extremes              Setting[string]      `toml:"extremes"`               // minima and maxima
	DegreesOfFreedom      Setting[int64]       `toml:"degrees_of_freedom"`     // the fewest residual degrees of freedom of a model
	Dominance             Setting[[]Dominance] `toml:"dominance"`              // the (n, k) rules
	PPercent              Setting[float64]     `toml:"p_percent"`              // the p% rule: how closely a contributor may be estimated by another
	Context               Setting[string]      `toml:"context"`                // files that do not say whom they count and what they show
	FileTypes             Setting[[]string]    `toml:"file_types"`             // endings of files that may leave
	BlockedTypes          Setting[[]string]    `toml:"blocked_types"`          // endings of files that may not
	FileBytes             Setting[int64]       `toml:"file_bytes"`             // the largest file
	FileRows              Setting[int64]       `toml:"file_rows"`              // the longest table
	StatisticDecimals     Setting[int]         `toml:"statistic_decimals"`     // places of means and medians; whole numbers when nothing is said
	ThresholdUnit         Setting[string]      `toml:"threshold_unit"`         // UnitPeople, which is meant when nothing is said, or UnitValues
	Nation                Setting[string]      `toml:"nation"`                 // NationAsOthers, which is meant when nothing is said, or NationExact
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
	if rules.RoundingMethod.Value != RoundMidpoint && 2*rules.Threshold.Value < rules.RoundingBase.Value {
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
	oneOf("zero", rules.Zero.Value, ShowZero, MaskZero, CautionZero)
	oneOf("totals", rules.Totals.Value, SumOfShown, SumOfRounded, TrueTotals, NoTotals)
	oneOf("percentage_from", rules.PercentageFrom.Value, FromUnrounded, FromShown)
	oneOf("percentage_mask", rules.PercentageMask.Value, MaskedByNumerator, MaskedByEither)
	rules.checkOptional(fault)
	for _, setting := range rules.Settings() {
		if setting.Reason == "" || setting.Source == "" {
			fault("%s gives no reason or no source; a rule is not invented", setting.Name)
		}
	}
	slices.SortFunc(faults, func(a, b error) int { return compareText(a.Error(), b.Error()) })
	if len(faults) > 0 {
		return Profile{}, errors.Join(faults...)
	}
	return Profile{rules.clone()}, nil
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

// Rules returns a copy of the profile's rules.
func (p Profile) Rules() Rules { return p.rules.clone() }

func (r Rules) clone() Rules {
	r.Marks.Value = slices.Clone(r.Marks.Value)
	r.Dominance.Value = slices.Clone(r.Dominance.Value)
	r.FileTypes.Value = slices.Clone(r.FileTypes.Value)
	r.BlockedTypes.Value = slices.Clone(r.BlockedTypes.Value)
	return r
}

// Name returns the profile's name, such as ukllc-metrics.
func (p Profile) Name() string { return p.rules.Name }

// IsZero reports whether the profile was never made.
func (p Profile) IsZero() bool { return p.rules.Name == "" }

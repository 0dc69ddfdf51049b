package disclosure

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Said is one setting as people read it: its name in the file of rules, its
// value in words, why it is so and who says so.
type Said struct{ Name, Value, Reason, Source string }

// Settings lists what the rules say, in the order of Rules. A setting of the
// second group that nothing is said of is left out.
func (r Rules) Settings() []Said {
	required := r.required()
	return append(required, r.optional()...)
}

func (r Rules) required() []Said {
	return []Said{
		said("threshold", r.Threshold), said("zero", r.Zero), saidList("marks", r.Marks), said("secondary_mark", r.SecondaryMark),
		said("note_required", r.NoteRequired), said("rounding_base", r.RoundingBase), said("totals", r.Totals),
		said("percentage_from", r.PercentageFrom), said("percentage_decimals", r.PercentageDecimals),
		said("percentage_mask", r.PercentageMask), said("percentage_narrows", r.PercentageNarrows),
		said("statistic_people", r.StatisticPeople),
	}
}

func (r Rules) optional() []Said {
	dominance := Setting[[]string]{Reason: r.Dominance.Reason, Source: r.Dominance.Source}
	for _, rule := range r.Dominance.Value {
		dominance.Value = append(dominance.Value, fmt.Sprintf("the largest %d at most %g%%", rule.Contributors, rule.Percent))
	}
	var list []Said
	keep := func(unsaid bool, s Said) {
		if !unsaid || s.Reason != "" || s.Source != "" {
			list = append(list, s)
		}
	}
	keep(isZero(r.RoundingMethod), said("rounding_method", r.RoundingMethod))
	keep(isZero(r.MidpointBase), said("midpoint_base", r.MidpointBase))
	keep(isZero(r.HiddenTogether), said("hidden_together", r.HiddenTogether))
	keep(isZero(r.PercentageDenominator), said("percentage_denominator", r.PercentageDenominator))
	keep(isZero(r.ClassDisclosure), said("class_disclosure", r.ClassDisclosure))
	keep(isZero(r.Differences), said("differences", r.Differences))
	keep(isZero(r.Extremes), said("extremes", r.Extremes))
	keep(isZero(r.DegreesOfFreedom), said("degrees_of_freedom", r.DegreesOfFreedom))
	keep(isZero(r.Dominance), Said{"dominance", strings.Join(dominance.Value, ", "), dominance.Reason, dominance.Source})
	keep(isZero(r.PPercent), said("p_percent", r.PPercent))
	keep(isZero(r.Context), said("context", r.Context))
	keep(isZero(r.FileTypes), saidList("file_types", r.FileTypes))
	keep(isZero(r.BlockedTypes), saidList("blocked_types", r.BlockedTypes))
	keep(isZero(r.FileBytes), said("file_bytes", r.FileBytes))
	keep(isZero(r.FileRows), said("file_rows", r.FileRows))
	keep(isZero(r.StatisticDecimals), said("statistic_decimals", r.StatisticDecimals))
	keep(isZero(r.ThresholdUnit), said("threshold_unit", r.ThresholdUnit))
	keep(isZero(r.Nation), said("nation", r.Nation))
	return list
}

func isZero[T any](s Setting[T]) bool { return reflect.ValueOf(s).IsZero() }

func said[T any](name string, s Setting[T]) Said {
	value := fmt.Sprint(s.Value)
	if value == "" {
		value = "(blank)"
	}
	return Said{name, value, s.Reason, s.Source}
}

func saidList(name string, s Setting[[]string]) Said {
	quoted := make([]string, len(s.Value))
	for i, value := range s.Value {
		quoted[i] = fmt.Sprintf("%q", value)
	}
	return Said{name, strings.Join(quoted, " "), s.Reason, s.Source}
}

// checkOptional checks the settings that may be left out.
func (r Rules) checkOptional(fault func(format string, args ...any)) {
	oneOf := func(name, value string, allowed ...string) {
		if value != "" && !slices.Contains(allowed, value) {
			fault("%s is %q; it is one of %q", name, value, allowed)
		}
	}
	oneOf("rounding_method", r.RoundingMethod.Value, RoundNearest, RoundMidpoint)
	oneOf("threshold_unit", r.ThresholdUnit.Value, UnitPeople, UnitValues)
	oneOf("nation", r.Nation.Value, NationExact, NationAsOthers)
	if decimals := r.StatisticDecimals.Value; decimals < 0 || decimals > 4 {
		fault("statistic_decimals is %d; it is 0 to 4", decimals)
	}
	for name, value := range map[string]string{
		"class_disclosure": r.ClassDisclosure.Value, "differences": r.Differences.Value,
		"extremes": r.Extremes.Value, "context": r.Context.Value,
	} {
		oneOf(name, value, Allow, Tell, Review, Forbid)
	}
	for name, value := range map[string]int64{
		"midpoint_base": r.MidpointBase.Value, "hidden_together": r.HiddenTogether.Value, "percentage_denominator": r.PercentageDenominator.Value,
		"degrees_of_freedom": r.DegreesOfFreedom.Value, "file_bytes": r.FileBytes.Value, "file_rows": r.FileRows.Value,
	} {
		if value < 0 {
			fault("%s is %d; leave it out when nothing is asked", name, value)
		}
	}
	if base := r.RoundingBase.Value; r.RoundingMethod.Value == RoundMidpoint && base%2 == 1 && base > 1 {
		fault("rounding_base is %d: midpoints are whole numbers of an even base", base)
	}
	if r.MidpointBase.Value%2 == 1 {
		fault("midpoint_base is %d: midpoints are whole numbers of an even base", r.MidpointBase.Value)
	}
	for _, rule := range r.Dominance.Value {
		if rule.Contributors < 1 || rule.Percent <= 0 || rule.Percent > 100 {
			fault("dominance names the largest %d and %g%%; it takes one contributor or more and up to 100", rule.Contributors, rule.Percent)
		}
	}
	if p := r.PPercent.Value; p < 0 || p >= 100 {
		fault("p_percent is %g; it is 0 to 100", p)
	}
	for _, ending := range append(slices.Clone(r.FileTypes.Value), r.BlockedTypes.Value...) {
		if ending == "" || ending != strings.ToLower(strings.Trim(ending, ". ")) {
			fault("the file type %q is written in lower case and without a dot", ending)
		}
	}
}

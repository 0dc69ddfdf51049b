package measures

import (
	"fmt"

	"tre-toolkit/internal/disclosure"
)

// Source says what the figures were made of.
type Source struct {
	Dataset     string `json:"dataset"`
	Version     int    `json:"version"`
	VersionDate string `json:"version_date"`
	DOI         string `json:"doi"`
	Freeze      int    `json:"freeze,omitempty"`      // whose linked people count; 0 when everybody does
	FreezeDate  string `json:"freeze_date,omitempty"` // empty without a freeze
}

// Sentence states what the figures were made of.
func (s Source) Sentence() string {
	text := fmt.Sprintf("%s version %d (%s, DOI %s)", s.Dataset, s.Version, s.VersionDate, s.DOI)
	if s.Freeze > 0 {
		text += fmt.Sprintf(", freeze %d (%s)", s.Freeze, s.FreezeDate)
	}
	return text
}

// Mark explains a sign that stands in place of a number.
type Mark struct {
	Mark    string `json:"mark"`
	Meaning string `json:"meaning"`
}

// Marks explains the marks that the figures may hold.
func (r Results) Marks() []Mark {
	rules := r.rules.Rules()
	low := fmt.Sprintf("a count of 1 to %d", rules.Threshold.Value-1)
	if rules.Zero.Value == disclosure.MaskZero {
		low = fmt.Sprintf("a count of 0 to %d", rules.Threshold.Value-1)
	}
	if r.rules.CountsPeople() {
		low += ", or one of as few people"
	}
	low += ", or a percentage or an average of as few"
	second := rules.SecondaryMark.Value
	if second == rules.Marks.Value[0] {
		if r.counted.request.exact() {
			low += "; or hidden because a masked count could be worked out from it"
		}
		return []Mark{{second, low}}
	}
	return []Mark{{rules.Marks.Value[0], low}, {second, "hidden because a masked count could be worked out from it"}}
}

// Notes are what a reader of the figures must know.
func (r Results) Notes() []string {
	request := r.counted.request
	rules := r.rules.Rules()
	notes := []string{"The unit is " + request.Measures.Unit + ".", "Those waiting are those waiting at the end of the last day of the period."}
	notes = append(notes, "A group all of whose figures are masked is left out; so is one in which nothing was counted.")
	if request.Choices.Recomputed {
		notes = append(notes, "Outcomes are worked out from first and last scores, not from the flags that were shipped.")
	} else {
		notes = append(notes, "Outcomes are those of the flags that were shipped.")
	}
	notes = append(notes, "A repeat referral is one of a person who was discharged from a finished course before it, as far back as the tables go.")
	if base := rules.RoundingBase.Value; base > 1 {
		notes = append(notes, fmt.Sprintf("Counts are rounded to the nearest %d. A total of several figures is the sum of the rounded ones; masked ones are not counted.", base))
		if rules.PercentageFrom.Value == disclosure.FromUnrounded {
			notes = append(notes, "Percentages are of counts before rounding, so that those of printed counts may differ.")
		}
	} else {
		notes = append(notes, "Totals over the values of a variable add up what is shown; masked figures are not counted.",
			"Flags and scores are not compared where counts are exact: the lines would add up to measures.")
		if len(request.Periods) > 1 {
			notes = append(notes, "Figures of those waiting are not given for several periods at once: with those who came and went, two of them would tell masked counts.")
		}
	}
	if request.Freeze > 0 {
		notes = append(notes, fmt.Sprintf("Those who count are the people linked in freeze %d; a person in two studies counts in each.", request.Freeze))
	}
	return notes
}

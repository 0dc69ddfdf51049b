package matching

import (
	"fmt"
	"slices"
	"strings"

	"tre-toolkit/internal/linkage/matching/chart"
)

// WeightsChart draws the match weight of every level of a trained model.
func (m Model) WeightsChart() []byte {
	bars := []chart.Bar{{Group: "prior", Label: "two records drawn at random", Value: weightOf(m.Prior)}}
	for i, weights := range m.weights() {
		levels := m.Comparisons[i].Levels()
		for at, level := range levels {
			bar := chart.Bar{Label: level, Value: weights[len(levels)-at]}
			if at == 0 {
				bar.Group = m.Comparisons[i].Field
			}
			bars = append(bars, bar)
		}
	}
	return chart.Weights("Match weights: "+m.Title, "What each level of agreement adds to the weight of a pair, in bits.", bars)
}

// ProbabilitiesChart draws m and u of every level of a trained model.
func (m Model) ProbabilitiesChart() []byte {
	var ms, us []chart.Bar
	for _, comparison := range m.Comparisons {
		for at, level := range comparison.Levels() {
			bar := chart.Bar{Label: level, Value: comparison.M[at]}
			if at == 0 {
				bar.Group = comparison.Field
			}
			ms, us = append(ms, bar), append(us, chart.Bar{Value: comparison.U[at]})
		}
	}
	return chart.Probabilities("m and u: "+m.Title, "How often each level occurs among records of one person (m) and of two people (u).", ms, us)
}

// Agreement is how a pair of records agrees: a level a field, in the words of a
// diagnostics file, such as "surname: exact; sex: other". It names no person.
type Agreement struct{ levels []int } // by comparison; 0 where there is nothing to compare

// ParseAgreement reads an agreement for a model. Fields that are not named have
// nothing to compare.
func (m Model) ParseAgreement(text string) (Agreement, error) {
	agreement := Agreement{make([]int, len(m.Comparisons))}
	for _, part := range strings.Split(text, ";") {
		if strings.TrimSpace(part) == "" {
			continue
		}
		field, level, _ := strings.Cut(part, ":")
		field, level = strings.TrimSpace(field), strings.TrimSpace(level)
		at := m.comparison(field)
		if at < 0 {
			return agreement, fmt.Errorf("an agreement names a field that model %s does not compare; it compares %s", m.Name, strings.Join(m.compared(), ", "))
		}
		levels := m.Comparisons[at].Levels()
		found := slices.Index(levels, level)
		if found < 0 && level != "missing" {
			return agreement, fmt.Errorf("%s has no such level; its levels are %s, missing", field, strings.Join(levels, ", "))
		}
		if found >= 0 {
			agreement.levels[at] = len(levels) - found
		}
	}
	return agreement, nil
}

func (m Model) compared() []string {
	names := make([]string, len(m.Comparisons))
	for i, comparison := range m.Comparisons {
		names[i] = comparison.Field
	}
	return names
}

// WaterfallChart draws how the weight of a pair that agrees so comes about. What
// the rarity of values adds is not in it: that would need the values.
func (m Model) WaterfallChart(agreement Agreement) []byte {
	bars := []chart.Bar{{Group: "prior", Label: "two records drawn at random", Value: weightOf(m.Prior)}}
	total := weightOf(m.Prior)
	for i, weights := range m.weights() {
		levels, label := m.Comparisons[i].Levels(), "missing"
		if level := agreement.levels[i]; level > 0 {
			label = levels[len(levels)-level]
		}
		value := weights[agreement.levels[i]]
		total += value
		bars = append(bars, chart.Bar{Group: m.Comparisons[i].Field, Label: label, Value: value})
	}
	return chart.Waterfall("How a weight comes about: "+m.Title, fmt.Sprintf("In bits; the probability of one person is %.6f.", probabilityOf(total)), bars)
}

// ThresholdsChart draws precision, recall and F1 by the weight from which pairs
// are taken for links.
func (m Model) ThresholdsChart(table []Score) []byte {
	lines := []chart.Line{{Name: "precision"}, {Name: "recall"}, {Name: "F1"}}
	lowest := 1.0
	for _, score := range table {
		for i, value := range []float64{score.Precision, score.Recall, score.F1} {
			lines[i].Points = append(lines[i].Points, chart.Point{X: score.Weight, Y: value})
			lowest = min(lowest, value)
		}
	}
	low := 0.0
	for _, floor := range []float64{0.5, 0.9, 0.99} {
		if lowest > floor {
			low = floor
		}
	}
	return chart.Lines("Precision and recall: "+m.Title, "Of the pairs from each weight upwards.", "weight (bits)", "share", low, 1, lines)
}

// UnlinkablesChart draws the share of records that hold too little to be linked,
// where it may be shown.
func (m Model) UnlinkablesChart(table []Unlinkable) []byte {
	line := chart.Line{Name: "records below the weight, percent"}
	for _, row := range table {
		if share, shown := row.Share.Value(); shown {
			line.Points = append(line.Points, chart.Point{X: row.Weight, Y: share})
		}
	}
	return chart.Lines("Unlinkable records: "+m.Title, "Records whose weight against a perfect copy of themselves is lower.", "weight (bits)", "percent", 0, 100, []chart.Line{line})
}

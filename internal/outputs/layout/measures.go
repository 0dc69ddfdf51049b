package layout

import (
	"regexp"
	"slices"
	"strings"

	"tre-toolkit/internal/outputs/notation"
)

// MeasureColumns returns the label columns that name statistics in some rows.
func (m *Model) MeasureColumns() []int {
	if m.measured {
		return m.measures
	}
	for _, column := range m.KeyColumns {
		for row := range m.Rows() {
			if m.NamesStatistic(m.Cell(row, column)) {
				m.measures = append(m.measures, column)
				break
			}
		}
	}
	m.measured = true
	return m.measures
}

// labelFacts are what a label says, worked out once: labels repeat.
type labelFacts struct {
	total, statistic, namesStatistic bool

	setting  bool // names a setting
	ofModel  bool // names a figure of a fitted model
	subtotal bool // names the total of something
}

// mostRemembered bounds what is remembered of tables whose labels are all
// different.
const mostRemembered = 50_000

func (f labelFacts) isTotal() bool { return f.total }

func (f labelFacts) isStatistic() bool { return f.statistic }

func (f labelFacts) isOfModel() bool { return f.ofModel }

func (m *Model) judge(label string) labelFacts {
	statistic, named := IsStatistic(label), notation.Words(label)
	return labelFacts{
		total: m.judgeTotal(label), statistic: statistic, namesStatistic: statistic || IsStatisticName(named),
		setting: isSetting(named), ofModel: namesModelFigure(label), subtotal: namesSubtotal(label),
	}
}

func (m *Model) factsOf(label string) labelFacts {
	if number, known := m.labels.numbers[label]; known {
		return m.labels.facts[number]
	}
	facts, known := m.facts[label]
	if known {
		return facts
	}
	facts = m.judge(label)
	if m.facts == nil {
		m.facts = map[string]labelFacts{}
	}
	if len(m.facts) < mostRemembered {
		m.facts[label] = facts
	}
	return facts
}

// NamesStatistic is the function of that name for a label of this table.
func (m *Model) NamesStatistic(label string) bool { return m.factsOf(label).namesStatistic }

// CountsRow reports whether a row's labels say that it holds counts: n and the
// like anywhere, words for people only beside rows of statistics.
func (m *Model) CountsRow(row int, measures []int) bool {
	counts := false
	for _, column := range m.KeyColumns {
		label := m.Cell(row, column)
		if m.NamesStatistic(label) {
			return false
		}
		facts := m.countFactsOf(label)
		counts = counts || facts.counts || facts.people && slices.Contains(measures, column)
	}
	return counts
}

// countFacts are what a label says of counts, worked out once.
type countFacts struct{ counts, people bool }

func (m *Model) countFactsOf(label string) countFacts {
	facts, known := m.counting[label]
	if known {
		return facts
	}
	named := notation.Words(label)
	facts.counts = CountLabel.MatchString(strings.ToLower(strings.ReplaceAll(label, "_", " ")))
	facts.people = notation.AnyWord(named, notation.CountWords) && !slices.Contains(named, "per") && !m.isTotal(label)
	if m.counting == nil {
		m.counting = map[string]countFacts{}
	}
	if len(m.counting) < mostRemembered {
		m.counting[label] = facts
	}
	return facts
}

// CountLabel is a row label that says that its numbers are counts, whatever
// stands in the other rows.
var CountLabel = regexp.MustCompile(`^(?:n|no\.|no of|count|counts|freq|frequency|number|sample size|size)(?: of)?(?: (?:participants|people|persons|patients|individuals))?(?: ?[(\[,].*)?$`)

// NamesStatistic reports whether a row label or a column name says that its
// numbers are no counts.
func NamesStatistic(label string) bool {
	return IsStatistic(label) || IsStatisticName(notation.Words(label))
}

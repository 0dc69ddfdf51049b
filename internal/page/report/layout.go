package report

import (
	"fmt"
	"slices"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/measures"
	"tre-toolkit/internal/page/boundaries"
	"tre-toolkit/internal/spec"
)

// layout is what the script must know to read the tables and to draw: names and
// orders, no figure.
type layout struct {
	Title     string                   `json:"title"`
	Marks     []measures.Mark          `json:"marks"`
	Rounding  string                   `json:"rounding"`
	Kinds     []layoutKind             `json:"kinds"`
	Levels    []layoutLevel            `json:"levels"`
	Variables []layoutVariable         `json:"variables"`
	Counts    []string                 `json:"counts"`
	Others    []string                 `json:"others"`
	CountsBy  []string                 `json:"countsBy"`
	OthersBy  []string                 `json:"othersBy"`
	Measures  map[string]layoutMeasure `json:"measures"`
	Topics    []layoutTopic            `json:"topics"`
	Start     layoutStart              `json:"start"`
	Map       *layoutMap               `json:"map,omitempty"`
}

// layoutMap is a level's map, whose areas stand in the page as drawings.
type layoutMap struct {
	Level  string `json:"level"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
}

type layoutKind struct {
	ID      string   `json:"id"`
	Title   string   `json:"title"`
	IDs     []string `json:"ids"`
	Periods []string `json:"periods"`
	Short   []string `json:"short"`
	From    []string `json:"from"` // first days
	To      []string `json:"to"`   // last days
	By      bool     `json:"by"`
}

func (k kind) layout() layoutKind {
	made := layoutKind{ID: k.id(), Title: k.Title(), By: k.HasBy}
	for _, p := range k.Periods {
		made.IDs, made.Periods, made.Short = append(made.IDs, p.ID), append(made.Periods, p.Name), append(made.Short, p.Short)
		made.From, made.To = append(made.From, p.First.String()), append(made.To, p.Last.String())
	}
	return made
}

type layoutLevel struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	One   bool   `json:"one"` // it has one organisation
}

type layoutVariable struct {
	ID     string   `json:"id"`
	Title  string   `json:"title"`
	Values []string `json:"values"`
}

type layoutMeasure struct {
	Label string `json:"label"`
	Name  string `json:"name"`
	Unit  string `json:"unit"`
	Of    string `json:"of"`
}

type layoutTopic struct {
	ID     string        `json:"id"`
	Title  string        `json:"title"`
	Charts []layoutChart `json:"charts"`
}

type layoutChart struct {
	ID       string   `json:"id"`
	Form     string   `json:"form"`
	Title    string   `json:"title"`
	Measures []string `json:"measures"`
	Variable string   `json:"variable,omitempty"`
}

// layoutStart is the default view, which is drawn before any script runs.
type layoutStart struct {
	Kind         string `json:"kind"`
	Period       string `json:"period"`
	Level        string `json:"level"`
	Organisation string `json:"org"`
}

func (m *model) layout() layout {
	made := layout{
		Title: m.Layout.Title, Marks: m.Figures[0].All.Marks(), Rounding: m.rounding(),
		Counts: idsOf(m.counts), Others: idsOf(m.others), CountsBy: idsOf(m.countsBy), OthersBy: idsOf(m.othersBy),
		Variables: []layoutVariable{}, Measures: map[string]layoutMeasure{}, Start: m.start(),
	}
	if m.Map != nil {
		made.Map = &layoutMap{string(m.Map.Level), m.Map.Width, m.Map.Height}
	}
	for _, one := range m.kinds {
		made.Kinds = append(made.Kinds, one.layout())
	}
	for _, level := range m.levels {
		made.Levels = append(made.Levels, layoutLevel{string(level), m.titleOf(level), len(m.within(level)) == 1})
	}
	for _, one := range m.variables {
		made.Variables = append(made.Variables, layoutVariable{one.Name, one.Title, one.labels()})
	}
	for _, list := range [][]shown{m.counts, m.others, m.countsBy, m.othersBy} {
		for _, one := range list {
			made.Measures[one.ReportFigure.ID] = layoutMeasure{one.Label, one.Measure.Name, one.Unit, one.Means}
		}
	}
	for _, topic := range m.topics() {
		one := layoutTopic{ID: topic.ID, Title: topic.Title, Charts: []layoutChart{}}
		for _, chart := range topic.Charts {
			one.Charts = append(one.Charts, layoutChart{chart.ID, chart.Form, chart.Title, chart.Measures, chart.Variable})
		}
		made.Topics = append(made.Topics, one)
	}
	return made
}

// topics are those of the layout, without the charts that there are no figures for.
func (m *model) topics() []spec.Topic {
	var list []spec.Topic
	for _, topic := range m.Layout.Topics {
		charts := topic.Charts
		topic.Charts = nil
		for _, chart := range charts {
			if m.has(chart) {
				topic.Charts = append(topic.Charts, chart)
			}
		}
		if len(topic.Charts)+len(topic.Sections) > 0 {
			list = append(list, topic)
		}
	}
	return list
}

// has reports whether there is anything that a chart could show.
func (m *model) has(chart spec.Chart) bool {
	switch chart.Form {
	case spec.ByForm:
		return m.hasVariable(chart.Variable)
	case spec.RankedForm:
		return m.compared() != ""
	}
	return len(m.organisations) > 0
}

// hasVariable reports whether there are figures by a variable; by any, when none is
// named.
func (m *model) hasVariable(name string) bool {
	for _, one := range m.variables {
		if name == "" || one.Name == name {
			return true
		}
	}
	return false
}

// compared is the largest level that has several organisations; empty when none has.
func (m *model) compared() measures.Level {
	for _, level := range m.levels {
		if len(m.within(level)) > 1 {
			return level
		}
	}
	return ""
}

func (m *model) within(level measures.Level) []*organisation {
	var list []*organisation
	for _, one := range m.organisations {
		if one.level == level {
			list = append(list, one)
		}
	}
	return list
}

func (m *model) titleOf(level measures.Level) string {
	return m.Layout.Level(string(level))
}

// areas are the map's, by the codes that the report has.
func (m *model) areas() []boundaries.Area {
	if m.Map == nil {
		return nil
	}
	codes := map[string]string{}
	for _, one := range m.within(m.Map.Level) {
		codes[plainCode(one)] = one.code
	}
	areas := slices.Clone(m.Map.Areas)
	for i := range areas {
		if code := codes[areas[i].Code]; code != "" {
			areas[i].Code = code
		}
	}
	return areas
}

func idsOf(list []shown) []string {
	ids := []string{}
	for _, one := range list {
		ids = append(ids, one.ReportFigure.ID)
	}
	return ids
}

// start is the organisation of the largest level that shows most, in the newest
// period of the finest kind in which it shows something.
func (m *model) start() layoutStart {
	if len(m.organisations) == 0 {
		return layoutStart{}
	}
	one, kind := m.first(), m.kinds[0]
	return layoutStart{kind.id(), kind.Periods[m.newest(one)].ID, string(one.level), one.code}
}

func (m *model) first() *organisation {
	var best *organisation
	most := -1
	for _, one := range m.within(m.levels[0]) {
		unmasked := 0
		for period := range m.kinds[0].Periods {
			unmasked += m.unmasked(one, period)
		}
		if unmasked > most {
			best, most = one, unmasked
		}
	}
	return best
}

func (m *model) newest(of *organisation) int {
	last := len(m.kinds[0].Periods) - 1
	for period := last; period >= 0; period-- {
		if m.unmasked(of, period) > 0 {
			return period
		}
	}
	return last
}

// unmasked is how many of the report's figures an organisation shows in a period of
// the finest kind.
func (m *model) unmasked(of *organisation, period int) int {
	number := 0
	for _, list := range [][]shown{m.counts, m.others} {
		for _, measure := range list {
			if !m.cell(of, 0, period, measure).Masked() {
				number++
			}
		}
	}
	return number
}

// rounding says what was done to the values, for the place where they are read.
func (m *model) rounding() string {
	rules := m.rules().Rules()
	base := rules.RoundingBase.Value
	if base == 1 {
		return "Counts that are shown are exact. A total adds up what is shown, without those that are masked."
	}
	text := fmt.Sprintf("Counts are rounded to the nearest %d. A total adds up rounded counts, without those that are masked, and may differ from one published elsewhere.", base)
	if rules.PercentageFrom.Value == disclosure.FromUnrounded {
		text += " Percentages are of counts before rounding"
		if rules.PercentageDecimals.Value == 0 {
			text += ", in whole numbers"
		}
		text += "."
	}
	return text
}

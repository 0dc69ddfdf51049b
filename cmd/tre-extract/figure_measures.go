package main

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"unicode"

	"tre-toolkit/internal/cli"
	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/figure"
	"tre-toolkit/internal/measures"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/versions"
	"tre-toolkit/internal/warehouse"
)

// measuresRules are those that measures go through when nothing is said.
const measuresRules = "nhs-talking-therapies"

// measured is what a figure of measures is drawn from.
type measured struct {
	figureOptions
	results measures.Results
	layout  spec.ReportLayout // words for readers; empty where a dataset has no report
	of      []spec.Measure
	at      []int // their places in the results
	level   measures.Level
	rules   disclosure.Profile
}

func (s *session) measuresFigure(ctx context.Context, w *warehouse.Warehouse, opts figureOptions, version versions.Version, dataset spec.Dataset, rules disclosure.Profile) (figure.Figure, error) {
	opts.levels = opts.levelOf(rules)
	if opts.by != byPeriod && opts.by != byOrganisation {
		opts.variables = []string{opts.by}
	}
	request, source, err := s.measuresRequest(ctx, w, opts.measuresOptions, version, dataset, rules)
	if err != nil {
		return figure.Figure{}, err
	}
	if opts.by != byPeriod {
		request.Periods = request.Periods[len(request.Periods)-1:]
	}
	of, at, err := opts.measuresOf(request.Measures)
	if err != nil {
		return figure.Figure{}, err
	}
	layout, err := s.reportLayout(request.Measures)
	if err != nil {
		return figure.Figure{}, err
	}
	results, err := countedResults(ctx, w, request)
	if err != nil {
		return figure.Figure{}, err
	}
	drawn := measured{figureOptions: opts, results: results, layout: layout, of: of, at: at, level: request.Levels[0], rules: rules}
	made, err := drawn.figure(request.Measures)
	made.Source = source.Sentence() + ", rules " + rules.Name() + "."
	return made, err
}

// levelOf returns the one level of the figure. None is named for a command that
// knows its own.
func (o figureOptions) levelOf(rules disclosure.Profile) []string {
	rounds := rules.Rules().RoundingBase.Value > 1
	switch {
	case o.level != "":
		return []string{o.level}
	case rounds && o.by == byOrganisation:
		return []string{string(measures.ICB)}
	case rounds:
		return []string{string(measures.England)}
	}
	return nil
}

// measuresOf returns the measures that are asked for, by id or name.
func (o figureOptions) measuresOf(known spec.Measures) (of []spec.Measure, at []int, err error) {
	for _, asked := range o.of {
		place := slices.IndexFunc(known.Measures, func(m spec.Measure) bool { return m.ID == asked || m.Name == asked })
		if place < 0 {
			return nil, nil, cli.Fail(cli.Usage, fmt.Errorf("there is no measure %q", asked), "--of participants, --of funnel, or ids such as "+known.Measures[0].ID+"; tre-extract measures writes them all")
		}
		if slices.Contains(at, place) {
			return nil, nil, cli.Fail(cli.Usage, fmt.Errorf("the measure %s is named twice", asked), "")
		}
		of, at = append(of, known.Measures[place]), append(at, place)
	}
	return of, at, nil
}

// reportLayout loads the words of a dataset's report, where it has one.
func (s *session) reportLayout(known spec.Measures) (spec.ReportLayout, error) {
	files, err := s.specFiles()
	if err != nil {
		return spec.ReportLayout{}, err
	}
	if _, err := fs.Stat(files, "reports/"+known.Dataset+".toml"); err != nil {
		return spec.ReportLayout{}, nil
	}
	return spec.LoadReportLayout(files, known)
}

func (m measured) figure(known spec.Measures) (figure.Figure, error) {
	made := figure.Figure{Title: m.layout.Title, Unit: m.unitOf(known, m.of[0])}
	for _, one := range m.of {
		if unit := m.unitOf(known, one); unit != made.Unit {
			return made, cli.Fail(cli.Usage, fmt.Errorf("%s is in %s and %s in %s: they have no common axis", m.of[0].ID, made.Unit, one.ID, unit), "draw them in two figures")
		}
	}
	if len(m.of) == 1 {
		made.Title = nameOf(m.of[0])
	} else if made.Title == "" {
		made.Title = "Measures of " + known.Dataset
	}
	organisations, err := m.organisations()
	if err != nil {
		return made, err
	}
	switch m.by {
	case byPeriod:
		err = m.overPeriods(&made, organisations)
	case byOrganisation:
		m.acrossOrganisations(&made, organisations)
	default:
		err = m.acrossValues(&made, organisations)
	}
	for _, mark := range m.results.Marks() {
		made.Marks = append(made.Marks, figure.Mark(mark))
	}
	made.Notes = []string{strings.Join(m.results.Notes(), " ")}
	for _, one := range m.of {
		if one.Unverified != "" {
			made.Notes = append(made.Notes, fmt.Sprintf("Unverified of %s: %s.", one.ID, strings.TrimSuffix(one.Unverified, ".")))
		}
	}
	return made, err
}

// organisation is one of the level, with its groups.
type organisation struct {
	code, name string
	groups     []measures.Group
}

// organisations returns those that are asked for: all of the level that show
// something when none is named, in the order of their codes.
func (m measured) organisations() ([]organisation, error) {
	var list []organisation
	for group := range m.results.Groups() {
		one := organisation{code: group.Code1, name: group.Name1}
		if group.Code2 != "" {
			one.code, one.name = one.code+"/"+group.Code2, one.name+", "+group.Name2
		}
		if len(m.chosen) > 0 && !slices.Contains(m.chosen, one.code) {
			continue
		}
		at := slices.IndexFunc(list, func(o organisation) bool { return o.code == one.code })
		if at < 0 {
			at, list = len(list), append(list, one)
		}
		list[at].groups = append(list[at].groups, group)
	}
	for _, code := range m.chosen {
		if !slices.ContainsFunc(list, func(o organisation) bool { return o.code == code }) {
			return nil, cli.Fail(cli.Refused, fmt.Errorf("no figure of %s %q is shown: it is unknown, nothing was counted, or all is masked", m.level, code),
				"codes are those that tre-extract measures writes; ask for longer periods or another level")
		}
	}
	if len(list) == 0 {
		return nil, explainFigure(figure.ErrNothing)
	}
	slices.SortStableFunc(list, func(a, b organisation) int { return strings.Compare(a.code, b.code) })
	return list, nil
}

// title is what a figure calls an organisation.
func (o organisation) title() string {
	if o.name == "" || o.name == o.code {
		return o.code
	}
	return o.name
}

// overPeriods draws a line for every measure of one organisation, or for every
// organisation of one measure. A group of which nothing is shown has no cells: the
// line has a gap there, like one where a figure is masked.
func (m measured) overPeriods(made *figure.Figure, organisations []organisation) error {
	if len(organisations) > 1 && len(m.of) > 1 {
		return cli.Fail(cli.Usage, fmt.Errorf("%d measures of %d organisations are too many lines to tell apart", len(m.of), len(organisations)), "name one measure, or one organisation with --organisation")
	}
	made.Form = figure.Lines
	for _, one := range m.results.Periods() {
		made.Labels = append(made.Labels, periodTitle(one))
	}
	made.Subtitle = m.levelTitle()
	if len(organisations) == 1 && m.level != measures.England {
		made.Subtitle += ": " + organisations[0].title()
	}
	periods := m.results.Periods()
	made.Subtitle += ", " + periodTitle(measures.Period{First: periods[0].First, Last: periods[len(periods)-1].Last})
	for _, one := range organisations {
		for i, measure := range m.of {
			cells := m.masked(len(made.Labels))
			for _, group := range one.groups {
				cells[group.Period] = group.Cells[m.at[i]]
			}
			name := nameOf(measure)
			if len(m.of) == 1 {
				name = one.title()
			}
			made.Series = append(made.Series, figure.Series{Name: name, Cells: cells})
		}
	}
	return nil
}

func (m measured) masked(number int) []disclosure.Cell {
	return slices.Repeat([]disclosure.Cell{m.rules.Withhold()}, number)
}

// acrossOrganisations draws bars of organisations, the longest first. Those that
// are masked come last, in the order of their codes, which tells nothing of them.
func (m measured) acrossOrganisations(made *figure.Figure, organisations []organisation) {
	made.Form = figure.Bars
	made.Subtitle = m.levelTitle() + ", " + periodTitle(m.results.Periods()[0])
	slices.SortStableFunc(organisations, func(a, b organisation) int {
		return disclosure.LargestFirst(a.groups[0].Cells[m.at[0]], b.groups[0].Cells[m.at[0]])
	})
	for _, one := range organisations {
		made.Labels = append(made.Labels, one.title())
	}
	for i, measure := range m.of {
		cells := m.masked(len(organisations))
		for j, one := range organisations {
			cells[j] = one.groups[0].Cells[m.at[i]]
		}
		made.Series = append(made.Series, figure.Series{Name: nameOf(measure), Cells: cells})
	}
}

// acrossValues draws bars of a variable's values. The values of which nothing is
// shown are left out, as they are of every output.
func (m measured) acrossValues(made *figure.Figure, organisations []organisation) error {
	if len(organisations) > 1 {
		return cli.Fail(cli.Usage, fmt.Errorf("values of %s are drawn for one organisation, and %s has %d", m.by, m.level, len(organisations)), "name it with --organisation")
	}
	variable, prefix := words(m.by), ""
	if at := slices.IndexFunc(m.layout.Variables, func(v spec.ReportVariable) bool { return v.Name == m.by }); at >= 0 {
		variable, prefix = m.layout.Variables[at].Title, m.layout.Variables[at].Prefix
	}
	made.Form = figure.Bars
	made.Subtitle = m.levelTitle()
	if m.level != measures.England {
		made.Subtitle += ": " + organisations[0].title()
	}
	made.Subtitle += ", by " + strings.ToLower(variable) + ", " + periodTitle(m.results.Periods()[0])
	for i, measure := range m.of {
		one := figure.Series{Name: nameOf(measure)}
		for _, group := range organisations[0].groups {
			if group.Sum {
				continue
			}
			one.Cells = append(one.Cells, group.Cells[m.at[i]])
			if i == 0 {
				made.Labels = append(made.Labels, prefix+group.Value)
			}
		}
		made.Series = append(made.Series, one)
	}
	return nil
}

func (m measured) levelTitle() string {
	if len(m.chosen) == 1 || m.level == measures.England || m.layout.Dataset == "" {
		return string(m.level)
	}
	return m.layout.Level(string(m.level))
}

// unitOf returns what a measure's axis is of.
func (m measured) unitOf(known spec.Measures, of spec.Measure) string {
	if of.Kind == spec.ShareMeasure {
		return figure.Percent
	}
	if one, found := m.layout.Figure(of.ID); found {
		return one.Unit
	}
	if family, found := known.Family(of.Of); found && of.Kind != spec.CountMeasure {
		return family.Amount
	}
	return "number"
}

// nameOf returns a measure's published name in words, such as First treatment 6
// weeks for Count_FirstTreatment6Weeks. The axis says whether it is a percentage.
func nameOf(of spec.Measure) string {
	kind, name, found := strings.Cut(of.Name, "_")
	switch {
	case !found:
		return words(of.Name)
	case of.Kind == spec.CountMeasure || of.Kind == spec.ShareMeasure:
		return words(name)
	}
	return words(kind + name)
}

// words breaks a name at its capitals and numbers; what is all capitals stays.
func words(name string) string {
	var text strings.Builder
	letters := []rune(name)
	for i, letter := range letters {
		begins := unicode.IsUpper(letter) && (i == 0 || !unicode.IsUpper(letters[i-1]) || i+1 < len(letters) && unicode.IsLower(letters[i+1])) ||
			unicode.IsDigit(letter) && i > 0 && !unicode.IsDigit(letters[i-1]) || unicode.IsLower(letter) && i > 0 && unicode.IsDigit(letters[i-1])
		if begins && i > 0 {
			text.WriteByte(' ')
		}
		acronym := i+1 < len(letters) && unicode.IsUpper(letters[i+1]) || i > 0 && unicode.IsUpper(letters[i-1]) && !begins
		if i > 0 && !acronym {
			letter = unicode.ToLower(letter)
		}
		text.WriteRune(letter)
	}
	return text.String()
}

// periodTitle is what a figure calls a period.
func periodTitle(p measures.Period) string {
	first, last := p.First.Time(), p.Last.Time()
	next := last.AddDate(0, 0, 1)
	if first.Day() != 1 || next.Day() != 1 {
		return first.Format("2 Jan 2006") + " to " + last.Format("2 Jan 2006")
	}
	switch months := 12*(next.Year()-first.Year()) + int(next.Month()) - int(first.Month()); {
	case months == 1:
		return first.Format("Jan 2006")
	case months == 12 && first.Month() == 4:
		return fmt.Sprintf("%d/%02d", first.Year(), next.Year()%100)
	case first.Year() == last.Year():
		return first.Format("Jan") + " to " + last.Format("Jan 2006")
	}
	return first.Format("Jan 2006") + " to " + last.Format("Jan 2006")
}

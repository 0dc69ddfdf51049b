package spec

import (
	"errors"
	"io/fs"
	"regexp"
	"slices"
)

// Forms of charts.
const (
	LineForm    = "line"    // measures over the periods
	RankedForm  = "ranked"  // organisations by one measure, and a map
	ColumnsForm = "columns" // measures of one period side by side, in their order
	ByForm      = "by"      // values of a variable by one measure
)

// Sections that a topic may end with.
const (
	AgreementSection   = "agreement"   // of the flags with the scores
	FaultsSection      = "faults"      // of the data
	DefinitionsSection = "definitions" // of the measures
)

// Percent is the unit of shares.
const Percent = "percent"

// ReportLayout is what a dataset's interactive report shows, as
// specs/reports/NAME.toml has it: pages, charts, and words for measures.
type ReportLayout struct {
	Dataset   string           `toml:"dataset"`
	Title     string           `toml:"title"`
	Lead      string           `toml:"lead"`
	Levels    []ReportLevel    `toml:"levels"`
	Variables []ReportVariable `toml:"variables"`
	Figures   []ReportFigure   `toml:"figures"`
	Topics    []Topic          `toml:"topics"`
}

// ReportLevel is what readers call a level of the measures.
type ReportLevel struct {
	Name  string `toml:"name"`
	Title string `toml:"title"`
}

// ReportVariable is what readers call a variable of the measures.
type ReportVariable struct {
	Name   string `toml:"name"`
	Title  string `toml:"title"`
	Prefix string `toml:"prefix"` // before its values, so that a number among them is not taken for a count
}

// ReportFigure is a measure in a reader's words.
type ReportFigure struct {
	ID    string `toml:"id"`    // of the measure
	Label string `toml:"label"` // unlike every other
	Unit  string `toml:"unit"`  // Percent, or what a value counts
	Means string `toml:"means"` // what it is, as a sentence
}

// Topic is one page of the report.
type Topic struct {
	ID        string   `toml:"id"` // in addresses
	Title     string   `toml:"title"`
	Text      string   `toml:"text"`
	CannotSay []string `toml:"cannot_say"` // what a reader might wrongly take from it
	Sections  []string `toml:"sections"`
	Charts    []Chart  `toml:"charts"`
}

// Chart is one picture of measures that share a unit, or of which one is chosen.
type Chart struct {
	ID       string   `toml:"id"` // within its topic
	Form     string   `toml:"form"`
	Title    string   `toml:"title"`
	Measures []string `toml:"measures"` // ids
	Variable string   `toml:"variable"` // of a chart by a variable; empty when the reader chooses
	Note     string   `toml:"note"`
}

// Figure returns a measure in a reader's words.
func (l ReportLayout) Figure(id string) (ReportFigure, bool) {
	at := slices.IndexFunc(l.Figures, func(f ReportFigure) bool { return f.ID == id })
	if at < 0 {
		return ReportFigure{}, false
	}
	return l.Figures[at], true
}

// Level returns what readers call a level: its name when nobody says.
func (l ReportLayout) Level(name string) string {
	for _, one := range l.Levels {
		if one.Name == name {
			return one.Title
		}
	}
	return name
}

// Measures lists the measures of the charts, each once: of those that show values of
// a variable, or of the others.
func (l ReportLayout) Measures(byVariable bool) []string {
	var list []string
	for _, topic := range l.Topics {
		for _, chart := range topic.Charts {
			for _, id := range chart.Measures {
				if (chart.Form == ByForm) == byVariable && !slices.Contains(list, id) {
					list = append(list, id)
				}
			}
		}
	}
	return list
}

// LoadReportLayout reads specs/reports/DATASET.toml, with every fault found.
func LoadReportLayout(files fs.FS, measures Measures) (ReportLayout, error) {
	name := "reports/" + measures.Dataset + ".toml"
	if _, err := fs.Stat(files, name); errors.Is(err, fs.ErrNotExist) {
		return ReportLayout{}, &Invalid{[]Fault{{name, 0, "there is no report of " + measures.Dataset}}}
	}
	var layout ReportLayout
	faults := decodeFile(files, name, &layout)
	if faults.broken {
		return ReportLayout{}, faults.err()
	}
	text, _ := fs.ReadFile(files, name) // it was read before
	check := layoutCheck{layout, measures, name, text, faults}
	check.head()
	check.figures()
	check.topics()
	return layout, faults.err()
}

type layoutCheck struct {
	ReportLayout
	measures Measures
	name     string
	text     []byte
	faults   *faultList
}

func (c layoutCheck) fault(heading string, index int, format string, args ...any) {
	c.faults.add(c.name, lineWhere(c.text, index+1, isHeading(heading)), format, args...)
}

func (c layoutCheck) head() {
	if c.Dataset != c.measures.Dataset {
		c.faults.add(c.name, 0, "the report is of %q; its file says %s", c.Dataset, c.measures.Dataset)
	}
	if c.Title == "" || c.Lead == "" || len(c.Topics) == 0 || len(c.Levels) == 0 {
		c.faults.add(c.name, 0, "title, lead, [[levels]] and [[topics]] are needed")
	}
	for i, variable := range c.Variables {
		if _, found := c.measures.Variable(variable.Name); !found || variable.Title == "" {
			c.fault("[[variables]]", i, "%q is no variable of the measures, or has no title", variable.Name)
		}
	}
}

func (c layoutCheck) figures() {
	for i, figure := range c.Figures {
		at := c.measures.Index(figure.ID)
		if at < 0 {
			c.fault("[[figures]]", i, "%q is no measure", figure.ID)
			continue
		}
		if figure.Label == "" || figure.Unit == "" || figure.Means == "" {
			c.fault("[[figures]]", i, "%s needs label, unit and means", figure.ID)
		}
		if (figure.Unit == Percent) != (c.measures.Measures[at].Kind == ShareMeasure) {
			c.fault("[[figures]]", i, "%s: the unit of shares, and of nothing else, is %s", figure.ID, Percent)
		}
		if slices.ContainsFunc(c.Figures[:i], func(f ReportFigure) bool { return f.ID == figure.ID || f.Label == figure.Label }) {
			c.fault("[[figures]]", i, "%s: another figure has this id or label", figure.ID)
		}
	}
}

// addressable is what may stand in an address and in an id of a page.
var addressable = regexp.MustCompile(`^[a-z][a-z0-9]*$`)

func (c layoutCheck) topics() {
	place := 0
	for i, topic := range c.Topics {
		if !addressable.MatchString(topic.ID) || topic.Title == "" || topic.Text == "" {
			c.fault("[[topics]]", i, "a topic needs title, text and an id of small letters")
		}
		if slices.ContainsFunc(c.Topics[:i], func(t Topic) bool { return t.ID == topic.ID }) {
			c.fault("[[topics]]", i, "two topics are called %s", topic.ID)
		}
		for _, section := range topic.Sections {
			if !slices.Contains([]string{AgreementSection, FaultsSection, DefinitionsSection}, section) {
				c.fault("[[topics]]", i, "%s: there is no section %q", topic.ID, section)
			}
		}
		for at, chart := range topic.Charts {
			c.chart(topic.Charts[:at], chart, func(format string, args ...any) { c.fault("[[topics.charts]]", place, format, args...) })
			place++
		}
	}
}

func (c layoutCheck) chart(before []Chart, chart Chart, fault func(string, ...any)) {
	if !addressable.MatchString(chart.ID) || chart.Title == "" || len(chart.Measures) == 0 {
		fault("a chart needs title, measures and an id of small letters")
	}
	if slices.ContainsFunc(before, func(one Chart) bool { return one.ID == chart.ID }) {
		fault("two charts of a topic are called %s", chart.ID)
	}
	if !slices.Contains([]string{LineForm, RankedForm, ColumnsForm, ByForm}, chart.Form) {
		fault("%s: form is %q; it is line, ranked, columns or by", chart.ID, chart.Form)
	}
	if listed := slices.ContainsFunc(c.Variables, func(v ReportVariable) bool { return v.Name == chart.Variable }); chart.Variable != "" && (chart.Form != ByForm || !listed) {
		fault("%s: %q is no variable of the report, or the chart shows none", chart.ID, chart.Variable)
	}
	unit := ""
	for _, id := range chart.Measures {
		figure, found := c.Figure(id)
		if !found {
			fault("%s: %q is no figure", chart.ID, id)
		}
		if together := chart.Form == LineForm || chart.Form == ColumnsForm; together && unit != "" && figure.Unit != unit {
			fault("%s: figures of one picture need one unit", chart.ID)
		}
		unit = figure.Unit
	}
}

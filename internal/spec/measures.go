package spec

import (
	"errors"
	"io/fs"
	"math"
	"slices"
	"strings"
)

// Kinds of measures.
const (
	CountMeasure  = "count"  // how many pathways, or appointments, are in classes of a family
	ShareMeasure  = "share"  // a percentage: one count of another
	MeanMeasure   = "mean"   // of the amounts of a family
	MedianMeasure = "median" // of the amounts of a family
)

// Unbounded is the last amount of a range that has no end.
const Unbounded = math.MaxInt32

// Values of variables that no group has for its own: the figures of all, and those
// of whom nothing is known.
const (
	TotalValue   = "Total"
	UnknownValue = "Unknown"
)

// Measures are a dataset's measures, as specs/measures/NAME.toml holds them: what
// each is called, what it counts, who says so, and what they are broken down by.
type Measures struct {
	Dataset     string     `toml:"dataset"`
	Unit        string     `toml:"unit"`         // what is counted, in words
	England     string     `toml:"england"`      // the name of the whole country
	UnknownCode string     `toml:"unknown_code"` // for organisations that are not given, or not known
	UnknownName string     `toml:"unknown_name"`
	Families    []Family   `toml:"families"`
	Measures    []Measure  `toml:"measures"`
	Variables   []Variable `toml:"variables"`
	Pairings    []Pairing  `toml:"pairings"`
}

// Family is one event that puts a pathway into a period, sorted by one property
// of it. Every event falls into one class of its family.
type Family struct {
	Name   string `toml:"name"`   // event.property, as the statements name it
	Date   string `toml:"date"`   // the day that decides the period
	Class  string `toml:"class"`  // what the classes are
	Amount string `toml:"amount"` // what means and ranges are of, such as days; empty when there is nothing to average
	Median bool   `toml:"median"` // the statements work out medians of it
	Stock  bool   `toml:"stock"`  // who is there on the last day of a period, not what happened in it
}

// Measure is one published measure.
type Measure struct {
	ID          string   `toml:"id"`
	Name        string   `toml:"name"`
	Also        string   `toml:"also"` // the name that other periods publish it by
	Kind        string   `toml:"kind"`
	Of          string   `toml:"of"`         // a family; for counts, means and medians
	Values      []string `toml:"values"`     // patterns of the classes counted; none means all
	OtherThan   []string `toml:"other_than"` // classes not counted; classes that say nothing are not either
	Range       *Range   `toml:"range"`      // the amounts counted
	Numerator   string   `toml:"numerator"`  // ids of counts; for shares
	Denominator string   `toml:"denominator"`
	Less        string   `toml:"less"` // a count taken off the denominator
	Source      string   `toml:"source"`
	Unverified  string   `toml:"unverified"` // what of it no source says
}

// Range is a range of a family's amounts, such as days, both ends included.
type Range struct {
	From int  `toml:"from"`
	To   *int `toml:"to"` // nil means no end
}

// Last returns the last amount of the range.
func (r Range) Last() int {
	if r.To == nil {
		return Unbounded
	}
	return *r.To
}

// Variable is something that pathways are broken down by.
type Variable struct {
	Name       string          `toml:"name"`
	Source     string          `toml:"source"`
	AsRecorded bool            `toml:"as_recorded"` // the values are their own names
	Groups     []VariableGroup `toml:"groups"`
}

// VariableGroup is one value of a variable as it is published: the patterns of
// codes, or the range of numbers, that belong to it.
type VariableGroup struct {
	Name   string   `toml:"name"`
	Values []string `toml:"values"`
	From   *int     `toml:"from"`
	To     *int     `toml:"to"`
}

// Pairing says which anxiety measure is the right one for a complaint.
type Pairing struct {
	Complaint string `toml:"complaint"` // a pattern of codes
	Measure   string `toml:"measure"`   // a token of the cut-offs
}

// Variable returns the variable of that name.
func (m Measures) Variable(name string) (Variable, bool) {
	at := slices.IndexFunc(m.Variables, func(v Variable) bool { return v.Name == name })
	if at < 0 {
		return Variable{}, false
	}
	return m.Variables[at], true
}

// Index returns the place of the measure with that id, or -1.
func (m Measures) Index(id string) int {
	return slices.IndexFunc(m.Measures, func(one Measure) bool { return one.ID == id })
}

// LoadMeasures reads specs/measures/DATASET.toml, with every fault found.
func LoadMeasures(files fs.FS, dataset string) (Measures, error) {
	name := "measures/" + dataset + ".toml"
	if _, err := fs.Stat(files, name); errors.Is(err, fs.ErrNotExist) {
		return Measures{}, &Invalid{[]Fault{{name, 0, "there are no measures of " + dataset}}}
	}
	var measures Measures
	faults := decodeFile(files, name, &measures)
	if faults.broken {
		return Measures{}, faults.err()
	}
	text, _ := fs.ReadFile(files, name) // it was read before
	check := measuresCheck{measures, name, text, faults}
	check.head(dataset)
	check.families()
	check.measures()
	check.variables()
	return measures, faults.err()
}

type measuresCheck struct {
	Measures
	name   string
	text   []byte
	faults *faultList
}

func (c measuresCheck) fault(heading string, index int, format string, args ...any) {
	c.faults.add(c.name, lineWhere(c.text, index+1, isHeading(heading)), format, args...)
}

func (c measuresCheck) head(dataset string) {
	if c.Dataset != dataset {
		c.faults.add(c.name, 0, "the measures are of %q; their file says %s", c.Dataset, dataset)
	}
	if c.Unit == "" || c.England == "" || c.UnknownCode == "" || c.UnknownName == "" {
		c.faults.add(c.name, 0, "unit, england, unknown_code and unknown_name are needed")
	}
	if len(c.Measures.Measures) == 0 {
		c.faults.add(c.name, 0, "there is no measure")
	}
}

// Family returns the family of that name.
func (m Measures) Family(name string) (Family, bool) {
	at := slices.IndexFunc(m.Families, func(f Family) bool { return f.Name == name })
	if at < 0 {
		return Family{}, false
	}
	return m.Families[at], true
}

// Event returns the event that a family is of, which other families may sort by
// other properties.
func (f Family) Event() string {
	event, _, _ := strings.Cut(f.Name, ".")
	return event
}

func (c measuresCheck) families() {
	for i, family := range c.Families {
		if family.Name == "" || family.Date == "" || family.Class == "" {
			c.fault("[[families]]", i, "a family needs name, date and class")
		}
		if slices.ContainsFunc(c.Families[:i], func(f Family) bool { return f.Name == family.Name }) {
			c.fault("[[families]]", i, "two families are called %s", family.Name)
		}
	}
}

func (c measuresCheck) measures() {
	for i, measure := range c.Measures.Measures {
		fault := func(format string, args ...any) { c.fault("[[measures]]", i, format, args...) }
		if measure.ID == "" || measure.Name == "" || measure.Source == "" {
			fault("a measure needs id, name and source")
		}
		for _, other := range c.Measures.Measures[:i] {
			if other.ID == measure.ID || other.Name == measure.Name {
				fault("%s %s: another measure has this id or name", measure.ID, measure.Name)
			}
		}
		switch measure.Kind {
		case CountMeasure:
			c.count(measure, fault)
		case MeanMeasure, MedianMeasure:
			c.average(measure, fault)
		case ShareMeasure:
			c.share(measure, fault)
		default:
			fault("%s: kind is %q; it is count, share, mean or median", measure.ID, measure.Kind)
		}
	}
}

func (c measuresCheck) count(measure Measure, fault func(string, ...any)) {
	family, found := c.Family(measure.Of)
	if !found {
		fault("%s: there is no family %q", measure.ID, measure.Of)
	}
	if measure.Numerator+measure.Denominator+measure.Less != "" {
		fault("%s: a count has no numerator and no denominator", measure.ID)
	}
	said := 0
	for _, is := range []bool{len(measure.Values) > 0, len(measure.OtherThan) > 0, measure.Range != nil} {
		if is {
			said++
		}
	}
	if said > 1 {
		fault("%s: of values, other_than and range one can be said", measure.ID)
	}
	if measure.Range == nil {
		return
	}
	if family.Amount == "" {
		fault("%s: %s has no amount that a range could be of", measure.ID, measure.Of)
	}
	if measure.Range.From < 0 || measure.Range.Last() < measure.Range.From {
		fault("%s: %d to %d is no range", measure.ID, measure.Range.From, measure.Range.Last())
	}
}

func (c measuresCheck) average(measure Measure, fault func(string, ...any)) {
	family, found := c.Family(measure.Of)
	switch {
	case !found:
		fault("%s: there is no family %q", measure.ID, measure.Of)
	case family.Amount == "":
		fault("%s: %s has no amount to average", measure.ID, measure.Of)
	case measure.Kind == MedianMeasure && !family.Median:
		fault("%s: no medians are worked out of %s", measure.ID, measure.Of)
	}
	if len(measure.Values)+len(measure.OtherThan) > 0 || measure.Range != nil {
		fault("%s: a mean or a median is of a whole family", measure.ID)
	}
}

func (c measuresCheck) share(measure Measure, fault func(string, ...any)) {
	if measure.Of != "" {
		fault("%s: a share is of counts, not of a family", measure.ID)
	}
	for _, id := range []string{measure.Numerator, measure.Denominator, measure.Less} {
		if id == "" && id == measure.Less {
			continue
		}
		if at := c.Index(id); at < 0 || c.Measures.Measures[at].Kind != CountMeasure {
			fault("%s: %q is no count", measure.ID, id)
		}
	}
	if measure.Numerator == "" || measure.Denominator == "" {
		fault("%s: a share needs numerator and denominator", measure.ID)
	}
}

func (c measuresCheck) variables() {
	for i, variable := range c.Variables {
		if variable.Name == "" || variable.Source == "" {
			c.fault("[[variables]]", i, "a variable needs name and source")
		}
		if variable.AsRecorded == (len(variable.Groups) > 0) {
			c.fault("[[variables]]", i, "%s: give groups, or say as_recorded", variable.Name)
		}
		if slices.ContainsFunc(c.Variables[:i], func(v Variable) bool { return v.Name == variable.Name }) {
			c.fault("[[variables]]", i, "two variables are called %s", variable.Name)
		}
		for _, group := range variable.Groups {
			if group.Name == "" || strings.EqualFold(group.Name, TotalValue) || (len(group.Values) > 0) == (group.From != nil) {
				c.fault("[[variables]]", i, "%s: a group needs a name that is not Total, and values or a range", variable.Name)
			}
		}
	}
	for i, pairing := range c.Pairings {
		if pairing.Complaint == "" || pairing.Measure == "" {
			c.fault("[[pairings]]", i, "a pairing needs complaint and measure")
		}
	}
}

// Package matching says which records are of one person: it links two files of
// people, or finds the duplicates of one, by a model that names the columns, how
// they are compared and in which blocks pairs are looked for.
//
// Ordered deterministic passes come first, in the manner of a national tracing
// service, each with a step of its own. What they leave is decided by
// probability, after Fellegi and Sunter (1969): m, the chance that a field agrees
// in two records of one person, is estimated by expectation maximisation, and u,
// the chance in records of two people, from pairs drawn by their ids.
//
// It promises: the same files and model give the same links and the same bytes,
// whatever the order of rows and the number of threads; each link says by which
// step it was made, how strong it is and whether another was nearly as good; no
// value of a file is in an error or in the text of a statement. Files of people
// belong to the trusted third party: nothing here opens a research environment.
package matching

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// The most fields, blocking rules and parts of a rule that a model may have: the
// columns of the staged records.
const (
	mostFields = 15
	mostRules  = 10
	mostParts  = 3
	mostEdits  = 3 // beyond which values are not alike
)

// Model says how files of people are linked. A model that was parsed is whole:
// what names a field names one that is there.
type Model struct {
	Name        string
	Title       string
	Description string
	ID          []string // columns that may hold a record's id, the first that is there
	Fields      []Field
	Comparisons []Comparison
	Rules       []Rule
	MostPairs   int64 // a rule that would make more pairs is left out
	Passes      []Pass
	Decision    Decision
	Prior       float64  // the chance that two records drawn at random are of one person; 0 before training
	Iterations  int      // of expectation maximisation
	Files       []string // SHA-256 of the files that it was estimated from
}

// Trained reports whether the model has estimates.
func (m Model) Trained() bool { return m.Prior > 0 }

// Field is something known of a person.
type Field struct {
	Name    string
	Columns []string // that may hold it, the first that is there
	Kind    Kind
	Unknown []string // values that stand for nothing, in lower case
}

// Kind says how the values of a field are written alike before they are compared.
type Kind string

// The kinds of fields.
const (
	Text      Kind = "text"       // lower case, single blanks
	Name      Kind = "name"       // letters without accents, and digits
	Date      Kind = "date"       // yyyymmdd
	Postcode  Kind = "postcode"   // upper case without blanks
	Digits    Kind = "digits"     // digits only
	NHSNumber Kind = "nhs_number" // ten digits that pass the check; superseded ones are followed
)

var kinds = []Kind{Text, Name, Date, Postcode, Digits, NHSNumber}

// Method is a way to compare two values.
type Method string

// The methods of comparison.
const (
	Exact          Method = "exact"
	JaroWinkler    Method = "jaro_winkler"
	Edits          Method = "edits"
	DateParts      Method = "date"
	PostcodeSector Method = "postcode"
)

var methods = []Method{Exact, JaroWinkler, Edits, DateParts, PostcodeSector}

// Comparison compares one field of two records. Its levels run from exact
// agreement down to none; a missing value is no level and says nothing.
type Comparison struct {
	Field         string
	Method        Method
	AtLeast       []float64 // similarities in hundredths, highest first, for jaro_winkler
	AtMost        []int     // edits, lowest first, for edits
	SwappedWith   string    // a field that the value may have changed places with
	TermFrequency bool      // agreement on a rare value says more
	M, U          []float64 // by level, exact first; empty before training
}

// Levels returns the names of the comparison's levels, exact first.
func (c Comparison) Levels() []string {
	levels := []string{"exact"}
	if c.SwappedWith != "" {
		levels = append(levels, "in the place of "+c.SwappedWith)
	}
	for _, similarity := range c.AtLeast {
		levels = append(levels, "similarity "+strconv.FormatFloat(similarity, 'f', 2, 64))
	}
	for _, edits := range c.AtMost {
		levels = append(levels, plural(edits, "edit"))
	}
	switch c.Method {
	case DateParts:
		levels = append(levels, "day and month swapped", "1 edit", "two of three parts", "same year")
	case PostcodeSector:
		levels = append(levels, "1 edit", "same sector", "same district")
	}
	return append(levels, "other")
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

// Rule is a blocking rule: two records are compared when they agree on all its
// parts.
type Rule []Part

// Part is a field, whole or in part.
type Part struct {
	Field  string
	Length int // first characters; negative: all but the last; 0 means whole
}

// whole is a length that no value has.
const whole = 10_000

// ParsePart reads "surname", "surname:3" (its first three characters) and
// "postcode:-2" (all but its last two).
func ParsePart(text string) (Part, error) {
	field, length, cut := strings.Cut(text, ":")
	if !cut {
		return Part{Field: field}, nil
	}
	n, err := strconv.Atoi(length)
	if err != nil || n == 0 || n < -whole || n > whole {
		return Part{}, fmt.Errorf("%q is no part of a block: write surname, surname:3 (the first three characters) or postcode:-2 (all but the last two)", text)
	}
	return Part{field, n}, nil
}

// String returns the part as a model writes it.
func (p Part) String() string {
	if p.Length == 0 {
		return p.Field
	}
	return fmt.Sprintf("%s:%d", p.Field, p.Length)
}

// String returns the rule's parts.
func (r Rule) String() string {
	parts := make([]string, len(r))
	for i, part := range r {
		parts[i] = part.String()
	}
	return strings.Join(parts, ", ")
}

// Pass is a deterministic pass: a pair that agrees exactly on some fields, and at
// least in part on so many of others, is a link.
type Pass struct {
	Step    string
	Agree   []string
	Partly  []string
	AtLeast int // of Partly
}

// Assignment says how many links a record of two files may have.
type Assignment string

// The assignments. Duplicates within one file are always linked with all others.
const (
	EveryLink Assignment = "all"
	BestLink  Assignment = "best"       // of each left record, its best
	OneToOne  Assignment = "one_to_one" // no record twice, the best in all
)

var assignments = []Assignment{EveryLink, BestLink, OneToOne}

// Decision says which pairs are links.
type Decision struct {
	Link       float64 // the probability from which a pair is a link
	Review     float64 // the probability from which it is one when nothing comes near it
	Lead       float64 // how near: in bits of weight
	Assignment Assignment
	// ImpliedUpTo is the number of records of one file up to which a group that
	// hangs together by links is taken for one person, every pair of it a link.
	ImpliedUpTo int
}

// Steps of links that no deterministic pass has made.
const (
	StepProbabilistic = "probabilistic"
	StepImplied       = "implied"
)

// field returns the field of a name.
func (m Model) field(name string) (Field, bool) {
	at := slices.IndexFunc(m.Fields, func(f Field) bool { return f.Name == name })
	if at < 0 {
		return Field{}, false
	}
	return m.Fields[at], true
}

// comparison returns the index of the comparison of a field, or -1.
func (m Model) comparison(field string) int {
	return slices.IndexFunc(m.Comparisons, func(c Comparison) bool { return c.Field == field })
}

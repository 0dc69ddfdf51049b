package outputs

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"tre-toolkit/internal/outputs/layout"
	"tre-toolkit/internal/spec"
)

// Declaration is what a producer says of the files of a folder. It overrides the
// guess; it is no evidence: every check is made all the same, with the meaning
// that it gives. Its TOML form:
//
//	profile = "opensafely"             # rules of every file that names none
//
//	[[file]]
//	path = "tables/counts.csv"         # as the report names it; * stands for any name
//	table = "table 2"                  # one of several in the file
//	profile = "acro"                   # rules of this file
//	statbarn = "Frequencies"           # one of the 14 kinds of statistic of SACRO
//	unit = "people"                    # or "records"
//	population = "adults-2024"         # tables of one population share an id
//	context = "What the file shows."   # for the person who checks
//	controls = "What was masked."
//	supporting = true                  # helps the checker and is not released
//	keys = ["year", "sex"]             # columns that label the rows
//	counts = ["n"]                     # columns of counts
//	percentages = ["pct"]              # of counts
//	statistics = ["mean age"]          # means, medians, rates
//	other = ["practices"]              # numbers that are none of these
//	totals = ["Total", "England"]      # labels of rows, or names of columns, that are totals
//	denominators = ["population"]      # columns that percentages are of
//	subset_of = "all.csv"              # the people here are some of those there
//	same_population_as = "by_age.csv"
//	levels = [{ parent = "A01", children = ["A01X", "A01Y"] }]
//	pairs = [{ percentage = "pct", count = "n", whole = "population" }]
//	contributors = { file = "units.csv", value = "turnover" }
//
// The contributors of magnitudes stand in a file of single units whose columns
// include the keys, or in columns of the table itself:
// contributors = { value = "turnover", largest = ["first", "second"] }.
type Declaration struct {
	Profile string         `toml:"profile"`
	Files   []DeclaredFile `toml:"file"`
}

// DeclaredFile is what is said of one file, or of one of its tables.
type DeclaredFile struct {
	Path       string `toml:"path"`
	Table      string `toml:"table"`
	Profile    string `toml:"profile"`
	Statbarn   string `toml:"statbarn"`
	Unit       string `toml:"unit"`
	Population string `toml:"population"`
	Context    string `toml:"context"`
	Controls   string `toml:"controls"`
	Supporting bool   `toml:"supporting"`

	Keys         []string `toml:"keys"`
	Counts       []string `toml:"counts"`
	Percentages  []string `toml:"percentages"`
	Statistics   []string `toml:"statistics"`
	Other        []string `toml:"other"`
	Totals       []string `toml:"totals"`
	Denominators []string `toml:"denominators"`

	SubsetOf         string         `toml:"subset_of"`
	SamePopulationAs string         `toml:"same_population_as"`
	Levels           []layout.Level `toml:"levels"`
	Pairs            []layout.Pair  `toml:"pairs"`
	Contributors     Contributors   `toml:"contributors"`
}

// Contributors say whose values a magnitude is the sum of.
type Contributors struct {
	File    string   `toml:"file"`    // single units, with the table's keys as columns
	Value   string   `toml:"value"`   // the column of magnitudes, there or here
	Largest []string `toml:"largest"` // columns here with the largest values, in order
}

// Statbarns are the kinds of statistic of the SACRO guide, as ACRO spells them.
var Statbarns = []string{
	"CalculatedRatios", "Clusters", "CorrelationCoefficients", "Endpoints", "Frequencies", "GiniCoefficient", "HazardSurvivalTables",
	"LinearAggregations", "LinkedMultilevelTables", "Mode", "NonLinearConcentrationRatios", "Position", "Shape", "StatisticalHypothesisTests",
}

// Units that a table may count.
const (
	UnitPeople  = "people"
	UnitRecords = "records"
)

// mostDeclared bounds a declaration, which is untrusted as every input is.
const mostDeclared = 4 << 20

// DeclarationName is what faults call a declaration whose stream has no name.
const DeclarationName = "declaration"

// ParseDeclaration reads a declaration. The error is a *spec.Invalid that lists
// its faults with their lines, under the name of the stream where it has one, as
// a file has.
func ParseDeclaration(r io.Reader) (Declaration, error) {
	name := DeclarationName
	if named, ok := r.(interface{ Name() string }); ok {
		name = named.Name()
	}
	text, err := io.ReadAll(io.LimitReader(r, mostDeclared+1))
	if err != nil {
		return Declaration{}, fmt.Errorf("the declaration: %w", err)
	}
	if len(text) > mostDeclared {
		return Declaration{}, &spec.Invalid{Faults: []spec.Fault{{File: name, Message: fmt.Sprintf("is longer than %d MB", mostDeclared>>20)}}}
	}
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	var d Declaration
	if err := spec.Decode(name, text, &d); err != nil {
		return Declaration{}, err
	}
	v := declarationFaults{name: name, text: text}
	for i, file := range d.Files {
		v.file(i+1, file, d.Files[:i])
	}
	if len(v.faults) > 0 {
		return Declaration{}, &spec.Invalid{Faults: v.faults}
	}
	return d, nil
}

// declarationFaults collects what is wrong with a declaration.
type declarationFaults struct {
	name   string
	text   []byte
	faults []spec.Fault
}

func (v *declarationFaults) file(nth int, f DeclaredFile, earlier []DeclaredFile) {
	fault := func(key, format string, args ...any) {
		line := spec.LineInBlock(v.text, "file", nth, key)
		v.faults = append(v.faults, spec.Fault{File: v.name, Line: line, Message: fmt.Sprintf(format, args...)})
	}
	if f.Path == "" {
		fault("path", "a file has no path")
	}
	for _, named := range [][2]string{{"path", f.Path}, {"subset_of", f.SubsetOf}, {"same_population_as", f.SamePopulationAs}, {"contributors", f.Contributors.File}} {
		if why := badPath(named[1]); why != nil {
			fault(named[0], "%s is %q: %v", named[0], named[1], why)
		}
	}
	if slices.ContainsFunc(earlier, func(other DeclaredFile) bool { return other.Path == f.Path && other.Table == f.Table }) {
		fault("path", "%q is declared twice", f.Path)
	}
	if f.Statbarn != "" && !slices.Contains(Statbarns, f.Statbarn) {
		fault("statbarn", "statbarn is %q; it is one of %s", f.Statbarn, strings.Join(Statbarns, ", "))
	}
	if f.Unit != "" && f.Unit != UnitPeople && f.Unit != UnitRecords {
		fault("unit", "unit is %q; it is %s or %s", f.Unit, UnitPeople, UnitRecords)
	}
	if column := f.declaredTwice(); column != "" {
		fault("counts", "the column %q is given two roles", column)
	}
	for _, level := range f.Levels {
		if level.Parent == "" || len(level.Children) == 0 || slices.Contains(level.Children, level.Parent) {
			fault("levels", "a level names a parent and its children, and no label is its own parent")
		}
	}
	for _, pair := range f.Pairs {
		if pair.Percentage == "" || pair.Count == "" || pair.Percentage == pair.Count {
			fault("pairs", "a pair names a percentage and its count")
		}
	}
	if c := f.Contributors; (c.File != "" || len(c.Largest) > 0) && c.Value == "" || c.Value != "" && c.File == "" && len(c.Largest) == 0 {
		fault("contributors", "contributors name the column of values, and a file of units or the columns of the largest values")
	}
	slices.SortStableFunc(v.faults, func(a, b spec.Fault) int { return a.Line - b.Line })
}

// badPath says why a name cannot be that of a file in the folder.
func badPath(name string) error {
	if name == "" || !path.IsAbs(name) && path.Clean(name) == name && name != ".." && !strings.HasPrefix(name, "../") {
		return nil
	}
	return errors.New("it is a path inside the folder, with forward slashes")
}

// declaredTwice returns a column that was given two roles, or nothing.
func (f DeclaredFile) declaredTwice() string {
	seen := map[string]int{}
	for role, columns := range [][]string{f.Keys, f.Counts, f.Percentages, f.Statistics, f.Other} {
		for _, column := range columns {
			if first, known := seen[column]; known && first != role {
				return column
			}
			seen[column] = role
		}
	}
	return ""
}

// For returns what is said of one table: the entry of that path and table, then
// of the path alone, then of a pattern that the path fits.
func (d Declaration) For(file, table string) DeclaredFile {
	best, rank := DeclaredFile{}, 0
	for _, declared := range d.Files {
		matched, _ := path.Match(declared.Path, file) // a name that is no pattern matches itself alone
		got := 0
		switch {
		case declared.Table != "" && declared.Table != table:
		case declared.Path == file && declared.Table != "":
			got = 4
		case declared.Path == file:
			got = 3
		case matched && declared.Table != "":
			got = 2
		case matched:
			got = 1
		}
		if got > rank {
			best, rank = declared, got
		}
	}
	if best.Profile == "" {
		best.Profile = d.Profile
	}
	return best
}

// IsZero reports whether nothing was declared.
func (d Declaration) IsZero() bool { return d.Profile == "" && len(d.Files) == 0 }

// meaning is the part of a declaration that says what a table means.
func (f DeclaredFile) meaning() layout.Declared {
	return layout.Declared{
		Keys: f.Keys, Counts: f.Counts, Percentages: f.Percentages, Statistics: f.Statistics, Other: f.Other,
		Totals: f.Totals, Denominators: f.Denominators, Levels: f.Levels, Pairs: f.Pairs,
	}
}

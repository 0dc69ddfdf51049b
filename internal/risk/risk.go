// Package risk tells how easily somebody in an extract could be recognised by
// what others may know of them: how many participants are alone with their
// values, which column makes them so, and whether a column holds what it should
// not, such as sentences or identifiers.
//
// Nothing here is a count that leaves: every number of people goes through the
// profile, and limits are judged inside the database.
package risk

import (
	"cmp"
	"context"
	"embed"
	"errors"
	"fmt"
	"slices"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/warehouse"
)

//go:embed sql/*.sql
var sqlFiles embed.FS

var statements = warehouse.MustLoad(sqlFiles)

// Errors that a caller may test for.
var (
	ErrNothingKnown = errors.New("no quasi-identifiers are named")
	ErrNoSuchColumn = errors.New("no file of the extract has this column")
	ErrNoPeople     = errors.New("no file has a column of participants")
)

// Limits are what a project's owner lets an extract be. A nil limit is none.
type Limits struct {
	MostUnique    *float64 // percent of participants alone in their class
	SmallestClass *int64   // people in the smallest class
}

// Question says what is to be looked at.
type Question struct {
	Dir     string   // the extract's folder; the warehouse must be opened with it
	Known   []string // quasi-identifiers: columns by which a participant could be known
	Limits  Limits
	Rules   disclosure.Profile
	Studies []Study // the extract's studies as its manifest shows them
}

// Study is one study of an extract.
type Study struct {
	Name         string
	Participants disclosure.Cell
}

// Class says how participants fall into classes, each of people whom nobody can
// tell apart by the quasi-identifiers. Unique are those alone in theirs; Few are
// those in classes smaller than the profile's threshold, the unique among them.
type Class struct {
	File         string          `json:"file"` // AllFiles for all together
	Known        []string        `json:"quasi_identifiers"`
	Participants disclosure.Cell `json:"participants"`
	Unique       disclosure.Cell `json:"unique"`
	UniqueShare  disclosure.Cell `json:"unique_percent"`
	Few          disclosure.Cell `json:"in_small_classes"`
	Smallest     disclosure.Cell `json:"smallest_class"`
}

// AllFiles stands where a file's name does, for what all of them tell together.
const AllFiles = "all files together"

// Driver is what leaving one column out would make of the unique.
type Driver struct {
	Column string          `json:"column"`
	Unique disclosure.Cell `json:"unique_without"`
}

// Report is the answer. Its lists are in a fixed order.
type Report struct {
	Rules     string    `json:"rules"`
	Classes   []Class   `json:"classes"` // a file each, and all together last
	Drivers   []Driver  `json:"drivers"` // the column that makes most participants unique first
	NotJudged []string  `json:"files_without_participants"`
	Findings  []Finding `json:"findings"`
}

// Stops reports whether a limit of the owner is broken, or an identifier found.
func (r Report) Stops() bool {
	return slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Stops })
}

// Assess looks at every data file below the extract's folder.
func Assess(ctx context.Context, w *warehouse.Warehouse, question Question) (Report, error) {
	if len(question.Known) == 0 {
		return Report{}, ErrNothingKnown
	}
	a := assessor{w: w, question: question, seen: map[string]bool{}}
	a.report = Report{Rules: question.Rules.Name(), NotJudged: []string{}, Findings: smallStudies(question.Studies)}
	if _, err := w.Run(ctx, statements["20_create_signatures"], nil); err != nil {
		return Report{}, err
	}
	files, err := dataFiles(question.Dir)
	if err != nil {
		return Report{}, err
	}
	for _, file := range files {
		if err := a.look(ctx, file); err != nil {
			return Report{}, fmt.Errorf("%s: %w", file, err)
		}
	}
	if len(a.report.Classes) == 0 {
		return Report{}, ErrNoPeople
	}
	for _, column := range question.Known {
		if !a.seen[column] {
			return Report{}, fmt.Errorf("%s: %w", column, ErrNoSuchColumn)
		}
	}
	return a.report, a.together(ctx)
}

type assessor struct {
	w        *warehouse.Warehouse
	question Question
	seen     map[string]bool // quasi-identifiers that a file had
	report   Report
}

// look judges one file: what its columns hold, and who is alone in it.
func (a *assessor) look(ctx context.Context, file string) error {
	read := statements["10_read_parquet"]
	if isCSV(file) {
		read = statements["11_read_csv"]
	}
	if _, err := a.w.Run(ctx, read, warehouse.Args{"path": within(a.question.Dir, file)}); err != nil {
		return err
	}
	columns, err := a.columns(ctx)
	if err != nil {
		return err
	}
	person := personColumn(columns)
	if err := a.inspect(ctx, file, person, columns); err != nil {
		return err
	}
	if person == "" {
		a.report.NotJudged = append(a.report.NotJudged, file)
		return nil
	}
	known := []string{}
	for _, column := range a.question.Known {
		if slices.ContainsFunc(columns, func(c field) bool { return c.name == column }) {
			known = append(known, column)
			a.seen[column] = true
		}
	}
	return a.classify(ctx, file, person, known)
}

// classify signs every participant of the file in hand, with all that is known
// and with each column left out.
func (a *assessor) classify(ctx context.Context, file, person string, known []string) error {
	for _, left := range append([]string{""}, known...) {
		rest := slices.DeleteFunc(slices.Clone(known), func(c string) bool { return c == left })
		_, err := a.w.Run(ctx, statements["21_insert_signatures"], warehouse.Args{
			"file_name": file, "left_out": left, "person": person, "known": append(rest, nothingKnown),
		})
		if err != nil {
			return err
		}
	}
	found, err := a.classes(ctx, "30_classes_of_file", warehouse.Args{"file_name": file, "left_out": ""})
	if err != nil {
		return err
	}
	a.record(file, known, found)
	return nil
}

// nothingKnown is a column that says the same of everybody.
const nothingKnown = "_nothing_known"

func (a *assessor) record(file string, known []string, found found) {
	a.report.Classes = append(a.report.Classes, found.protect(file, known, a.question.Rules))
	a.report.Findings = append(a.report.Findings, found.broken(file)...)
}

// together judges all files at once, and finds which column makes participants
// unique: without it, fewer are.
func (a *assessor) together(ctx context.Context) error {
	all, err := a.classes(ctx, "31_classes_of_all", warehouse.Args{"left_out": ""})
	if err != nil {
		return err
	}
	a.record(AllFiles, a.question.Known, all)
	for _, column := range a.question.Known {
		without, err := a.classes(ctx, "31_classes_of_all", warehouse.Args{"left_out": column})
		if err != nil {
			return err
		}
		a.report.Drivers = append(a.report.Drivers, Driver{column, a.question.Rules.Beside(without.unique, all.unique, all.people)})
	}
	slices.SortStableFunc(a.report.Drivers, func(one, other Driver) int {
		return cmp.Or(cmp.Compare(shown(one.Unique), shown(other.Unique)), cmp.Compare(one.Column, other.Column))
	})
	return nil
}

// shown orders cells by what they show; a masked one is the smallest.
func shown(cell disclosure.Cell) float64 {
	value, visible := cell.Value()
	if !visible {
		return -1
	}
	return value
}

// found is what one look at classes came to.
type found struct {
	people, unique, few, smallest disclosure.Count
	tooManyUnique, classTooSmall  bool
}

// classes judges the classes that a query gives.
func (a *assessor) classes(ctx context.Context, query string, args warehouse.Args) (found, error) {
	args["few"] = a.question.Rules.Rules().Threshold.Value
	args["most_unique"], args["smallest_class"] = a.question.Limits.MostUnique, a.question.Limits.SmallestClass
	var f found
	_, err := a.w.One(ctx, statements["32_judge_classes"].Around(statements[query]), args, &f.people, &f.unique, &f.few, &f.smallest, &f.tooManyUnique, &f.classTooSmall)
	return f, err
}

func (f found) protect(file string, known []string, rules disclosure.Profile) Class {
	return Class{
		File:         file,
		Known:        known,
		Participants: rules.Cell(f.people),
		Unique:       rules.Beside(f.unique, f.few, f.people),
		UniqueShare:  shareOf(rules, f.unique, f.few, f.people),
		Few:          rules.Beside(f.few, f.unique, f.people),
		Smallest:     rules.Cell(f.smallest),
	}
}

// shareOf returns the percentage that are unique, or masks it where the count
// behind it is masked.
func shareOf(rules disclosure.Profile, unique, few, people disclosure.Count) disclosure.Cell {
	if rules.Beside(unique, few, people).Masked() {
		return rules.Withhold()
	}
	return rules.Percentage(unique, people)
}

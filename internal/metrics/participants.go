// Package metrics counts people exactly and hands the counts to the disclosure
// gate. Its exact numbers are disclosure.Count from the database onward; what
// its tables print is what a profile made of them.
package metrics

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"slices"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/warehouse"
)

//go:embed sql/*.sql
var sqlFiles embed.FS

var statements = warehouse.MustLoad(sqlFiles)

// Scope says what is counted: which version of a dataset, in which freeze.
type Scope struct {
	Dataset    spec.Dataset
	Version    spec.DatasetVersion
	Date       spec.Date // the version's
	DOI        string    // of the version; TBC when none is minted
	Freeze     int
	FreezeDate spec.Date
	Rows       map[string]int64 // rows of each table, for the check that people never exceed them
}

// Participants are exact counts of distinct people by study and auxiliary
// table.
type Participants struct {
	scope   Scope
	studies []string
	counts  map[string]map[string]disclosure.Count // by table, by study
}

// ErrMorePeopleThanRows is returned when a count breaks the rule that a person
// in a table has at least a row there.
var ErrMorePeopleThanRows = errors.New("more participants than rows")

// CountParticipants counts the participants of each study in each of the
// dataset's tables: every table on its own, never one for all.
func CountParticipants(ctx context.Context, w *warehouse.Warehouse, scope Scope) (Participants, error) {
	counted := Participants{scope: scope, counts: map[string]map[string]disclosure.Count{}}
	for _, table := range scope.Dataset.Tables {
		counts, err := countTable(ctx, w, scope, table)
		if err != nil {
			return Participants{}, err
		}
		counted.counts[table.Name.String()] = counts
		for study, count := range counts {
			if !count.IsZero() && !slices.Contains(counted.studies, study) {
				counted.studies = append(counted.studies, study)
			}
		}
	}
	slices.Sort(counted.studies)
	return counted, nil
}

func countTable(ctx context.Context, w *warehouse.Warehouse, scope Scope, table spec.Table) (map[string]disclosure.Count, error) {
	counts := map[string]disclosure.Count{}
	name := table.Name.String()
	rows := disclosure.CountOf(scope.Rows[name])
	args := warehouse.Args{
		"freeze": scope.Freeze,
		"table":  scope.Dataset.QualifiedTable(table.Name, scope.Version),
		"person": scope.Dataset.Person.String(),
	}
	err := w.Each(ctx, statements["10_participants"], args, func(scan func(...any) error) error {
		var study string
		var count disclosure.Count
		if err := scan(&study, &count); err != nil {
			return err
		}
		if count.Exceeds(rows) {
			return fmt.Errorf("%s in %s: %w", study, name, ErrMorePeopleThanRows)
		}
		counts[study] = count
		return nil
	})
	return counts, err
}

// Count returns how many participants a study has in a table.
func (p Participants) Count(study, table string) disclosure.Count { return p.counts[table][study] }

// Protect turns the counts into the table that may be shown under a profile.
func (p Participants) Protect(profile disclosure.Profile) Grid {
	grid := Grid{Stamp: p.scope.stamp(profile), Studies: p.studies}
	for _, table := range p.scope.Dataset.Tables {
		name := table.Name.String()
		column := Column{Name: name}
		for _, study := range p.studies {
			column.Cells = append(column.Cells, profile.Cell(p.counts[name][study]))
		}
		column.Total = profile.Total(column.Cells)
		grid.Columns = append(grid.Columns, column)
	}
	return grid.withMarksUsed()
}

func (s Scope) stamp(profile disclosure.Profile) Stamp {
	return Stamp{
		Dataset:     s.Version.Dataset,
		Version:     int(s.Version.Number),
		VersionDate: s.Date.String(),
		DOI:         s.DOI,
		Freeze:      s.Freeze,
		FreezeDate:  s.FreezeDate.String(),
		Rules:       profile.Name(),
		Marks:       marksOf(profile),
	}
}

// Stamp says what a table was made from and under which rules, so that two
// releases of it can be told apart.
type Stamp struct {
	Dataset     string `json:"dataset"`
	Version     int    `json:"version"`
	VersionDate string `json:"version_date"`
	DOI         string `json:"doi"`
	Freeze      int    `json:"freeze"`
	FreezeDate  string `json:"freeze_date"`
	Rules       string `json:"rules"`
	Marks       []Mark `json:"marks"`
}

// Mark explains a sign that stands in place of a number.
type Mark struct {
	Mark    string `json:"mark"`
	Meaning string `json:"meaning"`
}

// marksOf explains the marks that a grid under the profile can hold.
func marksOf(profile disclosure.Profile) []Mark {
	rules := profile.Rules()
	lowest := 1
	if rules.Zero.Value == disclosure.MaskZero {
		lowest = 0
	}
	marks := []Mark{{rules.Marks.Value[0], fmt.Sprintf("a count of %d to %d; left out of totals", lowest, rules.Threshold.Value-1)}}
	if second := rules.SecondaryMark.Value; second != rules.Marks.Value[0] {
		marks = append(marks, Mark{second, "hidden because a masked count could be worked out from it; left out of totals"})
	}
	return marks
}

// Grid is a table of studies by columns that may be shown.
type Grid struct {
	Stamp   Stamp
	Studies []string
	Columns []Column
}

// Column is one column of a grid: a cell a study, and its total.
type Column struct {
	Name  string
	Cells []disclosure.Cell
	Total disclosure.Cell
}

// withMarksUsed keeps the explanations of those marks that the grid holds.
func (g Grid) withMarksUsed() Grid {
	var used []Mark
	for _, mark := range g.Stamp.Marks {
		if g.holds(mark.Mark) {
			used = append(used, mark)
		}
	}
	g.Stamp.Marks = used
	return g
}

func (g Grid) holds(mark string) bool {
	for _, column := range g.Columns {
		for _, cell := range append(column.Cells[:len(column.Cells):len(column.Cells)], column.Total) {
			if cell.Masked() && cell.String() == mark {
				return true
			}
		}
	}
	return false
}

// Cell returns the cell of a study in a column, and false when there is none.
func (g Grid) Cell(study, column string) (disclosure.Cell, bool) {
	row := slices.Index(g.Studies, study)
	at := slices.IndexFunc(g.Columns, func(c Column) bool { return c.Name == column })
	if row < 0 || at < 0 {
		return disclosure.Cell{}, false
	}
	return g.Columns[at].Cells[row], true
}

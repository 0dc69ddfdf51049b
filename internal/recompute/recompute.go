// Package recompute holds a published metrics table against the data that it says
// it was made from.
//
// A table that tre-extract metrics wrote carries a stamp: dataset version, freeze,
// rules. From that and a workspace the table is made anew, and each printed cell
// must be what the rules make of the truth. What differs is named by its cell and
// in words: neither the printed number nor the true one is repeated, and an exact
// count never leaves its disclosure.Count.
package recompute

import (
	"context"
	"fmt"
	"io/fs"
	"slices"

	"tre-toolkit/internal/diagnostic"
	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/extract"
	"tre-toolkit/internal/linkage"
	"tre-toolkit/internal/metrics"
	"tre-toolkit/internal/outputs/notation"
	"tre-toolkit/internal/spec"
	"tre-toolkit/internal/versions"
	"tre-toolkit/internal/warehouse"
)

// Outcome is what came of recomputing one table.
type Outcome struct {
	File    string        `json:"file"`
	Kind    Kind          `json:"kind"`
	Stamp   metrics.Stamp `json:"stamp"`
	Cells   int           `json:"cells"` // that the recomputed table has, totals included
	Differs []Difference  `json:"differs"`
}

// Difference is one cell that is not as it should be, or, without a row, what is
// wrong with the table.
type Difference struct {
	Row     string `json:"row,omitempty"`
	Column  string `json:"column,omitempty"`
	Problem string `json:"problem"`
}

// What can be wrong with a cell.
const (
	shownButMasked = "a number is printed, and the rules mask it"
	maskedButShown = "it is masked, and the rules show its number"
	otherNumber    = "the number is not what the rules make of the data"
	otherMark      = "the mark is not the one of the rules"
	cellMissing    = "the cell is missing"
	cellTwice      = "the cell is printed twice with different contents"
	noSuchCell     = "there is no such cell in the recomputed table"
	otherDOI       = "the stamp names another DOI than the workspace has for this version"
)

// Recomputer makes tables anew from one workspace.
type Recomputer struct {
	Warehouse *warehouse.Warehouse
	Specs     fs.FS
	counted   map[string]counted // by version, freeze and rules
}

// counted are both tables of one stamp.
type counted struct {
	grids map[Kind]metrics.Grid
	stamp metrics.Stamp
}

// Check recomputes a table. The error is a diagnostic.Input when the workspace
// lacks the version or the freeze of the stamp, or has them with other dates.
func (r *Recomputer) Check(ctx context.Context, table Table) (Outcome, error) {
	outcome := Outcome{File: table.File, Kind: table.Kind, Stamp: table.Stamp, Differs: []Difference{}}
	made, err := r.count(ctx, table.Stamp)
	if err != nil {
		return outcome, fmt.Errorf("%s: %w", notation.Printable(table.File), err)
	}
	if made.stamp.DOI != table.Stamp.DOI {
		outcome.Differs = append(outcome.Differs, Difference{Problem: otherDOI})
	}
	outcome.compare(table, made.grids[table.Kind])
	return outcome, nil
}

// count makes both tables of a stamp, once.
func (r *Recomputer) count(ctx context.Context, stamp metrics.Stamp) (counted, error) {
	key := fmt.Sprint(stamp.Dataset, stamp.Version, stamp.VersionDate, stamp.Freeze, stamp.FreezeDate, stamp.Rules)
	if made, known := r.counted[key]; known {
		return made, nil
	}
	profile, err := spec.LoadRules(r.Specs, stamp.Rules)
	if err != nil {
		return counted{}, err
	}
	scope, err := r.scope(ctx, stamp)
	if err != nil {
		return counted{}, err
	}
	participants, err := metrics.CountParticipants(ctx, r.Warehouse, scope)
	if err != nil {
		return counted{}, err
	}
	funnel, err := metrics.CountFunnel(ctx, r.Warehouse, scope, participants)
	if err != nil {
		return counted{}, err
	}
	made := counted{grids: map[Kind]metrics.Grid{Participants: participants.Protect(profile), Funnel: funnel.Protect(profile)}}
	made.stamp = made.grids[Participants].Stamp
	if r.counted == nil {
		r.counted = map[string]counted{}
	}
	r.counted[key] = made
	return made, nil
}

// scope finds in the workspace what a stamp names.
func (r *Recomputer) scope(ctx context.Context, stamp metrics.Stamp) (metrics.Scope, error) {
	dataset, err := spec.LoadDataset(r.Specs, stamp.Dataset)
	if err != nil {
		return metrics.Scope{}, err
	}
	name, err := spec.RegisteredVersion(stamp.Dataset, stamp.Version, stamp.VersionDate)
	if err != nil {
		return metrics.Scope{}, err
	}
	version, err := versions.Find(ctx, r.Warehouse, dataset, name)
	if err != nil {
		return metrics.Scope{}, err
	}
	freeze, err := linkage.Find(ctx, r.Warehouse, stamp.Freeze)
	if err != nil {
		return metrics.Scope{}, err
	}
	if freeze.Date.String() != stamp.FreezeDate {
		return metrics.Scope{}, &diagnostic.Input{
			Findings: []diagnostic.Finding{{File: fmt.Sprintf("freeze %d", stamp.Freeze), Code: "RCP001",
				Message: fmt.Sprintf("is of %s in this workspace, and of %s in the stamp", freeze.Date, stamp.FreezeDate)}},
			Hint: "-w names the workspace that the table was made in",
		}
	}
	return extract.MetricsScope(version, dataset, freeze), nil
}

// compare holds each printed cell against the recomputed table.
func (o *Outcome) compare(table Table, grid metrics.Grid) {
	expected := map[place]bool{}
	check := func(row, column string, cell disclosure.Cell) {
		at := place{row, column}
		expected[at] = true
		o.Cells++
		if problem := table.problem(at, cell); problem != "" {
			o.Differs = append(o.Differs, Difference{row, column, problem})
		}
	}
	for _, column := range grid.Columns {
		for i, study := range grid.Studies {
			check(study, column.Name, column.Cells[i])
		}
		check(metrics.TotalRow, column.Name, column.Total)
	}
	for _, at := range table.order {
		if !expected[at] {
			o.Differs = append(o.Differs, Difference{notation.Printable(at.row), notation.Printable(at.column), noSuchCell})
		}
	}
}

// problem says what is wrong with a printed cell, or nothing.
func (t Table) problem(at place, cell disclosure.Cell) string {
	printed, there := t.cells[at]
	cleaned, _ := notation.Clean(printed)
	_, isNumber := notation.ParseValue(cleaned).Whole()
	switch {
	case !there:
		return cellMissing
	case slices.Contains(t.twice, at):
		return cellTwice
	case printed == cell.String():
		return ""
	case cell.Masked() && isNumber:
		return shownButMasked
	case cell.Masked():
		return otherMark
	case !isNumber:
		return maskedButShown
	}
	return otherNumber
}

// String names the cell and says what is wrong with it.
func (d Difference) String() string {
	if d.Row == "" && d.Column == "" {
		return d.Problem
	}
	return d.Row + ", " + d.Column + ": " + d.Problem
}

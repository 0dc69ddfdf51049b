package release

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"tre-toolkit/internal/disclosure/audit"
	"tre-toolkit/internal/outputs"
)

// joint lays a table and all earlier ones that were made of the same data before
// the attacker: a cell that both have is one unknown, and the totals of each bind
// it.
type joint struct {
	comparison *comparison
	table      *Table
	alone      audit.Problem // the table by itself
	problem    audit.Problem // together; its first cells are the table's
	byPlace    map[string]int
	releases   []Name
	earlier    map[int]outputs.PublishedCell // cells that only an earlier release has
	open       map[int]bool                  // cells whose every mark states no bounds
	bounded    []int                         // cells bounded by what another release shows
}

func newJoint(c *comparison, table *Table) *joint {
	j := &joint{comparison: c, table: table, byPlace: map[string]int{}, earlier: map[int]outputs.PublishedCell{}, open: map[int]bool{}}
	for i, cell := range table.Cells {
		j.open[i] = isOpen(cell)
		j.problem.Cells = append(j.problem.Cells, audit.Cell{Label: cell.Name, Lower: cell.Lower, Upper: cell.Upper, Hidden: cell.Masked})
		if place := placeOf(cell); place != "" {
			j.byPlace[place] = i
		}
	}
	for _, relation := range table.Relations {
		j.problem.Relations = append(j.problem.Relations, relation.Over(func(cell int) int { return cell }))
	}
	j.alone = audit.Problem{Cells: slices.Clone(j.problem.Cells), Relations: slices.Clone(j.problem.Relations)}
	return j
}

// add lays an earlier table of the same data beside the others.
func (j *joint) add(p *pair) {
	index := make([]int, len(p.before.Cells))
	for i, cell := range p.before.Cells {
		place := placeOf(cell)
		at, known := j.byPlace[place]
		if place == "" || !known || !j.narrow(at, cell) {
			at = len(j.problem.Cells)
			j.problem.Cells = append(j.problem.Cells, audit.Cell{
				Label: fmt.Sprintf("%s (release %s, %s)", cell.Name, p.release.Name, p.before.File),
				Lower: cell.Lower, Upper: cell.Upper, Hidden: cell.Masked,
			})
			j.earlier[at], j.open[at] = cell, isOpen(cell)
			if place != "" && !known {
				j.byPlace[place] = at
			}
		}
		index[i] = at
	}
	for _, relation := range p.before.Relations {
		j.problem.Relations = append(j.problem.Relations, relation.Over(func(cell int) int { return index[cell] }))
	}
	if !slices.Contains(j.releases, p.release.Name) {
		j.releases = append(j.releases, p.release.Name)
	}
}

// narrow takes over what an earlier release tells of a cell, unless that
// contradicts what is known: then it is not the same number.
func (j *joint) narrow(at int, cell outputs.PublishedCell) bool {
	known := &j.problem.Cells[at]
	lower, upper := max(known.Lower, cell.Lower), min(known.Upper, cell.Upper)
	switch {
	case lower <= upper:
		known.Lower, known.Upper = lower, upper
	case j.open[at] && !cell.Masked: // the mark was there to protect another
		known.Lower, known.Upper = cell.Lower, cell.Upper
	case !isOpen(cell):
		return false
	}
	j.open[at] = j.open[at] && isOpen(cell)
	return true
}

// tell tells of numbers that only old and new tables together give away.
func (j *joint) tell(ctx context.Context) error {
	if len(j.releases)+len(j.bounded) == 0 || len(j.problem.Relations) == 0 {
		return nil
	}
	here, err := audit.SolveContext(ctx, j.alone)
	if err != nil {
		return err
	}
	together, err := audit.SolveContext(ctx, j.problem)
	if err != nil {
		return err
	}
	alone := map[int]audit.Interval{}
	for _, interval := range here.Intervals {
		alone[interval.Cell] = interval
	}
	for _, interval := range together.Intervals {
		j.tellInterval(interval, alone)
	}
	return nil
}

// tellInterval tells of one masked number, unless it is known as well from the
// table by itself or was told as a mask that came or went.
func (j *joint) tellInterval(together audit.Interval, alone map[int]audit.Interval) {
	given := j.problem.Cells[together.Cell]
	if given.Lower == given.Upper || slices.Contains(j.bounded, together.Cell) {
		return
	}
	left, known := together.Upper-together.Lower+1, given.Upper-given.Lower+1
	before, here := alone[together.Cell]
	if here {
		known = min(known, before.Upper-before.Lower+1)
	}
	cell, old := j.earlier[together.Cell]
	f := outputs.Finding{Check: "AUD002", Severity: outputs.ForReview, File: j.table.File, Table: j.table.Table}
	if !old {
		cell = j.table.Cells[together.Cell]
		f.Line = cell.Line
	}
	f.Row, f.Column = cell.Row, cell.Column
	low := cell.Low || together.Upper < j.comparison.threshold
	switch {
	case !together.Proven && here && !before.Proven:
		return // the table's own check says so
	case !together.Proven:
		f.Check = "AUD004"
		f.Message = "Whether the masked number can be worked out " + j.words(old) + " was not settled within the limit of work."
	case left >= known:
		return
	case left == 1:
		f.Check = "AUD001"
		if low {
			f.Severity = outputs.Failed
		}
		f.Message = "The masked number can be worked out " + j.words(old) + "."
	case low && 2*left <= known:
		f.Message = "The masked number can be narrowed down " + j.words(old) + "."
	default:
		return
	}
	f.Certificate = together.Certificate().String()
	if j.comparison.once(f.Check, "joint", placeOf(cell), cell.Name, together.Lower, together.Upper) {
		j.comparison.findings = append(j.comparison.findings, f)
	}
}

// words say which releases a number can be worked out of.
func (j *joint) words(old bool) string {
	names := make([]string, len(j.releases))
	for i, name := range j.releases {
		names[i] = string(name)
	}
	switch {
	case len(names) == 0:
		return "with what changed since an earlier release"
	case old:
		return "of this table and release " + strings.Join(names, ", ") + ", where it is masked"
	}
	return "together with release " + strings.Join(names, ", ")
}

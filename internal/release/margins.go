package release

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"tre-toolkit/internal/disclosure/audit"
	"tre-toolkit/internal/outputs"
)

// margin is a cell of one table that is the sum of cells of another: cohorts in
// one release, cohorts by sex in the other.
type margin struct {
	total *outputs.PublishedCell
	parts []int // cells of the finer table
}

// side is a table and the release that it left with; that of the new one is nil.
type side struct {
	release *Release
	table   *Table
}

// margins tells of masked cells of a table whose sums another release shows, in
// a table with one label less. Old and new tables are each held against those of
// the other time; releases that left before are not held against each other.
func (c *comparison) margins(ctx context.Context, now *Release, earlier []Release) error {
	if c.rounded {
		return nil // sums of rounded numbers bear nothing out
	}
	var old []side
	for i := range earlier {
		old = append(old, sidesOf(&earlier[i], &earlier[i])...)
	}
	young := sidesOf(nil, now)
	for _, both := range [][2][]side{{young, old}, {old, young}} {
		index := totalsOf(both[1])
		for _, fine := range both[0] {
			if err := c.marginsOf(ctx, fine, both[1], index); err != nil {
				return err
			}
		}
	}
	return nil
}

func sidesOf(release, holder *Release) []side {
	sides := make([]side, len(holder.Tables))
	for i := range holder.Tables {
		sides[i] = side{release, &holder.Tables[i]}
	}
	return sides
}

// published is a cell of one of several tables.
type published struct {
	table int
	cell  *outputs.PublishedCell
}

// totalsOf lists the shown cells of tables by their places.
func totalsOf(sides []side) map[string][]published {
	index := map[string][]published{}
	for i, s := range sides {
		for n := range s.table.Cells {
			cell := &s.table.Cells[n]
			if place := placeOf(*cell); place != "" && !cell.Masked {
				index[place] = append(index[place], published{i, cell})
			}
		}
	}
	return index
}

// marginsOf holds one table with masked cells against the tables of the other
// side.
func (c *comparison) marginsOf(ctx context.Context, fine side, others []side, index map[string][]published) error {
	if !slices.ContainsFunc(fine.table.Cells, func(cell outputs.PublishedCell) bool { return cell.Masked }) {
		return nil
	}
	byTable := map[int][]margin{}
	var order []int
	groups, names := groupsOf(fine.table)
	for _, name := range names {
		for _, total := range index[name] {
			if len(groups[name]) < 2 {
				continue
			}
			if byTable[total.table] == nil {
				order = append(order, total.table)
			}
			byTable[total.table] = append(byTable[total.table], margin{total.cell, groups[name]})
		}
	}
	for _, i := range order {
		if !otherData(fine.table, others[i].table) && borneOut(fine.table, byTable[i]) {
			if err := c.tellMargins(ctx, fine, others[i], byTable[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

func otherData(a, b *Table) bool {
	return a.Stamp != nil && b.Stamp != nil && len(a.Stamp.Differences(*b.Stamp)) > 0
}

// groupsOf lists the cells of a table that differ in one label alone, by the
// labels that they have in common.
func groupsOf(t *Table) (groups map[string][]int, names []string) {
	groups = map[string][]int{}
	for i, cell := range t.Cells {
		for without := range cell.Place {
			if len(cell.Place) < 2 {
				break
			}
			name := strings.Join(slices.Delete(slices.Clone(cell.Place), without, without+1), "\x1f")
			if groups[name] == nil {
				names = append(names, name)
			}
			groups[name] = append(groups[name], i)
		}
	}
	return groups, names
}

// borneOut reports whether the sums that are shown in full are right, one at
// least, and all others are possible.
func borneOut(t *Table, margins []margin) bool {
	full := 0
	for _, m := range margins {
		var low, high int64
		masked := false
		for _, part := range m.parts {
			cell := t.Cells[part]
			low, high = low+cell.Lower, min(high+cell.Upper, largest)
			masked = masked || cell.Masked
		}
		if m.total.Value < low || m.total.Value > high {
			return false
		}
		if !masked {
			full++
		}
	}
	return full > 0
}

// tellMargins tells of what the sums of one table leave of the masked cells of
// another.
func (c *comparison) tellMargins(ctx context.Context, fine, coarse side, margins []margin) error {
	var problem audit.Problem
	for _, cell := range fine.table.Cells {
		problem.Cells = append(problem.Cells, audit.Cell{Label: cell.Name, Lower: cell.Lower, Upper: cell.Upper, Hidden: cell.Masked})
	}
	for _, relation := range fine.table.Relations {
		problem.Relations = append(problem.Relations, relation.Over(func(cell int) int { return cell }))
	}
	alone, err := audit.SolveContext(ctx, problem)
	if err != nil {
		return err
	}
	known := map[int]audit.Interval{}
	for _, interval := range alone.Intervals {
		known[interval.Cell] = interval
	}
	for _, m := range margins {
		problem.Relations = append(problem.Relations, audit.Sum(len(problem.Cells), m.parts...))
		problem.Cells = append(problem.Cells, audit.Cell{Label: m.total.Name, Lower: m.total.Lower, Upper: m.total.Upper})
	}
	together, err := audit.SolveContext(ctx, problem)
	if err != nil || len(together.Contradictions) > 0 {
		return err // they are not of the same people after all
	}
	for _, interval := range together.Intervals {
		before, solved := known[interval.Cell]
		cell := fine.table.Cells[interval.Cell]
		if !solved {
			before = audit.Interval{Lower: cell.Lower, Upper: cell.Upper}
		}
		c.tellMargin(fine, coarse, cell, before, interval)
	}
	return nil
}

func (c *comparison) tellMargin(fine, coarse side, cell outputs.PublishedCell, before, interval audit.Interval) {
	left, had := interval.Upper-interval.Lower+1, before.Upper-before.Lower+1
	low := cell.Low || interval.Upper < c.threshold
	if !interval.Proven || !low || left >= had || left > 1 && 2*left > had {
		return
	}
	f := outputs.Finding{Check: "AUD002", Severity: outputs.ForReview, File: fine.table.File, Table: fine.table.Table, Line: cell.Line, Row: cell.Row, Column: cell.Column}
	f.Message = "The masked number can be narrowed down "
	if left == 1 {
		f.Check, f.Severity = "AUD001", outputs.Failed
		f.Message = "The masked number can be worked out "
	}
	if fine.release == nil {
		f.Message += fmt.Sprintf("together with %s of release %s, which shows its sums.", coarse.table.File, coarse.release.Name)
	} else {
		f.File, f.Table, f.Line = coarse.table.File, coarse.table.Table, 0
		f.Message += fmt.Sprintf("of this table and %s of release %s, where it is masked.", fine.table.File, fine.release.Name)
	}
	f.Certificate = interval.Certificate().String()
	if c.once(f.Check, "margin", placeOf(cell), cell.Name, interval.Lower, interval.Upper) {
		c.findings = append(c.findings, f)
	}
}

package release

import (
	"cmp"
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
	held    *Held
	table   *Table // once it is opened
}

func (s side) open() side {
	if s.table == nil {
		s.table = s.held.Open()
	}
	return s
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
			if err := c.marginsOf(ctx, fine.open(), both[1], index); err != nil {
				return err
			}
		}
	}
	return nil
}

func sidesOf(release, holder *Release) []side {
	sides := make([]side, len(holder.Tables))
	for i := range holder.Tables {
		sides[i] = side{release: release, held: &holder.Tables[i]}
	}
	return sides
}

// published is a shown cell of one of several tables, and the hash of its place.
type published struct {
	place       uint64
	table, cell int32
}

// totalsOf lists the shown cells of tables in order of their places.
func totalsOf(sides []side) []published {
	var index []published
	for i, s := range sides {
		for n, cell := range s.open().table.Cells {
			if place := placeOf(cell); place != "" && !cell.Masked {
				index = append(index, published{hashOf(place), int32(i), int32(n)})
			}
		}
	}
	slices.SortFunc(index, func(a, b published) int {
		return cmp.Or(cmp.Compare(a.place, b.place), cmp.Compare(a.table, b.table), cmp.Compare(a.cell, b.cell))
	})
	return index
}

// marginsOf holds one table with masked cells against the tables of the other
// side.
func (c *comparison) marginsOf(ctx context.Context, fine side, others []side, index []published) error {
	byTable := map[int][]margin{}
	opened := map[int]side{}
	var order []int
	groups, names := groupsOf(fine.table)
	for _, name := range names {
		if len(groups[name]) < 2 {
			continue
		}
		hash := hashOf(name)
		from, _ := slices.BinarySearchFunc(index, hash, func(p published, hash uint64) int { return cmp.Compare(p.place, hash) })
		for ; from < len(index) && index[from].place == hash; from++ {
			at := int(index[from].table)
			if _, known := opened[at]; !known {
				opened[at] = others[at].open()
				order = append(order, at)
			}
			if total := &opened[at].table.Cells[index[from].cell]; placeOf(*total) == name {
				byTable[at] = append(byTable[at], margin{total, groups[name]})
			}
		}
	}
	for _, i := range order {
		coarse := opened[i]
		c.tellRests(fine, coarse, byTable[i])
		if !fine.held.masks || otherData(fine.table, coarse.table) || !borneOut(fine.table, byTable[i], ofSameData(fine.table, coarse.table)) {
			continue
		}
		if err := c.tellMargins(ctx, fine, coarse, byTable[i]); err != nil {
			return err
		}
	}
	return nil
}

func otherData(a, b *Table) bool {
	return a.Stamp != nil && b.Stamp != nil && len(a.Stamp.Differences(*b.Stamp)) > 0
}

// ofSameData reports whether the stamps of two tables say that both were made of
// the same data.
func ofSameData(a, b *Table) bool {
	return a.Stamp != nil && b.Stamp != nil && len(a.Stamp.Differences(*b.Stamp)) == 0
}

// fewestRests is how many sums must be close before that is more than chance.
const fewestRests = 3

// tellRests tells of sums of one table that differ by a few people from what
// another release shows, in a table with one label less. So few people joined,
// left or have no such label only where every sum is close, none the other way
// round, and some are right.
func (c *comparison) tellRests(fine, coarse side, margins []margin) {
	var near []margin
	right, above, below := 0, false, false
	for _, m := range margins {
		sum, shown := m.sum(fine.table)
		rest := m.total.Value - sum
		switch {
		case !shown:
			continue
		case max(rest, -rest) >= c.threshold:
			return
		case rest == 0 && sum > 0:
			right++
		case rest != 0:
			near = append(near, m)
			above, below = above || rest > 0, below || rest < 0
		}
	}
	if right == 0 || above == below || right+len(near) < fewestRests {
		return
	}
	for _, m := range near {
		c.tellRest(fine, coarse, m)
	}
}

// sum adds up the parts of a margin, if all of them are shown.
func (m margin) sum(fine *Table) (sum int64, shown bool) {
	for _, part := range m.parts {
		if fine.Cells[part].Masked {
			return 0, false
		}
		sum += fine.Cells[part].Value
	}
	return sum, true
}

func (c *comparison) tellRest(fine, coarse side, m margin) {
	sum, _ := m.sum(fine.table)
	if !c.once("DIF003", "rest", placeOf(*m.total), m.total.Value, sum) {
		return
	}
	f := outputs.Finding{Check: "DIF003", Severity: outputs.ForReview, File: coarse.table.File, Table: coarse.table.Table, Line: m.total.Line, Row: m.total.Row, Column: m.total.Column}
	if coarse.release == nil {
		f.Message = fmt.Sprintf("The number and its parts in %s of release %s are fewer than %d people apart.", fine.table.File, fine.release.Name, c.threshold)
	} else {
		first := fine.table.Cells[m.parts[0]]
		f.File, f.Table, f.Line, f.Row, f.Column = fine.table.File, fine.table.Table, first.Line, first.Row, first.Column
		f.Message = fmt.Sprintf("The parts of one number of %s of release %s, from this one on, are fewer than %d people apart from it.", coarse.table.File, coarse.release.Name, c.threshold)
	}
	high, low := max(m.total.Value, sum), min(m.total.Value, sum)
	f.Certificate = fmt.Sprintf("%d - %d = %d, where %s is %d and its parts add up to %d", high, low, high-low, m.total.Name, m.total.Value, sum)
	c.findings = append(c.findings, f)
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

// borneOut reports whether the sums that are shown in full are right, one at least
// unless the tables are known to be of the same people, and all others are
// possible.
func borneOut(t *Table, margins []margin, known bool) bool {
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
	return full > 0 || known
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

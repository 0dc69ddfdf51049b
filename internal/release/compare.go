package release

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"tre-toolkit/internal/disclosure"
	"tre-toolkit/internal/disclosure/audit"
	"tre-toolkit/internal/outputs"
)

// largest is the largest number that a cell can have.
const largest = audit.Unbounded

// Compare tells what a release gives away together with those before it.
//
// The error is the context's, when it is done.
func Compare(ctx context.Context, profile disclosure.Profile, now Release, earlier []Release) ([]outputs.Finding, error) {
	rules := profile.Rules()
	c := &comparison{threshold: rules.Threshold.Value, rounded: rules.RoundingBase.Value > 1, told: map[string]bool{}}
	before := make([]*shelf, len(earlier))
	for i := range earlier {
		before[i] = newShelf(&earlier[i])
	}
	for _, held := range now.Tables {
		table := newPlaced(held.Open())
		joint := newJoint(c, table.table)
		for _, release := range before {
			c.against(joint, table, release)
		}
		if err := joint.tell(ctx); err != nil {
			return nil, err
		}
	}
	if err := c.margins(ctx, &now, earlier); err != nil {
		return nil, err
	}
	c.measures(&now, earlier)
	return c.findings, ctx.Err()
}

// measures tells of published measures that add up to those of an earlier release.
func (c *comparison) measures(now *Release, earlier []Release) {
	for _, one := range now.Measures {
		for i := range earlier {
			for _, before := range earlier[i].Measures {
				why := one.With(before.MeasuresDesign).AddsUp()
				if why != "" && c.once("MEA001", why, earlier[i].Name, one.File) {
					c.findings = append(c.findings, one.Finding(why, fmt.Sprintf("%s (release %s)", before.File, earlier[i].Name)))
				}
			}
		}
	}
}

// comparison is one run of Compare.
type comparison struct {
	threshold int64
	rounded   bool // shown numbers are rounded, so that a small change is none of people
	findings  []outputs.Finding
	told      map[string]bool // what was said already of the same cell in another format
}

// against compares one table with those of an earlier release that are like it.
func (c *comparison) against(joint *joint, now placed, earlier *shelf) {
	for _, i := range earlier.like(now) {
		p := newPair(earlier.release, earlier.open(i), now, c.threshold)
		switch {
		case p.isSame():
			c.tellChanges(p)
			c.tellFlips(p, joint)
			c.tellStamps(p)
		case p.oneSided() && len(p.near) > 0:
			c.tellResiduals(p)
		}
		if p.isSameData() {
			joint.add(p)
		}
	}
}

// pair is a table and an earlier one that has cells of the same labels.
type pair struct {
	release     *Release
	before, now *Table
	named       bool // they have the same file's name, but for numbers in it
	byPlace     map[string]shared
	order       []string // places, in the order of the new table
	same        int
	near, far   []shared           // shown in both, differing by less than the threshold or by more
	flips       []shared           // shown in one and masked in the other
	nested      map[[2]string]bool // which label's groups contain which other's, as far as was asked
}

// shared is a cell of both tables.
type shared struct{ before, now *outputs.PublishedCell }

func (s shared) change() int64 { return s.now.Value - s.before.Value }

// newPair lays two tables beside each other.
func newPair(release *Release, before, now placed, threshold int64) *pair {
	p := &pair{release: release, before: before.table, now: now.table, named: rank(before.table, now.table) > 0, byPlace: map[string]shared{}, nested: map[[2]string]bool{}}
	for _, place := range now.order {
		if old, known := before.cells[place]; known {
			cells := shared{old, now.cells[place]}
			p.byPlace[place] = cells
			p.order = append(p.order, place)
			p.sort(cells, threshold)
		}
	}
	return p
}

func (p *pair) sort(cells shared, threshold int64) {
	change := max(cells.change(), -cells.change())
	switch {
	case cells.before.Masked != cells.now.Masked:
		p.flips = append(p.flips, cells)
	case cells.now.Masked || change == 0:
		p.same++
	case change < threshold:
		p.near = append(p.near, cells)
	default:
		p.far = append(p.far, cells)
	}
}

// isSame reports whether two tables are the same one at two times: by their
// names and columns, or because most of their numbers are close.
func (p *pair) isSame() bool {
	return p.named && p.before.Identity == p.now.Identity || len(p.far) <= p.same+len(p.near)
}

// isSameData reports whether two tables were made of the same data: their stamps
// say so, or nothing that both show differs.
func (p *pair) isSameData() bool {
	if len(p.near)+len(p.far) > 0 || p.same == 0 {
		return false
	}
	if p.before.Stamp != nil && p.now.Stamp != nil {
		return len(p.before.Stamp.Differences(*p.now.Stamp)) == 0
	}
	return true
}

// oneSided reports whether one table is never above the other, as a part of the
// same people would be.
func (p *pair) oneSided() bool {
	up := slices.ContainsFunc(slices.Concat(p.near, p.far), func(s shared) bool { return s.change() > 0 })
	down := slices.ContainsFunc(slices.Concat(p.near, p.far), func(s shared) bool { return s.change() < 0 })
	return up != down
}

var numbersOfName = regexp.MustCompile(`[0-9]+`)

// stem is a file's name without its folder, ending and numbers: what stays the
// same from version to version.
func stem(file string) string {
	base := strings.ToLower(path.Base(file))
	return numbersOfName.ReplaceAllString(strings.TrimSuffix(base, path.Ext(base)), "#")
}

// once reports whether something is said for the first time.
func (c *comparison) once(parts ...any) bool {
	key := fmt.Sprintln(parts...)
	first := !c.told[key]
	c.told[key] = true
	return first
}

// finding starts a finding about a cell of the new table.
func (p *pair) finding(check string, severity outputs.Severity, cell *outputs.PublishedCell) outputs.Finding {
	return outputs.Finding{
		Check: check, Severity: severity, File: p.now.File, Table: p.now.Table,
		Line: cell.Line, Row: cell.Row, Column: cell.Column,
	}
}

// tellChanges tells of counts that a few people joined or left.
func (c *comparison) tellChanges(p *pair) {
	for _, cells := range p.near {
		if !c.once("DIF001", p.release.Name, placeOf(*cells.now), cells.before.Value, cells.now.Value) {
			continue
		}
		f := p.finding("DIF001", outputs.ForReview, cells.now)
		f.Message = fmt.Sprintf("The count differs from that of release %s by fewer than %d people.", p.release.Name, c.threshold)
		if c.rounded {
			f.Severity = outputs.Told
			f.Message = fmt.Sprintf("The rounded count differs from that of release %s by a step.", p.release.Name)
		}
		high, low := max(cells.now.Value, cells.before.Value), min(cells.now.Value, cells.before.Value)
		f.Certificate = fmt.Sprintf("%d - %d = %d; release %s, %s: %d", high, low, high-low, p.release.Name, p.where(cells.before), cells.before.Value)
		c.findings = append(c.findings, f)
	}
}

// where names a cell of the earlier release by its file and line.
func (p *pair) where(cell *outputs.PublishedCell) string {
	if cell.Line > 0 {
		return fmt.Sprintf("%s, line %d", p.before.File, cell.Line)
	}
	return p.before.File + ", " + cell.Name
}

// tellResiduals tells of tables one of which is a part of the other, but for a
// few people in some cells.
func (c *comparison) tellResiduals(p *pair) {
	for _, cells := range p.near {
		if !c.once("DIF003", p.release.Name, placeOf(*cells.now), cells.before.Value, cells.now.Value) {
			continue
		}
		f := p.finding("DIF003", outputs.ForReview, cells.now)
		f.Message = fmt.Sprintf("One table seems to be a part of the other, and in this cell they are fewer than %d people apart: %s of release %s.",
			c.threshold, p.before.File, p.release.Name)
		high, low := max(cells.now.Value, cells.before.Value), min(cells.now.Value, cells.before.Value)
		f.Certificate = fmt.Sprintf("%d - %d = %d; release %s, %s: %d", high, low, high-low, p.release.Name, p.where(cells.before), cells.before.Value)
		c.findings = append(c.findings, f)
	}
}

// tellStamps tells, once a table, that it was made of other data than before.
func (c *comparison) tellStamps(p *pair) {
	differing := len(p.near) + len(p.far) + len(p.flips)
	if !c.once("DIF004", p.release.Name, p.now.Identity, stem(p.now.File), p.now.Table) {
		return
	}
	f := outputs.Finding{Check: "DIF004", Severity: outputs.Told, File: p.now.File, Table: p.now.Table}
	stamped := p.before.Stamp != nil && p.now.Stamp != nil
	switch {
	case stamped && len(p.before.Stamp.Differences(*p.now.Stamp)) > 0:
		f.Message = fmt.Sprintf("The table is that of release %s over other data (%s): %s.",
			p.release.Name, strings.Join(p.before.Stamp.Differences(*p.now.Stamp), ", "), cellsDiffer(differing))
	case stamped && len(p.near)+len(p.far) > 0:
		f.Severity = outputs.ForReview
		f.Message = fmt.Sprintf("The table has the stamp of that of release %s, and %s: one of the stamps is wrong.", p.release.Name, cellsDiffer(differing))
	case !stamped && len(p.near)+len(p.far) > 0:
		f.Severity = outputs.ForReview
		f.Message = fmt.Sprintf("The table is that of release %s with other numbers: %s. Nothing says which version, freeze or population each is of.",
			p.release.Name, cellsDiffer(differing))
	default:
		return
	}
	c.findings = append(c.findings, f)
}

func cellsDiffer(n int) string {
	if n == 1 {
		return "1 cell differs"
	}
	return fmt.Sprintf("%d cells differ", n)
}

// byMovement orders cells by how little they moved.
func byMovement(a, b shared) int {
	return cmp.Compare(max(a.change(), -a.change()), max(b.change(), -b.change()))
}

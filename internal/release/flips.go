package release

import (
	"fmt"
	"slices"

	"tre-toolkit/internal/disclosure/audit"
	"tre-toolkit/internal/outputs"
	"tre-toolkit/internal/outputs/notation"
)

// tellFlips tells of cells that are shown in one release and masked in the
// other. What is shown bounds what is masked, since few people come and go.
func (c *comparison) tellFlips(p *pair, joint *joint) {
	for _, cells := range p.flips {
		flip := newFlip(cells)
		if !c.once("DIF002", p.release.Name, placeOf(*cells.now), flip.shown.Value, flip.masked == cells.now) {
			continue
		}
		if p.isSameData() && (flip.allows(flip.shown.Lower) || isOpen(*flip.masked)) {
			c.tellRevealed(p, flip)
			continue
		}
		c.tellFlip(p, flip, joint)
	}
}

// flip is a cell that is masked in one release and shown in the other.
type flip struct {
	masked, shown *outputs.PublishedCell
	nowMasked     bool
}

func newFlip(cells shared) flip {
	if cells.now.Masked {
		return flip{cells.now, cells.before, true}
	}
	return flip{cells.before, cells.now, false}
}

// allows reports whether the masked number can be that one.
func (f flip) allows(n int64) bool { return f.masked.Lower <= n && n <= f.masked.Upper }

// isOpen reports whether a cell is masked by a mark that states no bounds: whether
// it hides a low number or protects another cannot be told from it.
func isOpen(cell outputs.PublishedCell) bool {
	return cell.Masked && !notation.ParseValue(cell.Mark).Stated
}

// words say in which release the cell is masked.
func (f flip) words(release Name) string {
	if f.nowMasked {
		return fmt.Sprintf("The count is masked here and shown in release %s", release)
	}
	return fmt.Sprintf("The count is shown here and masked in release %s", release)
}

// tellRevealed tells of a masked number that the other release shows, both of
// the same data.
func (c *comparison) tellRevealed(p *pair, f flip) {
	finding := p.finding("DIF002", outputs.Failed, p.cellNow(f))
	if !f.masked.Low || f.shown.Value >= c.threshold {
		finding.Severity = outputs.ForReview // it was masked to protect another
	}
	finding.Message = f.words(p.release.Name) + ", and both are of the same data: nothing is hidden."
	finding.Certificate = p.shownWhere(f)
	c.findings = append(c.findings, finding)
}

func (p *pair) cellNow(f flip) *outputs.PublishedCell {
	if f.nowMasked {
		return f.masked
	}
	return f.shown
}

// shownWhere says where the number stands that is shown.
func (p *pair) shownWhere(f flip) string {
	if f.nowMasked {
		return fmt.Sprintf("release %s, %s: %d", p.release.Name, p.where(f.shown), f.shown.Value)
	}
	return fmt.Sprintf("%s: %d", f.shown.Name, f.shown.Value)
}

// tellFlip tells of a mask that came or went with a change of the data.
func (c *comparison) tellFlip(p *pair, f flip, joint *joint) {
	finding := p.finding("DIF002", outputs.ForReview, p.cellNow(f))
	finding.Message = f.words(p.release.Name) + "."
	if least, because, bounded := p.leastMasked(f); bounded {
		left, before := f.masked.Upper-least+1, f.masked.Upper-f.masked.Lower+1
		if f.nowMasked {
			joint.bound(f.masked, least, because)
		}
		finding.Certificate = fmt.Sprintf("%s; the mark stands for %d at most", because, f.masked.Upper)
		switch {
		case left == 1:
			finding.Severity = outputs.Failed
			finding.Message = f.words(p.release.Name) + ", and so few people came or went meanwhile that the masked number can be worked out."
			finding.Certificate += fmt.Sprintf(": it is %d", least)
		case 2*left <= before:
			finding.Message = f.words(p.release.Name) + ", and so few people came or went meanwhile that the masked number can be narrowed down."
		default:
			finding.Certificate = ""
		}
	}
	c.findings = append(c.findings, finding)
}

// leastMasked bounds a masked number from below: it differs from the one that is
// shown by no more people than came or went in a group that contains its own.
// That holds while nobody else went or came in the same time.
func (p *pair) leastMasked(f flip) (least int64, because string, bounded bool) {
	least = f.masked.Lower
	for _, around := range p.around(placeOf(*f.masked)) {
		moved := -around.change()
		if !f.nowMasked {
			moved = around.change()
		}
		n := f.shown.Value - moved
		if moved < 0 || n <= least || n > f.masked.Upper {
			continue
		}
		least, bounded = n, true
		because = fmt.Sprintf("%d - %d = %d at least, where %s went from %d (release %s, %s) to %d",
			f.shown.Value, moved, n, around.now.Name, around.before.Value, p.release.Name, p.where(around.before), around.now.Value)
	}
	return least, because, bounded
}

// mostAround bounds the groups that are looked at around one cell.
const mostAround = 2000

// around returns the cells, shown in both releases, of groups that contain a
// cell's own: those with one other label that are never smaller, wherever both
// releases show both.
func (p *pair) around(place string) []shared {
	own := p.byPlace[place].now.Place
	var found []shared
	for _, other := range p.order {
		cells := p.byPlace[other]
		if cells.before.Masked || cells.now.Masked {
			continue
		}
		if from, to, one := oneLabelApart(own, cells.now.Place); one && p.contains(to, from) {
			found = append(found, cells)
		}
		if len(found) == mostAround {
			break
		}
	}
	slices.SortStableFunc(found, byMovement)
	return found
}

// contains reports whether the cells with one label are never smaller than those
// with another and the same labels besides, in at least two places of them.
func (p *pair) contains(larger, smaller string) bool {
	key := [2]string{larger, smaller}
	if answer, known := p.nested[key]; known {
		return answer
	}
	p.nested[key] = p.isNested(larger, smaller)
	return p.nested[key]
}

func (p *pair) isNested(larger, smaller string) bool {
	seen := 0
	for _, place := range p.order {
		one := p.byPlace[place]
		at := slices.Index(one.now.Place, smaller)
		if at < 0 {
			continue
		}
		labels := slices.Clone(one.now.Place)
		labels[at] = larger
		slices.Sort(labels)
		other, known := p.byPlace[joined(labels)]
		if !known {
			continue
		}
		if isAbove(one.before, other.before) || isAbove(one.now, other.now) {
			return false
		}
		seen++
	}
	return seen >= 2
}

// isAbove reports whether a cell is certainly larger than another.
func isAbove(one, other *outputs.PublishedCell) bool { return one.Lower > other.Upper }

// oneLabelApart returns the labels in which two sorted lists differ, if that is
// one in each.
func oneLabelApart(one, other []string) (from, to string, ok bool) {
	if len(one) != len(other) || len(one) < 2 {
		return "", "", false
	}
	onlyOne, onlyOther := without(one, other), without(other, one)
	if len(onlyOne) != 1 || len(onlyOther) != 1 {
		return "", "", false
	}
	return onlyOne[0], onlyOther[0], true
}

// without returns the labels of one list that another lacks.
func without(list, other []string) []string {
	var left []string
	for _, label := range list {
		if !slices.Contains(other, label) {
			left = append(left, label)
		}
	}
	return left
}

// bound adds what follows from another release for a masked cell of the table.
func (j *joint) bound(cell *outputs.PublishedCell, least int64, because string) {
	i := slices.IndexFunc(j.table.Cells, func(other outputs.PublishedCell) bool { return placeOf(other) == placeOf(*cell) })
	if i < 0 {
		return
	}
	j.bounded = append(j.bounded, i)
	j.problem.Relations = append(j.problem.Relations, audit.Relation{
		Terms: []audit.Term{{Cell: i, Coefficient: 1}}, Lower: least, Upper: audit.Unbounded, Statement: because,
	})
}

package versions

import "tre-toolkit/internal/disclosure"

// Pair is a number of people in two versions as it may be shown.
type Pair struct {
	Before disclosure.Cell `json:"before"`
	After  disclosure.Cell `json:"after"`
}

// shown reports whether both numbers are.
func (p Pair) shown() bool { return !p.Before.Masked() && !p.After.Masked() }

// moved reports whether a reader sees two different cells.
func (p Pair) moved() bool { return p.Before.String() != p.After.String() }

// gate applies a profile to what two versions have in common: a reader holds
// both, so a difference of a few people is as telling as a count of them.
//
// A reader also holds the published table of participants, by study and
// auxiliary table. A number of everybody in a delivery beside its shown cells
// would tell how many the masked studies have together, and percentages of
// everybody would do so in the end. So the comparison counts the participants of
// those studies alone whose cells are shown in both versions: its wholes are sums
// of shown cells, as the table's own totals are, and no number of people in it depends
// on whoever else is in the delivery. Rows, and what is made of rows, such as which
// values are worth telling, are of the whole delivery.
type gate struct {
	profile disclosure.Profile
	closed  bool // no study is shown, and so no number of people
}

func (g gate) pair(before, after disclosure.Count) Pair {
	if g.closed {
		return Pair{g.profile.Withhold(), g.profile.Withhold()}
	}
	return Pair{g.profile.Cell(before), g.profile.Beside(after, before)}
}

// enough reports whether a statistic of so many people may be shown.
func (g gate) enough(people disclosure.Count) bool {
	return people.Exceeds(disclosure.CountOf(g.profile.Rules().StatisticPeople.Value - 1))
}

func equal(a, b disclosure.Count) bool { return !a.Exceeds(b) && !b.Exceeds(a) }

// apart reports whether the difference of two groups says nothing of a few
// people: there is none, or it is of a size that may be shown.
func (g gate) apart(a, b disclosure.Count) bool {
	return equal(a, b) || !g.profile.Beside(a, b).Masked()
}

// leaves reports whether those who remain of a group, when some are told, are
// as many as may be shown.
func (g gate) leaves(whole, told disclosure.Count) bool {
	if equal(whole, told) {
		return !g.profile.Cell(disclosure.CountOf(0)).Masked()
	}
	return !g.profile.Beside(whole, told).Masked()
}

// group is a number of people in two versions.
type group struct{ before, after disclosure.Count }

func (g group) isZero() bool { return g.before.IsZero() && g.after.IsZero() }

func (g group) plus(other group) group {
	return group{g.before.Plus(other.before), g.after.Plus(other.after)}
}

// leavesEnough reports whether the rest of a whole may be known, in both
// versions and in their difference.
func (g gate) leavesEnough(whole, told group) bool {
	return g.leaves(whole.before, told.before) && g.leaves(whole.after, told.after) &&
		g.apart(whole.after.Plus(told.before), whole.before.Plus(told.after))
}

// tell returns what may be shown of parts of a whole, nil where nothing may.
// Besides each part itself, in both versions and in the difference of the two,
// the rest that remains beside the parts told so far must pass in the same
// three ways, since a reader subtracts them from the whole: the rest of that
// part alone, as one person may have several, and of all parts together.
//
// Nothing is told where the whole itself is not.
func (g gate) tell(whole group, parts []group) []*Pair {
	told := make([]*Pair, len(parts))
	if !g.pair(whole.before, whole.after).shown() {
		return told
	}
	var sum group
	for i, part := range parts {
		pair, next := g.pair(part.before, part.after), sum.plus(part)
		if pair.shown() && g.leavesEnough(whole, part) && g.leavesEnough(whole, next) {
			told[i], sum = &pair, next
		}
	}
	return told
}

// studies returns the studies of which something may be told, and how many of
// the others there are.
func (g gate) studies(whole group, list []study) (told []StudyDiff, withheld int) {
	parts := make([]group, len(list))
	for i, one := range list {
		parts[i] = one.group
	}
	for i, pair := range g.tell(whole, parts) {
		if pair == nil {
			withheld++
			continue
		}
		told = append(told, StudyDiff{list[i].name, *pair})
	}
	return told, withheld
}

// percentages returns a shown part of a shown whole.
func (g gate) percentages(part, whole group) Pair {
	return Pair{g.profile.Percentage(part.before, whole.before), g.profile.Percentage(part.after, whole.after)}
}

// pathways protects how many keys were added, removed, changed and left as they
// were, given the people behind each. The last is never shown, but it could be
// worked out: where a key has one row, the rows of the version before are those
// removed, changed and left together. And the difference of the rows, which is
// public, is that of keys added and removed, so these two are masked together.
func (g gate) pathways(keys, people [4]disclosure.Count) Pathways {
	var cells [4]disclosure.Cell
	for i := range keys {
		cells[i] = g.profile.Cell(people[i])
		if !cells[i].Masked() {
			cells[i] = g.profile.Cell(keys[i])
		}
	}
	hide := func(i int) {
		if g.closed || !cells[i].Masked() {
			cells[i] = g.profile.Withhold()
		}
	}
	if g.closed || cells[3].Masked() {
		hide(2)
	}
	if g.closed || cells[0].Masked() || cells[1].Masked() {
		hide(0)
		hide(1)
	}
	return Pathways{Added: cells[0], Removed: cells[1], Changed: cells[2]}
}

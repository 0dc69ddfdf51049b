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
type gate struct{ profile disclosure.Profile }

func (g gate) pair(before, after disclosure.Count) Pair {
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

// percentages returns a shown part of a shown whole.
func (g gate) percentages(part, whole group) Pair {
	return Pair{g.profile.Percentage(part.before, whole.before), g.profile.Percentage(part.after, whole.after)}
}

// hidden returns the mark of a number that would give another away.
func (g gate) hidden() disclosure.Cell { return g.profile.Beside(disclosure.CountOf(1)) }

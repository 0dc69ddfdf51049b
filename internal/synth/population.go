package synth

import (
	"slices"
	"sort"
)

// kind says how a group of people with records stands in the freeze.
type kind int

const (
	counted       kind = iota // permitted and linked
	left                      // permitted and linked, but gone from version 3
	unmapped                  // permitted, without a linkage
	withdrawn                 // ukllc_status 0
	withdrawnLeft             // the same, and gone from version 3
	refused                   // no permission to link to NHS England
)

// group is a run of people with records who are alike: one study (or the two
// that they are in), one standing. Which of them are in which table, and in
// version 2, follows from their rank in the group, so that the counts are
// exact without keeping a record for each.
type group struct {
	kind          kind
	study, second int // places in the population's quotas; second is -1 for one study
	first, size   int64
	participants  [tableCount]int64
	inVersion2    int64
	onRoll        int64 // place of the first one on the roll of the study
	bornFrom      int
	bornTo        int
	order         shuffle // of ranks, for what goes with treatment
	otherOrder    shuffle // of ranks, for what does not
	veteranOrder  shuffle // of ranks, for who was in version 2
}

// population is everybody: the people with records, and the participants of
// the freeze.
type population struct {
	seed    uint64
	quotas  []quota
	groups  []group
	size    int64 // people with records
	order   shuffle
	rolls   []roll      // by study
	persons identifiers // cohortkey_e
	paths   identifiers // pathway numbers
	records identifiers // persons' part of record numbers
}

// pathwaysAPerson bounds a person's pathways, so that their numbers never meet.
const pathwaysAPerson = 64

func newPopulation(quotas []quota, seed uint64) *population {
	p := &population{seed: seed, quotas: quotas}
	home := slices.IndexFunc(quotas, func(q quota) bool { return q.participants[hub] == mostPeople(quotas) })
	own := make([][tableCount]int64, len(quotas))
	for i, q := range quotas {
		own[i] = q.participants
	}
	for i := range quotas {
		if i != home {
			p.addPeopleInTwoStudies(own, home, i)
		}
	}
	for i, q := range quotas {
		if q.participants[hub] > 0 {
			p.addPeopleInOneStudy(own[i], i, i == home)
		}
	}
	p.identify()
	p.enrol()
	return p
}

// identify settles the numbers of all people, once it is known how many they are.
func (p *population) identify() {
	p.order = newShuffle(p.size, mix(p.seed, 11))
	p.persons = newIdentifiers(prime18, 100_000_000_000_000_000, mix(p.seed, 12))
	prime := int64(prime7)
	if p.size*pathwaysAPerson > prime {
		prime = prime12
	}
	p.paths = newIdentifiers(prime, 0, mix(p.seed, 13))
	p.records = newIdentifiers(prime, 0, mix(p.seed, 15))
}

func mostPeople(quotas []quota) int64 {
	var most int64
	for _, q := range quotas {
		most = max(most, q.participants[hub])
	}
	return most
}

// addPeopleInTwoStudies lends a few of the greatest study's people to another:
// one person, two participants. Both studies' own people become fewer.
func (p *population) addPeopleInTwoStudies(own [][tableCount]int64, home, other int) {
	all := p.quotas[other].participants
	size := min(nearest(all[hub], 1, 40), own[home][hub]/8)
	if size == 0 && !p.anyInTwoStudies() {
		size = 1
	}
	if all[hub] < 2*size || own[home][hub] < 100 || size == 0 {
		return
	}
	var both [tableCount]int64
	for t := range tableCount {
		both[t] = min(scaled(size, all[t], all[hub]), own[home][t])
		own[home][t] -= both[t]
		own[other][t] -= both[t]
	}
	p.add(group{kind: counted, study: home, second: other, participants: both})
}

func (p *population) anyInTwoStudies() bool {
	return slices.ContainsFunc(p.groups, func(g group) bool { return g.second >= 0 })
}

// addPeopleInOneStudy adds a study's own people, and those with records who
// must not be counted: a few in a thousand, and some in the greatest study at
// any scale.
func (p *population) addPeopleInOneStudy(own [tableCount]int64, study int, atLeastOne bool) {
	p.add(group{kind: counted, study: study, second: -1, participants: own})
	all := p.quotas[study].participants
	for _, other := range []struct {
		kind          kind
		inTenThousand int64
	}{{left, 30}, {unmapped, 30}, {withdrawn, 60}, {withdrawnLeft, 40}, {refused, 30}} {
		size := nearest(all[hub], other.inTenThousand, 10_000)
		if p.joinedLater(study) && (other.kind == left || other.kind == withdrawnLeft) {
			continue
		}
		if atLeastOne {
			size = max(size, 1)
		}
		var participants [tableCount]int64
		for t := range tableCount {
			participants[t] = nearest(size, all[t], all[hub])
		}
		p.add(group{kind: other.kind, study: study, second: -1, participants: participants})
	}
}

func (p *population) add(g group) {
	g.size, g.first = g.participants[hub], p.size
	if g.size == 0 {
		return
	}
	q := p.quotas[g.study]
	g.bornFrom, g.bornTo = q.bornFrom, q.bornTo
	if g.second >= 0 {
		g.bornFrom, g.bornTo = p.quotas[g.second].bornFrom, p.quotas[g.second].bornTo
	}
	if !p.joinedLater(g.study) && !p.joinedLater(g.second) {
		g.inVersion2 = int64(float64(g.size)*shareInVersion2 + 0.5)
	}
	seed := mix(p.seed, 100+uint64(len(p.groups)))
	g.order, g.otherOrder, g.veteranOrder = newShuffle(g.size, mix(seed, 1)), newShuffle(g.size, mix(seed, 2)), newShuffle(g.size, mix(seed, 3))
	p.groups = append(p.groups, g)
	p.size += g.size
}

func (p *population) joinedLater(study int) bool {
	return study >= 0 && p.quotas[study].code == joinedAfterVersion2
}

// groupOf returns the group that a person is in.
func (p *population) groupOf(person int64) *group {
	next := sort.Search(len(p.groups), func(i int) bool { return p.groups[i].first > person })
	return &p.groups[next-1]
}

// leaves reports whether the group's people are gone from version 3.
func (g *group) leaves() bool { return g.kind == left || g.kind == withdrawnLeft }

// veteran reports whether the person of a rank was in version 2.
func (g *group) veteran(rank int64) bool {
	return g.leaves() || g.veteranOrder.at(rank) < g.inVersion2
}

// has reports whether the person of a rank is in a table.
func (g *group) has(t table, rank int64) bool {
	treated := g.order.at(rank)
	switch t {
	case hub:
		return true
	case careActivities, scoredAssessments, internetTherapies:
		return treated < g.participants[t]
	case onwardReferrals:
		return g.within(treated, g.participants[scoredAssessments]/3, g.participants[t])
	case waitingPauses:
		return g.within(treated, 2*g.participants[scoredAssessments]/3, g.participants[t])
	case conditions:
		return (g.order.at(rank)+g.size/20)%g.size < g.participants[t]
	default:
		return g.otherOrder.at(rank) < g.participants[t]
	}
}

// within reports whether a rank is one of count ranks from a start, round the
// ring of those with scores.
func (g *group) within(rank, start, count int64) bool {
	ring := g.participants[scoredAssessments]
	return rank < ring && (rank-start+ring)%ring < count
}

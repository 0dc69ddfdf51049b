package synth

import (
	"slices"
	"time"
)

// nationalWorker makes the people of the national shape, one after the other.
type nationalWorker struct {
	*worker
	making *nationalMaking
	state  state
	suited []int // places in faults
}

// The span in which people are referred: the delivery's three years, and the half
// year before, of which those still open are there.
var (
	firstReferral = dayOf(2020, 10, 1)
	firstExtract  = dayOf(2021, 4, 1)
)

// referralDays are the share of the referrals that come up to the end of each day,
// from the first on.
type referralDays []float64

// Referrals by month, January first, and by day of the week, Sunday first, where 1
// is the mean; there are more of them every year.
var (
	referralsInMonth = [...]float64{1.13, 1.04, 1.09, 0.94, 1.0, 0.99, 0.96, 0.87, 1.0, 1.07, 1.1, 0.81}
	referralsOnDay   = [...]float64{0.25, 1.45, 1.4, 1.3, 1.25, 1.1, 0.25}
)

const growthInYear = 0.04

func newReferralDays() referralDays {
	made := make(referralDays, lastDay-firstReferral+1)
	sum := 0.0
	for i := range made {
		at := (firstReferral + day(i)).time()
		sum += referralsInMonth[at.Month()-1] * referralsOnDay[at.Weekday()] * (1 + growthInYear*float64(i)/365)
		made[i] = sum
	}
	for i := range made {
		made[i] /= sum
	}
	return made
}

func (r referralDays) at(share float64) day { return firstReferral + day(stepAt(r, share)) }

// working moves a day at the weekend to the Monday after.
func working(d day) day {
	switch d.time().Weekday() {
	case time.Saturday:
		return d + 2
	case time.Sunday:
		return d + 1
	}
	return d
}

// Fields of the traits of persons and pathways that choices of the national shape
// alone use.
const (
	fieldArea uint64 = iota + 4000
	fieldAge
	fieldYearOfAge
	fieldAssessed
	fieldAssessedAgain
	fieldOwnMeasure
	fieldMild
	fieldWork
	fieldInternet
	fieldOnward
	fieldMerged
	fieldPlanted
	fieldFault
	fieldRareFault
	fieldDaysWrong
)

// ages of people at referral, in bands of ten years from 16 on, of a hundred.
var ages = spread(30, 16, 26, 26, 18, 36, 13, 46, 8, 56, 4, 66, 1, 76)

// meet brings up the person at a place in the order of the files, with all their
// referrals.
func (n *nationalWorker) meet(place int64) *person {
	p, all := &n.person, n.population
	p.index = all.order.at(place)
	p.traits = draw(mix(all.seed, uint64(p.index)))
	p.key, p.record = all.persons.of(p.index), all.records.of(p.index)
	p.agreement = "NIC-SYNTH-NATIONAL"
	n.random.reseed(all.seed, uint64(p.index))
	age := int(ages[p.traits.below(fieldAge, 100)]) + p.traits.below(fieldYearOfAge, 10)
	p.born = int(firstExtract) - age*1461/4 - p.traits.below(fieldBorn+1, 365)
	home := n.making.country.areaOf(p.traits.share(fieldArea))
	p.pathways, p.jobs, p.clusters = p.pathways[:0], p.jobs[:0], p.clusters[:0]
	n.refer(p, home)
	n.addRare(p)
	for i := range p.pathways {
		n.plant(p, &p.pathways[i])
	}
	return p
}

// comeBack is how many of those whose referral ended are referred again.
const comeBack = 0.14

// refer makes a person's referrals: one, and others after it ended. The first is
// one that the delivery tells of.
func (n *nationalWorker) refer(p *person, home *subICB) {
	for {
		p.pathways = p.pathways[:0]
		if first := n.referral(p, home, n.making.referred.at(n.random.Float64())); first.until() >= firstExtract {
			break
		}
	}
	for len(p.pathways) < pathwaysAPerson && n.random.chance(comeBack) {
		ended := p.pathways[len(p.pathways)-1].discharged
		if ended == never {
			return
		}
		again := working(ended + 14 + day(n.random.logNormal(220, 0.8)))
		if again > lastDay {
			return
		}
		n.referral(p, home, again)
	}
}

// referral makes one referral with all that came of it by the end of the delivery.
func (n *nationalWorker) referral(p *person, home *subICB, received day) *pathway {
	nth := len(p.pathways)
	p.addPathway(received.segment(), segments-1)
	path := &p.pathways[nth]
	path.number = n.population.paths.of(p.index*pathwaysAPerson + int64(nth))
	path.traits = draw(n.random.Uint64())
	path.received, path.discharged = received, never
	path.at, path.planted, path.complains, path.unused = home.placeOf(n.random.Float64()), nil, nil, false
	path.comeFrom()
	path.contacts, path.scores, path.logs = path.contacts[:0], path.scores[:0], path.logs[:0]
	path.conditions, path.onward, path.pauses = path.conditions[:0], path.onward[:0], path.pauses[:0]
	path.course = n.nationalCourse(p)
	n.follow(path, n.wait(path))
	path.severity = n.drawSeverity(path, n.benefits(p, path))
	if path.some(fieldMild, 3) {
		path.severity = path.severity.mild()
	}
	n.assess(path)
	n.addConditions(path)
	return path
}

// nationalCourse draws how a referral goes. The better off are treated more often.
func (n *nationalWorker) nationalCourse(p *person) course {
	better := 0.008 * (float64(p.decile()) - 4.5)
	switch at := n.random.Float64() + better; {
	case at < 0.36:
		return notSeen
	case at < 0.39:
		return seenOnly
	case at < 0.67:
		return treatedOnce
	default:
		return finished
	}
}

// wait draws the days to the first treatment: log-normal, for a few in a hundred
// much longer, and for one in a hundred none.
func (n *nationalWorker) wait(path *pathway) day {
	if n.random.chance(0.01) {
		return 0
	}
	median, sigma := 14.0, 0.76
	if n.random.chance(0.045) {
		median, sigma = 100, 0.5
	}
	longer := path.at.area.board.waitOn(n.making.country, path.received)
	return day(n.random.logNormal(median*longer, sigma))
}

// Groups of ethnic categories that get better less often than the largest.
var lessBenefit = map[string]float64{
	"D": 0.08, "E": 0.08, "F": 0.08, "G": 0.08, "H": 0.09, "J": 0.09, "K": 0.09, "L": 0.09,
	"M": 0.03, "N": 0.03, "P": 0.03, "R": 0.11, "S": 0.11,
}

// benefits is the share of people such as one who get much better: more of the
// better off, the old and those with common complaints, and by where they are.
func (n *nationalWorker) benefits(p *person, path *pathway) float64 {
	share := 0.69 + 0.019*(float64(p.decile())-4.5) - lessBenefit[ethnicCategories.of(p.traits, 4)]
	switch age := p.age(path.received); {
	case age >= 65:
		share += 0.1
	case age < 26:
		share -= 0.04
	}
	if path.trueComplaint().measure != gad7 {
		share -= 0.06
	}
	return share + path.at.area.board.benefitOn(n.making.country, path.received)
}

// mild is a severity below that of a case.
func (s severity) mild() severity {
	const part = 0.4
	return severity{part * s.depressionFirst, part * s.depressionLast, part * s.anxietyFirst, part * s.anxietyLast}
}

// follow makes the appointments of a referral and its end, after the days to the
// first treatment.
func (n *nationalWorker) follow(path *pathway, wait day) {
	treatment := working(path.received + wait)
	path.firstSeen = treatment
	switch path.course {
	case notSeen:
		on := path.received
		for range n.random.IntN(3) {
			on = working(on + day(n.random.between(3, 14)))
			n.visit(path, on, false, "01")
		}
		n.end(path, max(on, path.received+day(n.random.logNormal(32, 0.5))))
	case seenOnly:
		n.visit(path, treatment, true, "01")
		n.end(path, treatment+day(n.random.IntN(40)))
	default:
		n.end(path, n.treatments(path, treatment))
	}
	slices.SortStableFunc(path.contacts, func(a, b contact) int { return int(a.on - b.on) })
	for i := range path.contacts {
		path.contacts[i].number = i
	}
	path.firstSeen = min(path.firstSeen, path.until())
}

// treatments makes the appointments of those who are treated, from the day of the
// first treatment on, and returns the last day.
func (n *nationalWorker) treatments(path *pathway, on day) day {
	count := 1
	if path.course == finished {
		count = min(max(n.random.logNormal(6.7, 0.5), 2), 40)
	}
	first := "03"
	if before := path.received + (on-path.received)/2; n.random.chance(0.45) && before < on {
		n.visit(path, min(working(before), on), true, "01")
		first = "02"
	}
	n.visit(path, on, true, first)
	for range count - 1 {
		on = working(on + day(n.random.between(5, 13)))
		if n.random.chance(0.16) {
			n.visit(path, on, false, "02")
			on = working(on + 7)
		}
		n.visit(path, on, true, [...]string{"02", "05"}[b2i(n.random.chance(0.08))])
	}
	switch {
	case path.course == treatedOnce && n.random.chance(0.5):
		on = working(on + 14)
		n.visit(path, on, false, "02")
		return on + day(n.random.IntN(40))
	case path.course == finished && n.random.chance(0.1):
		on = working(on + 28)
		n.visit(path, on, true, "06")
	}
	return on + day(n.random.IntN(29))
}

// end discharges a referral, if that is before the end of the delivery.
func (n *nationalWorker) end(path *pathway, on day) {
	if on <= lastDay {
		path.discharged = max(on, path.received)
		path.last = periods[path.discharged.segment()].last
	}
}

// visit adds an appointment, if it is before the end of the delivery.
func (n *nationalWorker) visit(path *pathway, on day, attended bool, purpose string) {
	if on > lastDay {
		return
	}
	c := contact{
		on: on, reported: on.segment(), traits: draw(n.random.Uint64()),
		activities: 1, attended: attended, purpose: purpose, therapy: noTherapy,
	}
	if attended && n.random.chance(0.1) {
		c.activities = 2
	}
	if c.treatment() {
		treatments := 1
		for i := range path.contacts {
			treatments += b2i(path.contacts[i].treatment())
		}
		c.therapy = path.therapyOf(treatments)
	}
	path.contacts = append(path.contacts, c)
}

// assess adds the scores of the first appointment that was kept and, for those who
// finished, of the last treatment. A complaint's own measure is not always given,
// and a few have no last scores, or none.
func (n *nationalWorker) assess(path *pathway) {
	battery := batteries[path.trueComplaint().measure]
	given := 2
	if battery[2] == path.trueComplaint().measure && path.some(fieldOwnMeasure, 78) {
		given = 3
	}
	first, last := ofReferral, ofReferral
	for i := range path.contacts {
		if path.contacts[i].attended && first == ofReferral {
			first = i
		}
		if path.contacts[i].treatment() {
			last = i
		}
	}
	if first == ofReferral || !path.some(fieldAssessed, 98) {
		return
	}
	times := []int{first}
	if path.course == finished && last > first && path.some(fieldAssessedAgain, 98) {
		times = append(times, last)
	}
	for _, at := range times {
		for _, t := range battery[:given] {
			n.addScore(path, t, path.contacts[at].on, path.contacts[at].reported, at)
		}
	}
}

// addConditions records what a referral is for, some with a long-term condition,
// when the delivery's first extract began at the earliest.
func (n *nationalWorker) addConditions(path *pathway) {
	on := max(path.received, firstExtract)
	for range 1 + b2i(n.random.chance(0.15)) {
		path.conditions = append(path.conditions, entry{on, on.segment(), draw(n.random.Uint64())})
	}
}

// addRare adds what few people have: a record of their work, a care cluster,
// internet therapy, an onward referral, a pause.
func (n *nationalWorker) addRare(p *person) {
	entryOf := func(path *pathway) entry {
		on := max(path.received, firstExtract)
		on += day(n.random.IntN(int(max(path.until()-on, 0)) + 1))
		return entry{on, on.segment(), draw(n.random.Uint64())}
	}
	first := &p.pathways[0]
	if first.some(fieldWork, 5) {
		p.jobs = append(p.jobs, entryOf(first))
		p.clusters = append(p.clusters, entryOf(first))
	}
	for i := range p.pathways {
		path := &p.pathways[i]
		if path.course == finished && path.some(fieldInternet, 4) {
			path.logs = append(path.logs, entryOf(path), entryOf(path))
		}
		if path.course >= seenOnly && path.some(fieldOnward, 1) {
			path.onward = append(path.onward, entryOf(path))
			path.pauses = append(path.pauses, entryOf(path))
		}
	}
}

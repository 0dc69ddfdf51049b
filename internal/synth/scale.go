package synth

import "cmp"

// quota is what one study gets: participants of version 3 in each table, and
// its participants in the freeze.
type quota struct {
	published
	participants [tableCount]int64
}

// scale gives each study its numbers at the wanted size: people is how many
// participants the hub of version 3 has over all studies, 0 for as published.
func scale(studies []published, people int64, seed uint64) (quotas []quota, publishedPeople int64) {
	quotas = make([]quota, len(studies))
	for i, study := range studies {
		quotas[i].published = study
		publishedPeople += study.cells[hub].count
	}
	people = cmp.Or(people, publishedPeople)
	scaleHub(quotas, people, publishedPeople)
	for i := range quotas {
		quotas[i].scaleTables(mix(seed, uint64(i)))
		quotas[i].scaleFreeze(people, publishedPeople)
	}
	return quotas, publishedPeople
}

// scaleHub spreads people over the studies, with ten for each if they suffice:
// a published count stays a publishable one.
func scaleHub(quotas []quota, people, publishedPeople int64) {
	var withRecords, small int64
	for _, q := range quotas {
		if q.cells[hub].count > 0 {
			withRecords++
		}
	}
	if people >= 20*withRecords {
		small = 10
	}
	rest, before := people-small*withRecords, int64(0)
	restOfPublished := publishedPeople - small*withRecords
	for i := range quotas {
		if quotas[i].cells[hub].count == 0 {
			continue
		}
		weight := quotas[i].cells[hub].count - small
		quotas[i].participants[hub] = small + share(rest, before, weight, restOfPublished)
		before += weight
	}
}

// scaleTables fills in the other tables in proportion to the hub. A masked
// count is 1 to 9 at any scale, a zero is zero.
func (q *quota) scaleTables(seed uint64) {
	all := q.participants[hub]
	for t := range tableCount {
		switch published := q.cells[t]; {
		case t == hub:
		case published.masked:
			q.participants[t] = 1 + int64(draw(seed).below(uint64(t), 9))
		case published.count > 0:
			q.participants[t] = max(nearest(published.count, all, q.cells[hub].count), 10)
		}
	}
	q.nest()
}

// nest keeps each count possible: everybody is in the hub, those with scores
// have care activities, and those with internet therapy, onward referrals or
// pauses have scores.
func (q *quota) nest() {
	limit := func(t, within table) { q.participants[t] = min(q.participants[t], q.participants[within]) }
	for _, t := range []table{careActivities, careCluster, employmentStatus, conditions} {
		limit(t, hub)
	}
	limit(scoredAssessments, careActivities)
	for _, t := range []table{internetTherapies, onwardReferrals, waitingPauses} {
		limit(t, scoredAssessments)
	}
}

func (q *quota) scaleFreeze(people, publishedPeople int64) {
	for _, count := range []*int64{&q.enrolled, &q.permitted, &q.linked, &q.section251} {
		*count = nearest(*count, people, publishedPeople)
	}
}

package synth

// person is one person with records, with all that is known of them.
type person struct {
	index     int64
	rank      int64 // within the group
	group     *group
	traits    draw
	key       uint64 // cohortkey_e
	record    uint64 // the person's part of recordnumber
	agreement string // nic_number
	born      int    // in days, counted as day is; before 2010 it is negative
	veteran   bool   // was in version 2
	stays     bool   // is in version 3
	rows      [parts][tableCount]int64
	pathways  []pathway
	jobs      []entry // employment records
	clusters  []entry // care clusters
}

// Fields of a person's traits that other choices must not reuse.
const (
	fieldBorn uint64 = iota + 1000
	fieldHubRows
	fieldLaterRows
	fieldWeight
	fieldLate
)

// worker makes people, one after the other, in memory that it reuses.
type worker struct {
	population *population
	budget     *budget
	random     *source
	person     person
}

func newWorker(p *population, b *budget) *worker {
	return &worker{population: p, budget: b, random: newSource()}
}

// meet brings up the person at a place in the order of the files.
func (w *worker) meet(place int64) *person {
	p := &w.person
	p.index = w.population.order.at(place)
	p.group = w.population.groupOf(p.index)
	p.rank = p.index - p.group.first
	p.traits = draw(mix(w.population.seed, uint64(p.index)))
	p.key = w.population.persons.of(p.index)
	p.record = w.population.records.of(p.index)
	p.agreement = w.population.agreement(p.group, p.rank)
	p.veteran, p.stays = p.group.veteran(p.rank), !p.group.leaves()
	year := p.group.bornFrom + p.traits.below(fieldBorn, p.group.bornTo-p.group.bornFrom+1)
	p.born = (year-2010)*1461/4 + p.traits.below(fieldBorn+1, 365)
	p.pathways = p.pathways[:0]
	p.rows = [parts][tableCount]int64{}
	w.random.reseed(w.population.seed, uint64(p.index))
	return p
}

// age returns whole years on a day.
func (p *person) age(on day) uint64 { return uint64(max((int(on)-p.born)*4/1461, 0)) }

// Weights of a person's rows in the hub: most have one referral that a few
// extracts repeat, some come back.
var (
	hubWeights   = spread(30, 0, 35, 1, 20, 2, 8, 3, 4, 4, 2, 6, 1, 8)
	laterWeights = spread(62, 0, 8, 1, 10, 2, 16, 3, 4, 4)
)

// spread lays values out by their weights of a hundred.
func spread(weightsAndValues ...int) [100]int64 {
	var laid [100]int64
	next := 0
	for i := 0; i < len(weightsAndValues); i += 2 {
		for range weightsAndValues[i] {
			laid[next] = int64(weightsAndValues[i+1])
			next++
		}
	}
	return laid
}

// hubClaim says what rows of the hub a person needs and wants.
func (p *person) hubClaim(in part) claim {
	first := hubWeights[p.traits.below(fieldHubRows, 100)]
	switch {
	case p.veteran && in == upToVersion2:
		return claim{1, first}
	case p.veteran && p.stays:
		return claim{0, laterWeights[p.traits.below(fieldLaterRows, 100)]}
	case !p.veteran && in == sinceVersion2:
		return claim{1, first}
	default:
		return claim{}
	}
}

// tallyHub adds a person's claims on the hub.
func (w *worker) tallyHub(p *person, sum *tally) {
	for in := range parts {
		c := p.hubClaim(in)
		if !p.stays {
			sum.fixed[hub] += c.least + c.weight
			continue
		}
		sum.least[in][hub] += c.least
		sum.weight[in][hub] += c.weight
	}
}

// admit settles a person's rows in the hub and with them their referrals.
func (w *worker) admit(p *person, before *tally) {
	for in := range parts {
		c := p.hubClaim(in)
		if p.stays {
			p.rows[in][hub] = w.budget.rowsFor(in, hub, c, before)
		} else {
			p.rows[in][hub] = c.least + c.weight
		}
	}
	w.referrals(p)
}

// inVersion2 and inVersion3 report whether a person has rows of a table there.
func (p *person) inVersion2(t table) bool {
	if !p.veteran || !p.group.has(t, p.rank) {
		return false
	}
	return p.rows[sinceVersion2][hub] == 0 || p.traits.below(fieldLate+uint64(t), 100) >= lateInHundred[t]
}

func (p *person) inVersion3(t table) bool { return p.stays && p.group.has(t, p.rank) }

// lateInHundred is how many of those with rows on both sides of version 2 came
// into a table only after it.
var lateInHundred = [tableCount]int{
	careActivities: 4, careCluster: 1, scoredAssessments: 6, employmentStatus: 4, internetTherapies: 11,
	conditions: 5, onwardReferrals: 48, waitingPauses: 28,
}

// claim says what rows of a table other than the hub a person needs and wants.
func (p *person) claim(in part, t table) claim {
	present, earlier := p.inVersion3(t), p.inVersion2(t)
	switch {
	case in == upToVersion2 && earlier:
		return claim{1, p.weight(in, t)}
	case in == upToVersion2 || !present || p.rows[in][hub] == 0:
		return claim{}
	case earlier:
		return claim{0, p.weight(in, t)}
	default:
		return claim{1, p.weight(in, t)}
	}
}

// weight is what a person's rows of a table are worth in a part: by how often
// the extracts repeat them, and by how much was done.
func (p *person) weight(in part, t table) int64 {
	first, last := p.spanOf(in)
	sum := int64(0)
	for i := range p.pathways {
		sum += p.pathways[i].rowsIn(first, last) * p.pathways[i].weightOfRow(t)
	}
	return max(sum, 1)
}

// leaverRows turns a weight into rows, in tenths, for those who left.
var leaverRows = [tableCount]int64{
	careActivities: 6, careCluster: 5, scoredAssessments: 14, employmentStatus: 5, internetTherapies: 8,
	conditions: 5, onwardReferrals: 2, waitingPauses: 4,
}

// tallyRows adds a person's claims on the tables other than the hub.
func (w *worker) tallyRows(p *person, sum *tally) {
	for t := range tableCount {
		for in := range parts {
			if t == hub {
				continue
			}
			c := p.claim(in, t)
			if !p.stays {
				sum.fixed[t] += c.least + c.weight*leaverRows[t]/10
				continue
			}
			sum.least[in][t] += c.least
			sum.weight[in][t] += c.weight
		}
	}
}

// allot settles a person's rows in every table but the hub.
func (w *worker) allot(p *person, before *tally) {
	for t := range tableCount {
		for in := range parts {
			if t == hub {
				continue
			}
			c := p.claim(in, t)
			if p.stays {
				p.rows[in][t] = w.budget.rowsFor(in, t, c, before)
			} else {
				p.rows[in][t] = c.least + c.weight*leaverRows[t]/10
			}
		}
	}
}

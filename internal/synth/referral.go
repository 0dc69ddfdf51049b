package synth

// course is how a referral goes, in the proportions of NHS Talking Therapies.
type course int

const (
	notSeen course = iota
	seenOnly
	treatedOnce
	finished
)

// pathway is one referral, from its receipt to its discharge.
type pathway struct {
	number      uint64 // the digits of pathwayid
	traits      draw
	course      course
	first, last segment // its rows: from the period it was received in
	received    day
	discharged  day // never while open
	firstSeen   day // when its first contact is due
	severity    severity
	contacts    []contact
	scores      []score
	logs        []entry
	conditions  []entry
	onward      []entry
	pauses      []entry

	// Of the national shape only.
	at        *place     // where it is dealt with
	planted   *fault     // what is wrong with its records
	complains *complaint // what was recorded in place of its complaint
	unused    bool       // no row says to use it
}

// entry is a dated record of one row: it is in the extracts of its financial
// year from reported on.
type entry struct {
	on       day
	reported segment
	traits   draw
}

// span returns the periods of a part.
func (in part) span() (first, last segment) {
	if in == upToVersion2 {
		return 0, lastOfVersion2
	}
	return lastOfVersion2 + 1, segments - 1
}

// spanOf returns the periods that a person's rows of a part may be in: those
// who came after version 2 bring their earlier records with them.
func (p *person) spanOf(in part) (first, last segment) {
	if in == sinceVersion2 && !p.veteran {
		return 0, segments - 1
	}
	return in.span()
}

// rowsIn returns how many of the pathway's rows are in a span of periods.
func (w *pathway) rowsIn(first, last segment) int64 {
	return int64(max(min(w.last, last)-max(w.first, first)+1, 0))
}

// until returns the last day on which something may happen.
func (w *pathway) until() day {
	if w.discharged != never {
		return w.discharged
	}
	return periods[w.last].end
}

// window returns the days of a span on which something may happen; there are
// none when to is before from.
func (w *pathway) window(first, last segment) (from, to day) {
	return max(w.received, periods[first].added), min(w.until(), periods[last].end)
}

// careWeights and scoreWeights are rows for each hub row, roughly, by course.
var (
	careWeights  = [...]int64{notSeen: 4, seenOnly: 6, treatedOnce: 13, finished: 36}
	scoreWeights = [...]int64{notSeen: 1, seenOnly: 4, treatedOnce: 10, finished: 44}
)

func (w *pathway) weightOfRow(t table) int64 {
	vary := func(n int) int64 { return int64(w.traits.below(fieldWeight+uint64(t), n)) }
	switch t {
	case careActivities:
		return careWeights[w.course]*(8+vary(9))/8 + 1
	case scoredAssessments:
		return scoreWeights[w.course]
	case internetTherapies:
		return int64(min(w.course, 2)) * (2 + vary(5))
	case employmentStatus:
		return 1 + vary(4)
	case conditions, careCluster:
		return 1 + vary(3)
	default:
		return vary(2)
	}
}

// Rows of one referral, in hundredths: how many extracts repeat it.
var (
	repeats      = spread(18, 1, 30, 2, 34, 3, 6, 4, 6, 5, 6, 6)
	laterRepeats = spread(30, 1, 35, 2, 35, 3)
)

// referrals makes the pathways that have exactly the person's rows in the hub.
func (w *worker) referrals(p *person) {
	if p.veteran {
		w.fill(p, p.rows[upToVersion2][hub], upToVersion2)
		rest := p.rows[sinceVersion2][hub]
		if rest >= 3 && w.goOn(p) {
			rest -= 3
		}
		w.fill(p, rest, sinceVersion2)
	} else {
		w.fill(p, p.rows[sinceVersion2][hub], sinceVersion2)
	}
	for i := range p.pathways {
		w.settle(p, &p.pathways[i], i)
	}
}

// fill adds pathways until they have the rows.
func (w *worker) fill(p *person, rows int64, in part) {
	first, last := p.spanOf(in)
	for rows > 0 {
		choices := &repeats
		if last-first < 3 {
			choices = &laterRepeats
		}
		take := min(choices[w.random.IntN(100)], rows)
		if len(p.pathways) >= pathwaysAPerson/2 {
			take = min(rows, 3)
		}
		w.place(p, int(take), first, last)
		rows -= take
	}
}

// place adds a pathway with that many rows: it is received in one period and
// its rows end with a financial year. Those who came after version 2 were
// mostly referred after it.
func (w *worker) place(p *person, rows int, first, last segment) {
	var options [2 * segments]segment
	count := 0
	for s := first; s+rows-1 <= last; s++ {
		end := s + rows - 1
		if periods[end].last != end {
			continue
		}
		options[count] = s
		count++
		if end == segments-1 && first == 0 {
			for range 6 {
				options[count] = s
				count++
			}
		}
	}
	start := options[w.random.IntN(count)]
	p.addPathway(start, start+rows-1)
}

func (p *person) addPathway(first, last segment) {
	if len(p.pathways) < cap(p.pathways) {
		p.pathways = p.pathways[:len(p.pathways)+1]
	} else {
		p.pathways = append(p.pathways, pathway{})
	}
	added := &p.pathways[len(p.pathways)-1]
	added.first, added.last = first, last
}

// goOn lets a referral that reaches the end of version 2 go on into the next
// financial year, all of whose periods then have it.
func (w *worker) goOn(p *person) bool {
	for i := range p.pathways {
		if p.pathways[i].last == lastOfVersion2 && w.random.chance(0.8) {
			p.pathways[i].last = segments - 1
			return true
		}
	}
	return false
}

// settle gives a pathway its number, its course and its dates.
func (w *worker) settle(p *person, path *pathway, nth int) {
	path.number = w.population.paths.of(p.index*pathwaysAPerson + int64(nth))
	path.traits = draw(w.random.Uint64())
	path.course = w.course(p, nth)
	w.date(path)
	path.severity = w.drawSeverity(path, usualBenefit)
	path.contacts, path.scores = path.contacts[:0], path.scores[:0]
	path.logs, path.conditions = path.logs[:0], path.conditions[:0]
	path.onward, path.pauses = path.onward[:0], path.pauses[:0]
}

// course draws how a referral goes. Those without care activities were not
// seen; internet therapy is for those who are treated.
func (w *worker) course(p *person, nth int) course {
	switch n := w.random.IntN(1000); {
	case !p.group.has(careActivities, p.rank):
		return notSeen
	case nth == 0 && p.group.has(internetTherapies, p.rank):
		return finished
	case n < 252:
		return notSeen
	case n < 276:
		return seenOnly
	case n < 604:
		return treatedOnce
	default:
		return finished
	}
}

// durations are median days from referral to discharge.
var durations = [...]float64{notSeen: 32, seenOnly: 40, treatedOnce: 60, finished: 150}

// The wait for the first contact is log-normal, so that treatment begins after
// a median of 15 days, for 89% within six weeks, for 98% within eighteen.
const (
	medianWait = 13
	sigmaWait  = 0.92
)

// date draws the days of a referral within the periods of its rows.
func (w *worker) date(path *pathway) {
	begin, end := &periods[path.first], &periods[path.last]
	path.received = begin.added + day(w.random.IntN(int(begin.end-begin.added)))
	earliest, latest := path.received, end.end
	if periods[path.first].last != path.last {
		earliest = end.start
	}
	path.discharged = path.received + day(w.random.logNormal(durations[path.course], 0.5))
	switch {
	case path.discharged < earliest:
		path.discharged = min(earliest+day(w.random.IntN(90)), latest)
	case path.discharged <= latest:
	case path.last == segments-1 || w.random.chance(0.03):
		path.discharged = never
	default:
		middle := max(earliest, path.received+(latest-path.received)/2)
		path.discharged = middle + day(w.random.IntN(int(latest-middle)+1))
	}
	wait := day(w.random.logNormal(medianWait, sigmaWait))
	path.firstSeen = min(path.received+wait, path.received+(path.until()-path.received)*3/4)
}

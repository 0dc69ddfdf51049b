package synth

import "slices"

// contact is an appointment, kept or not, with its activities.
type contact struct {
	on         day
	reported   segment
	traits     draw
	number     int // within the pathway
	activities int
	attended   bool
	purpose    string // appointment type
	therapy    int    // place in therapies, or noTherapy
}

// score is one answered tool: at a contact, or of the referral.
type score struct {
	on       day
	reported segment
	tool     tool
	value    int16
	contact  int // place in the pathway's contacts, or ofReferral
	traits   draw
}

const ofReferral = -1

func (c *contact) treatment() bool {
	return c.attended && (c.purpose == "02" || c.purpose == "03" || c.purpose == "05")
}

func (c *contact) assessment() bool {
	return c.attended && (c.purpose == "01" || c.purpose == "03")
}

// repeatsOf returns how many extracts have a record that is reported in a period.
func repeatsOf(reported segment) int64 { return int64(periods[reported].last - reported + 1) }

// report says from which extract on a record of a day is there, so that its
// rows are not more than are left: the last of them may have come in late.
func report(on day, left int64) (reported segment, rows int64) {
	reported = on.segment()
	rows = repeatsOf(reported)
	if rows > left {
		return periods[reported].last - segment(left) + 1, left
	}
	return reported, rows
}

// treat makes everything that happens to a person, with exactly their rows.
func (w *worker) treat(p *person) {
	p.jobs, p.clusters = p.jobs[:0], p.clusters[:0]
	for in := range parts {
		rows := &p.rows[in]
		w.overPathways(p, in, rows, careActivities, w.addContacts)
		w.overPathways(p, in, rows, scoredAssessments, w.addScores)
		w.addEntries(p, in, rows[conditions], func(path *pathway) *[]entry { return &path.conditions })
		w.addEntries(p, in, rows[internetTherapies], func(path *pathway) *[]entry { return &path.logs })
		w.addEntries(p, in, rows[onwardReferrals], func(path *pathway) *[]entry { return &path.onward })
		w.addEntries(p, in, rows[waitingPauses], func(path *pathway) *[]entry { return &path.pauses })
		w.addEntries(p, in, rows[employmentStatus], func(*pathway) *[]entry { return &p.jobs })
		w.addEntries(p, in, rows[careCluster], func(*pathway) *[]entry { return &p.clusters })
	}
	slices.SortFunc(p.jobs, func(a, b entry) int { return int(a.on - b.on) })
}

// overPathways divides rows of a table over the pathways of a part by their
// weights.
func (w *worker) overPathways(p *person, in part, rows *[tableCount]int64, t table, add func(*pathway, segment, segment, int64)) {
	if rows[t] == 0 {
		return
	}
	first, last := p.spanOf(in)
	var all, before int64
	for i := range p.pathways {
		all += p.pathways[i].rowsIn(first, last) * p.pathways[i].weightOfRow(t)
	}
	for i := range p.pathways {
		path := &p.pathways[i]
		weight := path.rowsIn(first, last) * path.weightOfRow(t)
		if part := share(rows[t], before, weight, all); part > 0 {
			add(path, first, last, part)
		}
		before += weight
	}
}

// addEntries adds dated records with exactly that many rows to the pathways of
// a part.
func (w *worker) addEntries(p *person, in part, rows int64, list func(*pathway) *[]entry) {
	if rows == 0 {
		return
	}
	first, last := p.spanOf(in)
	for rows > 0 {
		path := w.anyPathway(p, first, last)
		from, to := path.window(first, last)
		segment := w.random.between(from.segment(), to.segment())
		on := w.dayWithin(max(from, periods[segment].added), min(to, periods[segment].end))
		reported, used := report(on, rows)
		entries := list(path)
		*entries = append(*entries, entry{on, reported, draw(w.random.Uint64())})
		rows -= used
	}
}

// anyPathway picks one of the pathways with rows in a span, one with more done
// rather than one with less.
func (w *worker) anyPathway(p *person, first, last segment) *pathway {
	var best *pathway
	for range 2 {
		start := w.random.IntN(len(p.pathways))
		for i := range p.pathways {
			path := &p.pathways[(start+i)%len(p.pathways)]
			if path.rowsIn(first, last) == 0 {
				continue
			}
			if best == nil || path.course > best.course {
				best = path
			}
			break
		}
	}
	return best
}

func (w *worker) dayWithin(from, to day) day { return day(w.random.between(int(from), int(to))) }

// activities of an appointment that is kept.
var activities = spread(24, 1, 38, 2, 26, 3, 12, 4)

// attendance is how often an appointment is kept, in percent, by course.
var attendance = [...]int{notSeen: 0, seenOnly: 50, treatedOnce: 45, finished: 74}

// addContacts adds appointments with exactly that many rows, spread over the
// pathway's days in a span.
func (w *worker) addContacts(path *pathway, first, last segment, rows int64) {
	from, to := path.window(first, last)
	from = min(max(from, path.firstSeen), to)
	start := len(path.contacts)
	expected := max(rows*2/(repeatsOf(from.segment())*3), 1)
	for i := int64(0); rows > 0; i++ {
		on := w.dayWithin(from, to)
		if i < expected {
			on = from + day(int64(to-from)*i/expected)
		}
		rows -= w.addContact(path, on, rows, len(path.contacts) == start)
	}
	added := path.contacts[start:]
	slices.SortStableFunc(added, func(a, b contact) int { return int(a.on - b.on) })
	w.describe(path, start)
}

// addContact adds one appointment and returns its rows.
func (w *worker) addContact(path *pathway, on day, left int64, sure bool) int64 {
	reported, rows := report(on, left)
	c := contact{on: on, reported: reported, traits: draw(w.random.Uint64()), activities: 1, therapy: noTherapy}
	c.attended = path.course != notSeen && (sure || w.random.IntN(100) < attendance[path.course])
	if wanted := activities[w.random.IntN(100)]; c.attended {
		c.activities = int(min(wanted, left/rows))
	}
	path.contacts = append(path.contacts, c)
	return rows * int64(c.activities)
}

// mostSessions bounds the sessions of a pathway: their counts are TINYINT.
const mostSessions = 100

// describe says what each new appointment was for, given those before.
func (w *worker) describe(path *pathway, start int) {
	seen, treatments := 0, 0
	for i := range path.contacts {
		c := &path.contacts[i]
		if i >= start {
			c.number = i
			c.purpose = w.purpose(path, c, seen, treatments)
		}
		if c.attended {
			seen++
		}
		if c.treatment() {
			treatments++
			if i >= start {
				c.therapy = path.therapyOf(treatments)
			}
		}
	}
}

// purpose draws the type of an appointment.
func (w *worker) purpose(path *pathway, c *contact, seen, treatments int) string {
	last := c == &path.contacts[len(path.contacts)-1]
	switch n := w.random.IntN(100); {
	case !c.attended && treatments == 0:
		return "01"
	case !c.attended:
		return "02"
	case path.course == seenOnly:
		return [...]string{"01", "04"}[min(seen, 1)]
	case path.course == treatedOnce && treatments > 0:
		return "04"
	case path.course == treatedOnce && seen == 0:
		return [...]string{"01", "03"}[b2i(n < 55 || last)]
	case path.course == treatedOnce:
		return "02"
	case seen == 0:
		return [...]string{"01", "03"}[b2i(n < 55)]
	case treatments >= mostSessions || n < 4:
		return "04"
	case n < 12:
		return "05"
	case last && n < 30 && treatments > 2:
		return "06"
	default:
		return "02"
	}
}

func b2i(condition bool) int {
	if condition {
		return 1
	}
	return 0
}

// therapyOf returns the therapy of a pathway's nth treatment: low intensity,
// high intensity, or stepped up from one to the other.
func (w *pathway) therapyOf(nth int) int {
	low := max(w.traits.below(21, firstHigh+3)-3, 0)
	high := firstHigh + max(w.traits.below(22, jobSupport-firstHigh+9)-9, 0)
	switch step := w.traits.below(23, 100); {
	case step < 45 || step >= 80 && nth <= 4:
		return low
	default:
		return high
	}
}

// addScores adds questionnaires with exactly that many rows: at the contacts
// of a span that were kept, the rest with the referral.
func (w *worker) addScores(path *pathway, first, last segment, rows int64) {
	from, to := path.window(first, last)
	battery := batteries[path.trueComplaint().measure]
	kept := int64(0)
	for i := range path.contacts {
		if c := &path.contacts[i]; c.attended && c.on >= from && c.on <= to {
			kept += repeatsOf(c.reported)
		}
	}
	for i := range path.contacts {
		c := &path.contacts[i]
		if !c.attended || c.on < from || c.on > to {
			continue
		}
		repeated := repeatsOf(c.reported)
		given := min((rows+kept-1)/kept, rows/repeated, int64(len(battery)))
		for _, t := range battery[:given] {
			w.addScore(path, t, c.on, c.reported, i)
		}
		rows -= given * repeated
		kept -= repeated
	}
	w.addReferralScores(path, battery, from, to, rows)
}

func (w *worker) addScore(path *pathway, t tool, on day, reported segment, contact int) {
	path.scores = append(path.scores, score{on, reported, t, w.scoreOn(path, t, on), contact, draw(w.random.Uint64())})
}

// referralTools is how many tools of a battery are filled in at once without a
// contact.
const referralTools = 9

func (w *worker) addReferralScores(path *pathway, battery []tool, from, to day, rows int64) {
	on := from
	for rows > 0 {
		for _, t := range battery[:referralTools] {
			if rows == 0 {
				return
			}
			reported, used := report(on, rows)
			w.addScore(path, t, on, reported, ofReferral)
			rows -= used
		}
		on = w.dayWithin(from, to)
	}
}

// complaint returns the pathway's primary presenting complaint, as recorded.
func (w *pathway) complaint() *complaint {
	if w.complains != nil {
		return w.complains
	}
	return w.trueComplaint()
}

// trueComplaint returns what the pathway is measured by.
func (w *pathway) trueComplaint() *complaint {
	return &complaints[complaintOf[byte(w.traits.number(24))]]
}

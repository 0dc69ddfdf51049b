package synth

import "slices"

// sourceWriter writes what the submissions of all months say of one person after
// the other. An open referral is told of in every month from its receipt to its
// discharge, as it stood at the month's end; what happened on a day in that
// day's month, and what goes on in every month of the financial year it was
// recorded in.
type sourceWriter struct {
	sourcing *sourcing
	page     *sourcePage
	person   *person
	row      row
	state    state
	told     []*pathway // of one provider in one month
}

func (s *sourcing) newWriter(page *sourcePage) *sourceWriter {
	return &sourceWriter{sourcing: s, page: page}
}

// write writes everything about a person.
func (w *sourceWriter) write(p *person) {
	w.person = p
	from, to := months, -1
	for i := range p.pathways {
		first, last := p.pathways[i].told()
		from, to = min(from, first), max(to, last)
	}
	for month := from; month <= to; month++ {
		for i := range p.pathways {
			w.writeProvider(month, i)
		}
	}
}

// told returns the months in which a referral is submitted.
func (w *pathway) told() (first, last int) { return monthOf(w.received), monthOf(w.until()) }

func (w *pathway) toldIn(month int) bool {
	first, last := w.told()
	return first <= month && month <= last
}

// writeProvider writes what the provider of a person's nth pathway submits of
// the person for a month, unless an earlier one has the same provider.
func (w *sourceWriter) writeProvider(month, nth int) {
	first := &w.person.pathways[nth]
	provider := first.provider()
	w.told = w.told[:0]
	for i := range w.person.pathways {
		path := &w.person.pathways[i]
		if path.provider() != provider || !path.toldIn(month) {
			continue
		}
		if len(w.told) == 0 && path != first {
			return
		}
		w.told = append(w.told, path)
	}
	if len(w.told) == 0 {
		return
	}
	for _, sent := range w.sourcing.submissions.sent(month, provider) {
		w.begin(sent)
		w.sourcing.generation.describe(w, w.told)
	}
}

// begin makes the row one of a submission.
func (w *sourceWriter) begin(sent *submission) {
	g := w.sourcing.generation
	w.row = row{
		version: g.version, person: w.person, period: sent.period(), submission: sent,
		identities: w.sourcing.identities, staff: &w.sourcing.submissions.staff, wide: g.wide,
	}
}

// record writes one row, if the generation has the table.
func (w *sourceWriter) record(kind sourceTable, traits draw, on day) {
	g, sent := w.sourcing.generation, w.row.submission
	table := g.place[kind]
	if table < 0 {
		return
	}
	w.row.traits, w.row.on = traits, on
	w.row.untidy = untidinessOf(draw(mix(uint64(traits), uint64(on)+uint64(w.row.period.end)<<20)))
	place := table*len(g.spans) + g.spanOf(sent.month)
	w.page.text[place] = g.tables[table].layout.appendRow(w.page.text[place], &w.row)
	w.page.rows[place]++
	sent.rows[kind].Add(1)
}

// describe writes what a submission of v2.0 or v2.1 says of a person and of the
// pathways that they have with the provider.
func (w *sourceWriter) describe(paths []*pathway) {
	w.describePerson(paths)
	for _, path := range paths {
		w.row.path = path
		w.referral()
		w.conditions()
		w.entries(onwardTable, path.onward)
		w.entries(pauseTable, path.pauses)
		w.entries(logTable, path.logs)
		w.scores()
		for i := range path.contacts {
			w.contact(&path.contacts[i])
		}
	}
}

// describePerson writes the tables of persons.
func (w *sourceWriter) describePerson(paths []*pathway) {
	p, r := w.person, &w.row
	r.path = paths[0]
	on := min(r.path.until(), r.period.end)
	for _, path := range paths[1:] {
		on = max(on, min(path.until(), r.period.end))
	}
	traits := draw(mix(uint64(p.traits), uint64(r.submission.month)))
	w.record(mpiTable, traits, on)
	w.record(gpTable, traits, on)
	if housed(r) {
		w.record(accommodationTable, traits, on)
	}
	w.disabilities(traits, on)
	for r.nth = range circumstances {
		if r.circumstance() != "" {
			w.record(circumstanceTable, traits, on)
		}
	}
	r.nth = 0
	if visitorCategories.of(p.traits, fieldVisitor) != "" {
		w.record(visitorTable, traits, on)
	}
	for _, path := range paths {
		if r.path = path; diagnosedBefore(r) {
			w.record(diagnosisTable, traits, on)
			break
		}
	}
	r.path = paths[0]
	w.personal(employmentTable, p.jobs, paths)
	w.personal(clusterTable, p.clusters, paths)
}

func (w *sourceWriter) disabilities(traits draw, on day) {
	for w.row.nth = range 2 {
		if w.row.disability() != "" {
			w.record(disabilityTable, traits, on)
		}
	}
	w.row.nth = 0
}

// personal writes the records of a person that the provider keeps: that of the
// first pathway which was open on the day. Of two on one day it keeps the first.
func (w *sourceWriter) personal(kind sourceTable, entries []entry, paths []*pathway) {
	for i := range entries {
		e := &entries[i]
		host := w.person.hostOf(e.on)
		if host.provider() != paths[0].provider() || !w.goesOn(e, host) || twice(entries[:i], e.on) {
			continue
		}
		w.row.entry, w.row.nth = e, i
		w.record(kind, e.traits, e.on)
	}
	w.row.nth = 0
}

func twice(before []entry, on day) bool {
	return slices.ContainsFunc(before, func(e entry) bool { return e.on == on })
}

// hostOf returns the pathway whose provider keeps what is recorded of a person
// on a day.
func (p *person) hostOf(on day) *pathway {
	for i := range p.pathways {
		if path := &p.pathways[i]; path.received <= on && on <= path.until() {
			return path
		}
	}
	return &p.pathways[0]
}

// goesOn reports whether an entry is told of in the row's month: from the one
// that it was recorded in to the last one of the financial year or of its
// pathway.
func (w *sourceWriter) goesOn(e *entry, path *pathway) bool {
	month, first := w.row.submission.month, monthOf(e.on)
	_, last := path.told()
	return first <= month && month <= min(last, lastOfYear(first))
}

// referral writes a referral as it stood at the end of the month.
func (w *sourceWriter) referral() {
	r := &w.row
	w.state.atDay(w.person, r.path, r.period.end)
	if r.submission.draft {
		w.state.mistake(r.path, draw(mix(uint64(r.path.traits), uint64(r.submission.month))))
	}
	r.state = &w.state
	w.record(referralTable, draw(mix(uint64(r.path.traits), uint64(r.submission.month))), min(r.path.until(), r.period.end))
	r.state = nil
}

// conditions writes presenting complaints and long-term conditions, each once.
func (w *sourceWriter) conditions() {
	entries := w.row.path.conditions
	for i := range entries {
		e := &entries[i]
		if !w.goesOn(e, w.row.path) {
			continue
		}
		key := w.conditionKey(i)
		repeated := false
		for j := range i {
			repeated = repeated || w.goesOn(&entries[j], w.row.path) && w.conditionKey(j) == key
		}
		if repeated {
			continue
		}
		w.row.entry, w.row.first, w.row.nth = e, i == 0, i
		w.record(key.table, e.traits, e.on)
	}
	w.row.nth = 0
}

// conditionKey is what tells one condition of a referral from another.
type conditionKey struct {
	table sourceTable
	code  string
	on    day
}

func (w *sourceWriter) conditionKey(i int) conditionKey {
	e := &w.row.path.conditions[i]
	r := w.row
	r.entry, r.first, r.traits = e, i == 0, e.traits
	code := string(appendCondition(nil, &r))
	if r.isLongTerm() {
		return conditionKey{longTermTable, code, 0}
	}
	return conditionKey{complaintTable, code, e.on}
}

// entries writes the records of a pathway in one table.
func (w *sourceWriter) entries(kind sourceTable, entries []entry) {
	for i := range entries {
		e := &entries[i]
		if !w.goesOn(e, w.row.path) {
			continue
		}
		w.row.entry, w.row.nth = e, i
		if kind == logTable {
			if slices.ContainsFunc(entries[:i], e.sameLog) {
				continue
			}
			w.row.employ()
		}
		w.record(kind, e.traits, e.on)
	}
	w.row.nth = 0
}

// sameLog reports whether two logs of a pathway cannot be told apart: they began
// and ended on the same days and took as long.
func (e *entry) sameLog(other entry) bool {
	return e.on == other.on && logDays(e.traits) == logDays(other.traits) && logMinutes(e.traits) == logMinutes(other.traits)
}

// inMonth reports whether a day is of the row's month.
func (r *row) inMonth(on day) bool { return monthOf(on) == r.submission.month }

// scores writes the questionnaires of the referral: of one tool, one at a time.
func (w *sourceWriter) scores() {
	scores := w.row.path.scores
	for i := range scores {
		s := &scores[i]
		if s.contact == ofReferral && w.row.inMonth(s.on) && !slices.ContainsFunc(scores[:i], s.sameTime) {
			w.score(referralScoreTable, i)
		}
	}
}

// sameTime reports whether a tool was filled in for the referral twice in one
// moment.
func (s *score) sameTime(other score) bool {
	if other.contact != ofReferral || other.tool != s.tool || other.on != s.on {
		return false
	}
	hour, quarter := timeOfDay(s.traits)
	otherHour, otherQuarter := timeOfDay(other.traits)
	return hour == otherHour && quarter == otherQuarter
}

// score writes a pathway's nth score.
func (w *sourceWriter) score(kind sourceTable, nth int) {
	s := w.row.path.scores[nth]
	if w.row.submission.draft {
		s.mistake()
	}
	w.row.score, w.row.nth = &s, nth
	w.record(kind, s.traits, s.on)
	w.row.nth = 0
}

// contact writes an appointment with its activities and their scores.
func (w *sourceWriter) contact(c *contact) {
	if !w.row.inMonth(c.on) {
		return
	}
	if !w.row.submission.draft {
		w.appointment(c)
		return
	}
	written := *c
	if written.mistake() {
		w.appointment(&written)
	}
	if imagined, any := c.imagined(); any {
		w.appointment(&imagined)
	}
}

func (w *sourceWriter) appointment(c *contact) {
	r := &w.row
	r.contact = c
	r.activity = 0
	w.record(contactTable, c.traits, c.on)
	if !c.attended {
		return
	}
	r.employ()
	for r.activity = range c.activities {
		w.record(activityTable, c.traits, c.on)
	}
	r.activity = 0
	if c.number >= firstImagined {
		return
	}
	for i := range r.path.scores {
		if s := &r.path.scores[i]; s.contact != ofReferral && r.path.contacts[s.contact].number == c.number {
			w.score(activityScoreTable, i)
		}
	}
}

// employ notes that the pathway's therapist gave care in the month.
func (r *row) employ() {
	sent := r.submission
	r.staff[sent.month][sent.provider][r.path.therapist()].Store(true)
}

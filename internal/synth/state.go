package synth

// noScore marks a tool without a score.
const noScore int16 = -1

// state is how a pathway stood on the last day of an extract period, as far as
// it had been reported: what the hub shows.
type state struct {
	discharged                          day
	contacts, treatments, logs          int
	assessmentFirst, assessmentLast     day
	treatmentDays                       [2]day // first and second
	treatmentLast                       day
	highFirst, lowFirst                 day
	supportFirst, supportLast           day
	therapyFirst, therapyLast           int
	sessions                            [len(therapies)]int
	first, last                         [tools]int16
	firstOn, lastOn                     [tools]day
	outcome                             outcome
	medicineFirst, medicineLast         string
	jobFirst, jobLast, sickPay, sickEnd string
	jobFirstOn                          day
	jobs, sickPays                      int
	spoilt                              spoilt // of the national shape only
}

func (s *state) paired(t tool) bool { return s.last[t] != noScore }

// completed reports a discharge after at least two treatment contacts.
func (s *state) completed() bool { return s.discharged != never && s.treated() >= 2 }

// treated counts treatment contacts and internet therapy logs.
func (s *state) treated() int { return s.treatments + s.logs }

func (s *state) reset() {
	*s = state{
		discharged: never, assessmentFirst: never, assessmentLast: never, treatmentDays: [2]day{never, never},
		treatmentLast: never, highFirst: never, lowFirst: never, supportFirst: never, supportLast: never,
		therapyFirst: noTherapy, therapyLast: noTherapy, jobFirstOn: never,
	}
	for t := range tools {
		s.first[t], s.last[t] = noScore, noScore
	}
}

// at fills in how a pathway stood at the end of a period.
func (s *state) at(p *person, path *pathway, now segment) {
	s.fill(p, path, periods[now].end, now, func(_ day, reported segment) bool { return reported <= now })
}

// atDay fills in how a pathway stood at the end of a day, with all that happened
// until then. What is known of the person's work is of the financial year.
func (s *state) atDay(p *person, path *pathway, end day) {
	s.fill(p, path, end, periods[end.segment()].last, func(on day, _ segment) bool { return on <= end })
}

func (s *state) fill(p *person, path *pathway, end day, year segment, known func(on day, reported segment) bool) {
	s.reset()
	if path.discharged != never && path.discharged <= end {
		s.discharged = path.discharged
	}
	for i := range path.contacts {
		if c := &path.contacts[i]; known(c.on, c.reported) && c.attended {
			s.addContact(path, c)
		}
	}
	for _, log := range path.logs {
		if known(log.on, log.reported) {
			s.logs++
			s.contacts++
		}
	}
	for i := range path.scores {
		if sc := &path.scores[i]; known(sc.on, sc.reported) {
			s.addScore(sc)
		}
	}
	for _, job := range p.jobs {
		if job.reported <= year {
			s.addJob(job)
		}
	}
	s.outcome = s.judge(path.trueComplaint().measure, s.completed())
}

func (s *state) addContact(path *pathway, c *contact) {
	s.contacts++
	if c.assessment() {
		s.assessmentFirst, s.assessmentLast = earlier(s.assessmentFirst, c.on), max(s.assessmentLast, c.on)
	}
	if medicine := medicines.of(c.traits, fieldMedicine); medicine != "" {
		if s.medicineFirst == "" {
			s.medicineFirst = medicine
		}
		s.medicineLast = medicine
	}
	for activity := 1; activity < c.activities; activity++ {
		s.addExtra(c, c.extra(activity))
	}
	if c.treatment() {
		s.addTreatment(c)
	}
}

// addExtra counts what else was done at a contact.
func (s *state) addExtra(c *contact, done int) {
	if done == noTherapy {
		return
	}
	s.sessions[done]++
	if done == jobSupport {
		s.supportFirst, s.supportLast = earlier(s.supportFirst, c.on), max(s.supportLast, c.on)
	}
}

// addTreatment counts a treatment contact. Contacts are reported out of order
// at times, so that the first two days are kept sorted.
func (s *state) addTreatment(c *contact) {
	s.treatments++
	switch days := &s.treatmentDays; {
	case days[0] == never:
		days[0] = c.on
	case c.on < days[0]:
		days[0], days[1] = c.on, days[0]
	case days[1] == never || c.on < days[1]:
		days[1] = c.on
	}
	s.treatmentLast = max(s.treatmentLast, c.on)
	s.sessions[c.therapy]++
	if s.therapyFirst == noTherapy {
		s.therapyFirst = c.therapy
	}
	s.therapyLast = c.therapy
	if therapies[c.therapy].high {
		s.highFirst = earlier(s.highFirst, c.on)
	} else {
		s.lowFirst = earlier(s.lowFirst, c.on)
	}
}

// addScore keeps the first and the last score of a tool; a last one needs two.
func (s *state) addScore(sc *score) {
	t := sc.tool
	switch {
	case s.first[t] == noScore:
		s.first[t], s.firstOn[t] = sc.value, sc.on
	case sc.on < s.firstOn[t]:
		if s.last[t] == noScore {
			s.last[t], s.lastOn[t] = s.first[t], s.firstOn[t]
		}
		s.first[t], s.firstOn[t] = sc.value, sc.on
	case s.last[t] == noScore || sc.on >= s.lastOn[t]:
		s.last[t], s.lastOn[t] = sc.value, sc.on
	}
}

func (s *state) addJob(job entry) {
	status, pay := employment.of(job.traits, fieldJob), yesNoStated.of(job.traits, fieldSickPay)
	s.jobs++
	if s.jobFirst == "" {
		s.jobFirst, s.jobFirstOn = status, job.on
	}
	s.jobLast = status
	if pay == "" {
		return
	}
	s.sickPays++
	if s.sickPay == "" {
		s.sickPay = pay
	}
	s.sickEnd = pay
}

// earlier returns the earlier of two days, either of which may be never.
func earlier(a, b day) day {
	if a == never || b < a {
		return b
	}
	return a
}

// endCode says why a referral ended, by what was done.
func (s *state) endCode(path *pathway) string {
	switch {
	case s.discharged == never:
		return ""
	case s.treated() > 0:
		return endOfTreatment.of(path.traits, fieldEnd)
	case s.contacts > 0:
		return endOfAssessment.of(path.traits, fieldEnd)
	default:
		return endUnseen.of(path.traits, fieldEnd)
	}
}

// extra returns what else was done at a contact: a place in therapies, or
// noTherapy for an observation.
func (c *contact) extra(activity int) int {
	switch n := c.traits.below(fieldExtra+uint64(activity), 10); n {
	case 0:
		return jobSupport
	case 1:
		return signposting
	default:
		return noTherapy
	}
}

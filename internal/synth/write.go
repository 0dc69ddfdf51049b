package synth

// writePerson writes a person's rows of both versions.
func (m *making) writePerson(p *person, to *page) {
	for i, v := range m.versions {
		if i == 0 && !p.veteran || i == 1 && !p.stays {
			continue
		}
		w := personWriter{version: v, person: p, text: &to.text[i], rows: &to.rows[i]}
		w.write()
	}
}

// personWriter writes one person's rows of one version.
type personWriter struct {
	version *version
	person  *person
	text    *[tableCount][]byte
	rows    *[tableCount]int64
	row     row
	state   state
}

func (w *personWriter) write() {
	var present [segments]bool
	w.row = row{version: w.version, person: w.person}
	for i := range w.person.pathways {
		path := &w.person.pathways[i]
		for now := path.first; now <= min(path.last, w.version.last); now++ {
			present[now] = true
			w.pathway(path, now)
		}
	}
	w.row.path, w.row.state = nil, nil
	for now, there := range present {
		if there {
			w.row.period = &periods[now]
			w.entries(careCluster, w.person.clusters, now)
			w.entries(employmentStatus, w.person.jobs, now)
		}
	}
}

// pathway writes a pathway's rows in one extract.
func (w *personWriter) pathway(path *pathway, now segment) {
	w.row.path, w.row.period = path, &periods[now]
	w.state.at(w.person, path, now)
	w.state.spoil(path, now)
	w.row.state = &w.state
	w.record(hub, draw(mix(uint64(path.traits), uint64(now))), min(path.until(), periods[now].end))
	for i := range path.contacts {
		if c := &path.contacts[i]; appears(c.on, c.reported, now) {
			w.contact(c)
		}
	}
	for i := range path.scores {
		if s := &path.scores[i]; appears(s.on, s.reported, now) {
			w.row.score = s
			w.record(scoredAssessments, s.traits, s.on)
		}
	}
	w.entries(conditions, path.conditions, now)
	w.entries(internetTherapies, path.logs, now)
	w.entries(onwardReferrals, path.onward, now)
	w.entries(waitingPauses, path.pauses, now)
}

// appears reports whether an extract has a record: it is of the same financial
// year and had been reported.
func appears(on day, reported, now segment) bool {
	return reported <= now && on >= periods[now].start
}

func (w *personWriter) contact(c *contact) {
	w.row.contact = c
	for activity := range c.activities {
		w.row.activity = activity
		w.record(careActivities, c.traits, c.on)
	}
}

func (w *personWriter) entries(t table, entries []entry, now segment) {
	for i := range entries {
		if e := &entries[i]; appears(e.on, e.reported, now) {
			w.row.entry, w.row.first = e, i == 0
			w.record(t, e.traits, e.on)
		}
	}
}

// record writes one row.
func (w *personWriter) record(t table, traits draw, on day) {
	w.row.traits, w.row.on = traits, on
	w.row.untidy = untidinessOf(draw(mix(uint64(traits), uint64(on)+uint64(w.row.period.end)<<20)))
	w.text[t] = w.version.layouts[t].appendRow(w.text[t], &w.row)
	w.rows[t]++
}

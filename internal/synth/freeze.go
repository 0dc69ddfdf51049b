package synth

import (
	"bufio"
	"context"

	"tre-toolkit/internal/spec"
)

// standing is how a participant stands in the freeze.
type standing int

const (
	isLinked standing = iota
	isPermitted
	hasWithdrawn
	hasRefused
	isOutside // not permitted, in one way or another
)

// mapped reports whether the mapping has such participants: a linkage outlives
// the permission.
func (s standing) mapped() bool { return s == isLinked || s == hasWithdrawn || s == hasRefused }

// stretch is a run of participants on a roll: persons by number, from the
// first on.
type stretch struct {
	standing standing
	count    int64
	first    int64
	places   int64 // of the first one on the roll
}

// roll is who is in one study.
type roll struct {
	study      spec.Study
	stretches  []stretch
	size       int64
	linked     int64
	section251 int64
	firstEver  int64   // participants of the studies before
	order      shuffle // of the places in the file
	opted      shuffle // of the linked, for section 251
}

// enrol fills the rolls: first people with records, then as many others as the
// study has linked, permitted and enrolled.
func (p *population) enrol() {
	persons, participants := p.size, int64(0)
	for i, q := range p.quotas {
		r := roll{study: q.code, firstEver: participants}
		p.addGroups(&r, i, isLinked, counted, left)
		persons = r.addOthers(isLinked, q.linked, persons)
		r.linked = r.size
		r.section251 = min(q.section251, r.linked)
		p.addGroups(&r, i, isPermitted, unmapped)
		persons = r.addOthers(isPermitted, q.permitted, persons)
		p.addGroups(&r, i, hasWithdrawn, withdrawn, withdrawnLeft)
		p.addGroups(&r, i, hasRefused, refused)
		persons = r.addOthers(isOutside, q.enrolled, persons)
		seed := mix(p.seed, 5000+uint64(i))
		r.order, r.opted = newShuffle(r.size, mix(seed, 1)), newShuffle(r.linked, mix(seed, 2))
		participants += r.size
		p.rolls = append(p.rolls, r)
	}
}

// addGroups puts the people with records of some kinds on a study's roll.
func (p *population) addGroups(r *roll, study int, as standing, kinds ...kind) {
	for i := range p.groups {
		g := &p.groups[i]
		if g.study != study && g.second != study {
			continue
		}
		for _, kind := range kinds {
			if g.kind != kind {
				continue
			}
			if g.study == study {
				g.onRoll = r.size
			}
			r.add(stretch{standing: as, count: g.size, first: g.first})
		}
	}
}

// addOthers adds people without records until the roll has the size, and
// returns the next person's number.
func (r *roll) addOthers(as standing, size, nextPerson int64) int64 {
	missing := size - r.size
	if missing <= 0 {
		return nextPerson
	}
	r.add(stretch{standing: as, count: missing, first: nextPerson})
	return nextPerson + missing
}

func (r *roll) add(s stretch) {
	s.places = r.size
	r.stretches = append(r.stretches, s)
	r.size += s.count
}

// at returns the stretch of a place on the roll, and the person there.
func (r *roll) at(place int64) (standing, int64) {
	for i := range r.stretches {
		s := &r.stretches[i]
		if place < s.places+s.count {
			return s.standing, s.first + place - s.places
		}
	}
	panic("synth: a place beyond the roll")
}

// section251At reports whether the linked participant at a place is held under
// section 251 rather than consent.
func (r *roll) section251At(place int64) bool {
	return place < r.linked && r.opted.at(place) < r.section251
}

// agreement returns the data sharing agreement that a person's rows came under.
func (p *population) agreement(g *group, rank int64) string {
	if p.rolls[g.study].section251At(g.onRoll + rank) {
		return "NIC-SYNTH-S251"
	}
	return "NIC-SYNTH-CONSENT"
}

const permissionsHeader = "avail_from_dt,cohort,dfe_linkage_permission,dwp_linkage_permission,geocoding_permission," +
	"hmrc_linkage_permission,llc_join_date,national_opt_out,nhs_e_linkage_permission,nhs_ni_linkage_permission," +
	"nhs_s_linkage_permission,nhs_w_linkage_permission,study_id_e,ukllc_status,zoesymptomtracker_permission\n"

const mappingHeader = "study_id_e,cohortkey_e\n"

// Permission flags as they come: text, with 9 and nothing for unknown.
var (
	usualFlags   = weighted(150, "1", 90, "0", 10, "9")
	otherNations = weighted(40, "1", 200, "0", 10, "9")
	refusals     = weighted(200, "0", 30, "9")
	optOutOthers = weighted(220, "0", 12, "1")
)

// freezeWriter writes the participants of freeze 16 and their linkage.
type freezeWriter struct {
	population           *population
	permissions, mapping *bufio.Writer
	studyIDs             identifiers
	rows, mapped         int64
	line                 []byte
}

func (w *freezeWriter) write(ctx context.Context, report func()) error {
	w.permissions.WriteString(permissionsHeader)
	w.mapping.WriteString(mappingHeader)
	for i := range w.population.rolls {
		r := &w.population.rolls[i]
		for n := range r.size {
			if n%4096 == 0 {
				if err := ctx.Err(); err != nil {
					return err
				}
				report()
			}
			if err := w.participant(r, r.order.at(n)); err != nil {
				return err
			}
		}
	}
	report()
	return nil
}

func (w *freezeWriter) participant(r *roll, place int64) error {
	standing, person := r.at(place)
	number := r.firstEver + place
	id := w.studyIDs.of(number)
	w.line = w.appendPermissions(w.line[:0], r, place, standing, id, draw(mix(w.population.seed+7, uint64(number))))
	w.rows++
	if _, err := w.permissions.Write(w.line); err != nil || !standing.mapped() {
		return err
	}
	w.mapped++
	w.line = append(appendNumber(w.line[:0], id), ',')
	w.line = append(appendNumber(w.line, w.population.persons.of(person)), '\n')
	_, err := w.mapping.Write(w.line)
	return err
}

func (w *freezeWriter) appendPermissions(b []byte, r *roll, place int64, as standing, id uint64, d draw) []byte {
	status, nhs := as.flags(d)
	b = append(append(b, "2026-05-01,"...), r.study...)
	for field := range uint64(4) {
		b = append(append(b, ','), usualFlags.of(d, field)...)
	}
	b = appendDay(append(b, ','), firstDay+day(d.below(4, int(lastDay-firstDay))))
	b = append(append(b, ','), r.optOut(place, as, d)...)
	b = append(append(b, ','), nhs...)
	for field := range uint64(3) {
		b = append(append(b, ','), otherNations.of(d, 10+field)...)
	}
	b = appendNumber(append(b, ','), id)
	b = append(append(b, ','), status...)
	return append(append(append(b, ','), usualFlags.of(d, 20)...), '\n')
}

// flags returns ukllc_status and nhs_e_linkage_permission.
func (s standing) flags(d draw) (status, nhs string) {
	switch {
	case s == isLinked || s == isPermitted:
		return "1", "1"
	case s == hasWithdrawn:
		return "0", "1"
	case s == hasRefused || d.below(30, 100) < 70:
		return "1", refusals.of(d, 31)
	default:
		return "0", usualFlags.of(d, 31)
	}
}

// optOut returns national_opt_out: for the linked it tells section 251 (1) from
// consent (0).
func (r *roll) optOut(place int64, as standing, d draw) string {
	if as == isLinked {
		return [...]string{"0", "1"}[b2i(r.section251At(place))]
	}
	return optOutOthers.of(d, 32)
}

package synth

// What a primary submission has wrong until its refresh: a discharge not yet
// recorded, a last score that was mistyped, appointments that are missing, that
// were not kept or that never were. Whoever takes the primary gets other
// measures.

const (
	fieldLateDischarge uint64 = iota + 4000
	fieldMissing
	fieldNotKept
	fieldImagined
	fieldMistyped
)

// firstImagined is the number of the first appointment that never was.
const firstImagined = 900

// mistake spoils how a referral stands.
func (s *state) mistake(path *pathway, d draw) {
	switch d.below(fieldLateDischarge, 5) {
	case 0:
		s.discharged = never
	case 1:
		s.contacts++
		s.treatments++
	case 2:
		if s.paired(phq9) {
			s.last[phq9] = (s.last[phq9] + 9) % instruments[phq9].high
		}
	default:
		return
	}
	s.outcome = s.judge(path.complaint().measure, s.completed())
}

// mistake spoils an appointment, and reports whether the submission has it at
// all: what came in late it has not.
func (c *contact) mistake() (there bool) {
	if c.traits.below(fieldNotKept, 15) == 0 {
		c.attended, c.therapy, c.activities = false, noTherapy, 1
	}
	return c.reported == c.on.segment() && c.traits.below(fieldMissing, 12) > 0
}

// imagined returns an appointment that never was, for a few that were.
func (c *contact) imagined() (made contact, any bool) {
	made = *c
	made.number += firstImagined
	return made, c.traits.below(fieldImagined, 20) == 0
}

// mistake mistypes a score now and then.
func (s *score) mistake() {
	known := &instruments[s.tool]
	if s.traits.below(fieldMistyped, 16) == 0 {
		s.value = known.low + (s.value-known.low+known.high/2)%(known.high-known.low+1)
	}
}

package synth

import (
	"fmt"
	"strconv"
)

// fault is one way in which the records of a pathway are wrong on purpose.
type fault struct {
	what    string
	suits   func(*pathway, *state) bool
	records func(*pathway)         // spoils what every record of the pathway tells; may be nil
	hub     func(*pathway, *state) // spoils the pathway's latest row of the hub; may be nil
}

// spoilt is what is wrong with a row of the hub beside its days, counts, scores and
// outcomes.
type spoilt struct{ undated, uncounted, ended, finished bool }

// outOfRange is a score that the PHQ-9 cannot have.
const outOfRange = 31

// rareFaults is how many of the faults few pathways suit: those get them more often.
const rareFaults = 3

// faults are those that are planted at random, those that few pathways suit first.
// That of a provider that merged is not among them.
var faults = []fault{
	{what: "flagged as at caseness against the scores", suits: measuredAs(func(o outcome) bool { return o.notCaseness }),
		hub: flagging(func(o *outcome) { o.caseness, o.notCaseness = true, false })},
	{what: "not flagged as deteriorated against the scores", suits: measuredAs(func(o outcome) bool { return o.deterioration }),
		hub: flagging(func(o *outcome) { o.deterioration, o.noChange = false, true })},
	{what: "the anxiety measure of another complaint", suits: measuredAs(func(o outcome) bool { return o.measure != gad7 }),
		records: func(path *pathway) { path.complains = otherAnxiety(path.trueComplaint()) }},
	{what: "flagged as improved against the scores", suits: measuredAs(func(o outcome) bool { return o.noChange }),
		hub: flagging(func(o *outcome) { o.improvement, o.noChange = true, false })},
	{what: "flagged as deteriorated against the scores", suits: measuredAs(func(o outcome) bool { return o.noChange }),
		hub: flagging(func(o *outcome) { o.deterioration, o.noChange = true, false })},
	{what: "flagged as recovered against the scores", suits: measuredAs(func(o outcome) bool { return o.caseness && !o.recovery }),
		hub: flagging(func(o *outcome) { o.recovery = true })},
	{what: "flagged as not at caseness against the scores", suits: measuredAs(func(o outcome) bool { return o.caseness && !o.recovery }),
		hub: flagging(func(o *outcome) { o.caseness, o.notCaseness = false, true })},
	{what: "not flagged as recovered against the scores", suits: measuredAs(func(o outcome) bool { return o.recovery }),
		hub: flagging(func(o *outcome) { o.recovery = false })},
	{what: "flagged as unchanged against the scores", suits: measuredAs(func(o outcome) bool { return o.improvement }),
		hub: flagging(func(o *outcome) { o.improvement, o.noChange = false, true })},
	{what: "flagged as the opposite of the scores", suits: measuredAs(func(o outcome) bool { return o.improvement }),
		hub: flagging(func(o *outcome) { o.improvement, o.deterioration = false, true })},
	{what: "flags of outcomes contradict one another", suits: measuredAs(func(o outcome) bool { return o.improvement }),
		hub: flagging(func(o *outcome) { o.deterioration = true })},
	{what: "scores without a flag", suits: measuredAs(func(outcome) bool { return true }),
		hub: flagging(func(o *outcome) { *o = outcome{measure: o.measure} })},
	{what: "flags without the last score", suits: measuredAs(func(outcome) bool { return true }),
		hub: func(_ *pathway, s *state) { s.last[phq9] = noScore }},
	{what: "flags without the first score", suits: measuredAs(func(outcome) bool { return true }),
		hub: func(_ *pathway, s *state) { s.first[phq9] = noScore }},
	{what: "a score out of its range", suits: measuredAs(func(outcome) bool { return true }),
		hub: func(_ *pathway, s *state) { s.last[phq9] = outOfRange }},
	{what: "discharged after two treatments and not flagged as finished", suits: func(_ *pathway, s *state) bool { return s.completed() },
		hub: func(_ *pathway, s *state) { s.spoilt.finished = true }},
	{what: "second treatment before the first", suits: func(_ *pathway, s *state) bool { return s.treatmentDays[1] != never },
		hub: func(path *pathway, s *state) { s.treatmentDays[1] = s.treatmentDays[0] - path.somewhat() }},
	{what: "last treatment before the first", suits: treatedAtAll,
		hub: func(path *pathway, s *state) { s.treatmentLast = s.treatmentDays[0] - path.somewhat() }},
	{what: "treated before the referral", suits: treatedAtAll,
		hub: func(path *pathway, s *state) { s.treatmentDays[0] = path.received - path.somewhat() }},
	{what: "assessed before the referral", suits: func(_ *pathway, s *state) bool { return s.assessmentFirst != never },
		hub: func(path *pathway, s *state) { s.assessmentFirst = path.received - path.somewhat() }},
	{what: "treated after discharge", suits: func(_ *pathway, s *state) bool {
		return s.treatmentLast != never && s.discharged != never && s.discharged < lastDay
	}, hub: func(path *pathway, s *state) { s.treatmentLast = min(s.discharged+path.somewhat(), lastDay) }},
	{what: "more treatments than contacts", suits: treatedAtAll, hub: func(_ *pathway, s *state) { s.contacts = s.treated() - 1 }},
	{what: "flagged as finished with fewer than two treatments", suits: func(_ *pathway, s *state) bool { return s.treated() < 2 },
		hub: func(_ *pathway, s *state) { s.spoilt.finished = true }},
	{what: "a reason without a discharge", suits: func(_ *pathway, s *state) bool { return s.discharged == never },
		hub: func(_ *pathway, s *state) { s.spoilt.ended = true }},
	{what: "discharged before the referral", suits: func(_ *pathway, s *state) bool { return s.discharged != never && s.treatmentLast == never },
		hub: func(path *pathway, s *state) { s.discharged = path.received - path.somewhat() }},
	{what: "no count of contacts", suits: func(_ *pathway, s *state) bool { return s.treated() == 0 }, hub: func(_ *pathway, s *state) { s.spoilt.uncounted = true }},
	{what: "no day of referral", suits: anyPathway, hub: func(_ *pathway, s *state) { s.spoilt.undated = true }},
	{what: "no sub-ICB", suits: anyPathway, records: func(path *pathway) {
		path.at = &place{&subICB{board: path.at.area.board}, path.at.provider}
	}},
	{what: "a provider that is not on the list", suits: anyPathway, records: func(path *pathway) {
		path.at = &place{path.at.area, &provider{code: "ZX999", number: 999}}
	}},
	{what: "a pathway that no row says to use", suits: anyPathway, records: func(path *pathway) { path.unused = true }},
}

// merged is the fault of the pathways that a provider had before it merged.
var merged = fault{what: "a provider that merged"}

// mergerDay is when a provider merged into another.
var mergerDay = dayOf(2022, 10, 1)

func anyPathway(*pathway, *state) bool { return true }

func treatedAtAll(_ *pathway, s *state) bool { return s.treatmentDays[0] != never }

// measuredAs suits finished courses with all their scores, of some outcomes.
func measuredAs(of func(outcome) bool) func(*pathway, *state) bool {
	return func(_ *pathway, s *state) bool { return s.outcome.measured && of(s.outcome) }
}

// flagging spoils the flags that are shipped.
func flagging(change func(*outcome)) func(*pathway, *state) {
	return func(_ *pathway, s *state) { change(&s.outcome) }
}

// somewhat is a number of days by which one is wrong.
func (w *pathway) somewhat() day { return day(1 + w.traits.below(fieldDaysWrong, 20)) }

// otherAnxiety returns a complaint with another anxiety measure of its own.
func otherAnxiety(than *complaint) *complaint {
	for i := range complaints {
		if one := &complaints[i]; one.measure != gad7 && one.measure != than.measure {
			return one
		}
	}
	return than
}

// plant spoils a share of the pathways.
func (n *nationalWorker) plant(p *person, path *pathway) {
	if path.planted != nil || path.traits.share(fieldPlanted) >= n.making.planted {
		return
	}
	n.state.at(p, path, path.last)
	n.suited = n.suited[:0]
	for i := range faults {
		if faults[i].suits(path, &n.state) {
			n.suited = append(n.suited, i)
		}
	}
	chosen := n.suited[path.traits.below(fieldFault, len(n.suited))]
	if rarest := n.suited[0]; rarest < rareFaults && path.some(fieldRareFault, 50) {
		chosen = rarest
	}
	path.planted = &faults[chosen]
	if path.planted.records != nil {
		path.planted.records(path)
	}
}

// spoil spoils how a pathway stands in an extract, if that is its latest.
func (s *state) spoil(path *pathway, now segment) {
	if path.planted != nil && path.planted.hub != nil && now == path.last {
		path.planted.hub(path, s)
	}
}

// merge lets another provider merge into one of the country's, which serves those
// of its people from then on.
func (e *england) merge() {
	b := &e.boards[mergedBoard]
	b.providers[0].lost = &provider{
		code: "ZZ900", number: 900,
		name: fmt.Sprintf("Provider 900 (%s) until %s", regionNames[b.region], mergerDay.time().Format("January 2006")),
	}
}

// mergedBoard is the place of the board with the provider that another merged into.
const mergedBoard = 23

// comeFrom lets some of the referrals before the merger be those of the provider
// that merged.
func (w *pathway) comeFrom() {
	if lost := w.at.provider.lost; lost != nil && w.received < mergerDay && w.some(fieldMerged, 40) {
		w.at, w.planted = &place{w.at.area, lost}, &merged
	}
}

const plantedHeader = "pathwayid,what,outcome,flagged,scored,reason\n"

// addPlanted lists what is wrong with a pathway: a line for each outcome about
// which the flags and the scores of its latest row differ, or one line.
func (to *nationalPage) addPlanted(path *pathway, s *state) {
	scored := *s
	if scored.last[phq9] == outOfRange {
		scored.last[phq9] = noScore
	}
	byScores := scored.judge(path.trueComplaint().measure, s.completed())
	before := to.lines
	for _, one := range []struct {
		outcome         string
		flagged, scored bool
	}{
		{"At caseness", s.outcome.caseness, byScores.caseness},
		{"Not at caseness", s.outcome.notCaseness, byScores.notCaseness},
		{"Reliable improvement", s.outcome.improvement, byScores.improvement},
		{"No reliable change", s.outcome.noChange, byScores.noChange},
		{"Reliable deterioration", s.outcome.deterioration, byScores.deterioration},
		{"Recovery", s.outcome.recovery, byScores.recovery},
	} {
		if one.flagged != one.scored {
			to.addLine(path, one.outcome, strconv.FormatBool(one.flagged), strconv.FormatBool(one.scored), byScores.reason(s))
		}
	}
	if to.lines == before {
		to.addLine(path, "", "", "", "")
	}
}

// addLine adds a line of what is planted: none of its texts needs quotes.
func (to *nationalPage) addLine(path *pathway, fields ...string) {
	to.planted = append(append(path.appendID(to.planted), ','), path.planted.what...)
	for _, field := range fields {
		to.planted = append(append(to.planted, ','), field...)
	}
	to.planted = append(to.planted, '\n')
	to.lines++
}

// reason tells by what scores were judged, or why they could not be.
func (o outcome) reason(s *state) string {
	switch {
	case s.last[phq9] == outOfRange:
		return "a score is out of its range"
	case !o.measured:
		return "a first or last score is missing"
	case o.measure == gad7:
		return "judged by PHQ-9 and GAD-7"
	default:
		return "judged by an anxiety disorder specific measure"
	}
}

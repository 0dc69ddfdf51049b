package synth

import "math"

// tool is a questionnaire or one item of it.
type tool uint8

const (
	phq9 tool = iota
	gad7
	wsasWork
	wsasHome
	wsasSocial
	wsasPrivate
	wsasRelationships
	agoraAlone
	socialPhobia
	panicDisorder
	ocd
	ptsd
	healthAnxiety
	agoraAccompanied
	penn
	phq15
	firstExperience
	tools tool = firstExperience + 6
)

// instrument is what is known of a tool: its SNOMED CT code, its name, the
// columns of the hub for its first and last score, its range, and when its
// score is a case and a change is reliable (nothing for items). Scores with
// decimals are in hundredths.
type instrument struct {
	code, words, column string
	low, high           int16
	caseness, change    int16
	token               string // as the column adsm names it
}

// instruments: ranges and outcome rules of the NHS Talking Therapies manual.
var instruments = [tools]instrument{
	phq9:                {"720433000", "Patient Health Questionnaire Nine Item score", "phq9", 0, 27, 10, 6, ""},
	gad7:                {"445455005", "Generalized anxiety disorder 7 item score", "gad", 0, 21, 8, 4, "GAD7"},
	wsasWork:            {"932621000000100", "Work and Social Adjustment Scale - work score", "wasas_work", 0, 9, 0, 0, ""},
	wsasHome:            {"932581000000100", "Work and Social Adjustment Scale - home management score", "wasas_homemanagement", 0, 8, 0, 0, ""},
	wsasSocial:          {"932611000000106", "Work and Social Adjustment Scale - social leisure score", "wasas_socialleisureactivities", 0, 8, 0, 0, ""},
	wsasPrivate:         {"932591000000103", "Work and Social Adjustment Scale - private leisure score", "wasas_privateleisureactivities", 0, 8, 0, 0, ""},
	wsasRelationships:   {"932601000000109", "Work and Social Adjustment Scale - relationships score", "wasas_relationships", 0, 8, 0, 0, ""},
	agoraAlone:          {"473355002", "Mobility Inventory for Agoraphobia - alone score", "agoraalone", 100, 500, 231, 73, "AgoraAlone"},
	socialPhobia:        {"445552006", "Social Phobia Inventory score", "socialphobia", 0, 68, 19, 10, "SocialPhobia"},
	panicDisorder:       {"450326007", "Panic Disorder Severity Scale score", "panicdisorder", 0, 28, 8, 5, "PanicDisorder"},
	ocd:                 {"450324005", "Obsessive Compulsive Inventory score", "ocd", 0, 168, 40, 32, "OCD"},
	ptsd:                {"491581000000104", "Posttraumatic Stress Disorder Checklist for DSM-5 score", "ptsd", 0, 80, 32, 10, "PTSD"},
	healthAnxiety:       {"446793008", "Short Health Anxiety Inventory score", "anxietyinventory", 0, 54, 18, 4, "AnxietyInventory"},
	agoraAccompanied:    {"473354003", "Mobility Inventory for Agoraphobia - accompanied score", "agoraaccom", 100, 500, 0, 0, ""},
	penn:                {"446517006", "Penn State Worry Questionnaire score", "pswq", 16, 80, 0, 0, ""},
	phq15:               {"1065441000000103", "Patient Health Questionnaire 15 score", "phq15", 0, 30, 0, 0, ""},
	firstExperience:     {"747901000000107", "Patient Experience Questionnaire treatment question 1 score", "", 0, 4, 0, 0, ""},
	firstExperience + 1: {"747911000000109", "Patient Experience Questionnaire treatment question 2 score", "", 0, 4, 0, 0, ""},
	firstExperience + 2: {"747921000000103", "Patient Experience Questionnaire treatment question 3 score", "", 0, 4, 0, 0, ""},
	firstExperience + 3: {"747931000000101", "Patient Experience Questionnaire treatment question 4 score", "", 0, 4, 0, 0, ""},
	firstExperience + 4: {"747941000000105", "Patient Experience Questionnaire treatment question 5 score", "", 0, 4, 0, 0, ""},
	firstExperience + 5: {"747951000000108", "Patient Experience Questionnaire treatment question 6 score", "", 0, 4, 0, 0, ""},
}

func (t tool) decimal() bool { return t == agoraAlone || t == agoraAccompanied }

// appendScore writes a score as its tool does: whole, or with two decimals.
func appendScore(b []byte, t tool, value int16) []byte {
	if !t.decimal() {
		return appendNumber(b, uint64(value))
	}
	b = appendNumber(b, uint64(value/100))
	return append(b, '.', byte('0'+value/10%10), byte('0'+value%10))
}

// batteries are the tools of a session, in the order in which they are given:
// one for each complaint's measure.
var batteries = makeBatteries()

func makeBatteries() [tools][]tool {
	var made [tools][]tool
	for measure := range tools {
		battery := []tool{phq9, gad7}
		if measure != phq9 && measure != gad7 {
			battery = append(battery, measure)
		}
		if measure == agoraAlone {
			battery = append(battery, agoraAccompanied)
		}
		battery = append(battery, wsasWork, wsasHome, wsasSocial, wsasPrivate, wsasRelationships, penn, phq15)
		for t := firstExperience; t < tools; t++ {
			battery = append(battery, t)
		}
		made[measure] = battery
	}
	return made
}

// severity is how ill a person is at referral and at the end, as parts of the
// range of PHQ-9 and of GAD-7.
type severity struct{ depressionFirst, depressionLast, anxietyFirst, anxietyLast float64 }

// usualBenefit is the share of finished courses after which people are much better.
const usualBenefit = 0.7

// drawSeverity draws first scores about 15.4 and 14 and last ones about 9.4
// and 8.4 after treatment. benefits is the share of those treated who get much
// better.
func (w *worker) drawSeverity(path *pathway, benefits float64) severity {
	z := w.random.NormFloat64()
	depression := (15.6 + 5.3*z) / 27
	anxiety := (14.1 + 2.4*z + 3*w.random.NormFloat64()) / 21
	left := 1.0 + 0.25*w.random.NormFloat64()
	if path.course == finished && w.random.chance(benefits) {
		left = 0.28 + 0.15*w.random.NormFloat64()
	}
	left = math.Max(left, 0.02)
	return severity{depression, depression * left, anxiety, anxiety * (left + 0.06*w.random.NormFloat64())}
}

// scoreOn draws the score of a tool on a day of a pathway.
func (w *worker) scoreOn(path *pathway, t tool, on day) int16 {
	length := float64(max(path.until()-path.firstSeen, 1))
	done := math.Min(max(float64(on-path.firstSeen), 0)/length*4/3, 1)
	s := &path.severity
	depression := s.depressionFirst + (s.depressionLast-s.depressionFirst)*done
	level := s.anxietyFirst + (s.anxietyLast-s.anxietyFirst)*done
	switch {
	case t == phq9:
		level = depression
	case t >= wsasWork && t <= wsasRelationships:
		level = (level + depression) / 2
	case t >= firstExperience:
		level = 0.85
	}
	known := &instruments[t]
	low, high := float64(known.low), float64(known.high)
	if t == wsasWork {
		high = 8
		if path.traits.below(7, 12) == 0 {
			return 9 // does not apply to those without work
		}
	}
	value := math.Round(low + (level+0.05*w.random.NormFloat64())*(high-low))
	return int16(math.Max(low, math.Min(high, value)))
}

// outcome is what a pathway's first and last scores amount to.
type outcome struct {
	caseness, notCaseness, recovery          bool
	improvement, noChange, deterioration     bool
	measure                                  tool // of anxiety
	measured                                 bool // both first and last
	firstAtCaseness, firstNot, lastBelowCase bool
}

// judge applies the outcome rules. Change is judged when treatment is
// completed and both measures have a first and a last score.
func (s *state) judge(measure tool, completed bool) outcome {
	o := outcome{measure: measure}
	if !s.paired(measure) {
		o.measure = gad7
	}
	d, a := &instruments[phq9], &instruments[o.measure]
	d1, d2, a1, a2 := s.first[phq9], s.last[phq9], s.first[o.measure], s.last[o.measure]
	if d1 == noScore || a1 == noScore {
		return o
	}
	o.caseness = d1 >= d.caseness || a1 >= a.caseness
	o.notCaseness = !o.caseness
	o.firstAtCaseness, o.firstNot = a1 >= a.caseness, a1 < a.caseness
	if o.measured = completed && s.paired(phq9) && s.paired(o.measure); !o.measured {
		return o
	}
	better := d1-d2 >= d.change || a1-a2 >= a.change
	worse := d2-d1 >= d.change || a2-a1 >= a.change
	o.lastBelowCase = a2 < a.caseness
	o.recovery = o.caseness && d2 < d.caseness && o.lastBelowCase
	o.improvement = better && !worse
	o.deterioration = worse && !better
	o.noChange = !o.improvement && !o.deterioration
	return o
}

package synth

// careMakers make the columns of care_activities.
var careMakers = map[string]maker{
	"uniqueid_ids201":                  rowID(201),
	"unique_carecontactid":             func(b []byte, r *row) []byte { return r.path.appendContactID(b, r.contact.number) },
	"carecontdate":                     date(func(r *row) day { return r.contact.on }),
	"careconttime":                     appendMoment,
	"orgidcomm_e":                      organisation(71),
	"plannedcarecontindicator":         onlyFor(attended, ofRecord(unplanned, 1)),
	"attendordnacode":                  appendAttendance,
	"cancellation":                     onlyFor(missed, ofRecord(cancellations, 3)),
	"clincontdurofcarecont":            onlyFor(attended, number(func(r *row) int { return minutes(r) })),
	"iaptltcserviceind":                ofRecord(longTermServices, 4),
	"apptype":                          code(func(r *row) string { return r.contact.purpose }),
	"consmediumused":                   onlyFor(notRenamed, ofRecord(mediums, 5)),
	"consmechanism":                    onlyFor(renamed, ofRecord(mechanisms, 5)),
	"intenabledtherprog":               blank,
	"carecontpatientthermode":          ofRecord(therapyModes, 6),
	"numgrouptherparticipants":         onlyFor(inGroup, number(func(r *row) int { return 4 + r.traits.below(7, 9) })),
	"numgrouptherfacilitators":         onlyFor(inGroup, text("2")),
	"psychmed":                         onlyFor(attended, ofRecord(medicines, fieldMedicine)),
	"actloctypecode":                   ofRecord(locations, 8),
	"languagecodetreat":                onlyFor(attended, text("en")),
	"interpreterpresentind":            ofRecord(interpreters, 9),
	"age_carecontact_date":             number(func(r *row) int { return int(r.person.age(r.contact.on)) }),
	"distancefromhome_contactlocation": onlyFor(attended, number(func(r *row) int { return r.traits.below(10, 14) })),
	"time_referral_to_carecontact":     number(func(r *row) int { return int(r.contact.on - r.path.received) }),
	"unique_careactivityid":            onlyFor(attended, func(b []byte, r *row) []byte { return r.path.appendActivityID(b, r.contact.number, r.activity) }),
	"clincontactdurofcareact":          onlyFor(attended, number(func(r *row) int { return minutes(r) / r.contact.activities })),
	"codeprocandprocstatus":            func(b []byte, r *row) []byte { return appendTherapy(b, r.done()) },
	"codeprocandprocstatus_fsn":        onlyFor(renamed, appendDoneInWords),
	"findschemeinuse":                  onlyFor(assessed, text("04")),
	"codefind":                         onlyFor(assessed, func(b []byte, r *row) []byte { return append(b, r.path.complaint().snomed...) }),
	"codefind_fsn":                     onlyFor(assessed, onlyFor(renamed, appendComplaint)),
	"validated_findingcode":            onlyFor(assessed, func(b []byte, r *row) []byte { return append(b, r.path.complaint().snomed...) }),
	"findingcode_icd10_mapped":         onlyFor(assessed, func(b []byte, r *row) []byte { return append(b, r.path.complaint().icd10...) }),
	"findingcode_icd10_master":         onlyFor(assessed, func(b []byte, r *row) []byte { return append(b, r.path.complaint().icd10...) }),
	"codeobs":                          onlyFor(observed, text("27113001")),
	"codeobs_fsn":                      onlyFor(observed, onlyFor(renamed, text("Body weight"))),
	"obsvalue":                         onlyFor(observed, number(func(r *row) int { return 45 + r.person.traits.below(90, 60) + r.traits.below(11, 3) })),
	"unitmeasure":                      onlyFor(observed, text("kg")),
	"unique_carepersonnelid_local":     onlyFor(attended, appendTherapist),
	"qualattainleveliapt":              onlyFor(attended, code(func(r *row) string { return qualifications.of(draw(r.therapist()), 1) })),
	"qualawardeddate":                  onlyFor(attended, date(func(r *row) day { return day(draw(r.therapist()).below(2, 3500)) })),
}

func attended(r *row) bool { return r.contact.attended }

func missed(r *row) bool { return !r.contact.attended }

func assessed(r *row) bool { return r.contact.assessment() && r.activity == 0 }

func inGroup(r *row) bool { return therapyModes.of(r.traits, 6) == "3" }

// observed reports an activity that was a measurement only.
func observed(r *row) bool {
	return r.activity > 0 && r.done() == noTherapy && r.traits.below(12, 100) < 5
}

// done returns what a row's activity was: a place in therapies, or noTherapy.
func (r *row) done() int {
	if r.activity > 0 {
		return r.contact.extra(r.activity)
	}
	return r.contact.therapy
}

func appendDoneInWords(b []byte, r *row) []byte {
	if r.done() == noTherapy {
		return b
	}
	return append(b, therapies[r.done()].words...)
}

var quotedComplaints = quoteComplaints()

func quoteComplaints() map[string]string {
	quoted := map[string]string{}
	for _, list := range [][]complaint{complaints[:], longTerm[:]} {
		for _, c := range list {
			quoted[c.icd10] = quoteIfNeeded(c.words)
		}
	}
	return quoted
}

func appendComplaint(b []byte, r *row) []byte {
	return append(b, quotedComplaints[r.path.complaint().icd10]...)
}

func appendAttendance(b []byte, r *row) []byte {
	if r.contact.attended {
		return r.appendCode(b, paddedSometimes(r, attendedCodes))
	}
	return r.appendCode(b, paddedSometimes(r, missedCodes))
}

// paddedSometimes returns a one-character code, in untidy rows as 05 for 5.
func paddedSometimes(r *row, codes *choices) string {
	value := codes.of(r.traits, 2)
	if r.untidy == shouted && value != "" {
		return "0" + value
	}
	return value
}

func minutes(r *row) int { return 20 + 5*r.traits.below(13, 9) }

// appendMoment writes the day and a time within working hours.
func appendMoment(b []byte, r *row) []byte {
	b = append(appendDay(b, r.on), ' ')
	hour, minute := timeOfDay(r.traits)
	b = appendPadded(b, uint64(hour), 2)
	b = append(b, ':')
	b = appendPadded(b, uint64(minute), 2)
	return append(b, ":00"...)
}

// timeOfDay returns a record's time within working hours.
func timeOfDay(d draw) (hour, minute int) { return 8 + d.below(14, 10), 15 * d.below(15, 4) }

func (w *pathway) appendContactID(b []byte, contact int) []byte {
	return appendPadded(appendNumber(b, w.number), uint64(contact+1), 3)
}

func (w *pathway) appendActivityID(b []byte, contact, activity int) []byte {
	return append(w.appendContactID(b, contact), '1'+byte(activity))
}

// therapists is how many of them a provider has.
const therapists = 40

// therapist returns the place of the pathway's own therapist at its provider.
func (w *pathway) therapist() int { return w.traits.below(32, therapists) }

func (r *row) therapist() uint64 { return therapistNumber(r.path.provider(), r.path.therapist()) }

func therapistNumber(provider, therapist int) uint64 {
	return 100_000 + uint64(provider)*1000 + uint64(therapist)
}

func appendTherapist(b []byte, r *row) []byte { return appendNumber(b, r.therapist()) }

// scoreTableMakers make the columns of coded_scored_assessments.
var scoreTableMakers = map[string]maker{
	"unique_carecontactid": onlyFor(atContact, func(b []byte, r *row) []byte {
		return r.path.appendContactID(b, r.path.contacts[r.score.contact].number)
	}),
	"unique_careactivityid": onlyFor(atContact, func(b []byte, r *row) []byte {
		return r.path.appendActivityID(b, r.path.contacts[r.score.contact].number, 0)
	}),
	"codedasstooltype":              func(b []byte, r *row) []byte { return append(b, instruments[r.score.tool].code...) },
	"codedasstooltype_fsn":          onlyFor(renamed, func(b []byte, r *row) []byte { return append(b, instruments[r.score.tool].words...) }),
	"persscore":                     appendPersonScore,
	"asstoolcompdate":               date(func(r *row) day { return r.score.on }),
	"asstoolcomptime":               onlyFor(func(r *row) bool { return !atContact(r) }, appendMoment),
	"age_assessmentcompletion_date": number(func(r *row) int { return int(r.person.age(r.score.on)) }),
}

func atContact(r *row) bool { return r.score.contact != ofReferral }

func appendPersonScore(b []byte, r *row) []byte {
	switch r.untidy {
	case indented:
		return appendScore(append(b, ' '), r.score.tool, r.score.value)
	case quoted:
		return append(appendScore(append(b, '"'), r.score.tool, r.score.value), '"')
	default:
		return appendScore(b, r.score.tool, r.score.value)
	}
}

// conditionMakers make the columns of mental_and_physical_health_conditions: a
// pathway's first is its presenting complaint, then come others and long-term
// conditions.
var conditionMakers = map[string]maker{
	"findschemeinuse": func(b []byte, r *row) []byte {
		if r.inSNOMED() {
			return r.appendCode(b, "04")
		}
		return r.appendCode(b, "01")
	},
	"conditiontype": func(b []byte, r *row) []byte {
		if r.isLongTerm() {
			return append(b, "long-term condition"...)
		}
		return append(b, "presenting complaint"...)
	},
	"menphyshealthcondition":                    appendCondition,
	"validated_menphyshealthcondition":          appendCondition,
	"menphyshealthcondition_fsn":                onlyFor(renamed, appendConditionInWords),
	"prescompcodsig":                            onlyFor(isPresenting, code(func(r *row) string { return [...]string{"2", "1"}[b2i(r.first)] })),
	"prescompdate":                              onlyFor(isPresenting, date(func(r *row) day { return r.entry.on })),
	"menphyshealthcond_icd10_master":            func(b []byte, r *row) []byte { return append(b, r.condition().icd10...) },
	"menphyshealthconddescription_icd10_master": appendConditionInWords,
}

func (r *row) inSNOMED() bool { return r.traits.below(16, 100) < 44 }

func (r *row) isLongTerm() bool { return !r.first && r.traits.below(17, 100) < 55 }

func isPresenting(r *row) bool { return !r.isLongTerm() }

func (r *row) condition() *complaint {
	switch {
	case r.isLongTerm():
		return &longTerm[r.traits.below(18, len(longTerm))]
	case r.first:
		return r.path.complaint()
	default:
		return &complaints[complaintOf[byte(r.traits.number(18))]]
	}
}

func appendCondition(b []byte, r *row) []byte {
	if r.inSNOMED() {
		return append(b, r.condition().snomed...)
	}
	return append(b, r.condition().icd10...)
}

func appendConditionInWords(b []byte, r *row) []byte {
	return append(b, quotedComplaints[r.condition().icd10]...)
}

// jobMakers make the columns of employment_status.
var jobMakers = map[string]maker{
	"employstatus":        ofRecord(employment, fieldJob),
	"employstatusrecdate": date(func(r *row) day { return r.entry.on }),
	"weekhoursworked":     code(func(r *row) string { return r.ifEmployed(hoursWorked, 28, "98") }),
	"selfemployind":       code(func(r *row) string { return r.ifEmployed(selfEmployment, 30, "8") }),
	"sickabsenceind":      code(func(r *row) string { return r.ifEmployed(selfEmployment, 30, "8") }),
	"sspind":              ofRecord(yesNoStated, fieldSickPay),
	"benefitrecind":       ofRecord(yesNoStated, 20),
	"jsaind":              onlyFor(notRenamed, ofRecord(yesNoStated, 21)),
	"esaind":              ofRecord(yesNoStated, 22),
	"ucind":               ofRecord(yesNoStated, 23),
	"pipind":              ofRecord(yesNoStated, 24),
	"otherbenefitind":     onlyFor(notRenamed, ofRecord(yesNoStated, 25)),
	"empsupportind":       ofRecord(employmentSupport, 26),
	"empsupportreferral":  onlyFor(supported, date(func(r *row) day { return r.entry.on })),
	"empsupportdischargedate": onlyFor(supported, onlyFor(renamed, date(func(r *row) day {
		return within(r.entry.on+day(30+r.traits.below(27, 90)), r.period.end)
	}))),
}

func supported(r *row) bool { return employmentSupport.of(r.traits, 26) == "Y" }

// ifEmployed returns a code for those in employment, else the one that says it
// does not apply.
func (r *row) ifEmployed(codes *choices, field uint64, otherwise string) string {
	if employment.of(r.traits, fieldJob) == "01" {
		return codes.of(r.traits, field)
	}
	return otherwise
}

// within returns a day, or never when it is past the last one.
func within(d, last day) day {
	if d > last {
		return never
	}
	return d
}

// clusterMakers make the columns of care_cluster.
var clusterMakers = map[string]maker{
	"amhcareclustcodefin":          ofRecord(careClusters, 1),
	"startdatecareclust":           date(func(r *row) day { return r.entry.on }),
	"enddatecareclust":             date(clusterEnd),
	"carecluster_startedinrp_flag": flag(func(r *row) bool { return r.entry.on >= r.period.start }),
	"carecluster_endedinrp_flag":   flag(func(r *row) bool { return clusterEnd(r) != never }),
	"carecluster_openatrpend_flag": flag(func(r *row) bool { return clusterEnd(r) == never }),
}

func clusterEnd(r *row) day {
	return within(r.entry.on+day(20+r.traits.below(2, 200)), r.period.end)
}

// logMakers make the columns of internet_enabled_therapies.
var logMakers = map[string]maker{
	"uniqueid_ids205":            rowID(205),
	"startdateintenabledtherlog": date(func(r *row) day { return r.entry.on }),
	"enddateintenabledtherlog": date(func(r *row) day {
		return within(r.entry.on+day(logDays(r.traits)), r.yearEnd())
	}),
	"intenabledtherprog":           ofPath(programmes, 33),
	"durationintenabledther":       number(func(r *row) int { return logMinutes(r.traits) }),
	"integratedsoftwareind":        ofRecord(softwareIndicators, 3),
	"unique_carepersonnelid_local": appendTherapist,
	"qualattainleveliapt":          code(func(r *row) string { return qualifications.of(draw(r.therapist()), 1) }),
	"qualawardeddate":              date(func(r *row) day { return day(draw(r.therapist()).below(2, 3500)) }),
}

// logDays is how many days after its first a log goes on, logMinutes how long the
// patient was at it.
func logDays(d draw) int { return d.below(1, 7) }

func logMinutes(d draw) int { return 10 + d.below(2, 110) }

// onwardMakers make the columns of onward_referrals.
var onwardMakers = map[string]maker{
	"onwardreferdate":   date(func(r *row) day { return r.entry.on }),
	"onwardrefertime":   appendMoment,
	"onwardreferreason": ofRecord(onwardReasons, 1),
	"orgidreceiving_e": func(b []byte, r *row) []byte {
		return appendNumber(b, 100_000_000_000+mix(77, uint64(r.traits.below(2, 200)))%900_000_000_000)
	},
}

// pauseMakers make the columns of waiting_time_pauses.
var pauseMakers = map[string]maker{
	"uniqueid_ids108": rowID(108),
	"pauseid":         func(b []byte, r *row) []byte { return appendNumber(b, uint64(r.traits)>>24) },
	"pausestartdate":  date(func(r *row) day { return r.entry.on }),
	"pauseenddate": date(func(r *row) day {
		return within(r.entry.on+day(7+r.traits.below(1, 40)), r.period.end)
	}),
	"pausereason": ofRecord(pauseReasons, 2),
}

package synth

import "maps"

// renamed reports whether a row is from after v2.1 of the data set renamed
// items: version 2 has the old names throughout, as has a delivery of v2.0, and
// one of v2.1 has the new ones.
func renamed(r *row) bool { return r.period.start >= r.version.newNames }

func notRenamed(r *row) bool { return !renamed(r) }

// some reports for a share of the pathways, in hundredths.
func (w *pathway) some(field uint64, inHundred int) bool {
	return w.traits.below(field, 100) < inHundred
}

// hubMakers make the columns of demographics_and_referral.
func hubMakers() map[string]maker {
	made := map[string]maker{}
	for _, theme := range []map[string]maker{submissionMakers, personMakers, circumstanceMakers(), referralMakers, outcomeMakers, therapyMakers(), scoreMakers()} {
		maps.Copy(made, theme)
	}
	return made
}

var submissionMakers = map[string]maker{
	"uniquesubmissionid": func(b []byte, r *row) []byte {
		return appendPadded(appendNumber(b, uint64(monthOfDay[r.on])), uint64(r.path.provider()), 3)
	},
	"unique_servicerequestid": func(b []byte, r *row) []byte { return appendNumber(b, uint64(r.path.traits)>>14) },
	"datsetver": func(b []byte, r *row) []byte {
		if renamed(r) {
			return append(b, "2.1"...)
		}
		return append(b, "2.0"...)
	},
	"file_type":              ofPath(fileTypes, 40),
	"orgidsubmit_e":          organisation(41),
	"primsysteminuse":        ofPath(systems, 42),
	"reportingperiodenddate": date(func(r *row) day { return lastOfMonth(r.on, r.period.end) }),
	"reportingperiodstartdate": date(func(r *row) day {
		return r.on - day(r.on.time().Day()) + 1
	}),
}

// lastOfMonth returns the last day of a day's month, or the limit.
func lastOfMonth(d, limit day) day {
	return min(d+day(d.time().AddDate(0, 1, -d.time().Day()).Day())-day(d.time().Day()), limit)
}

// Fields of a person's traits that source tables have a table for.
const (
	fieldDisability   uint64 = 65 // and the next
	fieldVisitor      uint64 = 67
	fieldCircumstance uint64 = 80 // and as many as there are circumstances
)

var personMakers = map[string]maker{
	"uniqueid_ids001":              rowID(1),
	"nhsnumberstatus":              ofPerson(nhsNumberStatuses, 1),
	"gender":                       ofPerson(genders, 2),
	"genderidentity":               onlyFor(renamed, ofPerson(genderIdentities, 2)),
	"genderidentitysameatbirth":    onlyFor(renamed, ofPerson(sameAsAtBirth, 3)),
	"ethniccategory":               ofPerson(ethnicCategories, 4),
	"ethniccategory2021":           blank,
	"validated_ethniccategory":     func(b []byte, r *row) []byte { return append(b, ethnicCategories.of(r.person.traits, 4)...) },
	"exbafindicator":               ofPerson(exServices, 5),
	"languagecodepreferred":        ofPerson(languages, 6),
	"eduestabtypeiapt":             ofPerson(schools, 7),
	"age_rp_startdate":             number(func(r *row) int { return int(r.person.age(r.on - day(r.on.time().Day()) + 1)) }),
	"age_rp_enddate":               number(func(r *row) int { return int(r.person.age(r.on)) }),
	"validpostcode_flag":           text("Y"),
	"orgid_ccg_residence_e":        area(50, 106),
	"orgidresidenceresp_e":         onlyFor(notRenamed, area(51, 106)),
	"orgidsubicblocresidence_e":    onlyFor(renamed, area(52, 106)),
	"orgidicbres_e":                onlyFor(renamed, area(53, 42)),
	"lsoa_e":                       area(54, 32844),
	"census_year":                  text("2011"),
	"localauthority_e":             area(55, 309),
	"county_e":                     area(56, 48),
	"electoralward_e":              area(57, 6900),
	"indicesofdeprivationdecile":   number(func(r *row) int { return 1 + r.person.decile() }),
	"indicesofdeprivationquartile": number(func(r *row) int { return 1 + r.person.decile()*4/10 }),
	"imd_year":                     text("2019"),
	"mostrecentrecordrp_patient":   flag(func(*row) bool { return true }),
	"uniqueid_ids002":              rowID(2),
	"gmpcodereg_e":                 area(58, 6500),
	"startdategmpregistration":     date(func(r *row) day { return day(r.person.traits.below(60, 3000)) }),
	"enddategmpregistration":       blank,
	"orgid_ccg_gp_e":               area(50, 106),
	"orgidgpprac_e":                onlyFor(notRenamed, area(51, 106)),
	"distancefromhome_gp":          number(func(r *row) int { return r.person.traits.below(61, 9) }),
	"ladistrictauthgppractice_e":   onlyFor(renamed, area(55, 309)),
	"orgidsubicblocgp_e":           onlyFor(renamed, area(52, 106)),
	"orgidicbgppractice_e":         onlyFor(renamed, area(53, 42)),
	"uniqueid_ids003":              onlyFor(housed, rowID(3)),
	"accommodationtype":            onlyFor(housed, ofPerson(accommodation, 62)),
	"settledaccommodationind":      onlyFor(housed, ofPerson(settled, 63)),
	"accommodationtypedate":        onlyFor(housed, date(func(r *row) day { return r.path.received })),
	"accommodationtypestartdate":   onlyFor(housed, date(func(r *row) day { return day(r.person.traits.below(64, 3600)) })),
	"accommodationtypeenddate":     blank,
	"uniqueid_ids007":              rowID(7),
	"disabcode":                    ofPerson(disabilities, fieldDisability),
	"disabcode_2":                  onlyFor(disabled, ofPerson(moreDisabilities, fieldDisability+1)),
	"disabcode_3":                  blank,
	"uniqueid_ids011":              rowID(11),
	"uniqueid_ids012":              rowID(12),
	"ovsvischcat":                  ofPerson(visitorCategories, fieldVisitor),
	"ovsvischcatappdate": onlyFor(func(r *row) bool { return visitorCategories.of(r.person.traits, fieldVisitor) != "" },
		date(func(r *row) day { return r.path.received })),
	"diagschemeinuse":                  onlyFor(diagnosedBefore, text("01")),
	"prevdiag":                         onlyFor(diagnosedBefore, text("F329")),
	"diagdate":                         onlyFor(diagnosedBefore, date(func(r *row) day { return day(r.person.traits.below(68, 3700)) })),
	"prevdiag_icd10_master":            onlyFor(diagnosedBefore, text("F329")),
	"prevdiagdescription_icd10_master": onlyFor(diagnosedBefore, text(quoteIfNeeded("Depressive episode, unspecified"))),
}

func (p *person) decile() int { return p.traits.below(3000, 32844) % 10 }

func housed(r *row) bool { return renamed(r) && r.person.traits.below(69, 100) < 60 }

func disabled(r *row) bool {
	first := disabilities.of(r.person.traits, fieldDisability)
	return first != "" && first != "NN" && first != "ZZ" && first != moreDisabilities.of(r.person.traits, fieldDisability+1)
}

func diagnosedBefore(r *row) bool {
	return renamed(r) && recurrences.of(r.path.traits, 70) == "Y"
}

// circumstanceMakers make the columns of social and personal circumstances.
func circumstanceMakers() map[string]maker {
	made := map[string]maker{}
	for i, c := range circumstances {
		field := fieldCircumstance + uint64(i)
		recorded := func(r *row) bool { return c.codes.of(r.person.traits, field) != "" }
		made[c.name+"_socpercircumstance"] = ofPerson(c.codes, field)
		made[c.name+"_socpercircumstance_fsn"] = func(b []byte, r *row) []byte {
			return append(b, c.words[c.codes.of(r.person.traits, field)]...)
		}
		made[c.name+"_socpercircumstancerecdate"] = onlyFor(recorded, date(func(r *row) day { return r.path.received }))
	}
	return made
}

var referralMakers = map[string]maker{
	"orgidcomm_e":                       organisation(71),
	"referralrequestreceiveddate":       date(func(r *row) day { return r.path.received }),
	"sourceofreferralmh":                onlyFor(notRenamed, ofPath(referralSources, 72)),
	"sourceofreferraliapt":              onlyFor(renamed, ofPath(referralSources, 72)),
	"onsetdate":                         appendOnset,
	"prevdiagcondind":                   ofPath(recurrences, 70),
	"endcode":                           code(func(r *row) string { return r.state.endCode(r.path) }),
	"servdischdate":                     date(func(r *row) day { return r.state.discharged }),
	"uniqueid_ids101":                   rowID(101),
	"age_referralrequest_receiveddate":  number(func(r *row) int { return int(r.person.age(r.path.received)) }),
	"age_servicedischarge_date":         onlyFor(discharged, number(func(r *row) int { return int(r.person.age(r.path.discharged)) })),
	"recordstartdate":                   date(func(r *row) day { return r.path.received }),
	"recordenddate":                     date(func(r *row) day { return r.state.discharged }),
	"usepathway_flag":                   flag(func(r *row) bool { return r.path.some(73, 98) }),
	"usequarterreferral_flag":           flag(func(r *row) bool { return r.path.some(73, 98) && r.path.some(74, 90) }),
	"employmentstatus_first":            onlyFor(notRenamed, code(func(r *row) string { return r.state.jobFirst })),
	"employmentstatus_last":             onlyFor(notRenamed, code(func(r *row) string { return r.state.jobLast })),
	"empstatus_firstdate":               date(func(r *row) day { return r.state.jobFirstOn }),
	"count_employmentstatuses":          onlyFor(renamed, number(func(r *row) int { return r.state.jobs })),
	"count_statutorysickpayindicators":  onlyFor(renamed, number(func(r *row) int { return r.state.sickPays })),
	"sickpayindicator_first":            code(func(r *row) string { return r.state.sickPay }),
	"sickpayindicator_last":             code(func(r *row) string { return r.state.sickEnd }),
	"psychotropicindicator_first":       code(func(r *row) string { return r.state.medicineFirst }),
	"psychotropicindicator_last":        code(func(r *row) string { return r.state.medicineLast }),
	"primarypresentingcomplaint":        onlyFor(notRenamed, appendHigher),
	"secondarypresentingcomplaint":      onlyFor(notRenamed, appendLower),
	"presentingcomplainthighercategory": onlyFor(renamed, appendHigher),
	"presentingcomplaintlowercategory":  onlyFor(renamed, appendLower),
	"commissioningregion":               func(b []byte, r *row) []byte { return append(b, regions[r.path.provider()%len(regions)]...) },
	"carecontact_count":                 number(func(r *row) int { return r.state.contacts }),
	"treatmentcarecontact_count":        number(func(r *row) int { return r.state.treated() }),
	"internetenabledtherapy_count":      number(func(r *row) int { return r.state.logs }),
	"assessment_firstdate":              date(func(r *row) day { return r.state.assessmentFirst }),
	"assessment_lastdate":               date(func(r *row) day { return r.state.assessmentLast }),
	"therapysession_firstdate":          date(func(r *row) day { return r.state.treatmentDays[0] }),
	"therapysession_seconddate":         date(func(r *row) day { return r.state.treatmentDays[1] }),
	"therapysession_lastdate":           date(func(r *row) day { return r.state.treatmentLast }),
	"highintensitytherapy_firstdate":    date(func(r *row) day { return r.state.highFirst }),
	"lowintensitytherapy_firstdate":     date(func(r *row) day { return r.state.lowFirst }),
	"empsupport_firstdate":              date(func(r *row) day { return r.state.supportFirst }),
	"empsupport_lastdate":               date(func(r *row) day { return r.state.supportLast }),
	"therapytype_first":                 func(b []byte, r *row) []byte { return appendTherapy(b, r.state.therapyFirst) },
	"therapytype_last":                  func(b []byte, r *row) []byte { return appendTherapy(b, r.state.therapyLast) },
	"integratedcontact_firstdate":       blank,
	"integratedtreatment_firstdate":     blank,
	"ppsm":                              blank,
}

func discharged(r *row) bool { return r.state.discharged != never }

func appendHigher(b []byte, r *row) []byte { return append(b, r.path.complaint().higher...) }

func appendLower(b []byte, r *row) []byte { return append(b, r.path.complaint().lower...) }

// appendOnset writes the month in which the problem began.
func appendOnset(b []byte, r *row) []byte {
	if !r.path.some(75, 60) {
		return b
	}
	return append(b, dayTexts[max(r.path.received-day(r.path.traits.below(76, 2500)), 0)][:7]...)
}

func appendTherapy(b []byte, which int) []byte {
	if which == noTherapy {
		return b
	}
	return append(b, therapies[which].code...)
}

var outcomeMakers = map[string]maker{
	"completedtreatment_flag":      flag(func(r *row) bool { return r.state.completed() }),
	"caseness_flag":                flag(func(r *row) bool { return r.state.outcome.caseness }),
	"notcaseness_flag":             flag(func(r *row) bool { return r.state.outcome.notCaseness }),
	"recovery_flag":                flag(func(r *row) bool { return r.state.outcome.recovery }),
	"reliableimprovement_flag":     flag(func(r *row) bool { return r.state.outcome.improvement }),
	"nochange_flag":                flag(func(r *row) bool { return r.state.outcome.noChange }),
	"reliabledeterioration_flag":   flag(func(r *row) bool { return r.state.outcome.deterioration }),
	"adsm_firstscoreatcaseness":    flag(func(r *row) bool { return r.state.outcome.firstAtCaseness }),
	"adsm_firstscorenotatcaseness": flag(func(r *row) bool { return r.state.outcome.firstNot }),
	"adsm_lastscorenotatcaseness":  flag(func(r *row) bool { return r.state.outcome.lastBelowCase }),
	"adsm":                         onlyFor(measured, func(b []byte, r *row) []byte { return append(b, instruments[r.state.outcome.measure].token...) }),
	"adsm_firstscore":              func(b []byte, r *row) []byte { return r.state.appendFirst(b, r.state.outcome.measure) },
	"adsm_lastscore":               func(b []byte, r *row) []byte { return r.state.appendLast(b, r.state.outcome.measure) },
}

func measured(r *row) bool { return r.state.first[r.state.outcome.measure] != noScore }

func (s *state) appendFirst(b []byte, t tool) []byte {
	if s.first[t] == noScore {
		return b
	}
	return appendScore(b, t, s.first[t])
}

func (s *state) appendLast(b []byte, t tool) []byte {
	if s.last[t] == noScore {
		return b
	}
	return appendScore(b, t, s.last[t])
}

// therapyMakers make the counts of sessions by therapy.
func therapyMakers() map[string]maker {
	made := map[string]maker{}
	for i, known := range therapies {
		made[known.column] = number(func(r *row) int { return r.state.sessions[i] })
	}
	return made
}

// scoreMakers make the first and last scores of every tool. Those that are for
// conditions which nobody here has are empty.
func scoreMakers() map[string]maker {
	made := map[string]maker{}
	for _, unused := range []string{"biq", "bpi", "cat", "dds", "ibs", "cfs", "iesptsd", "ppsm"} {
		made[unused+"_firstscore"], made[unused+"_lastscore"] = blank, blank
	}
	for t, known := range instruments {
		if known.column != "" {
			made[known.column+"_firstscore"] = func(b []byte, r *row) []byte { return r.state.appendFirst(b, tool(t)) }
			made[known.column+"_lastscore"] = func(b []byte, r *row) []byte { return r.state.appendLast(b, tool(t)) }
		}
	}
	return made
}

package synth

import (
	"maps"
	"strings"
)

// sourceMakers make the columns of the source tables of v2.0 and v2.1, by their
// names in lower case. A column that an auxiliary table took over has the maker
// that it has there.
func sourceMakers() [sourceTables]map[string]maker {
	taken := [sourceTables]map[string]maker{
		employmentTable: jobMakers, onwardTable: onwardMakers, pauseTable: pauseMakers, contactTable: careMakers, activityTable: careMakers,
		logTable: logMakers, longTermTable: conditionMakers, complaintTable: conditionMakers,
		referralScoreTable: scoreTableMakers, activityScoreTable: scoreTableMakers, clusterTable: clusterMakers,
	}
	var made [sourceTables]map[string]maker
	for kind := range made {
		made[kind] = map[string]maker{}
		if taken[kind] == nil {
			taken[kind] = hubMakers()
		}
		for name, value := range taken[kind] {
			made[kind][strings.TrimSuffix(name, "_e")] = value
		}
		maps.Copy(made[kind], everywhereMakers)
		maps.Copy(made[kind], ownMakers[kind])
		if kind := sourceTable(kind); kind == referralTable {
			made[kind]["recordstartdate"], made[kind]["recordenddate"] = taken[kind]["recordstartdate"], taken[kind]["recordenddate"]
		}
	}
	for name, kind := range sourceNames {
		if number, found := strings.CutPrefix(name, "IDS"); found {
			made[headerTable]["total_ids"+number[:3]] = func(b []byte, r *row) []byte {
				return appendNumber(b, uint64(r.submission.rows[kind].Load()))
			}
			made[kind]["uniqueid_ids"+number[:3]] = uniqueIDMaker(kind)
		}
	}
	return made
}

// everywhereMakers make the columns that many source tables have.
var everywhereMakers = map[string]maker{
	"recordnumber":                 appendPersonInSubmission,
	"uniquesubmissionid":           func(b []byte, r *row) []byte { return appendNumber(b, r.submission.id) },
	"unique_monthid":               appendMonthID,
	"orgid_provider":               appendOwnProvider,
	"person_id":                    func(b []byte, r *row) []byte { return appendNumber(b, r.person.key) },
	"pathwayid":                    func(b []byte, r *row) []byte { return r.path.appendID(b) },
	"effective_from":               func(b []byte, r *row) []byte { return append(b, r.submission.effective...) },
	"localpatientid":               appendLocalPatient,
	"servicerequestid":             appendReferralNumber,
	"unique_servicerequestid":      ofProvider(appendReferralNumber),
	"carecontactid":                appendContactNumber,
	"unique_carecontactid":         ofProvider(appendContactNumber),
	"careactid":                    appendActivityNumber,
	"unique_careactivityid":        ofProvider(appendActivityNumber),
	"careperslocalid":              appendTherapist,
	"unique_carepersonnelid_local": ofProvider(appendTherapist),
	"recordstartdate":              blank,
	"recordenddate":                blank,
}

// ownMakers make the columns that one source table has, or has otherwise.
var ownMakers = [sourceTables]map[string]maker{
	headerTable: {
		"orgidprov":                appendOwnProvider,
		"primsysteminuse":          func(b []byte, r *row) []byte { return append(b, systems.of(draw(mix(42, uint64(r.provider()))), 1)...) },
		"reportingperiodstartdate": date(func(r *row) day { return r.period.start }),
		"reportingperiodenddate":   date(func(r *row) day { return r.period.end }),
		"datetimedatsetcreate":     func(b []byte, r *row) []byte { return append(b, r.submission.created...) },
		"file_type":                func(b []byte, r *row) []byte { return append(b, r.submission.fileType()...) },
		"totalrecords":             func(b []byte, r *row) []byte { return appendNumber(b, r.submission.total()) },
	},
	mpiTable: {
		"orgidlocalpatientid": appendOwnProvider,
		"nhsnumber":           onlyFor(numbered, func(b []byte, r *row) []byte { return r.identities.appendNHSNumber(b, r.person) }),
		"personbirthdate":     func(b []byte, r *row) []byte { return r.person.appendBirthDate(b) },
		"postcode":            func(b []byte, r *row) []byte { return r.person.appendPostcode(b) },
		"postcode_district":   func(b []byte, r *row) []byte { return r.person.appendDistrict(b) },
		"postcode_default":    blank,
	},
	disabilityTable:   {"disabcode": code(func(r *row) string { return r.disability() })},
	circumstanceTable: circumstanceTableMakers,
	diagnosisTable: {
		"prevdiag_fsn":          text(quoteIfNeeded("Depressive episode, unspecified")),
		"prevdiag_icd10_mapped": text("F329"),
	},
	contactTable: {
		"siteidoftreat": func(b []byte, r *row) []byte { return append(appendOwnProvider(b, r), "01"...) },
	},
	activityTable: {
		"findingdescription_icd10_master": onlyFor(assessed, appendComplaint),
	},
	longTermTable: {
		"longtermcondition":                         appendCondition,
		"validated_longtermconditioncode":           appendCondition,
		"longtermconditioncode_icd10_mapped":        appendConditionICD10,
		"longtermconditioncode_icd10_master":        appendConditionICD10,
		"longtermconditiondescription_icd10_master": appendConditionInWords,
		"longtermcondition_fsn":                     appendConditionInWords,
	},
	complaintTable: {
		"prescomp":                                    appendCondition,
		"validated_presentingcomplaint":               appendCondition,
		"presentingcomplaintcode_icd10_mapped":        appendConditionICD10,
		"presentingcomplaintcode_icd10_master":        appendConditionICD10,
		"presentingcomplaintdescription_icd10_master": appendConditionInWords,
		"prescomp_fsn":                                appendConditionInWords,
	},
	activityScoreTable: {
		"unique_carecontactid":  ofProvider(appendScoredContact),
		"careactid":             appendScoredActivity,
		"unique_careactivityid": ofProvider(appendScoredActivity),
	},
	clusterTable: {
		"startdatecareclust":   date(func(r *row) day { return r.entry.on }),
		"starttimecareclust":   blank,
		"endtimecareclust":     blank,
		"carecluster_daycount": number(daysInCluster),
	},
	staffTable: {
		"careperslocalid":              appendStaff,
		"unique_carepersonnelid_local": ofProvider(appendStaff),
		"qualattainleveliapt":          code(func(r *row) string { return qualifications.of(r.staffTraits(), 1) }),
		"qualawardeddate":              date(func(r *row) day { return day(r.staffTraits().below(2, 3500)) }),
		"qualplannedcompletiondate":    blank,
	},
}

var circumstanceTableMakers = map[string]maker{
	"socpercircumstance":        code(func(r *row) string { return r.circumstance() }),
	"socpercircumstance_fsn":    func(b []byte, r *row) []byte { return append(b, circumstances[r.nth].words[r.circumstance()]...) },
	"socpercircumstancerecdate": date(func(r *row) day { return r.path.received }),
}

func numbered(r *row) bool {
	status := nhsNumberStatuses.of(r.person.traits, 1)
	return status == "01" || status == "02"
}

// disability returns the code of a person's nth disability, or nothing.
func (r *row) disability() string {
	if r.nth == 0 || disabled(r) {
		return [...]*choices{disabilities, moreDisabilities}[r.nth].of(r.person.traits, fieldDisability+uint64(r.nth))
	}
	return ""
}

// circumstance returns the code of a person's circumstance of the nth kind, or
// nothing.
func (r *row) circumstance() string {
	return circumstances[r.nth].codes.of(r.person.traits, fieldCircumstance+uint64(r.nth))
}

func daysInCluster(r *row) int {
	end := clusterEnd(r)
	if end == never {
		end = r.period.end
	}
	return int(max(end-max(r.entry.on, r.period.start)+1, 0))
}

func (r *row) staffTraits() draw { return draw(therapistNumber(r.submission.provider, r.nth)) }

func (s *submission) total() (sum uint64) {
	for kind := range s.rows {
		sum += uint64(s.rows[kind].Load())
	}
	return sum
}

func appendOwnProvider(b []byte, r *row) []byte {
	return appendPadded(append(b, "ZZ"...), uint64(r.submission.provider), 3)
}

// ofProvider puts the provider's code before what the provider calls something.
func ofProvider(local maker) maker {
	return func(b []byte, r *row) []byte { return local(appendOwnProvider(b, r), r) }
}

func appendMonthID(b []byte, r *row) []byte {
	return appendNumber(b, uint64(monthOfDay[r.period.start]))
}

func appendLocalPatient(b []byte, r *row) []byte {
	return r.identities.appendLocal(b, r.person, r.submission.provider)
}

func appendReferralNumber(b []byte, r *row) []byte {
	return appendNumber(b, uint64(r.path.traits)>>14)
}

func appendContactNumber(b []byte, r *row) []byte {
	return r.path.appendContactID(b, r.contact.number)
}

func appendActivityNumber(b []byte, r *row) []byte {
	return r.path.appendActivityID(b, r.contact.number, r.activity)
}

func appendScoredContact(b []byte, r *row) []byte {
	return r.path.appendContactID(b, r.path.contacts[r.score.contact].number)
}

func appendScoredActivity(b []byte, r *row) []byte {
	return r.path.appendActivityID(b, r.path.contacts[r.score.contact].number, 0)
}

func appendConditionICD10(b []byte, r *row) []byte { return append(b, r.condition().icd10...) }

func appendStaff(b []byte, r *row) []byte {
	return appendNumber(b, therapistNumber(r.submission.provider, r.nth))
}

// detailDigits is how many digits of a row's id tell rows of one person, or of
// one pathway, apart.
const detailDigits = 4

// appendPersonInSubmission writes the number of a person in a submission: of 18
// digits in v2.0, which is what a BIGINT holds, of 23 in v2.1. They are more in
// v2.0 when there are over 156,000 people.
func appendPersonInSubmission(b []byte, r *row) []byte {
	return appendPadded(appendNumber(b, r.submission.id), r.person.record, r.wide+detailDigits)
}

// uniqueIDMaker makes the ids of a table's rows: as long as those of persons.
func uniqueIDMaker(kind sourceTable) maker {
	ofRow := func(of, detail uint64, b []byte, r *row) []byte {
		b = appendPadded(appendNumber(b, r.submission.id), of, r.wide)
		return appendPadded(b, detail, detailDigits)
	}
	switch kind {
	case headerTable:
		return func(b []byte, r *row) []byte { return ofRow(0, 0, b, r) }
	case staffTable:
		return func(b []byte, r *row) []byte { return ofRow(0, uint64(r.nth), b, r) }
	case contactTable:
		return func(b []byte, r *row) []byte { return ofRow(r.path.number, uint64(10*r.contact.number), b, r) }
	case activityTable:
		return func(b []byte, r *row) []byte {
			return ofRow(r.path.number, uint64(10*r.contact.number+r.activity), b, r)
		}
	case referralTable, onwardTable, pauseTable, logTable, longTermTable, complaintTable, referralScoreTable, activityScoreTable:
		return func(b []byte, r *row) []byte { return ofRow(r.path.number, uint64(r.nth), b, r) }
	default:
		return func(b []byte, r *row) []byte { return ofRow(r.person.record, uint64(r.nth), b, r) }
	}
}

// writeSubmissions writes the tables of the submissions themselves: who gave
// care, and the headers.
func (w *sourceWriter) writeSubmissions() {
	subs := w.sourcing.submissions
	for month := range months {
		for provider := range providers {
			for _, sent := range subs.sent(month, provider) {
				w.begin(sent)
				for w.row.nth = range therapists {
					if subs.staff[month][provider][w.row.nth].Load() {
						w.record(staffTable, w.row.staffTraits(), sent.period().end)
					}
				}
				w.record(headerTable, draw(sent.id), sent.period().end)
			}
		}
	}
}

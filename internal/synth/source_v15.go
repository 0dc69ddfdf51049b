package synth

import (
	"maps"
	"slices"
)

// describeV15 writes what a submission of v1.5 says of a person and of the
// pathways that they have with the provider: scores, therapies and work stand on
// the appointment, a diagnosis and a cluster on the referral.
func (w *sourceWriter) describeV15(paths []*pathway) {
	r := &w.row
	r.path = paths[0]
	on := min(r.path.until(), r.period.end)
	traits := draw(mix(uint64(w.person.traits), uint64(r.submission.month)))
	w.record(mpiTable, traits, on)
	w.disabilities(traits, on)
	for _, path := range paths {
		r.path = path
		w.referral()
		w.entries(pauseTable, path.pauses)
		w.experiences()
		for i := range path.contacts {
			w.contact(&path.contacts[i])
		}
	}
}

// experiences writes the questionnaires on a patient's experience of treatment,
// one row for each day.
func (w *sourceWriter) experiences() {
	scores := w.row.path.scores
	for i := range scores {
		s := &scores[i]
		if !s.ofExperience() || !w.row.inMonth(s.on) {
			continue
		}
		if slices.ContainsFunc(scores[:i], func(before score) bool { return before.ofExperience() && before.on == s.on }) {
			continue
		}
		w.row.nth = i
		w.record(experienceTable, s.traits, s.on)
	}
	w.row.nth = 0
}

// ofExperience reports a question on the experience of treatment that v1.5 has.
func (s *score) ofExperience() bool { return s.tool >= firstExperience && s.tool <= lastExperienceV15 }

// lastExperienceV15 is the last question on the experience of treatment that
// v1.5 has.
const lastExperienceV15 = firstExperience + 4

// v15Makers make the columns of the tables of v1.5, by their names in lower case.
func v15Makers() [sourceTables]map[string]maker {
	made := [sourceTables]map[string]maker{
		headerTable: headerV15, mpiTable: personV15, disabilityTable: disabilityV15, referralTable: referralV15(), pauseTable: pauseV15,
		contactTable: appointmentV15(), assessmentTable: assessmentV15, experienceTable: experienceV15(),
	}
	for kind, own := range made {
		if own == nil {
			continue
		}
		all := maps.Clone(everywhereV15)
		maps.Copy(all, own)
		made[kind] = all
	}
	return made
}

var everywhereV15 = map[string]maker{
	"der_financial_year": func(b []byte, r *row) []byte {
		text := yearText(financialYear(r.submission.month))
		return append(append(append(b, text[:4]...), '/'), text[5:]...)
	},
	"header_id":          func(b []byte, r *row) []byte { return appendNumber(b, r.submission.id) },
	"iapt_person_id":     func(b []byte, r *row) []byte { return appendNumber(b, r.person.key) },
	"iapt_record_number": appendRecordNumberV15,
	"orgcodeprovider":    appendOwnProvider,
	"ic_serviceid":       appendReferralNumber,
	"ic_pathway_id":      func(b []byte, r *row) []byte { return appendNumber(b, r.path.number) },
	"referral_id": func(b []byte, r *row) []byte {
		return appendPadded(appendNumber(b, r.submission.id), r.path.number, r.wide)
	},
	"pserviceid": func(b []byte, r *row) []byte { return r.path.appendServiceID(b) },
}

// appendRecordNumberV15 writes the number of a person in a submission, of 16
// digits.
func appendRecordNumberV15(b []byte, r *row) []byte {
	return appendPadded(appendNumber(b, r.submission.id), r.person.record, 9)
}

var headerV15 = map[string]maker{
	"bsp_unique_id":       func(b []byte, r *row) []byte { return appendNumber(b, r.submission.id) },
	"completion_time":     func(b []byte, r *row) []byte { return append(b, r.submission.created...) },
	"end_processing_date": func(b []byte, r *row) []byte { return append(b, r.submission.effective...) },
	"start_date":          date(func(r *row) day { return r.period.start }),
	"end_date":            date(func(r *row) day { return r.period.end }),
	"file_type":           func(b []byte, r *row) []byte { return append(b, r.submission.fileType()...) },
	"month_id":            appendMonthID,
	"quarter_id":          number(func(r *row) int { return (r.submission.month + 2) / 3 }),
	"total_records":       func(b []byte, r *row) []byte { return appendNumber(b, r.submission.total()) },
}

// flagV15 makes a flag as the provider writes it: v1.5 has text. A column of one
// letter holds no word.
func flagV15(wide bool, of func(*row) bool) maker {
	return func(b []byte, r *row) []byte {
		written := [...][2]string{{"N", "Y"}, {"", "Y"}, {"0", "1"}, {"false", "true"}}[r.submission.provider%4]
		if !wide && len(written[0]) > 1 {
			written = [2]string{"n", "y"}
		}
		return append(b, written[b2i(of(r))]...)
	}
}

var personV15 = map[string]maker{
	"age_start_reporting_period":      personMakers["age_rp_startdate"],
	"age_end_reporting_period":        personMakers["age_rp_enddate"],
	"bafindicator":                    personMakers["exbafindicator"],
	"ccg_of_gp_practice":              personMakers["orgid_ccg_gp_e"],
	"ccg_of_residence":                personMakers["orgid_ccg_residence_e"],
	"county":                          personMakers["county_e"],
	"electoral_ward_of_usual_address": personMakers["electoralward_e"],
	"ethnicity":                       personMakers["ethniccategory"],
	"ic_ethnicity":                    personMakers["validated_ethniccategory"],
	"gender":                          personMakers["gender"],
	"gmpc":                            personMakers["gmpcodereg_e"],
	"ic_disability_flag":              flagV15(false, disabled),
	"ic_nat_person_flag":              flagV15(false, func(*row) bool { return true }),
	"lad_ua":                          personMakers["localauthority_e"],
	"lsoa":                            personMakers["lsoa_e"],
	"ltcondition":                     func(b []byte, r *row) []byte { return append(b, [...]string{"N", "Y"}[b2i(r.hasLongTerm())]...) },
	"nhsnostatus":                     personMakers["nhsnumberstatus"],
	"nhsno_flag":                      flagV15(false, numbered),
	"postcode_district":               func(b []byte, r *row) []byte { return r.person.appendDistrict(b) },
	"pseudonumber": func(b []byte, r *row) []byte {
		return appendNumber(b, mix(uint64(r.person.traits), 6000)>>2)
	},
	"religion":          letterV15(0, map[string]string{"160567000": "L", "160542002": "C", "309687009": "G"}),
	"sexualorientation": letterV15(1, map[string]string{"20430005": "1", "38628009": "2", "42035005": "3"}),
}

// letterV15 makes a circumstance of a kind in the codes of v1.5.
func letterV15(kind uint64, letters map[string]string) maker {
	return func(b []byte, r *row) []byte {
		return append(b, letters[circumstances[kind].codes.of(r.person.traits, fieldCircumstance+kind)]...)
	}
}

// hasLongTerm reports whether the pathway has a long-term condition so far.
func (r *row) hasLongTerm() bool {
	look := *r
	for i := range r.path.conditions {
		e := &r.path.conditions[i]
		look.entry, look.first, look.traits = e, i == 0, e.traits
		if e.on <= r.period.end && look.isLongTerm() {
			return true
		}
	}
	return false
}

var disabilityV15 = map[string]maker{
	"disability":    code(func(r *row) string { return r.disability() }),
	"disability_id": func(b []byte, r *row) []byte { return appendNumber(b, 10*r.person.record+uint64(r.nth)) },
}

var pauseV15 = map[string]maker{
	"pauseid":        number(func(r *row) int { return r.nth + 1 }),
	"pausestartdate": pauseMakers["pausestartdate"],
	"pauseenddate":   pauseMakers["pauseenddate"],
	"pausereason":    pauseMakers["pausereason"],
	"waitingtime_id": pauseMakers["pauseid"],
}

var assessmentV15 = map[string]maker{
	"assessment1": blank, "assessment2": blank, "assessment3": blank, "assessment_id": blank, "assesspeqdate": blank,
	"assesspeqtime": blank, "ic_after_last_assess_flag": blank, "satisfaction": blank,
}

// experienceV15 makes the columns of the patients' experience of treatment.
func experienceV15() map[string]maker {
	made := map[string]maker{
		"treatment_id":             func(b []byte, r *row) []byte { return appendPadded(appendNumber(b, r.path.number), uint64(r.nth), 4) },
		"treatpeqdate":             date(func(r *row) day { return r.on }),
		"treatpeqtime":             appendTimeOfDay,
		"ic_after_last_treat_flag": blank,
	}
	for n, name := range []string{"treatment1", "treatment2", "treatment3", "treatment4", "treatment5"} {
		made[name] = func(b []byte, r *row) []byte { return r.appendScoreOfDay(b, firstExperience+tool(n)) }
	}
	return made
}

// appendScoreOfDay writes the first score of a tool on the row's day.
func (r *row) appendScoreOfDay(b []byte, t tool) []byte {
	for i := range r.path.scores {
		if s := r.path.scores[i]; s.tool == t && s.on == r.on {
			return r.appendAsSubmitted(b, s)
		}
	}
	return b
}

// appendAsSubmitted writes a score as the row's submission has it.
func (r *row) appendAsSubmitted(b []byte, s score) []byte {
	if r.submission.draft {
		s.mistake()
	}
	return appendScore(b, s.tool, s.value)
}

func appendTimeOfDay(b []byte, r *row) []byte {
	return append(b, appendMoment(nil, r)[len("2021-04-01 "):]...)
}

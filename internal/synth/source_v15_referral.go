package synth

import "strconv"

// legacyEndCodes are the codes of v1.5 for why a referral ended, by those of
// v2.0. The others are the same in both.
var legacyEndCodes = map[string]string{
	"46": "42", // completed
	"47": "43", // dropped out
	"48": "43",
	"49": "45", // deceased
	"95": "97", // not known, assessed only
	"96": "98", // not known, treated
}

func (r *row) legacyEndCode() string {
	code := r.state.endCode(r.path)
	if legacy, known := legacyEndCodes[code]; known {
		return legacy
	}
	return code
}

// therapyCodesV15 are the codes of v1.5 for what was done, in the order of
// therapies; it has none for signposting.
var therapyCodesV15 = [len(therapies)]int{20, 22, 21, 23, 25, 27, 28, 50, 44, 51, 46, 47, 45, 42, 43, 40, 48, 29, 0}

func appendTherapyV15(b []byte, which int) []byte {
	if which == noTherapy || therapyCodesV15[which] == 0 {
		return b
	}
	return appendNumber(b, uint64(therapyCodesV15[which]))
}

// sessionsV15 are the columns of the referral that count sessions, with what
// they count, as places in therapies.
var sessionsV15 = map[string][]int{
	"ic_v1_5_count_ante_post_natal":                   nil,
	"ic_v1_5_count_applied_relaxation":                {15},
	"ic_v1_5_count_behav_act_high_intensity":          nil,
	"ic_v1_5_count_behav_act_low_intensity":           nil,
	"ic_v1_5_count_brf_psychodyn_psychother":          {12},
	"ic_v1_5_count_cbt_sessions":                      {7},
	"ic_v1_5_count_collaborative_care":                {14},
	"ic_v1_5_count_counselling_depress":               {8},
	"ic_v1_5_count_couples_therapy_depress":           {13},
	"ic_v1_5_count_employ_supp_high_int":              nil,
	"ic_v1_5_count_employ_supp_low_int":               {jobSupport},
	"ic_v1_5_count_eye_movement_desens":               {10},
	"ic_v1_5_count_guid_slf_hlp_book":                 {0},
	"ic_v1_5_count_guid_slf_hlp_comp":                 {1},
	"ic_v1_5_count_ipt_sessions":                      {9},
	"ic_v1_5_count_mindfulness_sessions":              {11},
	"ic_v1_5_count_non_guid_slf_hlp_book":             {2},
	"ic_v1_5_count_non_guid_slf_hlp_comp":             {3},
	"ic_v1_5_count_other_high_intensity":              {16},
	"ic_v1_5_count_other_low_intensity":               {6},
	"ic_v1_5_count_psychoed_peer_support":             {5},
	"ic_v1_5_count_struct_phys_activity":              {4},
	"ic_mapped_count_behavioural_activation_sessions": nil,
	"ic_mapped_count_cbt_sessions":                    {7},
	"ic_mapped_count_ccbt_sessions":                   nil,
	"ic_mapped_count_counselling_sessions":            {8},
	"ic_mapped_count_couples_therapy_sessions":        {13},
	"ic_mapped_count_dynamic_therapy_sessions":        {12},
	"ic_mapped_count_employment_support_sessions":     {jobSupport},
	"ic_mapped_count_guided_self_help_sessions":       {0, 1},
	"ic_mapped_count_ipt_sessions":                    {9},
	"ic_mapped_count_not_specified":                   nil,
	"ic_mapped_count_other_hi":                        {10, 11, 14, 15, 16},
	"ic_mapped_count_other_li":                        {4, 6},
	"ic_mapped_count_psycoeduc_group_sessions":        {5},
	"ic_mapped_count_pure_self_help_sessions":         {2, 3},
}

// scoresV15 are the tools of the referral's first and last scores, by how their
// columns go on after ic_first_ and ic_last_.
var scoresV15 = map[string]tool{
	"agora_mob_accom": agoraAccompanied, "agora_mob_alone": agoraAlone, "anxiety_inventory": healthAnxiety, "gad": gad7, "ocd": ocd,
	"panic_disorder": panicDisorder, "penn_state": penn, "phq9": phq9, "ptsd": ptsd, "social_phobia_inventory": socialPhobia,
	"wasashm": wsasHome, "wasaspla": wsasPrivate, "wasasr": wsasRelationships, "wasassla": wsasSocial, "wasasw": wsasWork,
}

// flagsV15 are the outcome flags of the referral, by the hub's. Their columns
// hold words too.
var flagsV15 = map[string]func(*row) bool{
	"ic_caseness_flag":        func(r *row) bool { return r.state.outcome.caseness },
	"ic_not_caseness_flag":    func(r *row) bool { return r.state.outcome.notCaseness },
	"ic_recovery_flag":        func(r *row) bool { return r.state.outcome.recovery },
	"ic_reliable_improv_flag": func(r *row) bool { return r.state.outcome.improvement },
	"ic_reliable_deter_flag":  func(r *row) bool { return r.state.outcome.deterioration },
	"ic_no_change_flag":       func(r *row) bool { return r.state.outcome.noChange },
}

// unknownV15 are columns of the referral that nothing here tells of: what was
// counted within the year, the codes of earlier revisions, and what has no
// published list.
var unknownV15 = []string{
	"ic_count_appointments_inyear", "ic_count_treatment_appointments_inyear", "ic_first_agora", "ic_last_agora", "ic_first_specific_phobia",
	"ic_last_specific_phobia", "ic_inactive_timestamp", "ic_lat", "ic_mapped_last_therapy_type", "ic_probdesc_primary", "ic_probdesc_secondary",
	"ic_provdiag", "ic_date_first_group", "ic_date_first_individual", "ic_date_last_group", "ic_date_last_hi_therapy", "ic_date_last_individual",
	"ic_date_last_li_therapy", "ic_date_last_appointment", "ic_v1_5_common_therapy_type", "optindate",
}

// referralV15 makes the columns of referrals.
func referralV15() map[string]maker {
	made := map[string]maker{
		"age_at_ref_end_date":                    referralMakers["age_servicedischarge_date"],
		"age_at_ref_received_date":               referralMakers["age_referralrequest_receiveddate"],
		"carecluster":                            code(func(r *row) string { return r.clusterSoFar() }),
		"endcode":                                code(func(r *row) string { return r.legacyEndCode() }),
		"enddate":                                referralMakers["servdischdate"],
		"refrecdate":                             referralMakers["referralrequestreceiveddate"],
		"sourcereferral":                         ofPath(referralSources, 72),
		"recurind":                               referralMakers["prevdiagcondind"],
		"onsetdate":                              appendOnset,
		"orgcodecomm":                            referralMakers["orgidcomm_e"],
		"orgcodeprovidstepto":                    appendSteppedTo,
		"provdiag":                               appendDiagnosisV15,
		"serreqaccind":                           text("Y"),
		"ic_adsm":                                outcomeMakers["adsm"],
		"ic_first_adsm_score":                    outcomeMakers["adsm_firstscore"],
		"ic_last_adsm_score":                     outcomeMakers["adsm_lastscore"],
		"ic_ccg":                                 personMakers["orgid_ccg_residence_e"],
		"ic_cr":                                  referralMakers["commissioningregion"],
		"ic_indices_of_dep_decile":               personMakers["indicesofdeprivationdecile"],
		"ic_count_appointments":                  referralMakers["carecontact_count"],
		"ic_count_treatment_appointments":        referralMakers["treatmentcarecontact_count"],
		"ic_count_distinct_therapy_types":        number(func(r *row) int { return r.state.kindsOfTherapy() }),
		"ic_v1_5_count_distinct_therapy_types":   number(func(r *row) int { return r.state.kindsOfTherapy() }),
		"ic_mapped_count_distinct_therapy_types": number(func(r *row) int { return r.state.kindsOfTherapy() }),
		"ic_v1_5_first_therapy_type":             func(b []byte, r *row) []byte { return appendTherapyV15(b, r.state.therapyFirst) },
		"ic_v1_5_last_therapy_type":              func(b []byte, r *row) []byte { return appendTherapyV15(b, r.state.therapyLast) },
		"ic_first_empstatus":                     code(func(r *row) string { return r.state.jobFirst }),
		"ic_last_empstatus":                      code(func(r *row) string { return r.state.jobLast }),
		"ic_first_sickpay_indicator":             referralMakers["sickpayindicator_first"],
		"ic_last_sickpay_indicator":              referralMakers["sickpayindicator_last"],
		"ic_first_psychotropic_indicator":        referralMakers["psychotropicindicator_first"],
		"ic_last_psychotropic_indicator":         referralMakers["psychotropicindicator_last"],
		"ic_first_wasastotal":                    func(b []byte, r *row) []byte { return appendTotal(b, &r.state.first) },
		"ic_last_wasastotal":                     func(b []byte, r *row) []byte { return appendTotal(b, &r.state.last) },
		"ic_date_first_assessment":               referralMakers["assessment_firstdate"],
		"ic_date_last_assessment":                referralMakers["assessment_lastdate"],
		"ic_date_first_hi_therapy":               referralMakers["highintensitytherapy_firstdate"],
		"ic_date_first_li_therapy":               referralMakers["lowintensitytherapy_firstdate"],
		"ic_date_first_therapeutic_session":      referralMakers["therapysession_firstdate"],
		"ic_date_second_therapeutic_session":     referralMakers["therapysession_seconddate"],
		"ic_date_last_therapeutic_session":       referralMakers["therapysession_lastdate"],
		"ic_rp_start_date":                       midnight(func(r *row) day { return r.period.start }),
		"ic_rp_end_date":                         midnight(func(r *row) day { return r.period.end }),
		"ic_source_period_id":                    appendMonthID,
		"ic_use_pathway_flag":                    flagV15(false, func(r *row) bool { return r.path.some(73, 98) }),
		"ic_use_qtr_referral_flag":               flagV15(false, func(r *row) bool { return r.path.some(73, 98) && r.path.some(74, 90) }),
		"ic_completed_treatment_flag":            flagV15(false, func(r *row) bool { return r.state.completed() }),
		"ic_v1_5_completed_treatment_flag":       flagV15(false, func(r *row) bool { return r.state.completed() }),
	}
	for _, name := range unknownV15 {
		made[name] = blank
	}
	for name, of := range flagsV15 {
		made[name] = flagV15(true, of)
	}
	for name, counted := range sessionsV15 {
		made[name] = number(func(r *row) int { return r.state.sessionsOf(counted) })
		made[name+"_inyear"] = blank
	}
	for name, t := range scoresV15 {
		made["ic_first_"+name] = func(b []byte, r *row) []byte { return r.state.appendFirst(b, t) }
		made["ic_last_"+name] = func(b []byte, r *row) []byte { return r.state.appendLast(b, t) }
	}
	return made
}

func (s *state) sessionsOf(counted []int) (sum int) {
	for _, therapy := range counted {
		sum += s.sessions[therapy]
	}
	return sum
}

func (s *state) kindsOfTherapy() (kinds int) {
	for _, sessions := range s.sessions {
		kinds += b2i(sessions > 0)
	}
	return kinds
}

// appendTotal writes the sum of the five scores of work and social adjustment,
// where none is missing.
func appendTotal(b []byte, scores *[tools]int16) []byte {
	sum := 0
	for _, value := range scores[wsasWork : wsasRelationships+1] {
		if value == noScore {
			return b
		}
		sum += int(value)
	}
	return strconv.AppendInt(b, int64(sum), 10)
}

// midnight makes a moment: a day, and no time.
func midnight(of func(*row) day) maker {
	return func(b []byte, r *row) []byte { return append(appendDay(b, of(r)), " 00:00:00"...) }
}

// clusterSoFar returns the latest care cluster of the financial year that the
// referral's provider has recorded.
func (r *row) clusterSoFar() (code string) {
	latest := never
	for i := range r.person.clusters {
		e := &r.person.clusters[i]
		if r.person.hostOf(e.on) == r.path && e.on <= r.period.end && monthOf(e.on) >= lastOfYear(r.submission.month)-11 && e.on > latest {
			latest, code = e.on, careClusters.of(e.traits, 1)
		}
	}
	return code
}

// appendSteppedTo writes the organisation that the first onward referral went to.
func appendSteppedTo(b []byte, r *row) []byte {
	look := *r
	first := never
	for i := range r.path.onward {
		if e := &r.path.onward[i]; e.on <= r.period.end && (first == never || e.on < first) {
			first, look.traits = e.on, e.traits
		}
	}
	if first == never {
		return b
	}
	return onwardMakers["orgidreceiving_e"](b, &look)
}

// appendDiagnosisV15 writes the provisional diagnosis, once there is any.
func appendDiagnosisV15(b []byte, r *row) []byte {
	for i := range r.path.conditions {
		if r.path.conditions[i].on <= r.period.end {
			return append(b, r.path.complaint().icd10...)
		}
	}
	return b
}

// appointmentScoresV15 are the tools of an appointment's scores, by column.
var appointmentScoresV15 = map[string]tool{
	"agorascoreacc": agoraAccompanied, "agorascorealone": agoraAlone, "gad7score": gad7, "genanxscore": penn, "healthanxscore": healthAnxiety,
	"ocdscore": ocd, "panicscore": panicDisorder, "phq9_score": phq9, "ptsdscore": ptsd, "socphobiainvscore": socialPhobia,
	"wsashmscore": wsasHome, "wsasplascore": wsasPrivate, "wsasrscore": wsasRelationships, "wsasslascore": wsasSocial, "wsaswscore": wsasWork,
}

// appointmentV15 makes the columns of appointments.
func appointmentV15() map[string]maker {
	made := map[string]maker{
		"appointment":            careMakers["carecontdate"],
		"appointment_id":         appendContactNumber,
		"appointmenttime":        appendTimeOfDay,
		"apptype":                careMakers["apptype"],
		"attendance":             appendAttendanceV15,
		"cancellation":           careMakers["cancellation"],
		"consmedium":             ofRecord(mediums, 5),
		"contactduration":        careMakers["clincontdurofcarecont"],
		"psychmed":               careMakers["psychmed"],
		"ic_high_intensity_flag": flagV15(false, func(r *row) bool { return r.contact.treatment() && therapies[r.contact.therapy].high }),
		"ic_low_intensity_flag":  flagV15(false, func(r *row) bool { return r.contact.treatment() && !therapies[r.contact.therapy].high }),
		"empstatus":              atWork(ofRecord(employment, fieldJob)),
		"sspind":                 atWork(ofRecord(yesNoStated, fieldSickPay)),
		"empsupportind":          atWork(ofRecord(employmentSupport, 26)),
		"empsupportreferral":     atWork(onlyFor(supported, midnight(func(r *row) day { return r.on }))),
		"agorascore":             blank, "ffcomm": blank, "ic_treatment_appointment_rank": blank, "primaryrole": blank, "socphobiascore": blank,
		"specphobiascore": blank, "stepintensity": blank, "v1_wsasscore": blank, "wsasscoretotal": blank,
	}
	for n, name := range []string{"thertype1", "thertype2", "thertype3", "thertype4"} {
		made[name] = func(b []byte, r *row) []byte {
			if !r.contact.attended || n >= r.contact.activities {
				return b
			}
			look := *r
			look.activity = n
			return appendTherapyV15(b, look.done())
		}
	}
	for name, t := range appointmentScoresV15 {
		made[name] = func(b []byte, r *row) []byte { return r.appendScoreAt(b, t) }
	}
	return made
}

// appendAttendanceV15 writes the one letter that v1.5 has room for.
func appendAttendanceV15(b []byte, r *row) []byte {
	if r.contact.attended {
		return append(b, attendedCodes.of(r.traits, 2)...)
	}
	return append(b, missedCodes.of(r.traits, 2)...)
}

// appendScoreAt writes the score of a tool that was given at the row's
// appointment.
func (r *row) appendScoreAt(b []byte, t tool) []byte {
	if !r.contact.attended {
		return b
	}
	for i := range r.path.scores {
		s := r.path.scores[i]
		if s.tool == t && s.contact != ofReferral && r.path.contacts[s.contact].number == r.contact.number {
			return r.appendAsSubmitted(b, s)
		}
	}
	return b
}

// atWork makes a column of a person's work as it was last told before the
// appointment.
func atWork(of maker) maker {
	return func(b []byte, r *row) []byte {
		look := *r
		for i := range r.person.jobs {
			if e := &r.person.jobs[i]; e.on <= r.on {
				look.traits, look.on = e.traits, e.on
			}
		}
		if look.traits == r.traits {
			return b
		}
		return of(b, &look)
	}
}

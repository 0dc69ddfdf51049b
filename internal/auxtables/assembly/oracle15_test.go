package assembly_test

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tre-toolkit/internal/spec"
)

// oracle15 says by plain loops what the assembly of a delivery of v1.5 must make.
type oracle15 struct {
	oracle
	persons map[string]event // of accepted submissions, by record number
}

func newOracle15(dataset spec.Dataset, generation spec.Generation, rows delivery) *oracle15 {
	o := &oracle15{oracle: oracle{generation: generation, dataset: dataset, rows: rows}, persons: map[string]event{}}
	o.accepted = accept(generation, o.submissions())
	for _, person := range rows["Person_v15"] {
		of, known := o.accepted[person["header_id"]]
		other, seen := o.persons[person["iapt_record_number"]]
		if known && person["iapt_record_number"] != "" && (!seen || of.month > other.month) {
			o.persons[person["iapt_record_number"]] = event{person, of}
		}
	}
	return o
}

func (o *oracle15) submissions() []submission {
	var list []submission
	headed := map[string]bool{}
	for _, header := range o.rows["Header_v15"] {
		if id := header["header_id"]; !headed[id] {
			headed[id] = true
			list = append(list, submission{
				provider: header["orgcodeprovider"], id: id, created: header["end_processing_date"], cut: header["end_processing_date"],
				refresh: strings.EqualFold(header["file_type"], "refresh"), month: header["start_date"],
			})
		}
	}
	others := map[string]submission{}
	for _, person := range o.rows["Person_v15"] {
		for _, referral := range o.rows["Referral_v15"] {
			id := person["header_id"]
			if headed[id] || person["iapt_record_number"] == "" || referral["iapt_record_number"] != person["iapt_record_number"] {
				continue
			}
			other := others[id]
			month, _, _ := strings.Cut(referral["ic_rp_start_date"], " ")
			others[id] = submission{provider: cmp.Or(other.provider, person["orgcodeprovider"]), id: id, month: max(other.month, month)}
		}
	}
	for _, other := range others {
		list = append(list, other)
	}
	return list
}

// stands reports whether a row's referral row is the one that counts in its month,
// or is not there at all.
func (o *oracle15) stands(row record) bool {
	var own record
	for _, referral := range o.rows["Referral_v15"] {
		if referral["iapt_record_number"] == row["iapt_record_number"] && referral["referral_id"] == row["referral_id"] {
			own = referral
		}
	}
	if own == nil {
		return true
	}
	return !slices.ContainsFunc(o.rows["Referral_v15"], func(other record) bool {
		same := other["iapt_record_number"] == own["iapt_record_number"] && cmp.Or(other["ic_pathway_id"], other["referral_id"]) == cmp.Or(own["ic_pathway_id"], own["referral_id"])
		return same && replaces(other, own)
	})
}

// replaces reports whether one referral row goes before another: one that was not
// made inactive, then the higher id.
func replaces(one, other record) bool {
	if inactive, otherInactive := one["ic_inactive_timestamp"] != "", other["ic_inactive_timestamp"] != ""; inactive != otherInactive {
		return otherInactive
	}
	return higher(one["referral_id"], other["referral_id"])
}

// latest returns the rows of a table in accepted submissions whose referral stands,
// of each event of an extract period the latest month's, then that of the higher
// row id.
func (o *oracle15) latest(table, rowID string, identity func(record) string) []event {
	best := map[string]event{}
	for _, row := range o.rows[table] {
		person, known := o.persons[row["iapt_record_number"]]
		if !known || !o.stands(row) {
			continue
		}
		e := event{row, person.submission}
		key := e.start + "|" + identity(row)
		other, seen := best[key]
		if !seen || e.month > other.month || e.month == other.month && higher(row[rowID], other.record[rowID]) {
			best[key] = e
		}
	}
	var list []event
	for _, e := range best {
		list = append(list, e)
	}
	return list
}

func (o *oracle15) byID(table, rowID string) []event {
	return o.latest(table, rowID, func(row record) string { return row[rowID] })
}

// referrals returns the row of each pathway and extract period that counts.
func (o *oracle15) referrals() []event {
	best := map[string]event{}
	for _, row := range o.rows["Referral_v15"] {
		person, known := o.persons[row["iapt_record_number"]]
		if !known {
			continue
		}
		e := event{row, person.submission}
		key := e.start + "|" + cmp.Or(row["ic_pathway_id"], row["referral_id"])
		other, seen := best[key]
		if !seen || e.month > other.month || e.month == other.month && replaces(row, other.record) {
			best[key] = e
		}
	}
	var list []event
	for _, e := range best {
		list = append(list, e)
	}
	return list
}

// made makes a row with what every row has, and the columns given as pairs of the
// auxiliary column and the source column.
func (o *oracle15) made(name string, e event, pairs ...string) record {
	row := o.row(name, e.submission, e.record["iapt_person_id"], e.record["ic_pathway_id"], nil)
	row.set("recordnumber", e.record["iapt_record_number"])
	table, _ := o.dataset.Table(name)
	if _, has := table.Column("orgid_provider"); has {
		row.set("orgid_provider", e.record["orgcodeprovider"])
	}
	for i := 0; i < len(pairs); i += 2 {
		row.set(pairs[i], e.record[pairs[i+1]])
	}
	return row
}

// therapyCodes are the SNOMED CT codes of therapy types, of facts that later data
// sets share.
var therapyCodes = map[string]string{
	"20": "748051000000105", "21": "748101000000105", "22": "748041000000107", "23": "748091000000102", "25": "748061000000108", "26": "199314001",
	"27": "702545008", "28": "1026111000000108", "29": "1098051000000103", "40": "1127281000000100", "42": "1129471000000105", "43": "842901000000108",
	"44": "286711000000107", "45": "314034001", "46": "449030000", "47": "933221000000107", "48": "1026131000000100", "49": "1098051000000103",
	"50": "304891004", "51": "443730003",
}

func (o *oracle15) careActivities() []record {
	var rows []record
	for _, e := range o.byID("Appointment_v15", "appointment_id") {
		var given []string
		for _, column := range []string{"thertype1", "thertype2", "thertype3", "thertype4"} {
			if kind := e.record[column]; kind != "" && !slices.Contains(given, kind) {
				given = append(given, kind)
			}
		}
		if len(given) == 0 {
			given = []string{""}
		}
		for _, kind := range given {
			row := o.made("care_activities", e, "unique_carecontactid", "appointment_id", "carecontdate", "appointment", "attendordnacode", "attendance",
				"cancellation", "cancellation", "clincontdurofcarecont", "contactduration", "apptype", "apptype", "consmediumused", "consmedium", "psychmed", "psychmed")
			row.set("codeprocandprocstatus", therapyCodes[kind])
			rows = append(rows, row)
		}
	}
	return rows
}

func (o *oracle15) employment() []record {
	var rows []record
	for _, e := range o.byID("Appointment_v15", "appointment_id") {
		if cmp.Or(e.record["empstatus"], e.record["sspind"], e.record["empsupportind"], e.record["empsupportreferral"]) == "" {
			continue
		}
		row := o.made("employment_status", e, "employstatus", "empstatus", "employstatusrecdate", "appointment", "sspind", "sspind", "empsupportind", "empsupportind")
		day, _, _ := strings.Cut(e.record["empsupportreferral"], " ")
		row.set("empsupportreferral", day)
		rows = append(rows, row)
	}
	return rows
}

// answers are the columns of scores and the tools that they are of.
var answers = map[string]map[string]string{
	"Appointment_v15": {
		"phq9_score": "720433000", "gad7score": "445455005", "agorascorealone": "473355002", "agorascoreacc": "473354003", "socphobiainvscore": "445552006",
		"panicscore": "450326007", "ocdscore": "450324005", "healthanxscore": "446793008", "genanxscore": "446517006", "wsaswscore": "932621000000100",
		"wsashmscore": "932581000000100", "wsasslascore": "932611000000106", "wsasplascore": "932591000000103", "wsasrscore": "932601000000109",
	},
	"Assessments_v15": {"assessment1": "747861000000100", "assessment2": "747871000000107", "assessment3": "747881000000109", "satisfaction": "747891000000106"},
	"Treatments_v15": {
		"treatment1": "747901000000107", "treatment2": "747911000000109", "treatment3": "747921000000103", "treatment4": "747931000000101", "treatment5": "747941000000105",
	},
}

func (o *oracle15) scores() []record {
	var rows []record
	for table, tools := range answers {
		of := map[string][2]string{"Appointment_v15": {"appointment_id", "appointment"}, "Assessments_v15": {"assessment_id", "assesspeqdate"}, "Treatments_v15": {"treatment_id", "treatpeqdate"}}[table]
		for _, e := range o.byID(table, of[0]) {
			for column, tool := range tools {
				if e.record[column] == "" {
					continue
				}
				row := o.made("coded_scored_assessments", e, "persscore", column, "asstoolcompdate", of[1])
				row["codedasstooltype"] = tool
				if table == "Appointment_v15" {
					row.set("unique_carecontactid", e.record["appointment_id"])
				}
				rows = append(rows, row)
			}
		}
	}
	return rows
}

// ofReferrals makes a row of each referral that has a value in a column.
func (o *oracle15) ofReferrals(name, column string, complete func(row record, e event)) []record {
	var rows []record
	for _, e := range o.referrals() {
		if e.record[column] != "" {
			row := o.made(name, e)
			complete(row, e)
			rows = append(rows, row)
		}
	}
	return rows
}

// hubColumns15 are the columns of the hub and those of v1.5 with the same meaning.
var hubColumns15 = map[string]string{
	"pathwayid": "ic_pathway_id", "recordnumber": "iapt_record_number", "orgid_provider": "orgcodeprovider", "unique_servicerequestid": "ic_serviceid",
	"orgidcomm_e": "orgcodecomm", "referralrequestreceiveddate": "refrecdate", "sourceofreferralmh": "sourcereferral", "onsetdate": "onsetdate", "prevdiagcondind": "recurind",
	"endcode": "endcode", "servdischdate": "enddate", "uniqueid_ids101": "referral_id", "age_referralrequest_receiveddate": "age_at_ref_received_date",
	"age_servicedischarge_date": "age_at_ref_end_date", "usepathway_flag": "ic_use_pathway_flag", "usequarterreferral_flag": "ic_use_qtr_referral_flag",
	"employmentstatus_first": "ic_first_empstatus", "employmentstatus_last": "ic_last_empstatus", "sickpayindicator_first": "ic_first_sickpay_indicator",
	"sickpayindicator_last": "ic_last_sickpay_indicator", "psychotropicindicator_first": "ic_first_psychotropic_indicator", "psychotropicindicator_last": "ic_last_psychotropic_indicator",
	"assessment_firstdate": "ic_date_first_assessment", "assessment_lastdate": "ic_date_last_assessment", "therapysession_firstdate": "ic_date_first_therapeutic_session",
	"therapysession_seconddate": "ic_date_second_therapeutic_session", "therapysession_lastdate": "ic_date_last_therapeutic_session", "carecontact_count": "ic_count_appointments",
	"treatmentcarecontact_count": "ic_count_treatment_appointments", "highintensitytherapy_firstdate": "ic_date_first_hi_therapy", "lowintensitytherapy_firstdate": "ic_date_first_li_therapy",
	"appliedrelaxation_count": "ic_v1_5_count_applied_relaxation", "briefpsychodynamicpsychotherapy_count": "ic_v1_5_count_brf_psychodyn_psychother",
	"cognitivebehaviourtherapy_count": "ic_v1_5_count_cbt_sessions", "collaborativecare_count": "ic_v1_5_count_collaborative_care", "counsellingdepression_count": "ic_v1_5_count_counselling_depress",
	"couplestherapydepression_count": "ic_v1_5_count_couples_therapy_depress", "eyemovementdesensitisationreprocessing_count": "ic_v1_5_count_eye_movement_desens",
	"guidedselfhelp_book_count": "ic_v1_5_count_guid_slf_hlp_book", "guidedselfhelp_computer_count": "ic_v1_5_count_guid_slf_hlp_comp", "interpersonalpsychotherapy_count": "ic_v1_5_count_ipt_sessions",
	"mindfulness_count": "ic_v1_5_count_mindfulness_sessions", "nonguidedselfhelp_book_count": "ic_v1_5_count_non_guid_slf_hlp_book", "nonguidedselfhelp_computer_count": "ic_v1_5_count_non_guid_slf_hlp_comp",
	"otherhighintensity_count": "ic_v1_5_count_other_high_intensity", "otherlowintensity_count": "ic_v1_5_count_other_low_intensity",
	"psychoeducationalpeersupport_count": "ic_v1_5_count_psychoed_peer_support", "structuredphysicalactivity_count": "ic_v1_5_count_struct_phys_activity",
	"completedtreatment_flag": "ic_completed_treatment_flag", "adsm": "ic_adsm", "adsm_firstscore": "ic_first_adsm_score", "adsm_lastscore": "ic_last_adsm_score",
	"commissioningregion": "ic_cr", "caseness_flag": "ic_caseness_flag", "notcaseness_flag": "ic_not_caseness_flag", "recovery_flag": "ic_recovery_flag",
	"reliableimprovement_flag": "ic_reliable_improv_flag", "nochange_flag": "ic_no_change_flag", "reliabledeterioration_flag": "ic_reliable_deter_flag",
	"indicesofdeprivationdecile": "ic_indices_of_dep_decile",
	"gad_firstscore":             "ic_first_gad", "gad_lastscore": "ic_last_gad", "phq9_firstscore": "ic_first_phq9", "phq9_lastscore": "ic_last_phq9",
	"agoraalone_firstscore": "ic_first_agora_mob_alone", "agoraalone_lastscore": "ic_last_agora_mob_alone", "agoraaccom_firstscore": "ic_first_agora_mob_accom", "agoraaccom_lastscore": "ic_last_agora_mob_accom",
	"socialphobia_firstscore": "ic_first_social_phobia_inventory", "socialphobia_lastscore": "ic_last_social_phobia_inventory", "panicdisorder_firstscore": "ic_first_panic_disorder", "panicdisorder_lastscore": "ic_last_panic_disorder",
	"ocd_firstscore": "ic_first_ocd", "ocd_lastscore": "ic_last_ocd", "pswq_firstscore": "ic_first_penn_state", "pswq_lastscore": "ic_last_penn_state",
	"anxietyinventory_firstscore": "ic_first_anxiety_inventory", "anxietyinventory_lastscore": "ic_last_anxiety_inventory", "iesptsd_firstscore": "ic_first_ptsd", "iesptsd_lastscore": "ic_last_ptsd",
	"wasas_homemanagement_firstscore": "ic_first_wasashm", "wasas_homemanagement_lastscore": "ic_last_wasashm", "wasas_privateleisureactivities_firstscore": "ic_first_wasaspla", "wasas_privateleisureactivities_lastscore": "ic_last_wasaspla",
	"wasas_relationships_firstscore": "ic_first_wasasr", "wasas_relationships_lastscore": "ic_last_wasasr", "wasas_socialleisureactivities_firstscore": "ic_first_wasassla", "wasas_socialleisureactivities_lastscore": "ic_last_wasassla",
	"wasas_work_firstscore": "ic_first_wasasw", "wasas_work_lastscore": "ic_last_wasasw",
}

var personColumns15 = map[string]string{
	"nhsnumberstatus": "nhsnostatus", "gender": "gender", "ethniccategory": "ethnicity", "validated_ethniccategory": "ic_ethnicity", "exbafindicator": "bafindicator",
	"age_rp_startdate": "age_start_reporting_period", "age_rp_enddate": "age_end_reporting_period", "orgid_ccg_residence_e": "ccg_of_residence", "lsoa_e": "lsoa",
	"localauthority_e": "lad_ua", "county_e": "county", "electoralward_e": "electoral_ward_of_usual_address", "gmpcodereg_e": "gmpc", "orgid_ccg_gp_e": "ccg_of_gp_practice",
}

func (o *oracle15) hub() []record {
	var rows []record
	for _, e := range o.referrals() {
		person := o.persons[e.record["iapt_record_number"]]
		row := o.made("demographics_and_referral", e)
		for to, from := range hubColumns15 {
			row.set(to, e.record[from])
		}
		for to, from := range personColumns15 {
			row.set(to, person.record[from])
		}
		row["datsetver"] = "1.5"
		row.set("uniquesubmissionid", person.record["header_id"])
		row.set("reportingperiodstartdate", e.month)
		row.set("reportingperiodenddate", lastOfMonth(e.month))
		row.set("file_type", o.latestOf("Header_v15", "header_id", person.record["header_id"], "header_id", "end_processing_date")["file_type"])
		row.set("therapytype_first", therapyCodes[e.record["ic_v1_5_first_therapy_type"]])
		row.set("therapytype_last", therapyCodes[e.record["ic_v1_5_last_therapy_type"]])
		row.set("employmentsupport_count", sum(e.record["ic_v1_5_count_employ_supp_high_int"], e.record["ic_v1_5_count_employ_supp_low_int"]))
		o.disabilities15(row, e.record["iapt_record_number"])
		rows = append(rows, row)
	}
	return rows
}

// sum adds two counts; one that is missing adds nothing.
func sum(a, b string) string {
	if a == "" || b == "" {
		return cmp.Or(a, b)
	}
	x, _ := strconv.Atoi(a)
	y, _ := strconv.Atoi(b)
	return fmt.Sprint(x + y)
}

func (o *oracle15) disabilities15(row record, number string) {
	renamed := &oracle{rows: delivery{}}
	for _, one := range o.rows["Disability_v15"] {
		again := record{"recordnumber": one["iapt_record_number"], "uniqueid_ids007": one["disability_id"]}
		again.set("disabcode", one["disability"])
		renamed.rows["IDS007DisabilityType"] = append(renamed.rows["IDS007DisabilityType"], again)
	}
	renamed.disabilities(row, number)
}

func (o *oracle15) tables() map[string][]record {
	pauses := o.latest("WaitingTimes_v15", "waitingtime_id", func(row record) string {
		return cmp.Or(row["ic_pathway_id"], row["referral_id"]) + "|" + cmp.Or(row["pauseid"], row["waitingtime_id"])
	})
	var waiting []record
	for _, e := range pauses {
		waiting = append(waiting, o.made("waiting_time_pauses", e, "uniqueid_ids108", "waitingtime_id", "pauseid", "pauseid", "pausestartdate", "pausestartdate", "pauseenddate", "pauseenddate", "pausereason", "pausereason"))
	}
	return map[string][]record{
		"accepted_submissions":       o.acceptedRows(),
		"demographics_and_referral":  o.hub(),
		"care_activities":            o.careActivities(),
		"coded_scored_assessments":   o.scores(),
		"employment_status":          o.employment(),
		"waiting_time_pauses":        waiting,
		"internet_enabled_therapies": nil,
		"care_cluster": o.ofReferrals("care_cluster", "carecluster", func(row record, e event) {
			row["amhcareclustcodefin"] = e.record["carecluster"]
		}),
		"mental_and_physical_health_conditions": o.ofReferrals("mental_and_physical_health_conditions", "provdiag", func(row record, e event) {
			row["findschemeinuse"], row["conditiontype"], row["menphyshealthcondition"] = "04", "presenting complaint", e.record["provdiag"]
			if first := e.record["provdiag"][0]; first > '9' {
				row["findschemeinuse"] = "01"
			}
		}),
		"onward_referrals": o.ofReferrals("onward_referrals", "orgcodeprovidstepto", func(row record, e event) {
			row["orgidreceiving_e"] = e.record["orgcodeprovidstepto"]
			row.set("onwardreferdate", e.record["enddate"])
			row.set("onwardreferreason", map[string]string{"40": "05", "41": "06"}[e.record["endcode"]])
		}),
	}
}

package main

import (
	"fmt"
	"strings"
	"time"
)

// What each generation says otherwise than the ready-made tables, by name. This
// is all: see [way].
var roads = map[string]map[string]way{"v2.1": waysOfV21, "v2.0": waysOfV20, "v1.5": waysOfV15}

// firstDays are when the first extract begins: v2.0 was collected from September
// 2020 on, while nothing says of the others that they began within the year.
var firstDays = map[string]string{"v2.1": "2020-04-01", "v2.0": "2020-09-01", "v1.5": "2020-04-01"}

// fewerPeople are the tables in which a generation cannot have everybody: it has
// no such table, or tells only some of what it holds.
var fewerPeople = map[string][]string{
	"v1.5": {"internet_enabled_therapies", "coded_scored_assessments", "employment_status"},
}

// Columns that are about a delivery or a submission, in every table.
const (
	// the days of the load and of the cut
	ofDelivery = " extract_date avail_from_dt "
	// a person in one submission
	ofSubmission = ofDelivery + "recordnumber "
	// the month of the submission that told of it last; ready-made tables have the month of the event
	ofLastMonth = ofSubmission + "unique_monthid "
	// the numbers of rows
	rowNumbers = ` uniqueid_ids001 uniqueid_ids002 uniqueid_ids003 uniqueid_ids007 uniqueid_ids011 uniqueid_ids012 uniqueid_ids101
		uniqueid_ids108 uniqueid_ids201 uniqueid_ids205 `
	// of the submission, of which the hub shows the header
	ofHeader = " uniquesubmissionid datsetver file_type primsysteminuse "
)

// daysOfPerson are what a provider tells once of a person: how old they are in the
// month, and when their circumstances were recorded.
const daysOfPerson = `age_rp_startdate age_rp_enddate ovsvischcatappdate accommodationtypedate diagschemeinuse prevdiag diagdate
	prevdiag_icd10_master prevdiagdescription_icd10_master religion_socpercircumstancerecdate sexorien_socpercircumstancerecdate
	smokingstatus_socpercircumstancerecdate asylumstatus_socpercircumstancerecdate alcoholusestatus_socpercircumstancerecdate
	drugusestatus_socpercircumstancerecdate gamblingstatus_socpercircumstancerecdate debtstatus_socpercircumstancerecdate
	other_socpercircumstancerecdate`

// Columns that v2.1 has in place of others, and what it has no more and has anew.
const (
	oldColumns = `orgidresidenceresp_e orgidgpprac_e sourceofreferralmh primarypresentingcomplaint secondarypresentingcomplaint
		employmentstatus_first employmentstatus_last consmediumused jsaind otherbenefitind `
	newColumns = `genderidentity genderidentitysameatbirth ethniccategory2021 orgidsubicblocresidence_e orgidicbres_e ladistrictauthgppractice_e
		orgidsubicblocgp_e orgidicbgppractice_e accommodationtype settledaccommodationind accommodationtypedate accommodationtypestartdate
		accommodationtypeenddate diagschemeinuse prevdiag diagdate prevdiag_icd10_master prevdiagdescription_icd10_master sourceofreferraliapt
		presentingcomplainthighercategory presentingcomplaintlowercategory count_employmentstatuses count_statutorysickpayindicators consmechanism
		codeprocandprocstatus_fsn codefind_fsn codeobs_fsn codedasstooltype_fsn empsupportdischargedate menphyshealthcondition_fsn `
)

// renames are the columns that v2.1 gave other names.
var renames = map[string]string{
	"sourceofreferralmh": "sourceofreferraliapt", "primarypresentingcomplaint": "presentingcomplainthighercategory",
	"secondarypresentingcomplaint": "presentingcomplaintlowercategory",
}

// isOld reports whether a ready-made row is from before v2.1: the ready-made
// tables follow the calendar, a delivery of source tables has one form throughout.
func isOld(row told) bool { return row["extract_end_date"] < "2022-04-01" }

func without(row told, columns string) told {
	for _, column := range strings.Fields(columns) {
		delete(row, column)
	}
	return row
}

// each changes ready-made rows one by one.
func each(change ...func(told)) func([]told, map[string][]told) []told {
	return func(rows []told, _ map[string][]told) []told {
		for _, row := range rows {
			for _, one := range change {
				one(row)
			}
		}
		return rows
	}
}

// all makes several changes of one row.
func all(change ...func(told)) func(told) {
	return func(row told) {
		for _, one := range change {
			one(row)
		}
	}
}

// inNewNames tells a ready-made row from before v2.1 in its names. What v2.1 has
// no column for goes.
func inNewNames(row told) {
	for old, name := range renames {
		if value, there := row[old]; there && isOld(row) {
			row[name] = value
		}
	}
	without(row, oldColumns)
}

// inOldNames tells a ready-made row from after v2.0 in its names.
func inOldNames(row told) {
	for old, name := range renames {
		if value, there := row[name]; there && !isOld(row) {
			row[old] = value
		}
	}
	without(row, newColumns)
}

// asBefore leaves out of a row of v2.1 what ready-made rows of its year have not:
// the new columns, but for those that only have another name.
func asBefore(row told) {
	if !isOld(row) {
		return
	}
	for _, column := range strings.Fields(newColumns) {
		if !strings.HasPrefix(column, "sourceofreferral") && !strings.HasPrefix(column, "presentingcomplaint") {
			delete(row, column)
		}
	}
}

// asAfter leaves out of a row of v2.0 what ready-made rows of later years have
// not.
func asAfter(row told) {
	if isOld(row) {
		return
	}
	without(row, "orgidresidenceresp_e orgidgpprac_e employmentstatus_first employmentstatus_last consmediumused jsaind otherbenefitind")
}

// plain takes the provider's code off the front of ids that a provider gives.
func plain(columns ...string) func(told) {
	return func(row told) {
		for _, column := range columns {
			if value, there := row[column]; there {
				row[column] = strings.TrimPrefix(value, row["orgid_provider"])
			}
		}
	}
}

// endedBy leaves out the end of what ended after the last submission that told of
// its pathway: that of the month of discharge, or of the end of the year.
func endedBy(column string) func([]told, map[string][]told) []told {
	return func(rows []told, ready map[string][]told) []told {
		last := map[string]string{}
		for _, row := range ready["demographics_and_referral"] {
			last[row["pathwayid"]+row["extract_end_date"]] = row["servdischdate"]
		}
		for _, row := range rows {
			if discharged := last[row["pathwayid"]+row["extract_end_date"]]; discharged != "" && row[column] > endOfMonth(discharged) {
				delete(row, column)
			}
		}
		return rows
	}
}

func endOfMonth(day string) string {
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		panic(fmt.Sprintf("%q is no day", day))
	}
	return at.AddDate(0, 1, -at.Day()).Format(time.DateOnly)
}

// waysOfV2 are the ways that v2.0 and v2.1 have in common, with the columns that
// one has not and how its names and years are told.
func waysOfV2(silent string, ready, road func(told)) map[string]way {
	silent = "nic_number " + silent
	return map[string]way{
		"demographics_and_referral": {
			silent: silent, apart: ofSubmission + rowNumbers + ofHeader,
			ready: each(ready), road: all(road, plain("unique_servicerequestid")), shared: daysOfPerson,
		},
		"care_activities": {
			silent: silent, apart: ofSubmission + rowNumbers,
			ready: each(ready), road: all(road, plain("unique_carecontactid", "unique_careactivityid", "unique_carepersonnelid_local")),
		},
		"coded_scored_assessments": {
			silent: silent, apart: ofSubmission,
			ready: each(ready), road: all(road, plain("unique_carecontactid", "unique_careactivityid")),
			key: "pathwayid unique_careactivityid codedasstooltype asstoolcompdate asstoolcomptime",
		},
		"care_cluster": {
			silent: "nic_number",
			// The reporting period is a month in the source, and a cluster's end is
			// told while its provider tells of the person.
			apart: ofLastMonth + "enddatecareclust carecluster_startedinrp_flag carecluster_endedinrp_flag carecluster_openatrpend_flag",
			key:   "cohortkey_e extract_end_date startdatecareclust",
		},
		"employment_status": {
			silent: silent, apart: ofLastMonth + "empsupportdischargedate",
			ready: each(ready), road: road,
			key: "cohortkey_e extract_end_date employstatusrecdate",
		},
		"internet_enabled_therapies": {
			silent: "nic_number", apart: ofLastMonth + rowNumbers, road: plain("unique_carepersonnelid_local"),
			key: "pathwayid startdateintenabledtherlog enddateintenabledtherlog durationintenabledther",
		},
		"mental_and_physical_health_conditions": {
			silent: silent, apart: ofLastMonth, ready: each(ready), road: road,
			key: "pathwayid extract_end_date conditiontype menphyshealthcondition prescompdate",
		},
		"onward_referrals":    {silent: "nic_number", apart: ofLastMonth},
		"waiting_time_pauses": {silent: "nic_number", apart: ofLastMonth + rowNumbers, ready: endedBy("pauseenddate")},
	}
}

var (
	waysOfV21 = waysOfV2(oldColumns+"empstatus_firstdate iesptsd_firstscore iesptsd_lastscore", inNewNames, asBefore)
	waysOfV20 = waysOfV2(newColumns+"uniqueid_ids003 "+fsnOfCircumstances(), inOldNames, asAfter)
)

// fsnOfCircumstances are the columns of circumstances in words, which v2.0 has
// not.
func fsnOfCircumstances() string {
	var names []string
	for _, kind := range strings.Fields("religion sexorien smokingstatus asylumstatus alcoholusestatus drugusestatus gamblingstatus debtstatus other") {
		names = append(names, kind+"_socpercircumstance_fsn")
	}
	return strings.Join(names, " ")
}

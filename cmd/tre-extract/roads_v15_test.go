package main

import (
	"slices"
	"strings"
)

// The v1.5 generation keeps scores, therapies and work on the appointment, a
// diagnosis, a cluster and the provider stepped to on the referral. What it says
// of the rest is told here from the ready-made tables.
var waysOfV15 = map[string]way{
	"demographics_and_referral": {
		silent: silentInV15 + fsnOfCircumstances(),
		apart:  ofSubmission + rowNumbers + ofHeader,
		ready:  each(inOldNames, inCodesOfV15),
		road:   all(withoutFalse, traumaByItsOldScale, asAfter),
		shared: daysOfPerson,
	},
	"care_activities":          {silent: silentOnAppointments, apart: ofSubmission + rowNumbers, ready: therapiesOfAppointments, road: asAfter},
	"coded_scored_assessments": {silent: silentOnScores, apart: ofSubmission, ready: scoresOfAppointments, key: "pathwayid unique_carecontactid asstoolcompdate codedasstooltype"},
	"care_cluster": {
		silent: "nic_number startdatecareclust enddatecareclust carecluster_startedinrp_flag carecluster_endedinrp_flag carecluster_openatrpend_flag",
		apart:  ofLastMonth, ready: latestClusters,
		key: "cohortkey_e extract_end_date", repeats: true,
	},
	"employment_status": {
		silent: "nic_number weekhoursworked selfemployind sickabsenceind benefitrecind esaind ucind pipind jsaind otherbenefitind empsupportdischargedate",
		apart:  ofLastMonth, ready: workAtAppointments,
		key: "cohortkey_e extract_end_date employstatusrecdate", repeats: true,
	},
	"internet_enabled_therapies": {ready: nothing},
	"mental_and_physical_health_conditions": {
		silent: "nic_number menphyshealthcondition_fsn prescompcodsig prescompdate validated_menphyshealthcondition menphyshealthcond_icd10_master menphyshealthconddescription_icd10_master",
		apart:  ofLastMonth, ready: diagnosesOfReferrals,
	},
	"onward_referrals": {
		silent: "nic_number onwardrefertime onwardreferreason", apart: ofLastMonth, ready: stepsOfReferrals,
		key: "pathwayid extract_end_date",
	},
	"waiting_time_pauses": {
		silent: "nic_number", apart: ofLastMonth + rowNumbers + "pauseid", // numbered within the referral
		ready: func(rows []told, all map[string][]told) []told {
			return each(digitsOfPathway)(endedBy("pauseenddate")(rows, all), all)
		},
	},
}

const (
	silentInV15 = newColumns + `nic_number orgidresidenceresp_e orgidgpprac_e uniqueid_ids001 uniqueid_ids002 uniqueid_ids003 uniqueid_ids011 uniqueid_ids012
		primsysteminuse orgidsubmit_e languagecodepreferred eduestabtypeiapt validpostcode_flag census_year indicesofdeprivationquartile imd_year
		startdategmpregistration enddategmpregistration distancefromhome_gp ovsvischcat ovsvischcatappdate primarypresentingcomplaint
		secondarypresentingcomplaint communitysignposting_count biq_firstscore biq_lastscore bpi_firstscore bpi_lastscore cat_firstscore cat_lastscore
		dds_firstscore dds_lastscore ibs_firstscore ibs_lastscore phq15_firstscore phq15_lastscore integratedcontact_firstdate
		integratedtreatment_firstdate empsupport_firstdate empsupport_lastdate empstatus_firstdate internetenabledtherapy_count cfs_firstscore
		cfs_lastscore adsm_firstscoreatcaseness adsm_firstscorenotatcaseness adsm_lastscorenotatcaseness ppsm ppsm_firstscore ppsm_lastscore
		recordstartdate recordenddate religion_socpercircumstance religion_socpercircumstancerecdate sexorien_socpercircumstance
		sexorien_socpercircumstancerecdate smokingstatus_socpercircumstance smokingstatus_socpercircumstancerecdate asylumstatus_socpercircumstance
		asylumstatus_socpercircumstancerecdate alcoholusestatus_socpercircumstance alcoholusestatus_socpercircumstancerecdate
		drugusestatus_socpercircumstance drugusestatus_socpercircumstancerecdate gamblingstatus_socpercircumstance
		gamblingstatus_socpercircumstancerecdate debtstatus_socpercircumstance debtstatus_socpercircumstancerecdate other_socpercircumstance
		other_socpercircumstancerecdate `
	silentOnAppointments = `nic_number uniqueid_ids201 careconttime orgidcomm_e plannedcarecontindicator iaptltcserviceind consmechanism intenabledtherprog
		carecontpatientthermode numgrouptherparticipants numgrouptherfacilitators actloctypecode languagecodetreat interpreterpresentind
		age_carecontact_date distancefromhome_contactlocation time_referral_to_carecontact unique_careactivityid clincontactdurofcareact
		codeprocandprocstatus_fsn findschemeinuse codefind codefind_fsn validated_findingcode findingcode_icd10_mapped findingcode_icd10_master
		codeobs codeobs_fsn obsvalue unitmeasure unique_carepersonnelid_local qualattainleveliapt qualawardeddate`
	silentOnScores = "nic_number unique_careactivityid codedasstooltype_fsn asstoolcomptime age_assessmentcompletion_date"
)

func nothing([]told, map[string][]told) []told { return nil }

// digitsOfPathway leaves the letter off a pathway's id: v1.5 has a number.
func digitsOfPathway(row told) {
	row["pathwayid"] = strings.TrimRight(row["pathwayid"], "abcdefghijklmnopqrstuvwxyz")
}

// endCodesOfV15 are those of v1.5 for codes that it did not have.
var endCodesOfV15 = map[string]string{"46": "42", "47": "43", "48": "43", "49": "45", "95": "97", "96": "98"}

func inCodesOfV15(row told) {
	digitsOfPathway(row)
	if code, other := endCodesOfV15[row["endcode"]]; other {
		row["endcode"] = code
	}
}

// withoutFalse leaves out flags that are not set: v1.5 writes them, later
// generations never.
func withoutFalse(row told) {
	for column, value := range row {
		if value == "false" {
			delete(row, column)
		}
	}
}

// traumaByItsOldScale reads the scores of the scale that v1.5 had as those of the
// one that came after it.
func traumaByItsOldScale(row told) {
	for _, which := range []string{"first", "last"} {
		if value, there := row["iesptsd_"+which+"score"]; there {
			row["ptsd_"+which+"score"] = value
			delete(row, "iesptsd_"+which+"score")
		}
	}
}

// signposting is a therapy that v1.5 has no code for.
const signposting = "975131000000104"

// therapiesOfAppointments has a row for each different therapy of an appointment,
// or one without.
func therapiesOfAppointments(rows []told, _ map[string][]told) []told {
	var made []told
	given := map[string]bool{}
	first := map[string]told{}
	for _, row := range rows {
		digitsOfPathway(row)
		therapy := row["codeprocandprocstatus"]
		appointment := row["unique_carecontactid"] + row["extract_end_date"]
		without(row, silentOnAppointments+" codeprocandprocstatus")
		if first[appointment] == nil {
			first[appointment] = row
		}
		if therapy == "" || therapy == signposting || given[appointment+" "+therapy] {
			continue
		}
		given[appointment+" "+therapy], given[appointment] = true, true
		row["codeprocandprocstatus"] = therapy
		made = append(made, row)
	}
	for appointment, row := range first {
		if !given[appointment] {
			made = append(made, row)
		}
	}
	return made
}

// Tools that v1.5 has scores of: on the appointment, and on the patient's
// experience of treatment, of a day.
var (
	toolsOfAppointments = strings.Fields(`720433000 445455005 473355002 473354003 445552006 450326007 450324005 446793008 446517006 932621000000100
		932581000000100 932611000000106 932591000000103 932601000000109`)
	toolsOfExperience = strings.Fields("747901000000107 747911000000109 747921000000103 747931000000101 747941000000105")
)

func scoresOfAppointments(rows []told, _ map[string][]told) []told {
	var made []told
	for _, row := range rows {
		digitsOfPathway(row)
		switch tool := row["codedasstooltype"]; {
		case slices.Contains(toolsOfExperience, tool):
			delete(row, "unique_carecontactid")
		case row["unique_carecontactid"] == "" || !slices.Contains(toolsOfAppointments, tool):
			continue
		}
		made = append(made, row)
	}
	return made
}

// workAtAppointments has for every appointment what was last told of the person's
// work until then.
func workAtAppointments(rows []told, all map[string][]told) []told {
	jobs := map[string][]told{}
	for _, row := range rows {
		jobs[row["cohortkey_e"]] = append(jobs[row["cohortkey_e"]], row)
	}
	var made []told
	seen := map[string]bool{}
	for _, contact := range lastOfYears(all["care_activities"]) {
		of := contact["unique_carecontactid"] + contact["extract_end_date"]
		if seen[of] {
			continue
		}
		seen[of] = true
		for _, job := range latestUntil(jobs[contact["cohortkey_e"]], contact["carecontdate"]) {
			made = append(made, atAppointment(job, contact))
		}
	}
	return made
}

// latestClusters has the last cluster of the year of everybody who has one
// referral in it: the referral tells of no other. Of those with several, whose
// providers may tell different ones, it has all.
func latestClusters(rows []told, all map[string][]told) []told {
	referrals := map[string]int{}
	for _, hub := range lastOfYears(all["demographics_and_referral"]) {
		referrals[hub["cohortkey_e"]+hub["extract_end_date"]]++
	}
	latest := map[string]string{}
	for _, row := range rows {
		of := row["cohortkey_e"] + row["extract_end_date"]
		latest[of] = max(latest[of], row["startdatecareclust"])
	}
	return slices.DeleteFunc(rows, func(row told) bool {
		of := row["cohortkey_e"] + row["extract_end_date"]
		return referrals[of] == 1 && row["startdatecareclust"] < latest[of]
	})
}

// latestUntil returns the last job of those until a day; both where two are of
// one day.
func latestUntil(jobs []told, day string) []told {
	var latest []told
	for _, job := range jobs {
		on := job["employstatusrecdate"]
		switch {
		case on > day:
		case latest == nil || on > latest[0]["employstatusrecdate"]:
			latest = []told{job}
		case on == latest[0]["employstatusrecdate"]:
			latest = append(latest, job)
		}
	}
	return latest
}

// atAppointment tells of a job as an appointment does.
func atAppointment(job, contact told) told {
	made := told{"employstatusrecdate": contact["carecontdate"]}
	for _, column := range []string{"cohortkey_e", "extract_start_date", "extract_end_date"} {
		made[column] = contact[column]
	}
	for _, column := range []string{"employstatus", "sspind", "empsupportind", "empsupportreferral"} {
		if value, there := job[column]; there {
			made[column] = value
		}
	}
	return made
}

// diagnosesOfReferrals has the main complaint of every referral of which any
// condition has been told, from that year on.
func diagnosesOfReferrals(rows []told, all map[string][]told) []told {
	since, complaint := map[string]string{}, map[string]string{}
	for _, row := range rows {
		path, year := row["pathwayid"], row["extract_end_date"]
		if first := since[path]; first == "" || year < first {
			since[path] = year
		}
		if row["prescompcodsig"] == "1" {
			complaint[path] = row["menphyshealthcond_icd10_master"]
		}
	}
	return ofReferrals(all, since, func(hub told) []told {
		return []told{{"findschemeinuse": "1", "conditiontype": "presenting complaint", "menphyshealthcondition": complaint[hub["pathwayid"]]}}
	})
}

// stepsOfReferrals has the first onward referral of every referral that has any,
// from its year on, as of the day of discharge.
func stepsOfReferrals(rows []told, all map[string][]told) []told {
	since, first := map[string]string{}, map[string][]told{}
	for _, row := range rows {
		path := row["pathwayid"]
		switch known := first[path]; {
		case known == nil || row["onwardreferdate"] < known[0]["onwardreferdate"]:
			since[path], first[path] = row["extract_end_date"], []told{row}
		case row["onwardreferdate"] == known[0]["onwardreferdate"]:
			first[path] = append(known, row)
		}
	}
	return ofReferrals(all, since, func(hub told) []told {
		var made []told
		for _, onward := range first[hub["pathwayid"]] {
			row := told{"orgidreceiving_e": onward["orgidreceiving_e"]}
			if discharged := hub["servdischdate"]; discharged != "" {
				row["onwardreferdate"] = discharged
			}
			made = append(made, row)
		}
		return made
	})
}

// ofReferrals makes rows of every referral, from a year on.
func ofReferrals(all map[string][]told, since map[string]string, make func(hub told) []told) []told {
	var made []told
	for _, hub := range lastOfYears(all["demographics_and_referral"]) {
		if first := since[hub["pathwayid"]]; first == "" || hub["extract_end_date"] < first {
			continue
		}
		for _, row := range make(hub) {
			for _, column := range []string{"cohortkey_e", "pathwayid", "extract_start_date", "extract_end_date", "orgid_provider"} {
				row[column] = hub[column]
			}
			digitsOfPathway(row)
			made = append(made, row)
		}
	}
	return made
}

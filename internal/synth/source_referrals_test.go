package synth

import (
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// yearEnd returns the last day of the financial year of a month, written 2021-04.
func yearEnd(month string) string {
	at, _ := time.Parse("2006-01", month)
	return time.Date(at.AddDate(0, 9, 0).Year(), 3, 31, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
}

// stand is a referral at the end of a financial year.
type stand struct{ pathway, year string }

// standing is what is compared of it, by the name of the hub's column.
type standingOf map[string]string

// comparedColumns are the columns of the hub that every road must agree on, by
// generation: the source column, where the name is another.
func comparedColumns(shape string) map[string]string {
	made := map[string]string{}
	for name := range referralMakers {
		made[name] = name
	}
	for name := range outcomeMakers {
		made[name] = name
	}
	for _, makers := range []map[string]maker{therapyMakers(), scoreMakers()} {
		for name := range makers {
			made[name] = name
		}
	}
	for _, renamed := range []string{"sourceofreferralmh", "sourceofreferraliapt", "primarypresentingcomplaint", "secondarypresentingcomplaint",
		"presentingcomplainthighercategory", "presentingcomplaintlowercategory", "employmentstatus_first", "employmentstatus_last",
		"count_employmentstatuses", "count_statutorysickpayindicators", "empstatus_firstdate", "orgidcomm_e", "uniqueid_ids101",
		"iesptsd_firstscore", "iesptsd_lastscore"} {
		delete(made, renamed)
	}
	if shape == "v1.5" {
		return comparedV15
	}
	made["orgidcomm_e"] = "orgidcomm"
	return made
}

// comparedV15 are the columns of the hub that v1.5 has too.
var comparedV15 = map[string]string{
	"referralrequestreceiveddate": "refrecdate", "servdischdate": "enddate", "endcode": "endcode",
	"carecontact_count": "ic_count_appointments", "treatmentcarecontact_count": "ic_count_treatment_appointments",
	"phq9_firstscore": "ic_first_phq9", "phq9_lastscore": "ic_last_phq9", "gad_firstscore": "ic_first_gad", "gad_lastscore": "ic_last_gad",
	"adsm": "ic_adsm", "adsm_firstscore": "ic_first_adsm_score", "adsm_lastscore": "ic_last_adsm_score",
	"wasas_work_firstscore": "ic_first_wasasw", "wasas_work_lastscore": "ic_last_wasasw",
	"caseness_flag": "ic_caseness_flag", "notcaseness_flag": "ic_not_caseness_flag", "recovery_flag": "ic_recovery_flag",
	"reliableimprovement_flag": "ic_reliable_improv_flag", "reliabledeterioration_flag": "ic_reliable_deter_flag", "nochange_flag": "ic_no_change_flag",
	"completedtreatment_flag": "ic_completed_treatment_flag", "usepathway_flag": "ic_use_pathway_flag",
	"assessment_firstdate": "ic_date_first_assessment", "therapysession_firstdate": "ic_date_first_therapeutic_session",
	"therapysession_seconddate": "ic_date_second_therapeutic_session", "therapysession_lastdate": "ic_date_last_therapeutic_session",
	"cognitivebehaviourtherapy_count": "ic_v1_5_count_cbt_sessions", "guidedselfhelp_book_count": "ic_v1_5_count_guid_slf_hlp_book",
	"employmentsupport_count": "ic_v1_5_count_employ_supp_low_int", "structuredphysicalactivity_count": "ic_v1_5_count_struct_phys_activity",
}

// plain returns a value as it is once untidiness is gone.
func plain(name, value string) string {
	value = strings.ToLower(strings.TrimSpace(value))
	if strings.HasSuffix(name, "_flag") || strings.HasSuffix(name, "caseness") {
		switch value {
		case "true", "1", "y":
			return "true"
		case "", "false", "0", "n":
			return ""
		}
	}
	if len(value) == 2 && value[0] == '0' {
		return value[1:]
	}
	return value
}

// standings returns what the hub has of each pathway at the end of each
// financial year.
func standings(t *testing.T, dir string, columns map[string]string) map[stand]standingOf {
	t.Helper()
	made := map[stand]standingOf{}
	each(t, tablePath(dir, "v0003", hub), func(r record) {
		if end := r.get("extract_end_date"); end[5:] == "03-31" {
			made[stand{strings.Clone(r.get("pathwayid")), strings.Clone(end)}] = take(r, columns, func(name, _ string) string { return name })
		}
	})
	return made
}

func take(r record, columns map[string]string, of func(name, source string) string) standingOf {
	made := standingOf{}
	for name, source := range columns {
		made[name] = strings.Clone(plain(name, r.get(of(name, source))))
	}
	return made
}

// standings returns what the accepted submissions say last of each pathway in
// each financial year.
func (s sourced) standings(t *testing.T, columns map[string]string, primaries bool) map[stand]standingOf {
	t.Helper()
	table, pathway := "IDS101Referral", "pathwayid"
	if s.generation.Name == "v1.5" {
		table, pathway = "Referral_v15", "ic_pathway_id"
	}
	kept, submission := accepted(s.headers(t), primaries), s.submissionOf(t)
	made, latest := map[stand]standingOf{}, map[stand]string{}
	s.each(t, table, func(r record) {
		from, counts := kept[submission(r)]
		if !counts {
			return
		}
		key := stand{strings.Clone(r.get(pathway)), yearEnd(from.month)}
		if latest[key] >= from.month {
			require.NotEqual(t, from.month, latest[key], "a referral is twice in a month")
			return
		}
		latest[key] = from.month
		made[key] = take(r, columns, func(_, source string) string { return source })
	})
	return made
}

// The same people have the same referrals, whichever shape tells of them. Read
// from the files alone, with a rule of a few lines: the refresh counts, and of a
// financial year the last month.
func TestEveryShapeTellsTheSameOfReferrals(t *testing.T) {
	ready, _ := deliver(t, smallScale, sharedSeed)
	for _, shape := range shapes {
		t.Run(shape, func(t *testing.T) {
			columns := comparedColumns(shape)
			expected := standings(t, ready, columns)
			if shape == "v1.5" {
				expected = asV15(expected)
			}
			made := sharedSource(t, shape)
			require.Greater(t, len(expected), smallScale)
			require.Equal(t, expected, made.standings(t, columns, false))

			wrong := made.standings(t, columns, true)
			differing := 0
			for key, of := range expected {
				differing += b2i(!maps.Equal(of, wrong[key]))
			}
			assert.Greater(t, differing*10, len(expected), "the primary submissions have too few errors")
		})
	}
}

// asV15 tells of referrals in the codes of v1.5: pathways by number, the end in
// its own codes.
func asV15(standings map[stand]standingOf) map[stand]standingOf {
	made := map[stand]standingOf{}
	for key, of := range standings {
		if legacy, known := legacyEndCodes[of["endcode"]]; known {
			of["endcode"] = legacy
		}
		made[stand{strings.TrimRight(key.pathway, "abcdefghijklmnopqrstuvwxyz"), key.year}] = of
	}
	return made
}

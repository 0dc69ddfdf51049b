-- The same joins by hand: mental_and_physical_health_conditions.
-- Reads: staged IDS602LongTermCondition and IDS603PresentingComplaints, hand_accepted.
-- Writes: hand_mental_and_physical_health_conditions.
-- Grain: that of the table. Parameters: none.
CREATE OR REPLACE TABLE hand_mental_and_physical_health_conditions AS
SELECT x.person_id AS cohortkey_e, x.pathwayid, s.extract_start_date, s.extract_end_date, s.extract_date, s.avail_from_dt, x.recordnumber, x.unique_monthid, x.orgid_provider, x.findschemeinuse,
    'presenting complaint' AS conditiontype, x.prescomp AS menphyshealthcondition, x.prescomp_fsn AS menphyshealthcondition_fsn, x.prescompcodsig, x.prescompdate,
    x.validated_presentingcomplaint AS validated, x.presentingcomplaintcode_icd10_master AS icd10, x.presentingcomplaintdescription_icd10_master AS described
FROM v2_1_ids603presentingcomplaints AS x
JOIN hand_accepted AS s USING (uniquesubmissionid)
QUALIFY row_number() OVER (PARTITION BY s.extract_start_date, x.pathwayid, x.prescompdate, x.prescomp ORDER BY s.unique_monthid DESC) = 1
UNION ALL
SELECT x.person_id, x.pathwayid, s.extract_start_date, s.extract_end_date, s.extract_date, s.avail_from_dt, x.recordnumber, x.unique_monthid, x.orgid_provider, x.findschemeinuse,
    'long-term condition', x.longtermcondition, x.longtermcondition_fsn, NULL, NULL,
    x.validated_longtermconditioncode, x.longtermconditioncode_icd10_master, x.longtermconditiondescription_icd10_master
FROM v2_1_ids602longtermcondition AS x
JOIN hand_accepted AS s USING (uniquesubmissionid)
QUALIFY row_number() OVER (PARTITION BY s.extract_start_date, x.pathwayid, x.longtermcondition ORDER BY s.unique_monthid DESC) = 1

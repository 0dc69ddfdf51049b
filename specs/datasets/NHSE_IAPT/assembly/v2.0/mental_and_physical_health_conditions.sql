-- Reads: staged IDS602 long-term conditions and IDS603 presenting complaints of
-- data set v2.0, v2_0_pathways, accepted_submissions. Grain: a condition of a
-- pathway, and a complaint of a day, in an extract period. Parameters: none.
--
-- An event that is reported in several months of a financial year is kept as it was
-- reported last. A row that is there twice, by its id, counts once.
SELECT
    complaint.person_id AS cohortkey_e,
    pathway.pathwayid,
    submission.extract_start_date,
    submission.extract_end_date,
    submission.extract_date,
    submission.available_from AS avail_from_dt,
    complaint.recordnumber,
    submission.month AS unique_monthid,
    complaint.orgid_provider,
    complaint.findschemeinuse,
    'presenting complaint' AS conditiontype,
    complaint.prescomp AS menphyshealthcondition,
    complaint.prescompcodsig,
    complaint.prescompdate,
    complaint.validated_presentingcomplaint AS validated_menphyshealthcondition,
    complaint.presentingcomplaintcode_icd10_master AS menphyshealthcond_icd10_master,
    complaint.presentingcomplaintdescription_icd10_master AS menphyshealthconddescription_icd10_master
FROM v2_0_ids603presentingcomplaints AS complaint
JOIN accepted_submissions AS submission
    ON submission.generation = 'v2.0'
    AND submission.uniquesubmissionid = complaint.uniquesubmissionid
LEFT JOIN v2_0_pathways AS pathway
    ON pathway.uniquesubmissionid = complaint.uniquesubmissionid
    AND pathway.unique_servicerequestid = complaint.unique_servicerequestid
WINDOW complaint_event AS (
    PARTITION BY
        submission.extract_start_date,
        coalesce(pathway.pathwayid, complaint.unique_servicerequestid, complaint.uniqueid_ids603),
        complaint.prescompdate,
        complaint.prescomp
    ORDER BY submission.month DESC, complaint.uniqueid_ids603, hash(complaint)
)
QUALIFY first_value(submission.month) OVER complaint_event = submission.month
    AND (complaint.uniqueid_ids603 IS NULL OR lag(complaint.uniqueid_ids603) OVER complaint_event IS DISTINCT FROM complaint.uniqueid_ids603)
UNION ALL BY NAME
SELECT
    condition.person_id AS cohortkey_e,
    pathway.pathwayid,
    submission.extract_start_date,
    submission.extract_end_date,
    submission.extract_date,
    submission.available_from AS avail_from_dt,
    condition.recordnumber,
    submission.month AS unique_monthid,
    condition.orgid_provider,
    condition.findschemeinuse,
    'long-term condition' AS conditiontype,
    condition.longtermcondition AS menphyshealthcondition,
    condition.validated_longtermconditioncode AS validated_menphyshealthcondition,
    condition.longtermconditioncode_icd10_master AS menphyshealthcond_icd10_master,
    condition.longtermconditiondescription_icd10_master AS menphyshealthconddescription_icd10_master
FROM v2_0_ids602longtermcondition AS condition
JOIN accepted_submissions AS submission
    ON submission.generation = 'v2.0'
    AND submission.uniquesubmissionid = condition.uniquesubmissionid
LEFT JOIN v2_0_pathways AS pathway
    ON pathway.uniquesubmissionid = condition.uniquesubmissionid
    AND pathway.unique_servicerequestid = condition.unique_servicerequestid
WINDOW condition_event AS (
    PARTITION BY
        submission.extract_start_date,
        coalesce(pathway.pathwayid, condition.unique_servicerequestid, condition.uniqueid_ids602),
        condition.longtermcondition
    ORDER BY submission.month DESC, condition.uniqueid_ids602, hash(condition)
)
QUALIFY first_value(submission.month) OVER condition_event = submission.month
    AND (condition.uniqueid_ids602 IS NULL OR lag(condition.uniqueid_ids602) OVER condition_event IS DISTINCT FROM condition.uniqueid_ids602)

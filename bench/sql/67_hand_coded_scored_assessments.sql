-- The same joins by hand: coded_scored_assessments. Reads: staged
-- IDS606CodedScoreAssessmentRefer, IDS607CodedScoreAssessmentAct and IDS201CareContact,
-- hand_accepted. Writes: hand_coded_scored_assessments.
-- Grain: that of the table. Parameters: none.
CREATE OR REPLACE TABLE hand_coded_scored_assessments AS
SELECT x.person_id AS cohortkey_e, x.pathwayid, s.extract_start_date, s.extract_end_date, s.extract_date, s.avail_from_dt, x.recordnumber, x.unique_monthid, x.orgid_provider,
    NULL AS unique_carecontactid, NULL AS unique_careactivityid, x.codedasstooltype, x.codedasstooltype_fsn, x.persscore, x.asstoolcompdate, x.asstoolcomptime, x.age_assessmentcompletion_date
FROM v2_1_ids606codedscoreassessmentrefer AS x
JOIN hand_accepted AS s USING (uniquesubmissionid)
QUALIFY row_number() OVER (PARTITION BY s.extract_start_date, x.pathwayid, x.codedasstooltype, x.asstoolcompdate, x.asstoolcomptime ORDER BY s.unique_monthid DESC) = 1
UNION ALL
SELECT x.person_id, x.pathwayid, s.extract_start_date, s.extract_end_date, s.extract_date, s.avail_from_dt, x.recordnumber, x.unique_monthid, x.orgid_provider,
    x.unique_carecontactid, x.unique_careactivityid, x.codedasstooltype, x.codedasstooltype_fsn, x.persscore, c.carecontdate, NULL, x.age_assessmentcompletion_date
FROM v2_1_ids607codedscoreassessmentact AS x
JOIN hand_accepted AS s USING (uniquesubmissionid)
LEFT JOIN v2_1_ids201carecontact AS c ON c.uniquesubmissionid = x.uniquesubmissionid AND c.unique_carecontactid = x.unique_carecontactid
QUALIFY row_number() OVER (PARTITION BY s.extract_start_date, x.unique_careactivityid, x.codedasstooltype ORDER BY s.unique_monthid DESC) = 1

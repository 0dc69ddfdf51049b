-- Reads: staged IDS606 scores of referrals, IDS607 scores of activities, IDS201
-- contacts of data set v2.0, v2_0_pathways, accepted_submissions. Grain: a
-- tool's score of an activity, or of a pathway and moment, in an extract period.
-- Parameters: none.
--
-- A score of an activity has no day of its own: it has that of the contact.
--
-- An event that is reported in several months of a financial year is kept as it was
-- reported last. A row that is there twice, by its id, counts once.
WITH contact_days AS (
    SELECT uniquesubmissionid, unique_carecontactid, max(carecontdate) AS carecontdate
    FROM v2_0_ids201carecontact
    WHERE unique_carecontactid IS NOT NULL
    GROUP BY uniquesubmissionid, unique_carecontactid
)
SELECT
    score.person_id AS cohortkey_e,
    pathway.pathwayid,
    submission.extract_start_date,
    submission.extract_end_date,
    submission.extract_date,
    submission.available_from AS avail_from_dt,
    score.recordnumber,
    submission.month AS unique_monthid,
    score.orgid_provider,
    score.codedasstooltype,
    score.persscore,
    score.asstoolcompdate,
    score.asstoolcomptime,
    score.age_assessmentcompletion_date
FROM v2_0_ids606codedscoreassessmentrefer AS score
JOIN accepted_submissions AS submission
    ON submission.generation = 'v2.0'
    AND submission.uniquesubmissionid = score.uniquesubmissionid
LEFT JOIN v2_0_pathways AS pathway
    ON pathway.uniquesubmissionid = score.uniquesubmissionid
    AND pathway.unique_servicerequestid = score.unique_servicerequestid
WINDOW of_referral AS (
    PARTITION BY
        submission.extract_start_date,
        coalesce(pathway.pathwayid, score.unique_servicerequestid, score.uniqueid_ids606),
        score.codedasstooltype,
        score.asstoolcompdate,
        score.asstoolcomptime
    ORDER BY submission.month DESC, score.uniqueid_ids606, hash(score)
)
QUALIFY first_value(submission.month) OVER of_referral = submission.month
    AND (score.uniqueid_ids606 IS NULL OR lag(score.uniqueid_ids606) OVER of_referral IS DISTINCT FROM score.uniqueid_ids606)
UNION ALL BY NAME
SELECT
    score.person_id AS cohortkey_e,
    pathway.pathwayid,
    submission.extract_start_date,
    submission.extract_end_date,
    submission.extract_date,
    submission.available_from AS avail_from_dt,
    score.recordnumber,
    submission.month AS unique_monthid,
    score.orgid_provider,
    score.unique_carecontactid,
    score.unique_careactivityid,
    score.codedasstooltype,
    score.persscore,
    contact_day.carecontdate AS asstoolcompdate,
    score.age_assessmentcompletion_date
FROM v2_0_ids607codedscoreassessmentact AS score
JOIN accepted_submissions AS submission
    ON submission.generation = 'v2.0'
    AND submission.uniquesubmissionid = score.uniquesubmissionid
LEFT JOIN v2_0_pathways AS pathway
    ON pathway.uniquesubmissionid = score.uniquesubmissionid
    AND pathway.unique_servicerequestid = score.unique_servicerequestid
LEFT JOIN contact_days AS contact_day
    ON contact_day.uniquesubmissionid = score.uniquesubmissionid
    AND contact_day.unique_carecontactid = score.unique_carecontactid
WINDOW of_activity AS (
    PARTITION BY
        submission.extract_start_date,
        coalesce(score.unique_careactivityid, score.uniqueid_ids607),
        score.codedasstooltype
    ORDER BY submission.month DESC, score.uniqueid_ids607, hash(score)
)
QUALIFY first_value(submission.month) OVER of_activity = submission.month
    AND (score.uniqueid_ids607 IS NULL OR lag(score.uniqueid_ids607) OVER of_activity IS DISTINCT FROM score.uniqueid_ids607)

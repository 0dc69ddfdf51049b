-- Reads: staged IDS105 onward referrals and IDS101 referrals of data set v2.0,
-- accepted_submissions. Grain: an onward referral of a pathway in an extract period.
-- Parameters: none.
--
-- An event that is reported in several months of a financial year is kept as it was
-- reported last. A row that is there twice, by its id, counts once.
--
-- The pathway and the month are those of the referral and of the submission: the
-- tables of v2.0 do not repeat them. A row without its referral has no pathway.
WITH pathways AS (
    SELECT uniquesubmissionid, unique_servicerequestid, max(pathwayid) AS pathwayid
    FROM v2_0_ids101referral
    GROUP BY uniquesubmissionid, unique_servicerequestid
)
SELECT
    onward.person_id AS cohortkey_e,
    pathway.pathwayid,
    submission.extract_start_date,
    submission.extract_end_date,
    submission.extract_date,
    submission.available_from AS avail_from_dt,
    submission.month AS unique_monthid,
    onward.recordnumber,
    onward.orgid_provider,
    onward.onwardreferdate,
    onward.onwardrefertime,
    onward.onwardreferreason,
    onward.orgidreceiving AS orgidreceiving_e
FROM v2_0_ids105onwardreferral AS onward
JOIN accepted_submissions AS submission
    ON submission.generation = 'v2.0'
    AND submission.uniquesubmissionid = onward.uniquesubmissionid
LEFT JOIN pathways AS pathway
    ON pathway.uniquesubmissionid = onward.uniquesubmissionid
    AND pathway.unique_servicerequestid = onward.unique_servicerequestid
WINDOW event AS (
    PARTITION BY
        submission.extract_start_date,
        coalesce(pathway.pathwayid, onward.unique_servicerequestid, onward.uniqueid_ids105),
        onward.onwardreferdate,
        onward.onwardrefertime,
        onward.onwardreferreason,
        onward.orgidreceiving
    ORDER BY submission.month DESC, onward.uniqueid_ids105, hash(onward)
)
QUALIFY first_value(submission.month) OVER event = submission.month
    AND (onward.uniqueid_ids105 IS NULL OR lag(onward.uniqueid_ids105) OVER event IS DISTINCT FROM onward.uniqueid_ids105)

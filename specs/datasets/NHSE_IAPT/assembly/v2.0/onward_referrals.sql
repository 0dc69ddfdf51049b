-- Reads: staged IDS105 onward referrals of data set v2.0, v2_0_pathways,
-- accepted_submissions. Grain: an onward referral of a pathway in an extract period.
-- Parameters: none.
--
-- An event that is reported in several months of a financial year is kept as it was
-- reported last. A row that is there twice, by its id, counts once.
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
LEFT JOIN v2_0_pathways AS pathway
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

-- Reads: staged IDS108 pauses of data set v2.0, v2_0_pathways,
-- accepted_submissions. Grain: a pause of a pathway in an extract period.
-- Parameters: none.
--
-- An event that is reported in several months of a financial year is kept as it was
-- reported last. A row that is there twice, by its id, counts once.
SELECT
    pause.person_id AS cohortkey_e,
    pathway.pathwayid,
    submission.extract_start_date,
    submission.extract_end_date,
    submission.extract_date,
    submission.available_from AS avail_from_dt,
    submission.month AS unique_monthid,
    pause.recordnumber,
    pause.orgid_provider,
    pause.uniqueid_ids108,
    pause.pauseid,
    pause.pausestartdate,
    pause.pauseenddate,
    pause.pausereason
FROM v2_0_ids108waitingtimepauses AS pause
JOIN accepted_submissions AS submission
    ON submission.generation = 'v2.0'
    AND submission.uniquesubmissionid = pause.uniquesubmissionid
LEFT JOIN v2_0_pathways AS pathway
    ON pathway.uniquesubmissionid = pause.uniquesubmissionid
    AND pathway.unique_servicerequestid = pause.unique_servicerequestid
WINDOW event AS (
    PARTITION BY
        submission.extract_start_date,
        coalesce(pathway.pathwayid, pause.unique_servicerequestid, pause.uniqueid_ids108),
        pause.pauseid
    ORDER BY submission.month DESC, pause.uniqueid_ids108, hash(pause)
)
QUALIFY first_value(submission.month) OVER event = submission.month
    AND (pause.uniqueid_ids108 IS NULL OR lag(pause.uniqueid_ids108) OVER event IS DISTINCT FROM pause.uniqueid_ids108)

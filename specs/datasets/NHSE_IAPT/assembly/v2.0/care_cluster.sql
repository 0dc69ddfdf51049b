-- Reads: staged IDS803 care clusters of data set v2.0, accepted_submissions. Grain: a
-- person's care cluster at a provider, by its first day, in an extract period.
-- Parameters: none.
--
-- An event that is reported in several months of a financial year is kept as it was
-- reported last. A row that is there twice, by its id, counts once.
SELECT
    cluster.person_id AS cohortkey_e,
    submission.extract_start_date,
    submission.extract_end_date,
    submission.extract_date,
    submission.month AS unique_monthid,
    cluster.recordnumber,
    cluster.amhcareclustcodefin,
    cluster.startdatecareclust,
    cluster.enddatecareclust,
    cluster.carecluster_startedinrp_flag,
    cluster.carecluster_endedinrp_flag,
    cluster.carecluster_openatrpend_flag
FROM v2_0_ids803carecluster AS cluster
JOIN accepted_submissions AS submission
    ON submission.generation = 'v2.0'
    AND submission.uniquesubmissionid = cluster.uniquesubmissionid
WINDOW event AS (
    PARTITION BY
        submission.extract_start_date,
        cluster.orgid_provider,
        coalesce(cluster.person_id, cluster.recordnumber),
        cluster.startdatecareclust
    ORDER BY submission.month DESC, cluster.uniqueid_ids803, hash(cluster)
)
QUALIFY first_value(submission.month) OVER event = submission.month
    AND (cluster.uniqueid_ids803 IS NULL OR lag(cluster.uniqueid_ids803) OVER event IS DISTINCT FROM cluster.uniqueid_ids803)

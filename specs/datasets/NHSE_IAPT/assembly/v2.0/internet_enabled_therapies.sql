-- Reads: staged IDS205 logs and IDS902 qualifications of data set v2.0,
-- v2_0_pathways, accepted_submissions. Grain: a log of internet therapy of a pathway in an
-- extract period. Parameters: none.
--
-- An event that is reported in several months of a financial year is kept as it was
-- reported last. A row that is there twice, by its id, counts once.
--
-- Of a therapist with several qualifications the one awarded last is shown, then the
-- one with the higher id.
WITH qualifications AS (
    SELECT uniquesubmissionid, unique_carepersonnelid_local, qualattainleveliapt, qualawardeddate
    FROM v2_0_ids902carepersqual
    WHERE unique_carepersonnelid_local IS NOT NULL
    QUALIFY row_number() OVER (
        PARTITION BY uniquesubmissionid, unique_carepersonnelid_local
        ORDER BY qualawardeddate DESC, length(uniqueid_ids902) DESC, uniqueid_ids902 DESC, qualattainleveliapt
    ) = 1
)
SELECT
    log.person_id AS cohortkey_e,
    pathway.pathwayid,
    submission.extract_start_date,
    submission.extract_end_date,
    submission.extract_date,
    submission.available_from AS avail_from_dt,
    submission.month AS unique_monthid,
    log.recordnumber,
    log.orgid_provider,
    log.uniqueid_ids205,
    log.startdateintenabledtherlog,
    log.enddateintenabledtherlog,
    log.intenabledtherprog,
    log.durationintenabledther,
    log.integratedsoftwareind,
    log.unique_carepersonnelid_local,
    qualification.qualattainleveliapt,
    qualification.qualawardeddate
FROM v2_0_ids205internettherlog AS log
JOIN accepted_submissions AS submission
    ON submission.generation = 'v2.0'
    AND submission.uniquesubmissionid = log.uniquesubmissionid
LEFT JOIN v2_0_pathways AS pathway
    ON pathway.uniquesubmissionid = log.uniquesubmissionid
    AND pathway.unique_servicerequestid = log.unique_servicerequestid
LEFT JOIN qualifications AS qualification
    ON qualification.uniquesubmissionid = log.uniquesubmissionid
    AND qualification.unique_carepersonnelid_local = log.unique_carepersonnelid_local
WINDOW event AS (
    PARTITION BY
        submission.extract_start_date,
        coalesce(pathway.pathwayid, log.unique_servicerequestid, log.uniqueid_ids205),
        log.startdateintenabledtherlog,
        log.enddateintenabledtherlog,
        log.intenabledtherprog,
        log.durationintenabledther,
        log.unique_carepersonnelid_local
    ORDER BY submission.month DESC, log.uniqueid_ids205, hash(log)
)
QUALIFY first_value(submission.month) OVER event = submission.month
    AND (log.uniqueid_ids205 IS NULL OR lag(log.uniqueid_ids205) OVER event IS DISTINCT FROM log.uniqueid_ids205)

-- Reads: staged waiting times of data set v1.5, v1_5_persons, v1_5_standing. Grain: a
-- pause of a pathway in an extract period. Parameters: none.
--
-- An event that several months of a financial year report, by its id, is kept as it
-- was reported last.
WITH pauses AS (
    SELECT
        pause.*,
        person.month,
        person.extract_start_date,
        person.extract_end_date,
        person.extract_date,
        person.available_from
    FROM v1_5_waitingtimes_v15 AS pause
    JOIN v1_5_persons AS person USING (iapt_record_number)
    LEFT JOIN v1_5_standing AS referral USING (iapt_record_number, referral_id)
    WHERE coalesce(referral.stands, true)
    QUALIFY row_number() OVER (
        PARTITION BY person.extract_start_date, coalesce(pause.ic_pathway_id, pause.referral_id), coalesce(pause.pauseid, pause.waitingtime_id)
        ORDER BY person.month DESC, length(pause.waitingtime_id) DESC, pause.waitingtime_id DESC, hash(pause)
    ) = 1
)
SELECT
    pause.iapt_person_id AS cohortkey_e,
    pause.ic_pathway_id AS pathwayid,
    pause.extract_start_date,
    pause.extract_end_date,
    pause.extract_date,
    pause.available_from AS avail_from_dt,
    pause.iapt_record_number AS recordnumber,
    pause.month AS unique_monthid,
    pause.orgcodeprovider AS orgid_provider,
    pause.waitingtime_id AS uniqueid_ids108,
    pause.pauseid,
    pause.pausestartdate,
    pause.pauseenddate,
    pause.pausereason
FROM pauses AS pause

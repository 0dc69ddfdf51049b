-- The same joins by hand: waiting_time_pauses. Reads: staged IDS108WaitingTimePauses, hand_accepted.
-- Writes: hand_waiting_time_pauses. Grain: that of the table. Parameters: none.
CREATE OR REPLACE TABLE hand_waiting_time_pauses AS
SELECT
    x.person_id AS cohortkey_e,
    x.pathwayid,
    s.extract_start_date,
    s.extract_end_date,
    s.extract_date,
    s.avail_from_dt,
    x.recordnumber,
    x.unique_monthid,
    x.orgid_provider,
    x.uniqueid_ids108,
    x.pauseid,
    x.pausestartdate,
    x.pauseenddate,
    x.pausereason
FROM v2_1_ids108waitingtimepauses AS x
JOIN hand_accepted AS s USING (uniquesubmissionid)
QUALIFY row_number() OVER (PARTITION BY s.extract_start_date, x.pathwayid, x.pauseid ORDER BY s.unique_monthid DESC) = 1

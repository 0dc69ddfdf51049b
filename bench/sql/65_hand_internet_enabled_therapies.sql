-- The same joins by hand: internet_enabled_therapies. Reads: staged IDS205InternetTherLog, hand_accepted.
-- Writes: hand_internet_enabled_therapies. Grain: that of the table. Parameters: none.
CREATE OR REPLACE TABLE hand_internet_enabled_therapies AS
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
    x.uniqueid_ids205,
    x.startdateintenabledtherlog,
    x.enddateintenabledtherlog,
    x.intenabledtherprog,
    x.durationintenabledther,
    x.integratedsoftwareind,
    x.unique_carepersonnelid_local,
    q.qualattainleveliapt,
    q.qualawardeddate
FROM v2_1_ids205internettherlog AS x
JOIN hand_accepted AS s USING (uniquesubmissionid)
LEFT JOIN (
    SELECT *
    FROM v2_1_ids902carepersqual
    QUALIFY row_number() OVER (PARTITION BY uniquesubmissionid, unique_carepersonnelid_local ORDER BY qualawardeddate DESC) = 1
) AS q ON q.uniquesubmissionid = x.uniquesubmissionid AND q.unique_carepersonnelid_local = x.unique_carepersonnelid_local
QUALIFY row_number() OVER (PARTITION BY s.extract_start_date, x.pathwayid, x.startdateintenabledtherlog, x.enddateintenabledtherlog, x.intenabledtherprog, x.durationintenabledther, x.unique_carepersonnelid_local ORDER BY s.unique_monthid DESC) = 1

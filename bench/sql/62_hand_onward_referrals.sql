-- The same joins by hand: onward_referrals. Reads: staged IDS105OnwardReferral, hand_accepted.
-- Writes: hand_onward_referrals. Grain: that of the table. Parameters: none.
CREATE OR REPLACE TABLE hand_onward_referrals AS
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
    x.onwardreferdate,
    x.onwardrefertime,
    x.onwardreferreason,
    x.orgidreceiving AS orgidreceiving_e
FROM v2_1_ids105onwardreferral AS x
JOIN hand_accepted AS s USING (uniquesubmissionid)
QUALIFY row_number() OVER (PARTITION BY s.extract_start_date, x.pathwayid, x.onwardreferdate, x.onwardrefertime, x.onwardreferreason, x.orgidreceiving ORDER BY s.unique_monthid DESC) = 1

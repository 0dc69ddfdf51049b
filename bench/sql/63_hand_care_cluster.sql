-- The same joins by hand: care_cluster. Reads: staged IDS803CareCluster, hand_accepted.
-- Writes: hand_care_cluster. Grain: that of the table. Parameters: none.
CREATE OR REPLACE TABLE hand_care_cluster AS
SELECT
    x.person_id AS cohortkey_e,
    s.extract_start_date,
    s.extract_end_date,
    s.extract_date,
    x.recordnumber,
    x.unique_monthid,
    x.amhcareclustcodefin,
    x.startdatecareclust,
    x.enddatecareclust,
    x.carecluster_startedinrp_flag,
    x.carecluster_endedinrp_flag,
    x.carecluster_openatrpend_flag
FROM v2_1_ids803carecluster AS x
JOIN hand_accepted AS s USING (uniquesubmissionid)
QUALIFY row_number() OVER (PARTITION BY s.extract_start_date, x.orgid_provider, x.person_id, x.startdatecareclust ORDER BY s.unique_monthid DESC) = 1

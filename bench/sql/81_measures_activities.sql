-- Reads: nhsd.iapt_demographics_and_referral_v0003.
-- Writes: nhsd.iapt_care_activities_v0003: two appointments of each pathway,
-- synthetic. Grain: an appointment. Parameters: none.
CREATE OR REPLACE TABLE nhsd.iapt_care_activities_v0003 AS
SELECT
    pathwayid,
    pathwayid || 'C' || n AS unique_carecontactid,
    extract_end_date,
    extract_date,
    recordnumber,
    referralrequestreceiveddate + CAST(20 * n AS INTEGER) AS carecontdate,
    CAST(2 + hash(pathwayid, n) % 6 AS VARCHAR) AS attendordnacode,
    ['01', '02', '11'][1 + CAST(hash(n, pathwayid) % 3 AS INTEGER)] AS consmechanism,
    CAST(NULL AS VARCHAR) AS consmediumused
FROM nhsd.iapt_demographics_and_referral_v0003
CROSS JOIN range(2) AS t(n)

-- Reads: staged IDS101 referrals of data set v2.0. Grain: a referral of a submission.
-- Parameters: none.
--
-- The tables of v2.0 do not repeat the pathway: it is that of the referral. A row
-- without its referral has none.
SELECT uniquesubmissionid, unique_servicerequestid, max(pathwayid) AS pathwayid
FROM v2_0_ids101referral
GROUP BY uniquesubmissionid, unique_servicerequestid

-- Reads: v1_5_referrals. Grain: a pathway of data set v1.5 that was stepped to another
-- provider, in an extract period. Parameters: none.
--
-- A referral that names the provider it was stepped to was referred onward when it
-- ended: up (05) when the end code is 40, down (06) when it is 41.
SELECT
    referral.iapt_person_id AS cohortkey_e,
    referral.ic_pathway_id AS pathwayid,
    referral.extract_start_date,
    referral.extract_end_date,
    referral.extract_date,
    referral.available_from AS avail_from_dt,
    referral.iapt_record_number AS recordnumber,
    referral.month AS unique_monthid,
    referral.orgcodeprovider AS orgid_provider,
    referral.enddate AS onwardreferdate,
    CASE referral.endcode WHEN '40' THEN '05' WHEN '41' THEN '06' END AS onwardreferreason,
    referral.orgcodeprovidstepto AS orgidreceiving_e
FROM v1_5_referrals AS referral
WHERE referral.orgcodeprovidstepto IS NOT NULL

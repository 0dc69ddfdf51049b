-- Reads: v1_5_referrals. Grain: a pathway of data set v1.5 with a provisional
-- diagnosis, in an extract period. Parameters: none.
--
-- The provisional diagnosis is the presenting complaint. Its scheme is told by the
-- code: a letter first is ICD-10.
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
    CASE WHEN regexp_matches(referral.provdiag, '^[A-Za-z]') THEN '01' ELSE '04' END AS findschemeinuse,
    'presenting complaint' AS conditiontype,
    referral.provdiag AS menphyshealthcondition
FROM v1_5_referrals AS referral
WHERE referral.provdiag IS NOT NULL

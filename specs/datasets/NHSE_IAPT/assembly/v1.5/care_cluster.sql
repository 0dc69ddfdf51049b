-- Reads: v1_5_referrals. Grain: a pathway of data set v1.5 with a care cluster, in an
-- extract period. Parameters: none.
SELECT
    referral.iapt_person_id AS cohortkey_e,
    referral.extract_start_date,
    referral.extract_end_date,
    referral.extract_date,
    referral.iapt_record_number AS recordnumber,
    referral.month AS unique_monthid,
    referral.carecluster AS amhcareclustcodefin
FROM v1_5_referrals AS referral
WHERE referral.carecluster IS NOT NULL

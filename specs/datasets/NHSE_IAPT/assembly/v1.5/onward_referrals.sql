-- Reads: staged referrals and persons of data set v1.5, accepted_submissions. Grain: a
-- pathway that was stepped to another provider, in an extract period.
-- Parameters: none.
--
-- A referral that names the provider it was stepped to was referred onward when it
-- ended: up (05) when the end code is 40, down (06) when it is 41.
--
-- A pathway is reported every month while it is open: kept is what the last month of
-- the financial year says, then the row that is not replaced, then the higher row id.
WITH persons AS (
    SELECT
        person.*,
        submission.month,
        submission.period_start,
        submission.period_end,
        submission.extract_start_date,
        submission.extract_end_date,
        submission.extract_date,
        submission.available_from
    FROM v1_5_person_v15 AS person
    JOIN accepted_submissions AS submission
        ON submission.generation = 'v1.5'
        AND submission.uniquesubmissionid = person.header_id
    QUALIFY row_number() OVER (PARTITION BY person.iapt_record_number ORDER BY submission.month DESC, hash(person)) = 1
),
referrals AS (
    SELECT
        referral.*,
        person.header_id,
        person.month,
        person.period_start,
        person.period_end,
        person.extract_start_date,
        person.extract_end_date,
        person.extract_date,
        person.available_from
    FROM v1_5_referral_v15 AS referral
    JOIN persons AS person USING (iapt_record_number)
    QUALIFY row_number() OVER (
        PARTITION BY person.extract_start_date, coalesce(referral.ic_pathway_id, referral.referral_id)
        ORDER BY person.month DESC, referral.ic_inactive_timestamp IS NOT NULL, length(referral.referral_id) DESC, referral.referral_id DESC, hash(referral)
    ) = 1
)
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
FROM referrals AS referral
WHERE referral.orgcodeprovidstepto IS NOT NULL

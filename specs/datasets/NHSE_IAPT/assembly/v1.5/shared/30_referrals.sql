-- Reads: staged referrals of data set v1.5, v1_5_persons. Grain: a pathway in an extract
-- period. Parameters: none.
--
-- A pathway is reported every month while it is open: kept is what the last month of
-- the financial year says, then the row that is not replaced, then the higher row id.
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
JOIN v1_5_persons AS person USING (iapt_record_number)
QUALIFY row_number() OVER (
    PARTITION BY person.extract_start_date, coalesce(referral.ic_pathway_id, referral.referral_id)
    ORDER BY person.month DESC, referral.ic_inactive_timestamp IS NOT NULL, length(referral.referral_id) DESC, referral.referral_id DESC, hash(referral)
) = 1

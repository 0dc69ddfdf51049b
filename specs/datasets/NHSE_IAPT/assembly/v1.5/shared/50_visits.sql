-- Reads: staged appointments of data set v1.5, v1_5_persons, v1_5_standing. Grain: an
-- appointment in an extract period. Parameters: none.
--
-- An appointment that several months of a financial year report, by its id, is kept as
-- it was reported last.
SELECT
    visit.*,
    person.month,
    person.extract_start_date,
    person.extract_end_date,
    person.extract_date,
    person.available_from
FROM v1_5_appointment_v15 AS visit
JOIN v1_5_persons AS person USING (iapt_record_number)
LEFT JOIN v1_5_standing AS referral USING (iapt_record_number, referral_id)
WHERE coalesce(referral.stands, true)
QUALIFY row_number() OVER (
    PARTITION BY person.extract_start_date, coalesce(visit.appointment_id, CAST(hash(visit) AS VARCHAR))
    ORDER BY person.month DESC, hash(visit)
) = 1

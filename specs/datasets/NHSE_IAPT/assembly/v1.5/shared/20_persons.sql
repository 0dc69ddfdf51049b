-- Reads: staged persons of data set v1.5, accepted_submissions. Grain: a person in an
-- accepted submission, with its extract period. Parameters: none.
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

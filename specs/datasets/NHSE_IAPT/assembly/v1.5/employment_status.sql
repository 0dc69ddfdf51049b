-- Reads: staged appointments, referrals and persons of data set v1.5,
-- accepted_submissions. Grain: what an appointment recorded of a person's employment,
-- in an extract period. Parameters: none.
--
-- An event that several months of a financial year report, by its id, is kept as it
-- was reported last.
--
-- What belongs to a referral row that another row of the same person, month and
-- pathway replaces is left out; what belongs to no row is kept.
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
referral_rows AS (
    SELECT
        iapt_record_number,
        referral_id,
        max(ic_pathway_id) AS ic_pathway_id,
        min(ic_inactive_timestamp) AS ic_inactive_timestamp
    FROM v1_5_referral_v15
    GROUP BY iapt_record_number, referral_id
),
referrals AS (
    SELECT
        iapt_record_number,
        referral_id,
        row_number() OVER (
            PARTITION BY iapt_record_number, coalesce(ic_pathway_id, referral_id)
            ORDER BY ic_inactive_timestamp IS NOT NULL, length(referral_id) DESC, referral_id DESC
        ) = 1 AS stands
    FROM referral_rows
),
visits AS (
    SELECT
        visit.*,
        person.month,
        person.extract_start_date,
        person.extract_end_date,
        person.extract_date,
        person.available_from
    FROM v1_5_appointment_v15 AS visit
    JOIN persons AS person USING (iapt_record_number)
    LEFT JOIN referrals AS referral USING (iapt_record_number, referral_id)
    WHERE coalesce(referral.stands, true)
    QUALIFY row_number() OVER (
        PARTITION BY person.extract_start_date, coalesce(visit.appointment_id, CAST(hash(visit) AS VARCHAR))
        ORDER BY person.month DESC, hash(visit)
    ) = 1
)
SELECT
    visit.iapt_person_id AS cohortkey_e,
    visit.extract_start_date,
    visit.extract_end_date,
    visit.extract_date,
    visit.available_from AS avail_from_dt,
    visit.iapt_record_number AS recordnumber,
    visit.month AS unique_monthid,
    visit.empstatus AS employstatus,
    visit.appointment AS employstatusrecdate,
    visit.sspind,
    visit.empsupportind,
    CAST(visit.empsupportreferral AS DATE) AS empsupportreferral
FROM visits AS visit
WHERE coalesce(visit.empstatus, visit.sspind, visit.empsupportind) IS NOT NULL
    OR visit.empsupportreferral IS NOT NULL

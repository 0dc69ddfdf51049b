-- Reads: staged appointments, referrals and persons of data set v1.5,
-- accepted_submissions. Grain: a therapy of an appointment, or an appointment without
-- one, in an extract period. Parameters: none.
--
-- The four therapy types of an appointment become its activities, with the SNOMED CT
-- code of the same therapy in v2.0; behavioural activation has none there.
--
-- An event that several months of a financial year report, by its id, is kept as it
-- was reported last.
--
-- What belongs to a referral row that another row of the same person, month and
-- pathway replaces is left out; what belongs to no row is kept.
WITH therapies(thertype, code) AS (
    VALUES
        ('20', '748051000000105'),
        ('21', '748101000000105'),
        ('22', '748041000000107'),
        ('23', '748091000000102'),
        ('25', '748061000000108'),
        ('26', '199314001'),
        ('27', '702545008'),
        ('28', '1026111000000108'),
        ('29', '1098051000000103'),
        ('40', '1127281000000100'),
        ('42', '1129471000000105'),
        ('43', '842901000000108'),
        ('44', '286711000000107'),
        ('45', '314034001'),
        ('46', '449030000'),
        ('47', '933221000000107'),
        ('48', '1026131000000100'),
        ('49', '1098051000000103'),
        ('50', '304891004'),
        ('51', '443730003')
),
persons AS (
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
),
given AS (
    SELECT DISTINCT appointment_id, extract_start_date, unnest([thertype1, thertype2, thertype3, thertype4]) AS thertype
    FROM visits
)
SELECT
    visit.iapt_person_id AS cohortkey_e,
    visit.ic_pathway_id AS pathwayid,
    visit.extract_start_date,
    visit.extract_end_date,
    visit.extract_date,
    visit.available_from AS avail_from_dt,
    visit.iapt_record_number AS recordnumber,
    visit.month AS unique_monthid,
    visit.orgcodeprovider AS orgid_provider,
    visit.appointment_id AS unique_carecontactid,
    visit.appointment AS carecontdate,
    visit.attendance AS attendordnacode,
    visit.cancellation,
    visit.contactduration AS clincontdurofcarecont,
    visit.apptype,
    visit.consmedium AS consmediumused,
    visit.psychmed,
    therapy.code AS codeprocandprocstatus
FROM visits AS visit
LEFT JOIN given
    ON given.thertype IS NOT NULL
    AND given.appointment_id = visit.appointment_id
    AND given.extract_start_date = visit.extract_start_date
LEFT JOIN therapies AS therapy
    ON therapy.thertype = given.thertype

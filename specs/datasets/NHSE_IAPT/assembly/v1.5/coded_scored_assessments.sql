-- Reads: v1_5_visits, v1_5_persons, v1_5_standing, staged assessments and patient
-- experience questionnaires of data set v1.5. Grain: a tool's score of an appointment,
-- or an answer of a questionnaire, in an extract period. Parameters: none.
--
-- Scores are columns in v1.5: each becomes a row with the tool's SNOMED CT code. Left
-- out is what later data sets have no tool for: the Impact of Events scale, the three
-- phobia items and the sum of the work and social adjustment items.
--
-- An event that several months of a financial year report, by its id, is kept as it
-- was reported last.
WITH assessments AS (
    SELECT
        assessment.*,
        person.month,
        person.extract_start_date,
        person.extract_end_date,
        person.extract_date,
        person.available_from
    FROM v1_5_assessments_v15 AS assessment
    JOIN v1_5_persons AS person USING (iapt_record_number)
    LEFT JOIN v1_5_standing AS referral USING (iapt_record_number, referral_id)
    WHERE coalesce(referral.stands, true)
    QUALIFY row_number() OVER (
        PARTITION BY person.extract_start_date, coalesce(assessment.assessment_id, CAST(hash(assessment) AS VARCHAR))
        ORDER BY person.month DESC, hash(assessment)
    ) = 1
),
treatments AS (
    SELECT
        treatment.*,
        person.month,
        person.extract_start_date,
        person.extract_end_date,
        person.extract_date,
        person.available_from
    FROM v1_5_treatments_v15 AS treatment
    JOIN v1_5_persons AS person USING (iapt_record_number)
    LEFT JOIN v1_5_standing AS referral USING (iapt_record_number, referral_id)
    WHERE coalesce(referral.stands, true)
    QUALIFY row_number() OVER (
        PARTITION BY person.extract_start_date, coalesce(treatment.treatment_id, CAST(hash(treatment) AS VARCHAR))
        ORDER BY person.month DESC, hash(treatment)
    ) = 1
),
answers AS (
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
        visit.appointment AS asstoolcompdate,
        unnest([
            struct_pack(tool := '720433000', score := CAST(visit.phq9_score AS VARCHAR)),
            struct_pack(tool := '445455005', score := CAST(visit.gad7score AS VARCHAR)),
            struct_pack(tool := '473355002', score := CAST(visit.agorascorealone AS VARCHAR)),
            struct_pack(tool := '473354003', score := CAST(visit.agorascoreacc AS VARCHAR)),
            struct_pack(tool := '445552006', score := CAST(visit.socphobiainvscore AS VARCHAR)),
            struct_pack(tool := '450326007', score := CAST(visit.panicscore AS VARCHAR)),
            struct_pack(tool := '450324005', score := CAST(visit.ocdscore AS VARCHAR)),
            struct_pack(tool := '446793008', score := CAST(visit.healthanxscore AS VARCHAR)),
            struct_pack(tool := '446517006', score := CAST(visit.genanxscore AS VARCHAR)),
            struct_pack(tool := '932621000000100', score := CAST(visit.wsaswscore AS VARCHAR)),
            struct_pack(tool := '932581000000100', score := CAST(visit.wsashmscore AS VARCHAR)),
            struct_pack(tool := '932611000000106', score := CAST(visit.wsasslascore AS VARCHAR)),
            struct_pack(tool := '932591000000103', score := CAST(visit.wsasplascore AS VARCHAR)),
            struct_pack(tool := '932601000000109', score := CAST(visit.wsasrscore AS VARCHAR))
        ]) AS answer
    FROM v1_5_visits AS visit
    UNION ALL BY NAME
    SELECT
        assessment.iapt_person_id AS cohortkey_e,
        assessment.ic_pathway_id AS pathwayid,
        assessment.extract_start_date,
        assessment.extract_end_date,
        assessment.extract_date,
        assessment.available_from AS avail_from_dt,
        assessment.iapt_record_number AS recordnumber,
        assessment.month AS unique_monthid,
        assessment.orgcodeprovider AS orgid_provider,
        assessment.assesspeqdate AS asstoolcompdate,
        unnest([
            struct_pack(tool := '747861000000100', score := CAST(assessment.assessment1 AS VARCHAR)),
            struct_pack(tool := '747871000000107', score := CAST(assessment.assessment2 AS VARCHAR)),
            struct_pack(tool := '747881000000109', score := CAST(assessment.assessment3 AS VARCHAR)),
            struct_pack(tool := '747891000000106', score := CAST(assessment.satisfaction AS VARCHAR))
        ]) AS answer
    FROM assessments AS assessment
    UNION ALL BY NAME
    SELECT
        treatment.iapt_person_id AS cohortkey_e,
        treatment.ic_pathway_id AS pathwayid,
        treatment.extract_start_date,
        treatment.extract_end_date,
        treatment.extract_date,
        treatment.available_from AS avail_from_dt,
        treatment.iapt_record_number AS recordnumber,
        treatment.month AS unique_monthid,
        treatment.orgcodeprovider AS orgid_provider,
        treatment.treatpeqdate AS asstoolcompdate,
        unnest([
            struct_pack(tool := '747901000000107', score := CAST(treatment.treatment1 AS VARCHAR)),
            struct_pack(tool := '747911000000109', score := CAST(treatment.treatment2 AS VARCHAR)),
            struct_pack(tool := '747921000000103', score := CAST(treatment.treatment3 AS VARCHAR)),
            struct_pack(tool := '747931000000101', score := CAST(treatment.treatment4 AS VARCHAR)),
            struct_pack(tool := '747941000000105', score := CAST(treatment.treatment5 AS VARCHAR))
        ]) AS answer
    FROM treatments AS treatment
)
SELECT
    cohortkey_e,
    pathwayid,
    extract_start_date,
    extract_end_date,
    extract_date,
    avail_from_dt,
    recordnumber,
    unique_monthid,
    orgid_provider,
    unique_carecontactid,
    answer.tool AS codedasstooltype,
    answer.score AS persscore,
    asstoolcompdate
FROM answers
WHERE answer.score IS NOT NULL

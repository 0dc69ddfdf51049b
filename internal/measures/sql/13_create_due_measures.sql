-- Reads: mental_and_physical_health_conditions, pairings (temporary).
-- Writes: due_measures (temporary): the anxiety measure that is due for the first
-- complaint of a pathway. Grain: a pathway with such a complaint.
-- Parameters: conditions, the table.
--
-- A complaint coded in SNOMED CT is taken by its ICD-10 code. Of several complaints a coded one goes before one that is not, then the primary
-- before the secondary, the latest, and the code, so that the choice is one.
CREATE OR REPLACE TEMP TABLE due_measures AS
WITH complaints AS (
    SELECT
        pathwayid,
        upper(replace(
            CASE
                WHEN regexp_matches(validated_menphyshealthcondition, '^ *[A-Za-z]') THEN trim(validated_menphyshealthcondition)
                ELSE trim(menphyshealthcond_icd10_master)
            END,
            '.', ''
        )) AS complaint,
        prescompcodsig,
        prescompdate,
        extract_end_date,
        extract_date
    FROM query_table($conditions)
    WHERE conditiontype = 'presenting complaint'
        AND pathwayid IS NOT NULL
),
latest AS (
    SELECT *
    FROM complaints
    QUALIFY rank() OVER (PARTITION BY pathwayid ORDER BY extract_end_date DESC NULLS LAST, extract_date DESC NULLS LAST) = 1
),
first_complaints AS (
    SELECT
        pathwayid,
        complaint
    FROM latest
    QUALIFY row_number() OVER (
        PARTITION BY pathwayid
        ORDER BY complaint IS NULL, prescompcodsig NULLS LAST, prescompdate DESC NULLS LAST, complaint DESC
    ) = 1
)
SELECT
    c.pathwayid AS pathway,
    p.token
FROM first_complaints AS c
JOIN pairings AS p
    ON c.complaint GLOB p.complaint

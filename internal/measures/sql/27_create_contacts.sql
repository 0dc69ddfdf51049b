-- Reads: care_activities, pathways, period_days (temporary). Writes: contacts
-- (temporary): appointments in the periods, of pathways that count.
-- Grain: a pathway, period, attendance and mechanism. Parameters: activities, the
-- table.
--
-- A contact is one however many activities and extracts repeat it, as its latest
-- row has it. Codes are written with and without leading zeros.
CREATE OR REPLACE TEMP TABLE contacts AS
WITH rows_of_contacts AS (
    SELECT *
    FROM query_table($activities)
    UNION ALL BY NAME
    SELECT CAST(NULL AS VARCHAR) AS consmechanism WHERE false
),
latest AS (
    SELECT
        pathwayid AS pathway,
        carecontdate,
        coalesce(nullif(ltrim(trim(attendordnacode), '0'), ''), 'none') AS attendance,
        coalesce(nullif(ltrim(trim(coalesce(consmechanism, consmediumused)), '0'), ''), 'none') AS mechanism
    FROM rows_of_contacts
    WHERE unique_carecontactid IS NOT NULL
        AND pathwayid IS NOT NULL
    QUALIFY row_number() OVER (
        PARTITION BY pathwayid, unique_carecontactid
        ORDER BY extract_end_date DESC NULLS LAST, extract_date DESC NULLS LAST, recordnumber DESC NULLS LAST,
            carecontdate, attendordnacode, consmediumused, consmechanism
    ) = 1
)
SELECT
    l.pathway,
    d.period,
    l.attendance,
    l.mechanism,
    CAST(count(*) AS INTEGER) AS contacts
FROM latest AS l
JOIN period_days AS d
    ON d.day = l.carecontdate
WHERE l.pathway IN (SELECT pathway FROM pathways)
GROUP BY ALL

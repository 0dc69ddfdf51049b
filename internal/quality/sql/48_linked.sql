-- Reads: one auxiliary table, linkage.spine. Grain: one row: the rows with a person
-- key that the freeze's mapping does not name, and the people of these.
-- Parameters: table; person; freeze.
WITH judged AS (
    SELECT COLUMNS(lambda c: c = $person) AS person
    FROM query_table($table)
),
strangers AS (
    SELECT person
    FROM judged
    ANTI JOIN (
        SELECT cohortkey_e
        FROM linkage.spine
        WHERE freeze_number = $freeze
            AND cohortkey_e IS NOT NULL
    ) AS known
        ON known.cohortkey_e = judged.person
    WHERE judged.person IS NOT NULL
)
SELECT
    count(*) AS broken,
    count(DISTINCT person) AS people
FROM strangers

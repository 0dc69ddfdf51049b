-- Reads: one auxiliary table. Grain: one row: the rows with a value in one column
-- alone, and the people of these. Parameters: table; one and other, columns; person.
WITH judged AS (
    SELECT
        COLUMNS(lambda c: c = $one) IS NOT NULL AS has_one,
        COLUMNS(lambda c: c = $other) IS NOT NULL AS has_other,
        COLUMNS(lambda c: c = $person) AS person
    FROM query_table($table)
)
SELECT
    count(*) FILTER (has_one <> has_other) AS broken,
    count(DISTINCT person) FILTER (has_one <> has_other) AS people
FROM judged

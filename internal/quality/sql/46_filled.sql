-- Reads: one auxiliary table. Grain: one row: the rows without a value in the
-- column, and the people of these. Parameters: table; column; person.
WITH judged AS (
    SELECT
        COLUMNS(lambda c: c = $column) IS NULL AS is_broken,
        COLUMNS(lambda c: c = $person) AS person
    FROM query_table($table)
)
SELECT
    count(*) FILTER (is_broken) AS broken,
    count(DISTINCT person) FILTER (is_broken) AS people
FROM judged

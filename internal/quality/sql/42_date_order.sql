-- Reads: one auxiliary table. Grain: one row: the rows whose later day comes first,
-- and the people of these.
-- Parameters: table; earlier and later, columns of dates or times; person.
WITH judged AS (
    SELECT
        CAST(COLUMNS(lambda c: c = $earlier) AS DATE) AS earlier,
        CAST(COLUMNS(lambda c: c = $later) AS DATE) AS later,
        COLUMNS(lambda c: c = $person) AS person
    FROM query_table($table)
)
SELECT
    count(*) FILTER (later < earlier) AS broken,
    count(DISTINCT person) FILTER (later < earlier) AS people
FROM judged

-- Reads: quality_codes (temporary), one column of an auxiliary table.
-- Grain: one row: the rows whose code is not in its list, and the people of these.
-- Parameters: table; column; person.
WITH judged AS (
    SELECT
        CAST(COLUMNS(lambda c: c = $column) AS VARCHAR) AS code,
        COLUMNS(lambda c: c = $person) AS person
    FROM query_table($table)
),
unlisted AS (
    SELECT code
    FROM quality_codes
    WHERE column_name = $column
        AND NOT listed
)
SELECT
    count(*) FILTER (code IN (FROM unlisted)) AS broken,
    count(DISTINCT person) FILTER (code IN (FROM unlisted)) AS people
FROM judged

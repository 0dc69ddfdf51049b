-- Reads: quality_codes (temporary), one column of an auxiliary table. Grain: a code
-- of the column that its list lacks, with its rows and people, in order.
-- Parameters: table; column; person.
WITH cells AS (
    SELECT
        CAST(COLUMNS(lambda c: c = $column) AS VARCHAR) AS code,
        COLUMNS(lambda c: c = $person) AS person
    FROM query_table($table)
)
SELECT
    cells.code,
    count(*) AS code_rows,
    count(DISTINCT cells.person) AS people
FROM cells
JOIN quality_codes AS q
    ON q.code = cells.code
    AND q.column_name = $column
    AND NOT q.listed
GROUP BY cells.code
ORDER BY cells.code

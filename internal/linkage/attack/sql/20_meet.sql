-- Reads: a file of each extract (temporary). Grain: one row.
-- Parameters: left_side and right_side, their tables; left_column and right_column.
--
-- Whether the two columns have a value in common, and whether the left one holds dates
-- and nothing else. What is coded anew for each project has none in common.
WITH left_values AS (
    SELECT DISTINCT COLUMNS(lambda c: c = $left_column) AS value FROM query_table($left_side)
),
right_values AS (
    SELECT DISTINCT COLUMNS(lambda c: c = $right_column) AS value FROM query_table($right_side)
)
SELECT
    coalesce(bool_or(r.value IS NOT NULL), FALSE) AS shared,
    coalesce(bool_and(try_cast(l.value AS TIMESTAMP) IS NOT NULL AND l.value LIKE '____-__-__%'), FALSE) AS dates
FROM left_values AS l
LEFT JOIN right_values AS r ON r.value = l.value
WHERE l.value IS NOT NULL

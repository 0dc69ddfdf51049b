-- Reads: staged records of both sides (temporary). Writes: frequencies (temporary).
-- Grain: a value of a field. Parameters: left_side and right_side, their tables; field.
CREATE OR REPLACE TEMP TABLE frequencies AS
WITH each_value AS (
    SELECT COLUMNS(lambda c: c = $field) AS value FROM query_table($left_side)
    UNION ALL
    SELECT COLUMNS(lambda c: c = $field) FROM query_table($right_side)
)
SELECT value, count(*) / sum(count(*)) OVER () AS share
FROM each_value
WHERE value IS NOT NULL
GROUP BY value

-- Reads: one column of an auxiliary table in two versions.
-- Writes: value_rows (temporary), of a column whose values are not told: NULL
-- and one text for all else. Grain: these two.
-- Parameters: before, after; before_column, after_column.
CREATE OR REPLACE TEMP TABLE value_rows AS
WITH before AS (
    SELECT
        count(*) AS row_count,
        count(COLUMNS(lambda c: c = $before_column)) AS filled
    FROM query_table($before)
),
after AS (
    SELECT
        count(*) AS row_count,
        count(COLUMNS(lambda c: c = $after_column)) AS filled
    FROM query_table($after)
)
SELECT
    NULL AS text,
    CAST(NULL AS DOUBLE) AS number,
    before.row_count - before.filled AS rows_before,
    after.row_count - after.filled AS rows_after
FROM before, after
UNION ALL
SELECT
    'filled' AS text,
    CAST(NULL AS DOUBLE) AS number,
    before.filled AS rows_before,
    after.filled AS rows_after
FROM before, after

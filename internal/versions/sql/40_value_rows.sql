-- Reads: one column of an auxiliary table in two versions.
-- Writes: value_rows (temporary). Grain: a value in either version, NULL too.
-- Parameters: before, after; before_column, after_column; kind: number, date
-- (a day as days since 1970) or text.
CREATE OR REPLACE TEMP TABLE value_rows AS
WITH before AS (
    SELECT
        COLUMNS(lambda c: c = $before_column) AS value,
        count(*) AS row_count
    FROM query_table($before)
    GROUP BY ALL
),
after AS (
    SELECT
        COLUMNS(lambda c: c = $after_column) AS value,
        count(*) AS row_count
    FROM query_table($after)
    GROUP BY ALL
),
both_versions AS (
    SELECT CAST(value AS VARCHAR) AS text, row_count AS rows_before, 0 AS rows_after
    FROM before
    UNION ALL
    SELECT CAST(value AS VARCHAR) AS text, 0 AS rows_before, row_count AS rows_after
    FROM after
)
SELECT
    text,
    CASE $kind
        WHEN 'number' THEN TRY_CAST(text AS DOUBLE)
        WHEN 'date' THEN date_diff('day', DATE '1970-01-01', TRY_CAST(left(text, 10) AS DATE))
    END AS number,
    CAST(sum(rows_before) AS BIGINT) AS rows_before,
    CAST(sum(rows_after) AS BIGINT) AS rows_after
FROM both_versions
GROUP BY text

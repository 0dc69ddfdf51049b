-- Reads: one auxiliary table of two versions.
-- Grain: an extract period that only one of them has, in order of time.
-- Parameters: before, after.
WITH before AS (
    SELECT DISTINCT extract_start_date, extract_end_date
    FROM query_table($before)
),
after AS (
    SELECT DISTINCT extract_start_date, extract_end_date
    FROM query_table($after)
),
one_sided AS (
    SELECT extract_start_date, extract_end_date, false AS is_new
    FROM (FROM before EXCEPT FROM after)
    UNION ALL
    SELECT extract_start_date, extract_end_date, true AS is_new
    FROM (FROM after EXCEPT FROM before)
)
SELECT
    coalesce(CAST(extract_start_date AS VARCHAR), '') AS period_start,
    coalesce(CAST(extract_end_date AS VARCHAR), '') AS period_end,
    is_new
FROM one_sided
ORDER BY period_start, period_end, is_new

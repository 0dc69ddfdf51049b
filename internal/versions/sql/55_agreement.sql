-- Reads: sample_before, sample_after (temporary). Grain: one row.
-- Parameters: period_key; before_column, after_column.
--
-- How often the two columns hold the same for the same key and period, where
-- either holds anything, beyond what chance would give (Cohen's kappa). Two
-- flags with the same two values do not agree by their values alone.
WITH before AS (
    SELECT
        COLUMNS(lambda c: c = $period_key) AS period_key,
        extract_start_date,
        extract_end_date,
        CAST(COLUMNS(lambda c: c = $before_column) AS VARCHAR) AS text
    FROM sample_before
),
after AS (
    SELECT
        COLUMNS(lambda c: c = $period_key) AS period_key,
        extract_start_date,
        extract_end_date,
        CAST(COLUMNS(lambda c: c = $after_column) AS VARCHAR) AS text
    FROM sample_after
),
cells_before AS (
    SELECT period_key, extract_start_date, extract_end_date, string_agg(text, chr(31) ORDER BY text) AS cell
    FROM before
    GROUP BY ALL
),
cells_after AS (
    SELECT period_key, extract_start_date, extract_end_date, string_agg(text, chr(31) ORDER BY text) AS cell
    FROM after
    GROUP BY ALL
),
cells AS (
    SELECT b.cell AS cell_before, a.cell AS cell_after
    FROM cells_before AS b
    JOIN cells_after AS a
        ON a.period_key = b.period_key
        AND a.extract_start_date = b.extract_start_date
        AND a.extract_end_date = b.extract_end_date
    WHERE b.cell IS NOT NULL
        OR a.cell IS NOT NULL
),
chances AS (
    SELECT coalesce(sum(CAST(b.n AS HUGEINT) * a.n), 0) AS products
    FROM (SELECT cell_before AS cell, count(*) AS n FROM cells GROUP BY cell_before) AS b
    JOIN (SELECT cell_after AS cell, count(*) AS n FROM cells GROUP BY cell_after) AS a
        ON a.cell IS NOT DISTINCT FROM b.cell
),
counts AS (
    SELECT
        count(*) AS compared,
        count(*) FILTER (cell_before = cell_after) AS agreeing
    FROM cells
)
SELECT
    compared,
    coalesce(
        (agreeing / compared - products / (compared * compared))
            / nullif(1 - products / (compared * compared), 0),
        0
    ) AS kappa
FROM counts, chances

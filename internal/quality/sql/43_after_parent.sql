-- Reads: two auxiliary tables. Grain: one row: the rows whose day comes before that
-- of their row of the parent in the same extract period, and the people of these.
-- Parameters: table; key and day, columns of it; parent, with the same key;
-- parent_day, a column of the parent; person.
--
-- Where the parent has a key twice, its earliest day counts.
WITH dated AS (
    SELECT
        COLUMNS(lambda c: c = $key) AS key,
        extract_start_date AS period_start,
        extract_end_date AS period_end,
        CAST(COLUMNS(lambda c: c = $day) AS DATE) AS day_of,
        COLUMNS(lambda c: c = $person) AS person
    FROM query_table($table)
),
parent_days AS (
    SELECT
        COLUMNS(lambda c: c = $key) AS key,
        extract_start_date AS period_start,
        extract_end_date AS period_end,
        CAST(COLUMNS(lambda c: c = $parent_day) AS DATE) AS day_of
    FROM query_table($parent)
),
parents AS (
    SELECT
        key,
        period_start,
        period_end,
        min(day_of) AS day_of
    FROM parent_days
    GROUP BY key, period_start, period_end
),
judged AS (
    SELECT
        dated.person,
        dated.day_of < parents.day_of AS is_broken
    FROM dated
    JOIN parents
        ON parents.key = dated.key
        AND parents.period_start IS NOT DISTINCT FROM dated.period_start
        AND parents.period_end IS NOT DISTINCT FROM dated.period_end
)
SELECT
    count(*) FILTER (is_broken) AS broken,
    count(DISTINCT person) FILTER (is_broken) AS people
FROM judged

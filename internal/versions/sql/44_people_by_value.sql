-- Reads: one column of an auxiliary table in two versions, notable_values
-- (temporary). Grain: a notable value, by place.
-- Parameters: before, after; before_column, after_column; person.
WITH before AS (
    SELECT
        CAST(COLUMNS(lambda c: c = $before_column) AS VARCHAR) AS text,
        COLUMNS(lambda c: c = $person) AS person
    FROM query_table($before)
),
after AS (
    SELECT
        CAST(COLUMNS(lambda c: c = $after_column) AS VARCHAR) AS text,
        COLUMNS(lambda c: c = $person) AS person
    FROM query_table($after)
),
people_before AS (
    SELECT v.place, count(DISTINCT b.person) AS people
    FROM before AS b
    JOIN notable_values AS v
        ON b.text IS NOT DISTINCT FROM v.text
    GROUP BY v.place
),
people_after AS (
    SELECT v.place, count(DISTINCT a.person) AS people
    FROM after AS a
    JOIN notable_values AS v
        ON a.text IS NOT DISTINCT FROM v.text
    GROUP BY v.place
)
SELECT
    coalesce(v.text, '') AS text,
    v.is_null,
    coalesce(b.people, 0) AS people_before,
    coalesce(a.people, 0) AS people_after
FROM notable_values AS v
LEFT JOIN people_before AS b
    ON b.place = v.place
LEFT JOIN people_after AS a
    ON a.place = v.place
ORDER BY v.place

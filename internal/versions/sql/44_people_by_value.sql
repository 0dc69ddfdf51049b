-- Reads: one column of an auxiliary table in two versions, notable_values
-- and counted_people (temporary). Grain: a notable value, by place, with the
-- participants of these people who have it in a row.
-- Parameters: before, after; before_column, after_column; person.
WITH before AS (
    SELECT
        CAST(COLUMNS(lambda c: c = $before_column) AS VARCHAR) AS text,
        hash(COLUMNS(lambda c: c = $person)) AS person_hash
    FROM query_table($before)
),
after AS (
    SELECT
        CAST(COLUMNS(lambda c: c = $after_column) AS VARCHAR) AS text,
        hash(COLUMNS(lambda c: c = $person)) AS person_hash
    FROM query_table($after)
),
having_before AS (
    SELECT DISTINCT v.place, b.person_hash
    FROM before AS b
    JOIN notable_values AS v
        ON b.text IS NOT DISTINCT FROM v.text
),
having_after AS (
    SELECT DISTINCT v.place, a.person_hash
    FROM after AS a
    JOIN notable_values AS v
        ON a.text IS NOT DISTINCT FROM v.text
),
people_before AS (
    SELECT h.place, CAST(sum(p.participants) AS BIGINT) AS people
    FROM having_before AS h
    JOIN counted_people AS p
        ON p.person_hash = h.person_hash
    GROUP BY h.place
),
people_after AS (
    SELECT h.place, CAST(sum(p.participants) AS BIGINT) AS people
    FROM having_after AS h
    JOIN counted_people AS p
        ON p.person_hash = h.person_hash
    GROUP BY h.place
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

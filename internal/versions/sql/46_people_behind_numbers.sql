-- Reads: one column of an auxiliary table in two versions. Grain: one row.
-- Parameters: before, after; before_column, after_column; person.
--
-- people_moved are those whose filled cells are not the same in both versions:
-- a mean that moved because of few people would tell of them.
WITH before AS (
    SELECT
        COLUMNS(lambda c: c = $person) AS person,
        CAST(COLUMNS(lambda c: c = $before_column) AS VARCHAR) AS text
    FROM query_table($before)
),
after AS (
    SELECT
        COLUMNS(lambda c: c = $person) AS person,
        CAST(COLUMNS(lambda c: c = $after_column) AS VARCHAR) AS text
    FROM query_table($after)
),
people_before AS (
    SELECT person, sum(hash(text)) AS cells
    FROM before
    WHERE text IS NOT NULL
    GROUP BY person
),
people_after AS (
    SELECT person, sum(hash(text)) AS cells
    FROM after
    WHERE text IS NOT NULL
    GROUP BY person
)
SELECT
    count(b.cells) AS people_before,
    count(a.cells) AS people_after,
    count(*) FILTER (b.cells IS DISTINCT FROM a.cells) AS people_moved
FROM people_before AS b
FULL JOIN people_after AS a
    ON a.person IS NOT DISTINCT FROM b.person

-- Reads: one column of an auxiliary table in two versions. Grain: one row.
-- Parameters: before, after; before_column, after_column; person.
--
-- people_moved are those whose filled cells are not the same in both versions:
-- a mean that moved because of few people would tell of them.
WITH before AS (
    SELECT
        hash(COLUMNS(lambda c: c = $person)) AS person_hash,
        CAST(COLUMNS(lambda c: c = $before_column) AS VARCHAR) AS text
    FROM query_table($before)
),
after AS (
    SELECT
        hash(COLUMNS(lambda c: c = $person)) AS person_hash,
        CAST(COLUMNS(lambda c: c = $after_column) AS VARCHAR) AS text
    FROM query_table($after)
),
people_before AS (
    SELECT person_hash, sum(hash(text)) AS cells
    FROM before
    WHERE text IS NOT NULL
    GROUP BY person_hash
),
people_after AS (
    SELECT person_hash, sum(hash(text)) AS cells
    FROM after
    WHERE text IS NOT NULL
    GROUP BY person_hash
)
SELECT
    count(b.cells) AS people_before,
    count(a.cells) AS people_after,
    count(*) FILTER (b.cells IS DISTINCT FROM a.cells) AS people_moved
FROM people_before AS b
FULL JOIN people_after AS a
    ON a.person_hash = b.person_hash

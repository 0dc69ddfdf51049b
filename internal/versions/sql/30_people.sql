-- Reads: one auxiliary table of two versions.
-- Writes: people (temporary): everybody in either, by a hash of the person key,
-- which is compared sooner than the key. Grain: a person.
-- Parameters: before, after; person, a column of both.
CREATE OR REPLACE TEMP TABLE people AS
WITH before AS (
    SELECT DISTINCT hash(COLUMNS(lambda c: c = $person)) AS person_hash
    FROM query_table($before)
    WHERE COLUMNS(lambda c: c = $person) IS NOT NULL
),
after AS (
    SELECT DISTINCT hash(COLUMNS(lambda c: c = $person)) AS person_hash
    FROM query_table($after)
    WHERE COLUMNS(lambda c: c = $person) IS NOT NULL
)
SELECT
    coalesce(b.person_hash, a.person_hash) AS person_hash,
    b.person_hash IS NOT NULL AS in_before,
    a.person_hash IS NOT NULL AS in_after
FROM before AS b
FULL JOIN after AS a
    ON a.person_hash = b.person_hash

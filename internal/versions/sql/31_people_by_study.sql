-- Reads: one auxiliary table of two versions, linkage.spine.
-- Grain: a study with a participant in either, in alphabetical order.
-- Parameters: before, after; person, a column of both; freeze.
WITH linked AS (
    SELECT DISTINCT study, cohortkey_e
    FROM linkage.spine
    WHERE freeze_number = $freeze
        AND linked
),
before AS (
    SELECT DISTINCT COLUMNS(lambda c: c = $person) AS person
    FROM query_table($before)
),
after AS (
    SELECT DISTINCT COLUMNS(lambda c: c = $person) AS person
    FROM query_table($after)
)
SELECT
    l.study,
    count(b.person) AS people_before,
    count(a.person) AS people_after
FROM linked AS l
LEFT JOIN before AS b
    ON b.person = l.cohortkey_e
LEFT JOIN after AS a
    ON a.person = l.cohortkey_e
GROUP BY l.study
HAVING count(b.person) + count(a.person) > 0
ORDER BY l.study

-- Reads: people (temporary), linkage.spine.
-- Grain: a study with a participant in either version, in alphabetical order.
-- Parameters: freeze.
WITH linked AS (
    SELECT DISTINCT study, hash(cohortkey_e) AS person_hash
    FROM linkage.spine
    WHERE freeze_number = $freeze
        AND linked
        AND cohortkey_e IS NOT NULL
)
SELECT
    l.study,
    count(*) FILTER (p.in_before) AS participants_before,
    count(*) FILTER (p.in_after) AS participants_after
FROM linked AS l
JOIN people AS p
    ON p.person_hash = l.person_hash
GROUP BY l.study
ORDER BY l.study

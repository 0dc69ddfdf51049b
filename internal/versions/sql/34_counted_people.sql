-- Reads: people (temporary), linkage.spine.
-- Writes: counted_people (temporary): the people of the studies that are told,
-- each with the number of these studies, in every one of which the person is a
-- participant. Grain: a person. Parameters: freeze; studies.
CREATE OR REPLACE TEMP TABLE counted_people AS
WITH linked AS (
    SELECT DISTINCT study, hash(cohortkey_e) AS person_hash
    FROM linkage.spine
    WHERE freeze_number = $freeze
        AND linked
        AND cohortkey_e IS NOT NULL
        AND list_contains($studies, study)
)
SELECT
    p.person_hash,
    count(*) AS participants
FROM people AS p
JOIN linked AS l
    ON l.person_hash = p.person_hash
GROUP BY p.person_hash

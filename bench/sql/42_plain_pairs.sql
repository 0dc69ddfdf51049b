-- Reads: plain_people (temporary). Writes: plain_pairs (temporary).
-- Grain: a pair of people born on one day. Parameters: none.
--
-- The comparison as it is written by hand, the similarity first in its CASE so that it
-- is computed once a level that is asked.
CREATE OR REPLACE TEMP TABLE plain_pairs AS
SELECT
    l.record AS left_record,
    r.record AS right_record,
    CASE
        WHEN l.given_name = r.given_name THEN 3
        WHEN jaro_winkler_similarity(l.given_name, r.given_name) >= 0.92 THEN 2
        WHEN jaro_winkler_similarity(l.given_name, r.given_name) >= 0.8 THEN 1
        ELSE 0
    END AS given_level,
    CASE
        WHEN l.surname = r.surname THEN 3
        WHEN jaro_winkler_similarity(l.surname, r.surname) >= 0.92 THEN 2
        WHEN jaro_winkler_similarity(l.surname, r.surname) >= 0.8 THEN 1
        ELSE 0
    END AS surname_level
FROM plain_people AS l
JOIN plain_people AS r ON r.date_of_birth = l.date_of_birth
WHERE l.record < r.record

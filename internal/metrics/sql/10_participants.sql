-- Reads: linkage.spine, one auxiliary table. Grain: a study.
-- Parameters: freeze; table; person, the table's person key column.
--
-- Participants are distinct people within a study, whatever the number of
-- their rows, pathways and extract periods. A person in two studies counts in
-- each.
WITH present AS (
    SELECT DISTINCT COLUMNS(lambda c: c = $person) AS person_key
    FROM query_table($table)
)
SELECT
    s.study,
    count(DISTINCT s.cohortkey_e) AS participants
FROM linkage.spine AS s
WHERE s.freeze_number = $freeze
    AND s.linked
    AND s.cohortkey_e IN (SELECT person_key FROM present)
GROUP BY s.study
ORDER BY s.study

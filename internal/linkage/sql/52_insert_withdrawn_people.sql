-- Reads: links (temporary), linkage.withdrawn_participants.
-- Writes: linkage.withdrawn_people. Grain: a person key. Parameters: none.
INSERT INTO linkage.withdrawn_people (cohortkey_e, file_number)
SELECT
    l.cohortkey_e,
    min(w.file_number) AS file_number
FROM links AS l
JOIN linkage.withdrawn_participants AS w ON w.study_id_e = l.study_id_e AND w.by_person
WHERE NOT EXISTS (SELECT 1 FROM linkage.withdrawn_people AS p WHERE p.cohortkey_e = l.cohortkey_e)
GROUP BY l.cohortkey_e
ORDER BY l.cohortkey_e

-- Reads: links (temporary), linkage.withdrawn_people.
-- Writes: linkage.withdrawn_participants: participants who are a person that has
-- withdrawn. Grain: a participant. Parameters: none.
INSERT INTO linkage.withdrawn_participants (study_id_e, by_person, named, file_number)
SELECT
    l.study_id_e,
    true AS by_person,
    false AS named,
    min(p.file_number) AS file_number
FROM links AS l
JOIN linkage.withdrawn_people AS p ON p.cohortkey_e = l.cohortkey_e
WHERE NOT EXISTS (SELECT 1 FROM linkage.withdrawn_participants AS w WHERE w.study_id_e = l.study_id_e AND w.by_person)
GROUP BY l.study_id_e
ORDER BY l.study_id_e

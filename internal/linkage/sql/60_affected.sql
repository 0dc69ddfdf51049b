-- Reads: linkage.spine, linkage.withdrawn_participants.
-- Grain: a study of a freeze that holds somebody who has withdrawn since.
-- Parameters: none.
SELECT
    s.freeze_number,
    s.study,
    count(DISTINCT s.cohortkey_e) AS withdrawn
FROM linkage.spine AS s
WHERE s.linked
    AND EXISTS (SELECT 1 FROM linkage.withdrawn_participants AS w WHERE w.study_id_e = s.study_id_e)
GROUP BY s.freeze_number, s.study
ORDER BY s.freeze_number, s.study

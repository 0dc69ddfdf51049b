-- Reads: linkage.spine, linkage.withdrawn_participants. Grain: one row.
-- Parameters: freeze.
SELECT
    count(*) AS linked,
    count(*) FILTER (EXISTS (
        SELECT 1 FROM linkage.withdrawn_participants AS w WHERE w.study_id_e = s.study_id_e
    )) AS withdrawn
FROM linkage.spine AS s
WHERE freeze_number = $freeze
    AND linked

-- Reads: linkage.spine. Grain: a participant of the project.
-- Parameters: freeze; studies.
SELECT DISTINCT
    study,
    cohortkey_e
FROM linkage.spine
WHERE freeze_number = $freeze
    AND linked
    AND list_contains($studies, study)
ORDER BY study, cohortkey_e

-- Reads: linkage.spine. Writes: plain_people (temporary).
-- Grain: a participant. Parameters: freeze; studies.
--
-- The hand-written extract is given its pseudonyms ready-made, by an md5 that
-- nobody should use: it measures the join, not the cryptography.
CREATE OR REPLACE TEMP TABLE plain_people AS
SELECT DISTINCT
    cohortkey_e,
    md5(study || cohortkey_e) AS llc_0042_stud_id
FROM linkage.spine
WHERE freeze_number = $freeze
    AND linked
    AND list_contains($studies, study)

-- Reads: linkage.spine. Writes: links (temporary): which person key a participant
-- has had. Grain: a participant and a person key. Parameters: none.
CREATE OR REPLACE TEMP TABLE links AS
SELECT DISTINCT
    study_id_e,
    cohortkey_e
FROM linkage.spine
WHERE cohortkey_e IS NOT NULL

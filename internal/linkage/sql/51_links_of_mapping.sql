-- Reads: mapping (temporary). Writes: links (temporary).
-- Grain: a participant and a person key. Parameters: none.
INSERT INTO links (study_id_e, cohortkey_e)
SELECT
    study_id_e,
    cohortkey_e
FROM mapping

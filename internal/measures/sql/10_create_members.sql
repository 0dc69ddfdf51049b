-- Reads: linkage.spine. Writes: members (temporary). Grain: a study and person
-- linked in the freeze. Parameters: freeze.
CREATE OR REPLACE TEMP TABLE members AS
SELECT DISTINCT
    study,
    cohortkey_e AS person
FROM linkage.spine
WHERE freeze_number = $freeze
    AND linked

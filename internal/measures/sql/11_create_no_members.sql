-- Writes: members (temporary), empty: where everybody is counted, nobody is
-- counted as of a study. Grain: a study and person. Parameters: none.
CREATE OR REPLACE TEMP TABLE members AS
SELECT
    CAST(NULL AS VARCHAR) AS study,
    CAST(NULL AS VARCHAR) AS person
WHERE false

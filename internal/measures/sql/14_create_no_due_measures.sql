-- Writes: due_measures (temporary), empty: where complaints are not loaded.
-- Grain: a pathway. Parameters: none.
CREATE OR REPLACE TEMP TABLE due_measures AS
SELECT
    CAST(NULL AS VARCHAR) AS pathway,
    CAST(NULL AS VARCHAR) AS token
WHERE false

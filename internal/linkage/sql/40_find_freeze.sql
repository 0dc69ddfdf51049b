-- Reads: linkage.freezes. Grain: one freeze, the newest when freeze is 0.
-- Parameters: freeze.
SELECT
    freeze,
    CAST(freeze_date AS VARCHAR) AS freeze_date
FROM linkage.freezes
WHERE freeze = $freeze OR $freeze = 0
ORDER BY freeze DESC
LIMIT 1

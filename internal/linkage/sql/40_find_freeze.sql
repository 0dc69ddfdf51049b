-- Reads: linkage.freezes. Grain: one freeze, the newest when freeze is 0.
-- Parameters: freeze.
SELECT
    freeze_number,
    CAST(freeze_date AS VARCHAR) AS freeze_date
FROM linkage.freezes
WHERE freeze_number = $freeze OR $freeze = 0
ORDER BY freeze_number DESC
LIMIT 1

-- Reads: linkage.freezes. Grain: a freeze. Parameters: none.
SELECT freeze_number
FROM linkage.freezes
ORDER BY freeze_number

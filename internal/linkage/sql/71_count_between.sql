-- Reads: linkage.freezes. Grain: one row. Parameters: earlier, later.
SELECT count(*) AS between_them
FROM linkage.freezes
WHERE freeze_number > $earlier AND freeze_number < $later

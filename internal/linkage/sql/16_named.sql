-- Reads: withdrawals (temporary). Grain: a participant. Parameters: none.
SELECT DISTINCT study_id_e
FROM withdrawals
ORDER BY study_id_e

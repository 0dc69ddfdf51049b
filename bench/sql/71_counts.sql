-- Reads: an auxiliary table and the same by hand. Grain: one row.
-- Parameters: ours and hand, their names.
SELECT
    (SELECT count(*) FROM query_table($ours)) AS ours,
    (SELECT count(*) FROM query_table($hand)) AS by_hand

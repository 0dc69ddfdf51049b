-- Reads: the file of true pairs as read, and staged records of both sides (temporary).
-- Grain: one row of the file. Parameters: table; left_id and right_id, its columns;
-- left_side and right_side, the tables of the records.
--
-- A record that is not there is NULL.
SELECT t.row_number, l.record AS left_record, r.record AS right_record
FROM (
    SELECT _row_number_ AS row_number, COLUMNS(lambda c: c = $left_id) AS left_id, COLUMNS(lambda c: c = $right_id) AS right_id
    FROM query_table($table)
) AS t
LEFT JOIN query_table($left_side) AS l ON l.id = trim(t.left_id)
LEFT JOIN query_table($right_side) AS r ON r.id = trim(t.right_id)
ORDER BY t.row_number

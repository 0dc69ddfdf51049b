-- Reads: a file as read (temporary). Grain: one row. Parameters: table.
SELECT count(*) AS row_count
FROM query_table($table)

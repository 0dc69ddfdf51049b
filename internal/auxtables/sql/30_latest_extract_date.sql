-- Reads: one auxiliary table. Grain: one row. Parameters: table.
SELECT max(extract_date) AS latest_extract_date
FROM query_table($table)

-- Reads: one table. Grain: one row. Parameters: table, quoted.
SELECT count(*) > 0 AS filled
FROM (SELECT 1 FROM query_table($table) LIMIT 1)

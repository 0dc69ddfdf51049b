-- Reads: the database's catalogue. Grain: a column, in order. Parameters: table.
SELECT column_name
FROM duckdb_columns()
WHERE table_name = $table
ORDER BY column_index

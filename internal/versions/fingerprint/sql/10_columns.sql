-- Reads: the catalogue. Grain: a column of one table, by name.
-- Parameters: schema, table.
SELECT
    column_name,
    data_type
FROM duckdb_columns()
WHERE database_name = current_database()
    AND schema_name = $schema
    AND table_name = $table
ORDER BY column_name

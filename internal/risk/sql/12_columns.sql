-- Reads: the database's catalogue. Grain: a column of the file in hand, in order.
-- Parameters: none.
SELECT
    column_name,
    data_type
FROM duckdb_columns()
WHERE table_name = 'risk_rows'
ORDER BY column_index

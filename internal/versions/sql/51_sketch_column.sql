-- Reads: one column. Writes: column_sketches (temporary).
-- Grain: one of the smallest hashes of its values as text.
-- Parameters: table; is_before, table_name, column_name; size.
INSERT INTO column_sketches
WITH hashes AS (
    SELECT DISTINCT hash(CAST(COLUMNS(lambda c: c = $column_name) AS VARCHAR)) AS value_hash
    FROM query_table($table)
    WHERE COLUMNS(lambda c: c = $column_name) IS NOT NULL
)
SELECT
    $is_before AS is_before,
    $table_name AS table_name,
    $column_name AS column_name,
    value_hash
FROM hashes
ORDER BY value_hash
LIMIT $size

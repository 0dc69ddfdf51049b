-- Reads: a CSV file of people. Writes: {{table}} (temporary).
-- Grain: a row of the file. Parameters: path, column_types, column_shape.
--
-- The row number finds the row again without printing it. The empty column stands
-- in for fields that the file does not have.
CREATE OR REPLACE TEMP TABLE {{table}} AS
SELECT
    row_number() OVER () AS _row_number_,
    CAST(NULL AS VARCHAR) AS _no_column_,
    *
FROM read_csv(
    $path,
    header = true,
    delim = ',',
    quote = '"',
    escape = '"',
    columns = json_transform($column_types, $column_shape),
    strict_mode = true,
    auto_detect = false,
    hive_partitioning = false,
    store_rejects = true
)

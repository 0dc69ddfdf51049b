-- Reads: a file of withdrawals. Writes: withdrawals (temporary).
-- Grain: a row of the file. Parameters: path, column_types, column_shape.
CREATE OR REPLACE TEMP TABLE withdrawals AS
SELECT
    row_number() OVER () AS record,
    coalesce(trim(study_id_e), '') AS study_id_e
FROM read_csv(
    $path,
    header = true,
    delim = ',',
    quote = '"',
    escape = '"',
    columns = json_transform($column_types, $column_shape),
    auto_detect = false,
    hive_partitioning = false,
    store_rejects = true
)

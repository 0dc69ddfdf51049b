-- Reads: a file of the extract. Grain: one row.
-- Parameters: path; project_id, its first column.
SELECT
    count(*) AS row_count,
    count(DISTINCT project_id) AS participants
FROM (SELECT COLUMNS(lambda c: c = $project_id) AS project_id FROM read_parquet($path, hive_partitioning = false))

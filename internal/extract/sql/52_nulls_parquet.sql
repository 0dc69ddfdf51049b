-- Reads: a file of the extract. Grain: one row: for each column but the first, in
-- their order, the rows without a value; then for each the participants who have
-- such a row; then for each those who have a row with a value.
-- Parameters: path; project_id, its first column.
WITH people AS (
    SELECT
        COLUMNS(lambda c: c = $project_id) AS _project_id,
        count(*) AS _rows,
        count_if(COLUMNS(lambda c: c <> $project_id) IS NULL)
    FROM read_parquet($path, hive_partitioning = false)
    GROUP BY 1
)
SELECT
    CAST(coalesce(sum(COLUMNS(lambda c: NOT list_contains(['_project_id', '_rows'], c))), 0) AS BIGINT),
    CAST(count_if(COLUMNS(lambda c: NOT list_contains(['_project_id', '_rows'], c)) > 0) AS BIGINT),
    CAST(count_if(COLUMNS(lambda c: NOT list_contains(['_project_id', '_rows'], c)) < _rows) AS BIGINT)
FROM people

-- Reads: Parquet files of a delivery. Writes: raw_cells (temporary).
-- Grain: a row of the file. Parameters: paths.
INSERT INTO raw_cells BY NAME
SELECT
    {{cells}}
FROM (
    SELECT
        {{texts}}
    FROM read_parquet($paths, hive_partitioning = false)
)

-- Reads: a Parquet file of the extract. Grain: one row of the file each, in its
-- order. Parameters: parquet, the file.
SELECT *
FROM read_parquet($parquet, hive_partitioning = false)

-- Reads: a file of an extract. Writes: risk_rows (temporary). Grain: that of the file.
-- Parameters: path.
CREATE OR REPLACE TEMP TABLE risk_rows AS
SELECT *
FROM read_parquet($path, hive_partitioning = false)

-- Reads: a file of an extract. Writes: {{table}} (temporary), all text.
-- Grain: that of the file. Parameters: path.
CREATE OR REPLACE TEMP TABLE {{table}} AS
SELECT CAST(COLUMNS(*) AS VARCHAR)
FROM read_parquet($path, hive_partitioning = false)

-- Reads: a file of an extract. Writes: risk_rows (temporary), all text.
-- Grain: that of the file. Parameters: path.
CREATE OR REPLACE TEMP TABLE risk_rows AS
SELECT *
FROM read_csv($path, header = true, all_varchar = true, hive_partitioning = false)

-- Reads: a file of an extract. Writes: {{table}} (temporary), all text.
-- Grain: that of the file. Parameters: path.
CREATE OR REPLACE TEMP TABLE {{table}} AS
SELECT *
FROM read_csv($path, header = true, all_varchar = true, hive_partitioning = false)

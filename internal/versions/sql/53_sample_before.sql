-- Reads: one auxiliary table. Writes: sample_before (temporary): the rows of
-- one key in one_in. Grain: a row. Parameters: before; period_key; one_in.
CREATE OR REPLACE TEMP TABLE sample_before AS
SELECT *
FROM query_table($before)
WHERE hash(COLUMNS(lambda c: c = $period_key)) % $one_in = 0

-- Reads: one auxiliary table. Writes: sample_after (temporary): the rows of
-- one key in one_in. Grain: a row. Parameters: after; period_key; one_in.
CREATE OR REPLACE TEMP TABLE sample_after AS
SELECT *
FROM query_table($after)
WHERE hash(COLUMNS(lambda c: c = $period_key)) % $one_in = 0

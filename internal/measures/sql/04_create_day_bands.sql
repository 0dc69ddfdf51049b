-- Reads: bands (temporary). Writes: day_bands (temporary): the band of each
-- number of days. Grain: a number of days. Parameters: most_days, the last one.
CREATE OR REPLACE TEMP TABLE day_bands AS
SELECT
    CAST(unnest(range(first_day, least(last_day, CAST($most_days AS INTEGER)) + 1)) AS INTEGER) AS days,
    label
FROM bands

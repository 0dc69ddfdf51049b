-- Reads: periods (temporary). Writes: period_days (temporary): the period of
-- every day within one. Grain: a day. Parameters: none.
CREATE OR REPLACE TEMP TABLE period_days AS
SELECT
    CAST(unnest(range(first_day, last_day + 1, INTERVAL 1 DAY)) AS DATE) AS day,
    period
FROM periods

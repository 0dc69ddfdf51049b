-- Writes: plain_periods (temporary). Grain: a month. Parameters: none.
CREATE OR REPLACE TEMP TABLE plain_periods AS
SELECT
    CAST(m AS DATE) AS first_day,
    last_day(CAST(m AS DATE)) AS last_day
FROM range(DATE '2022-04-01', DATE '2025-04-01', INTERVAL 1 MONTH) AS t(m)

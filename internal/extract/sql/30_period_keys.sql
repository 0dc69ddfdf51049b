-- Reads: kept_periods (temporary). Grain: one row of it each. Parameters: none.
SELECT _period_key AS _key
FROM kept_periods

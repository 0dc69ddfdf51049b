-- Reads: a query of rows. Grain: one row of the query each, a date as the first
-- day of its month. Parameters: those of the query.
SELECT * REPLACE (CAST(date_trunc('month', {{column}}) AS DATE) AS {{column}})
FROM ({{query}})

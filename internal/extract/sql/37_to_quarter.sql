-- Reads: a query of rows. Grain: one row of the query each, a date as the first
-- day of its quarter. Parameters: those of the query.
SELECT * REPLACE (CAST(date_trunc('quarter', {{column}}) AS DATE) AS {{column}})
FROM ({{query}})

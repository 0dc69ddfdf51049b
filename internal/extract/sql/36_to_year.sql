-- Reads: a query of rows. Grain: one row of the query each, a date as its year.
-- Parameters: those of the query.
SELECT * REPLACE (CAST(year({{column}}) AS SMALLINT) AS {{column}})
FROM ({{query}})

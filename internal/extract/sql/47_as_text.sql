-- Reads: a query of rows. Grain: one row of the query each, in its order, a column
-- as text. Parameters: those of the query.
SELECT * REPLACE (CAST({{column}} AS VARCHAR) AS {{column}})
FROM ({{query}})

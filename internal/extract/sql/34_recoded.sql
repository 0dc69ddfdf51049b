-- Reads: a query of rows. Grain: one row of the query each, a column with what the
-- project's own codes or groups make of it. Parameters: those of the query.
--
-- The function is lent with the column's name before the value, since each
-- column has codes of its own.
SELECT * REPLACE (nullif(column_code('{{column}}:' || {{column}}), '') AS {{column}})
FROM ({{query}})

-- Reads: a query of rows. Grain: one row of the query each, a linking column with
-- the project's values. Parameters: those of the query.
SELECT * REPLACE (project_code({{column}}) AS {{column}})
FROM ({{query}})

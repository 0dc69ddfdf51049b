-- Reads: the columns of an assembly query, without running it. Grain: a column.
-- Parameters: none.
SELECT
    column_name,
    column_type
FROM (DESCRIBE
{{query}}
)
ORDER BY column_name

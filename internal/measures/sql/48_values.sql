-- Reads: variable_values (temporary). Grain: a value of the variable as it is
-- published. Parameters: none.
SELECT DISTINCT value_name
FROM variable_values
WHERE value_name <> 'Unknown'
ORDER BY value_name

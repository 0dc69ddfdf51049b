-- Reads: quality_codes (temporary). Grain: a column with codes that its list
-- lacks, in alphabetical order. Parameters: none.
SELECT DISTINCT column_name
FROM quality_codes
WHERE NOT listed
ORDER BY column_name

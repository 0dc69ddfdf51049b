-- Reads: quality_codes (temporary). Grain: a column and a code of its list that it
-- has, with the code's rows, in order. Parameters: none.
SELECT
    column_name,
    code_rows
FROM quality_codes
WHERE listed
ORDER BY column_name, code

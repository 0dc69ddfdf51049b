-- Reads: a file as read (temporary), and the function canonical_nhs_number.
-- Grain: one row. Parameters: table; number, the column of NHS numbers.
SELECT count(nullif(canonical_nhs_number(number), '')) AS numbers
FROM (SELECT COLUMNS(lambda c: c = $number) AS number FROM query_table($table))

-- Reads: coded columns of one auxiliary table. Writes: quality_codes (temporary).
-- Grain: a column and a code in it, with its rows and whether its list has it.
-- Parameters: table; columns; list_columns and list_codes, a code of a column's
-- list in each place of both.
CREATE OR REPLACE TEMP TABLE quality_codes AS
WITH cells AS (
    SELECT CAST(COLUMNS(lambda c: list_contains($columns, c)) AS VARCHAR)
    FROM query_table($table)
),
codes AS (
    SELECT
        column_name,
        code,
        count(*) AS code_rows
    FROM (UNPIVOT cells ON COLUMNS(*) INTO NAME column_name VALUE code)
    GROUP BY column_name, code
),
lists AS (
    SELECT DISTINCT
        unnest($list_columns) AS column_name,
        unnest($list_codes) AS code
)
SELECT
    codes.column_name,
    codes.code,
    codes.code_rows,
    lists.code IS NOT NULL AS listed
FROM codes
LEFT JOIN lists
    ON lists.column_name = codes.column_name
    AND lists.code = codes.code

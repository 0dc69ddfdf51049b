-- Reads: one auxiliary table that tells no months. Grain: a column, with the
-- table's rows and those that have a value in it, in alphabetical order; the
-- month is NULL. Parameters: table.
WITH months AS (
    SELECT
        CAST(NULL AS INTEGER) AS _month,
        count(*) AS _rows,
        count(COLUMNS(*))
    FROM query_table($table)
)
SELECT
    _month,
    _rows,
    column_name,
    filled
FROM (UNPIVOT months ON COLUMNS(* EXCLUDE (_month, _rows)) INTO NAME column_name VALUE filled)
ORDER BY _month, column_name

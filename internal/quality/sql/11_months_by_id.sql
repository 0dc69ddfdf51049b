-- Reads: one auxiliary table. Grain: a month (NULL where a row has none) and a
-- column, with the month's rows and those that have a value in the column; in
-- order of months and columns.
-- Parameters: table; month_column, a column of numbers of months; first_month,
-- the month that is numbered first_number.
--
-- A month is counted from the year 0: 12 to a year.
WITH numbered AS (
    SELECT
        CAST(COLUMNS(lambda c: c = $month_column) AS INTEGER) - CAST($first_number AS INTEGER) + CAST($first_month AS INTEGER) AS _month,
        *
    FROM query_table($table)
),
months AS (
    SELECT
        _month,
        count(*) AS _rows,
        count(COLUMNS(* EXCLUDE (_month)))
    FROM numbered
    GROUP BY _month
)
SELECT
    _month,
    _rows,
    column_name,
    filled
FROM (UNPIVOT months ON COLUMNS(* EXCLUDE (_month, _rows)) INTO NAME column_name VALUE filled)
ORDER BY _month, column_name

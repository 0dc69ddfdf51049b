-- Reads: one auxiliary table. Grain: a month (NULL where a row has none) and a
-- column, with the month's rows and those that have a value in the column; in
-- order of months and columns.
-- Parameters: table; month_column, a column of dates.
--
-- A month is counted from the year 0: 12 to a year.
WITH dated AS (
    SELECT
        CAST(COLUMNS(lambda c: c = $month_column) AS DATE) AS _day,
        *
    FROM query_table($table)
),
months AS (
    SELECT
        CAST(12 * year(_day) + month(_day) - 1 AS INTEGER) AS _month,
        count(*) AS _rows,
        count(COLUMNS(* EXCLUDE (_day)))
    FROM dated
    GROUP BY _month
)
SELECT
    _month,
    _rows,
    column_name,
    filled
FROM (UNPIVOT months ON COLUMNS(* EXCLUDE (_month, _rows)) INTO NAME column_name VALUE filled)
ORDER BY _month, column_name

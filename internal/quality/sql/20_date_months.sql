-- Reads: columns of dates of one auxiliary table. Grain: a column and a month in
-- which it has dates, with their number, in order.
-- Parameters: table; columns, which hold dates or times.
--
-- A month is counted from the year 0: 12 to a year.
WITH days AS (
    SELECT CAST(COLUMNS(lambda c: list_contains($columns, c)) AS DATE)
    FROM query_table($table)
)
SELECT
    column_name,
    CAST(12 * year(day_of) + month(day_of) - 1 AS INTEGER) AS month_of,
    count(*) AS dates
FROM (UNPIVOT days ON COLUMNS(*) INTO NAME column_name VALUE day_of)
GROUP BY column_name, month_of
ORDER BY column_name, month_of

-- Reads: value_rows (temporary). Grain: one row. Parameters: least_move.
--
-- A value is notable when it is new or gone, or when its share of the rows moved
-- by at least least_move; NULL only by the latter.
WITH shares AS (
    SELECT
        text,
        rows_before,
        rows_after,
        abs(coalesce(rows_after / nullif(sum(rows_after) OVER (), 0), 0)
            - coalesce(rows_before / nullif(sum(rows_before) OVER (), 0), 0)) AS move
    FROM value_rows
)
SELECT
    count(text) FILTER (rows_before > 0) AS values_before,
    count(text) FILTER (rows_after > 0) AS values_after,
    count(text) FILTER (least(rows_before, rows_after) = 0 OR move >= $least_move) AS notable_values,
    count(*) FILTER (text IS NULL AND move >= $least_move) AS notable_nulls
FROM shares

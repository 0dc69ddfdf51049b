-- Reads: column_sketches (temporary). Grain: a column of the version before and
-- one of the version after whose values resemble each other, most first.
-- Parameters: before_table, after_table; size; least.
--
-- Of the smallest hashes of both sets together, the share that is in both
-- estimates the share of values that the columns have in common.
WITH before AS (
    SELECT column_name, list(value_hash) AS hashes
    FROM column_sketches
    WHERE is_before
        AND table_name = $before_table
    GROUP BY column_name
),
after AS (
    SELECT column_name, list(value_hash) AS hashes
    FROM column_sketches
    WHERE NOT is_before
        AND table_name = $after_table
    GROUP BY column_name
),
pairs AS (
    SELECT
        b.column_name AS before_column,
        a.column_name AS after_column,
        list_sort(list_distinct(list_concat(b.hashes, a.hashes)))[1:$size] AS smallest,
        list_intersect(b.hashes, a.hashes) AS shared
    FROM before AS b, after AS a
)
SELECT
    before_column,
    after_column,
    len(list_intersect(smallest, shared)) / len(smallest) AS similarity,
    len(smallest) AS size
FROM pairs
WHERE len(list_intersect(smallest, shared)) / len(smallest) >= $least
ORDER BY similarity DESC, before_column, after_column

-- Reads: value_rows (temporary). Grain: one row. Parameters: none.
--
-- Mean, standard deviation and quartiles (the smallest value that a quarter,
-- half, three quarters of the rows do not exceed). Sums are taken in the order
-- of the values, so that they are the same at any number of threads.
WITH counted AS (
    SELECT
        number,
        rows_before,
        rows_after,
        sum(rows_before) OVER (ORDER BY number ROWS UNBOUNDED PRECEDING) AS upto_before,
        sum(rows_after) OVER (ORDER BY number ROWS UNBOUNDED PRECEDING) AS upto_after,
        sum(rows_before) OVER () AS all_before,
        sum(rows_after) OVER () AS all_after
    FROM value_rows
    WHERE number IS NOT NULL
),
means AS (
    SELECT
        sum(number * rows_before ORDER BY number) / nullif(any_value(all_before), 0) AS mean_before,
        sum(number * rows_after ORDER BY number) / nullif(any_value(all_after), 0) AS mean_after,
        [
            min(number) FILTER (rows_before > 0 AND 4 * upto_before >= all_before),
            min(number) FILTER (rows_before > 0 AND 2 * upto_before >= all_before),
            min(number) FILTER (rows_before > 0 AND 4 * upto_before >= 3 * all_before)
        ] AS quartiles_before,
        [
            min(number) FILTER (rows_after > 0 AND 4 * upto_after >= all_after),
            min(number) FILTER (rows_after > 0 AND 2 * upto_after >= all_after),
            min(number) FILTER (rows_after > 0 AND 4 * upto_after >= 3 * all_after)
        ] AS quartiles_after
    FROM counted
),
spread AS (
    SELECT
        sqrt(sum((number - mean_before) * (number - mean_before) * rows_before ORDER BY number) / nullif(any_value(all_before), 0)) AS deviation_before,
        sqrt(sum((number - mean_after) * (number - mean_after) * rows_after ORDER BY number) / nullif(any_value(all_after), 0)) AS deviation_after
    FROM counted, means
)
SELECT
    coalesce(mean_before, 0) AS mean_before,
    coalesce(mean_after, 0) AS mean_after,
    coalesce(deviation_before, 0) AS deviation_before,
    coalesce(deviation_after, 0) AS deviation_after,
    coalesce(quartiles_before[1], 0) AS lower_before,
    coalesce(quartiles_before[2], 0) AS median_before,
    coalesce(quartiles_before[3], 0) AS upper_before,
    coalesce(quartiles_after[1], 0) AS lower_after,
    coalesce(quartiles_after[2], 0) AS median_after,
    coalesce(quartiles_after[3], 0) AS upper_after,
    mean_before IS NOT NULL AND mean_after IS NOT NULL AS both_filled
FROM means, spread

-- Reads: one auxiliary table. Grain: one row, the first and the last month of its
-- extract periods. Parameters: table.
SELECT
    CAST(12 * year(min(extract_start_date)) + month(min(extract_start_date)) - 1 AS INTEGER) AS first_month,
    CAST(12 * year(max(extract_end_date)) + month(max(extract_end_date)) - 1 AS INTEGER) AS last_month
FROM query_table($table)

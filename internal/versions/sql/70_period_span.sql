-- Reads: one auxiliary table. Grain: one row. Parameters: table.
SELECT
    coalesce(CAST(min(extract_start_date) AS VARCHAR), '') AS first_day,
    coalesce(CAST(max(extract_end_date) AS VARCHAR), '') AS last_day
FROM query_table($table)

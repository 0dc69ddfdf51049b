-- Reads: the hub. Grain: one row: the first and the last day that its extracts
-- cover. Parameters: hub, the table.
SELECT
    CAST(min(extract_start_date) AS VARCHAR) AS first_day,
    CAST(max(extract_end_date) AS VARCHAR) AS last_day
FROM query_table($hub)

-- Writes: register.tables. Grain: an auxiliary table of a version.
-- Parameters: dataset, number, table_name, rows_loaded, rows_rejected,
-- column_count, latest_extract_date.
INSERT INTO register.tables (dataset, number, table_name, rows_loaded, rows_rejected, column_count, latest_extract_date)
VALUES ($dataset, $number, $table_name, $rows_loaded, $rows_rejected, $column_count, $latest_extract_date)

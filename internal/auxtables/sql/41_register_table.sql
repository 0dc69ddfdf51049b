-- Writes: register.tables. Grain: an auxiliary table of a version.
-- Parameters: dataset, number, lineage, table_name, rows_loaded, rows_rejected,
-- column_count, latest_extract_date, fingerprint.
INSERT INTO register.tables (dataset, number, lineage, table_name, rows_loaded, rows_rejected, column_count, latest_extract_date, fingerprint)
VALUES ($dataset, $number, $lineage, $table_name, $rows_loaded, $rows_rejected, $column_count, $latest_extract_date, $fingerprint)

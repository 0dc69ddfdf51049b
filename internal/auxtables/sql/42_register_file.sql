-- Writes: register.files. Grain: a source file of a version.
-- Parameters: dataset, number, lineage, table_name, file_name, bytes, sha256,
-- rows_read, rows_loaded, rows_rejected.
INSERT INTO register.files (dataset, number, lineage, table_name, file_name, bytes, sha256, rows_read, rows_loaded, rows_rejected)
VALUES ($dataset, $number, $lineage, $table_name, $file_name, $bytes, $sha256, $rows_read, $rows_loaded, $rows_rejected)

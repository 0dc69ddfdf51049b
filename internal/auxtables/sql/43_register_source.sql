-- Writes: register.sources. Grain: a file of a dataset version.
-- Parameters: dataset, number, lineage, generation, table_name, file_name, bytes,
-- sha256, text_sha256, rows_read, rows_loaded, rows_rejected; lacking, a JSON list.
INSERT INTO register.sources (dataset, number, lineage, generation, table_name, file_name, bytes, sha256, text_sha256, rows_read, rows_loaded, rows_rejected, lacking)
VALUES ($dataset, $number, $lineage, $generation, $table_name, $file_name, $bytes, $sha256, $text_sha256, $rows_read, $rows_loaded, $rows_rejected, $lacking)

-- Reads: register.sources. Grain: a file of a dataset version.
-- Parameters: dataset, number, lineage.
SELECT
    generation,
    table_name,
    file_name,
    text_sha256,
    rows_read,
    rows_loaded,
    rows_rejected
FROM register.sources
WHERE dataset = $dataset
    AND number = $number
    AND lineage = $lineage
ORDER BY generation, table_name, file_name, text_sha256

-- Reads: register.tables, register.files. Grain: an auxiliary table of a version.
-- Parameters: dataset, number, lineage.
SELECT
    t.table_name,
    t.rows_loaded,
    t.rows_rejected,
    t.column_count,
    coalesce(CAST(t.latest_extract_date AS VARCHAR), '') AS latest_extract_date,
    f.file_name,
    f.bytes,
    f.sha256,
    t.fingerprint
FROM register.tables AS t
JOIN register.files AS f
    ON f.dataset = t.dataset AND f.number = t.number AND f.lineage = t.lineage AND f.table_name = t.table_name
WHERE t.dataset = $dataset
    AND t.number = $number
    AND t.lineage = $lineage
ORDER BY t.table_name, f.file_name

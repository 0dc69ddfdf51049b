-- Reads: register.files, register.sources. Grain: a file that a version was loaded from.
-- Parameters: dataset, number, lineage.
SELECT
    file_name,
    sha256
FROM register.files
WHERE dataset = $dataset
    AND number = $number
    AND lineage = $lineage
UNION ALL
SELECT
    file_name,
    text_sha256
FROM register.sources
WHERE dataset = $dataset
    AND number = $number
    AND lineage = $lineage
ORDER BY file_name, sha256

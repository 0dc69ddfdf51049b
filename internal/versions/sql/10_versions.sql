-- Reads: register.versions. Grain: a version of a dataset, by number and then by date.
-- Parameters: dataset.
SELECT
    number,
    lineage,
    CAST(version_date AS VARCHAR) AS version_date,
    delivery_sha256
FROM register.versions
WHERE dataset = $dataset
ORDER BY number, register.versions.version_date

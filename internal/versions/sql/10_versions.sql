-- Reads: register.versions. Grain: a version of a dataset, in number order.
-- Parameters: dataset.
SELECT
    number,
    CAST(version_date AS VARCHAR) AS version_date,
    delivery_sha256
FROM register.versions
WHERE dataset = $dataset
ORDER BY number
